package lint

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "draw the picture of the packages in internal/docs/design.md anew")

// TestPicture: the picture of the packages in the design is that of the imports.
// It has the library from repo down, without edges that others imply, so that it
// can be read.
func TestPicture(t *testing.T) {
	const file, begin, end = "internal/docs/design.md", "```mermaid\n", "```\n"
	text := textFiles(t)[file]
	before, rest, found := strings.Cut(text, begin)
	old, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("%s has no picture", file)
	}
	now := picture(libraryImports(t))
	if *update {
		if err := os.WriteFile(filepath.Join(root, file), []byte(before+begin+now+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(old, now); diff != "" {
		t.Errorf("the picture in %s is out of date; draw it with go test ./internal/lint -run TestPicture -update\n%s", file, diff)
	}
}

// libraryImports are the imports of repo and of all packages that it leads to.
func libraryImports(t *testing.T) map[string][]string {
	packages, imports := listPackages(t), map[string][]string{}
	var visit func(string)
	visit = func(path string) {
		if _, seen := imports[path]; seen {
			return
		}
		p := packages[path]
		imports[path] = p.ours(p.Imports)
		for _, to := range imports[path] {
			visit(to)
		}
	}
	visit("repo")
	visit("shard")
	return imports
}

// picture draws packages from the top down.
func picture(imports map[string][]string) string {
	reach := map[string]map[string]bool{}
	var below func(string) map[string]bool
	below = func(path string) map[string]bool {
		if reach[path] == nil {
			reach[path] = map[string]bool{}
			for _, to := range imports[path] {
				reach[path][to] = true
				for further := range below(to) {
					reach[path][further] = true
				}
			}
		}
		return reach[path]
	}
	var lines []string
	for path, all := range imports {
		for _, to := range all {
			implied := slices.ContainsFunc(all, func(other string) bool { return below(other)[to] })
			if !implied {
				lines = append(lines, "  "+node(path)+" --> "+node(to)+"\n")
			}
		}
	}
	slices.Sort(lines)
	return "flowchart TD\n" + strings.Join(lines, "")
}

// node is a package in the picture: public ones have round corners.
func node(path string) string {
	name := strings.TrimPrefix(path, "internal/")
	if name == path {
		return name + "(" + name + ")"
	}
	return name + "[" + name + "]"
}

func TestPictureLeavesOutWhatIsImplied(t *testing.T) {
	got := picture(map[string][]string{
		"repo": {"internal/load", "internal/fetch", "internal/fail"}, "internal/load": {"internal/fetch"},
		"internal/fetch": {"internal/fail"}, "internal/fail": nil,
	})
	want := "flowchart TD\n  fetch[fetch] --> fail[fail]\n  load[load] --> fetch[fetch]\n  repo(repo) --> load[load]\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
