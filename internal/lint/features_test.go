package lint

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// withoutExample are methods that need none: the standard library and the SDK
// call them.
var withoutExample = []string{
	"Error", "Unwrap", "String", "GoString", "Format", "LogValue", "MarshalJSON", "MarshalText", "UnmarshalText", "RetryableError", "ServeHTTP",
}

// TestEveryFeatureHasAnExample: each exported function and method of the
// packages that users import is used in a file of examples that run as tests,
// be it of its own package, of another one or of a program.
func TestEveryFeatureHasAnExample(t *testing.T) {
	c := newChecker(t)
	shown := map[string]bool{}
	for _, path := range slices.Sorted(maps.Keys(c.packages)) {
		if files := c.exampleFiles(path); len(files) > 0 {
			c.uses(c.packages[path], files, shown)
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(public)) {
		pkg, err := c.imports(nil).Import(module + "/" + dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range features(pkg) {
			if !shown[name] {
				t.Errorf("%s has no example", name)
			}
		}
	}
}

// features are the exported functions of a package and the exported methods of
// its types.
func features(pkg *types.Package) []string {
	var names []string
	for _, name := range pkg.Scope().Names() {
		switch o := pkg.Scope().Lookup(name).(type) {
		case *types.Func:
			if o.Exported() {
				names = append(names, featureName(o))
			}
		case *types.TypeName:
			named, ok := o.Type().(*types.Named)
			if !ok || !o.Exported() || types.IsInterface(named) {
				continue
			}
			for m := range named.Methods() {
				if m.Exported() && !slices.Contains(withoutExample, m.Name()) && !operation(m) {
					names = append(names, featureName(m))
				}
			}
		}
	}
	return names
}

// operation reports whether a method is an operation of DynamoDB, as of
// embedded.DB: the SDK documents it.
func operation(m *types.Func) bool {
	p := m.Signature().Params()
	return p.Len() == 2 && strings.HasSuffix(p.At(1).Type().String(), "."+m.Name()+"Input")
}

// featureName is package.Function or package.Type.Method.
func featureName(f *types.Func) string {
	name := f.Name()
	if recv := f.Signature().Recv(); recv != nil {
		t := recv.Type()
		if p, ok := t.(*types.Pointer); ok {
			t = p.Elem()
		}
		if named, ok := t.(*types.Named); ok {
			name = named.Obj().Name() + "." + name
		}
	}
	return strings.TrimPrefix(f.Pkg().Path(), module+"/") + "." + name
}

// checker type-checks files against what the go command has compiled.
type checker struct {
	t        *testing.T
	fset     *token.FileSet
	packages map[string]compiled
}

// compiled is a package as go list -export -test describes it.
type compiled struct {
	ImportPath, Dir, Export string
	GoFiles                 []string
	ImportMap               map[string]string
}

func newChecker(t *testing.T) *checker {
	c := &checker{t, token.NewFileSet(), map[string]compiled{}}
	args := []string{"list", "-export", "-deps", "-test", "-json=ImportPath,Dir,Export,GoFiles,ImportMap", "./examples/..."}
	for dir := range public {
		args = append(args, "./"+dir)
	}
	err := decodeAll(func(p compiled) { c.packages[p.ImportPath] = p }, args...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// imports finds packages under the names that a package has for them.
func (c *checker) imports(names map[string]string) types.Importer {
	return importer.ForCompiler(c.fset, "gc", func(path string) (io.ReadCloser, error) {
		if real, ok := names[path]; ok {
			path = real
		}
		return os.Open(c.packages[path].Export)
	})
}

// exampleFiles are the files of a package with examples: test files named so,
// which need no others, and all of a package under examples.
func (c *checker) exampleFiles(path string) []*ast.File {
	program := strings.HasPrefix(path, module+"/examples/")
	if !strings.HasPrefix(path, module+"/") || strings.HasSuffix(path, ".test") {
		return nil // not ours, or what runs the tests
	}
	var files []*ast.File
	p := c.packages[path]
	for _, name := range p.GoFiles {
		if !program && !(strings.HasPrefix(name, "example") && strings.HasSuffix(name, "_test.go")) {
			continue
		}
		file, err := parser.ParseFile(c.fset, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			c.t.Fatal(err)
		}
		files = append(files, file)
	}
	return files
}

// uses notes which functions and methods files use.
func (c *checker) uses(p compiled, files []*ast.File, shown map[string]bool) {
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	conf := types.Config{Importer: c.imports(p.ImportMap)}
	if _, err := conf.Check(p.ImportPath, c.fset, files, info); err != nil {
		c.t.Errorf("the examples of %s need other files: %v", p.ImportPath, err)
	}
	for _, o := range info.Uses {
		if f, ok := o.(*types.Func); ok && f.Pkg() != nil {
			shown[featureName(f.Origin())] = true
		}
	}
}
