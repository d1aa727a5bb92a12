package lint

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// dependencies are the modules that the root module imports. Users of dystore
// get them too. internal/docs/design.md has a line for each, which says why the
// standard library is not enough.
var dependencies = []string{
	"github.com/aws/aws-sdk-go-v2",
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue",
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression",
	"github.com/aws/aws-sdk-go-v2/service/dynamodb",
	"github.com/aws/smithy-go",
	"github.com/go-playground/validator/v10",
	"github.com/google/uuid",
	"github.com/klauspost/compress",
	"go.etcd.io/bbolt",
	"golang.org/x/time",
}

// testDependencies are imported only by tests, and users do not get them.
var testDependencies = []string{
	"github.com/anishathalye/porcupine",
	"github.com/google/go-cmp",
	"go.uber.org/goleak",
	"pgregory.net/rapid",
}

func TestDependencies(t *testing.T) {
	required := requirements(t)
	used, usedByTests := map[string]bool{}, map[string]bool{}
	for path, p := range listPackages(t) {
		into := used
		if slices.Contains(testSupport, path) {
			into = usedByTests
		}
		collect(t, into, required, p.Imports)
		collect(t, usedByTests, required, p.TestImports)
		collect(t, usedByTests, required, p.XTestImports)
	}
	for _, dep := range slices.Sorted(maps.Keys(used)) {
		if !slices.Contains(dependencies, dep) {
			t.Errorf("new dependency: %s", dep)
		}
	}
	for _, dep := range dependencies {
		if !used[dep] {
			t.Errorf("dependency %s is not used: take it out", dep)
		}
	}
	for dep := range used {
		delete(usedByTests, dep)
	}
	for _, dep := range slices.Sorted(maps.Keys(usedByTests)) {
		if !slices.Contains(testDependencies, dep) {
			t.Errorf("new test dependency: %s", dep)
		}
	}
}

func TestDependenciesHaveAReason(t *testing.T) {
	design, err := os.ReadFile(filepath.Join(root, "internal", "docs", "design.md"))
	if errors.Is(err, fs.ErrNotExist) {
		return // without the document there is no rule
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, dep := range dependencies {
		if !strings.Contains(string(design), "`"+strings.TrimPrefix(dep, "github.com/")+"`") && !strings.Contains(string(design), "`"+dep+"`") {
			t.Errorf("internal/docs/design.md has no line for `%s`", dep)
		}
	}
}

// requirements are the modules in the root's go.mod.
func requirements(t *testing.T) []string {
	t.Helper()
	type goMod struct{ Require []struct{ Path string } }
	var paths []string
	err := decodeAll(func(m goMod) {
		for _, r := range m.Require {
			paths = append(paths, r.Path)
		}
	}, "mod", "edit", "-json")
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// collect adds to used the module that provides each import: the one with the
// longest matching path.
func collect(t *testing.T, used map[string]bool, required, imports []string) {
	t.Helper()
	for _, i := range imports {
		first, _, _ := strings.Cut(i, "/")
		if !strings.Contains(first, ".") || within(i)(module) {
			continue
		}
		best := ""
		for _, r := range required {
			if within(i)(r) && len(r) > len(best) {
				best = r
			}
		}
		if best == "" {
			t.Errorf("no requirement provides %s", i)
			continue
		}
		used[best] = true
	}
}
