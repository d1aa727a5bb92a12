package lint

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	goBlock = regexp.MustCompile("(?ms)^```go\n(.*?)^```$")
	blocks  = regexp.MustCompile("(?ms)^```.*?^```$")
	link    = regexp.MustCompile(`\[([^\]]+)\]\(([^):]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.*)$`)
)

// TestGoInDocuments: Go code in a document is copied word for word from the
// last Go file that is linked before it, and that file runs: it is a program,
// or has an example or a test. So the code compiles and does what it says.
func TestGoInDocuments(t *testing.T) {
	found := 0
	for name, text := range documents(t) {
		for _, at := range goBlock.FindAllStringSubmatchIndex(text, -1) {
			found++
			code, source := text[at[2]:at[3]], ""
			for _, l := range link.FindAllStringSubmatch(text[:at[0]], -1) {
				if strings.HasSuffix(l[2], ".go") {
					source = path.Join(path.Dir(name), l[2])
				}
			}
			switch file := textFiles(t)[source]; {
			case source == "":
				t.Errorf("%s: no Go file is linked before\n%s", name, code)
			case !strings.Contains(file, code):
				t.Errorf("%s: %s does not contain\n%s", name, source, code)
			case !runs.MatchString(file):
				t.Errorf("%s: %s has no main, no example with output and no test", name, source)
			}
		}
	}
	if found < 10 {
		t.Errorf("found %d blocks of Go", found)
	}
}

var runs = regexp.MustCompile(`(?m)^func main\(\)|^func Test|^\t// Output:`)

// TestRecipes: each file of recipes is on the page.
func TestRecipes(t *testing.T) {
	const dir = "examples/recipes/"
	page := textFiles(t)[dir+"README.md"]
	for name := range goFiles(t) {
		if base := path.Base(name); path.Dir(name)+"/" == dir && base != "doc.go" && base != "recipes_test.go" &&
			!strings.Contains(page, "["+base+"]("+base+")") {
			t.Errorf("the page of recipes does not link %s", base)
		}
	}
}

// TestLinks: the targets of the links in documents exist: files, headings of a
// page, and the tests that a link names in a file.
func TestLinks(t *testing.T) {
	for name, text := range documents(t) {
		for _, l := range link.FindAllStringSubmatch(blocks.ReplaceAllString(text, ""), -1) {
			if why := broken(name, text, l[1], l[2]); why != "" {
				t.Errorf("%s: [%s](%s): %s", name, l[1], l[2], why)
			}
		}
	}
}

// broken says what is wrong with a link in a document, "" if nothing is.
func broken(name, text, label, target string) string {
	file, fragment, _ := strings.Cut(target, "#")
	if file != "" {
		b, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(path.Join(path.Dir(name), file))))
		if err != nil {
			return err.Error()
		}
		text = string(b)
	}
	if fragment != "" && !slices.Contains(anchors(text), fragment) {
		return "no heading has this anchor"
	}
	test, _, _ := strings.Cut(label, "/")
	if (strings.HasPrefix(test, "Test") || strings.HasPrefix(test, "Example")) && !strings.Contains(text, "func "+test+"(") {
		return "the file has no " + test
	}
	return ""
}

// anchors are the names that a page's headings are linked by.
func anchors(text string) (list []string) {
	for _, h := range heading.FindAllStringSubmatch(blocks.ReplaceAllString(text, ""), -1) {
		list = append(list, strings.ReplaceAll(punctuation.ReplaceAllString(strings.ToLower(h[1]), ""), " ", "-"))
	}
	return list
}

var punctuation = regexp.MustCompile(`[^\p{L}\p{N} _-]`)

// documents are the texts for readers, by their path in the repository.
func documents(t *testing.T) map[string]string {
	t.Helper()
	docs := map[string]string{}
	for name, text := range textFiles(t) {
		if path.Ext(name) == ".md" {
			docs[name] = text
		}
	}
	return docs
}
