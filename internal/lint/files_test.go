package lint

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// maxLines is the largest number of lines of a Go file. Files are divided by
// subject. A file with one long subject may be long, up to this number.
const maxLines = 700

// generated is the line that the go command defines for generated files.
var generated = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)

// forbidden must not occur in any text file. The patterns are broken up so that
// they do not find themselves.
var forbidden = map[string]*regexp.Regexp{
	"a mark of unfinished work": regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|X` + `XX)\b|(?i)\b(not ` + `implemented|un` + `implemented)\b`),
	"a path of one machine":     regexp.MustCompile(`(^|[^A-Za-z0-9_])/(wo` + `rk|fa` + `rm|ro` + `ot|Us` + `ers)/`),
	"a merge left behind":       regexp.MustCompile(`^(<<<` + `<<<<|>>>` + `>>>>) `),
}

// textual are the files that people read.
var textual = []string{".go", ".md", ".mod", ".sh", ".yml", ".yaml", ".xml", ".toml", ".conf", "Makefile", "run"}

func TestFiles(t *testing.T) {
	for path, content := range textFiles(t) {
		lines := strings.Split(strings.TrimSuffix(content, "\n"), "\n")
		if filepath.Ext(path) == ".go" && len(lines) > maxLines && !generated.MatchString(content) {
			t.Errorf("%s has %d lines; at most %d, one subject a file", path, len(lines), maxLines)
		}
		if path == "CHANGELOG.md" {
			continue // it may quote mended texts
		}
		for i, line := range lines {
			for what, pattern := range forbidden {
				if pattern.MatchString(line) {
					t.Errorf("%s:%d has %s: %s", path, i+1, what, strings.TrimSpace(line))
				}
			}
		}
	}
}

// TestForbiddenPatterns checks that the patterns find what they look for.
func TestForbiddenPatterns(t *testing.T) {
	for what, lines := range map[string][]string{
		"a mark of unfinished work": {"// TO" + "DO: later", "panic(\"Not " + "implemented\")"},
		"a path of one machine":     {"cd /wo" + "rk/main", "see `/fa" + "rm/x`", "/ro" + "ot/go"},
		"a merge left behind":       {"<<<" + "<<<< HEAD"},
	} {
		for _, line := range lines {
			if !forbidden[what].MatchString(line) {
				t.Errorf("%q passes as no %s", line, what)
			}
		}
	}
	for _, line := range []string{"internal/wo" + "rk/x.go", "a framewo" + "rk/library", "$(DIR)wo" + "rk"} {
		for what, pattern := range forbidden {
			if pattern.MatchString(line) {
				t.Errorf("%q counts as %s", line, what)
			}
		}
	}
}

// textFiles returns the text files of every module by their path in the
// repository. Files under testdata are data.
func textFiles(t *testing.T) map[string]string {
	t.Helper()
	files, err := readFiles()
	if err != nil {
		t.Fatal(err)
	}
	return files
}

var readFiles = sync.OnceValues(func() (map[string]string, error) {
	files := map[string]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if d.Name() == ".git" || d.Name() == "testdata" {
				return filepath.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() || !slices.Contains(textual, d.Name()) && !slices.Contains(textual, filepath.Ext(path)) {
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		files[filepath.ToSlash(name)] = string(content)
		return nil
	})
	if err == nil && len(files) < 20 {
		err = fmt.Errorf("found %d files in %s", len(files), root)
	}
	return files, err
})
