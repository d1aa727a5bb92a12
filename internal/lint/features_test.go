package lint

import (
	"go/ast"
	"go/doc"
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
	for _, group := range c.groups {
		c.check(group)
	}
	for _, dir := range slices.Sorted(maps.Keys(public)) {
		pkg, err := c.compiled.Import(module + "/" + dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range features(pkg) {
			if !c.shown[name] {
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
// embedded.DB, or of a client for it: the SDK documents it.
func operation(m *types.Func) bool {
	p := m.Signature().Params()
	return p.Len() >= 2 && strings.HasSuffix(p.At(1).Type().String(), "."+m.Name()+"Input")
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

// checker type-checks files of examples against what the go command has
// compiled of the packages that they import.
type checker struct {
	t        *testing.T
	fset     *token.FileSet
	groups   [][]string // files that belong together
	compiled types.Importer
	shown    map[string]bool // features that are used
}

func newChecker(t *testing.T) *checker {
	c := &checker{t: t, fset: token.NewFileSet(), shown: map[string]bool{}}
	imported := map[string]bool{}
	args := []string{"list", "-json=ImportPath,Dir,GoFiles,TestGoFiles,XTestGoFiles,Imports,TestImports,XTestImports", "./examples/..."}
	for dir := range public {
		args, imported[module+"/"+dir] = append(args, "./"+dir), true
	}
	must(t, decodeAll(func(p listed) {
		for _, path := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			imported[path] = true
		}
		c.groups = append(c.groups, p.examples()...)
	}, args...))

	exports := map[string]string{}
	type export struct{ ImportPath, Export string }
	args = append([]string{"list", "-export", "-deps", "-json=ImportPath,Export"}, slices.Sorted(maps.Keys(imported))...)
	must(t, decodeAll(func(p export) { exports[p.ImportPath] = p.Export }, args...))
	c.compiled = importer.ForCompiler(c.fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
	return c
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// listed is a package as go list describes it.
type listed struct {
	ImportPath, Dir                    string
	GoFiles, TestGoFiles, XTestGoFiles []string
	Imports, TestImports, XTestImports []string
}

// examples are the files with examples: of a package under examples all, of
// others the test files named so, which need no others.
func (p listed) examples() (groups [][]string) {
	program := strings.HasPrefix(p.ImportPath, module+"/examples/")
	for _, names := range [][]string{slices.Concat(p.GoFiles, p.TestGoFiles), p.XTestGoFiles} {
		var group []string
		for _, name := range names {
			if program || strings.HasPrefix(name, "example") && strings.HasSuffix(name, "_test.go") {
				group = append(group, filepath.Join(p.Dir, name))
			}
		}
		if len(group) > 0 {
			groups = append(groups, group)
		}
	}
	return groups
}

// check notes which functions and methods the files of a group use, whose
// examples must run.
func (c *checker) check(group []string) {
	var files []*ast.File
	for _, name := range group {
		file, err := parser.ParseFile(c.fset, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		must(c.t, err)
		files = append(files, file)
	}
	for _, e := range doc.Examples(files...) {
		if e.Output == "" && !e.EmptyOutput {
			c.t.Errorf("%s: Example%s has no output, so it is not run", filepath.Dir(group[0]), e.Name)
		}
	}
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	conf := types.Config{Importer: c.compiled}
	if _, err := conf.Check(filepath.Base(group[0]), c.fset, files, info); err != nil {
		c.t.Errorf("examples that need other files: %v", err)
	}
	for _, o := range info.Uses {
		if f, ok := o.(*types.Func); ok && f.Pkg() != nil {
			c.shown[featureName(f.Origin())] = true
		}
	}
}
