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

// TestReadmeLinks: files that the README names exist, and so do the tests that
// it names in them.
func TestReadmeLinks(t *testing.T) {
	for _, l := range link.FindAllStringSubmatch(readme(t), -1) {
		text, target := l[1], l[2]
		path := filepath.Join(root, filepath.FromSlash(target))
		if _, err := os.Stat(path); err != nil {
			t.Errorf("[%s](%s): %v", text, target, err)
			continue
		}
		name, _, _ := strings.Cut(text, "/")
		if !strings.HasPrefix(name, "Test") && !strings.HasPrefix(name, "Example") {
			continue
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Error(err)
		} else if !strings.Contains(string(b), "func "+name+"(") {
			t.Errorf("%s has no %s", target, name)
		}
	}
}
