package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func Example() {
	main()
	// Output:
	// New York
	// conflict: read again
	// john 1 {New York Japan} version 2
}

const root = "../.."

func readme(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

var block = regexp.MustCompile("(?ms)^```go\n(.*?)^```$")

// TestReadmeBlocks: the Go code of the README is taken from the programs under
// examples, word for word, so it compiles and does what it says.
func TestReadmeBlocks(t *testing.T) {
	blocks := block.FindAllStringSubmatch(readme(t), -1)
	if len(blocks) == 0 {
		t.Fatal("the README has no Go code")
	}
	var programs []string
	err := filepath.WalkDir(filepath.Join(root, "examples"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" {
			return err
		}
		b, err := os.ReadFile(path)
		programs = append(programs, string(b))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range blocks {
		found := false
		for _, p := range programs {
			found = found || strings.Contains(p, b[1])
		}
		if !found {
			t.Errorf("in no program under examples:\n%s", b[1])
		}
	}
}

var link = regexp.MustCompile(`\[([^\]]+)\]\(([^):]+)\)`)

// TestLinks: files that the documents name exist, and so do the tests that
// they name in them.
func TestLinks(t *testing.T) {
	docs, err := filepath.Glob(filepath.Join(root, "internal", "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"} {
		docs = append(docs, filepath.Join(root, name))
	}
	for _, doc := range docs {
		b, err := os.ReadFile(doc)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range link.FindAllStringSubmatch(string(b), -1) {
			if why := broken(filepath.Dir(doc), l[1], l[2]); why != "" {
				t.Errorf("%s: [%s](%s): %s", filepath.Base(doc), l[1], l[2], why)
			}
		}
	}
}

// broken says what is wrong with a link in a document of dir, "" if it is good.
func broken(dir, text, target string) string {
	b, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(target)))
	if err != nil {
		return err.Error()
	}
	name, _, _ := strings.Cut(text, "/")
	if strings.HasPrefix(name, "Test") || strings.HasPrefix(name, "Example") {
		if !strings.Contains(string(b), "func "+name+"(") {
			return "the file has no " + name
		}
	}
	return ""
}
