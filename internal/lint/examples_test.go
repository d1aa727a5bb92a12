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

// checker finds out which features the examples use. It type-checks their files
// against the compiled packages that they import.
type checker struct {
	t           *testing.T
	fset        *token.FileSet
	groups      []group
	compiled    types.Importer
	shown       map[string][]string // the examples that use a feature
	hasExamples map[string]bool     // by directory
}

// group are files of one directory that belong together.
type group struct {
	dir   string // in the module
	files []string
}

func newChecker(t *testing.T) *checker {
	c := &checker{t: t, fset: token.NewFileSet(), shown: map[string][]string{}, hasExamples: map[string]bool{}}
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
	for _, g := range c.groups {
		c.check(g)
	}
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

// examples are the files with examples. In packages under examples those are
// all files. In others they are the test files of that name, which need no
// other files.
func (p listed) examples() (groups []group) {
	dir := strings.TrimPrefix(p.ImportPath, module+"/")
	program := strings.HasPrefix(dir, "examples/")
	for _, names := range [][]string{slices.Concat(p.GoFiles, p.TestGoFiles), p.XTestGoFiles} {
		var files []string
		for _, name := range names {
			if program || strings.HasPrefix(name, "example") && strings.HasSuffix(name, "_test.go") {
				files = append(files, filepath.Join(p.Dir, name))
			}
		}
		if len(files) > 0 {
			groups = append(groups, group{dir, files})
		}
	}
	return groups
}

// check notes which features the examples of a group use, directly or through
// other declarations of the group. The examples must run.
func (c *checker) check(g group) {
	var files []*ast.File
	for _, name := range g.files {
		file, err := parser.ParseFile(c.fset, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		must(c.t, err)
		files = append(files, file)
	}
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}}
	conf := types.Config{Importer: c.compiled}
	pkg, err := conf.Check(g.dir, c.fset, files, info)
	if err != nil {
		c.t.Errorf("examples that need other files: %v", err)
		return
	}
	uses := usesOf(files, info)
	for _, e := range doc.Examples(files...) {
		name := "Example" + e.Name
		if e.Output == "" && !e.EmptyOutput {
			c.t.Errorf("%s: %s has no output, so it is not run", g.dir, name)
			continue
		}
		c.hasExamples[g.dir] = true
		for o := range reached(pkg.Scope().Lookup(name), uses) {
			if f, ok := o.(*types.Func); ok && f.Pkg() != nil {
				c.shown[featureName(f)] = append(c.shown[featureName(f)], g.dir+"."+name)
			}
		}
	}
}

// usesOf are the objects that each declaration of files uses. A type uses
// everything that its methods use.
func usesOf(files []*ast.File, info *types.Info) map[types.Object][]types.Object {
	uses := map[types.Object][]types.Object{}
	add := func(by types.Object, n ast.Node) {
		ast.Inspect(n, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				switch o := info.Uses[id].(type) {
				case *types.Func:
					uses[by] = append(uses[by], o.Origin())
				case *types.Var, *types.TypeName:
					uses[by] = append(uses[by], o)
				}
			}
			return true
		})
	}
	for _, file := range files {
		for _, decl := range file.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				f := info.Defs[d.Name].(*types.Func)
				if t := receiver(f); t != nil {
					add(t, d)
				} else {
					add(f, d)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					switch s := spec.(type) {
					case *ast.TypeSpec:
						add(info.Defs[s.Name], s)
					case *ast.ValueSpec:
						for _, name := range s.Names {
							add(info.Defs[name], s)
						}
					}
				}
			}
		}
	}
	return uses
}

// reached are the objects to which from leads.
func reached(from types.Object, uses map[types.Object][]types.Object) map[types.Object]bool {
	all := map[types.Object]bool{from: true}
	for todo := []types.Object{from}; len(todo) > 0; {
		o := todo[0]
		todo = todo[1:]
		for _, used := range uses[o] {
			if !all[used] {
				all[used] = true
				todo = append(todo, used)
			}
		}
	}
	return all
}

// TestReached: an example leads to what it calls, to the variables in that, and
// to the methods of its types, and to nothing else.
func TestReached(t *testing.T) {
	const source = `package p

type used struct{}

func (used) method() { byMethod() }
func (*used) other() {}

var value = byVariable()

func byMethod()          {}
func byVariable() int    { return 0 }
func helper()            { _ = value; var _ used }
func unused()            { byUnused() }
func byUnused()          {}
func Example()           { helper() }
`
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", source, parser.SkipObjectResolution)
	must(t, err)
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}}
	pkg, err := new(types.Config).Check("p", fset, []*ast.File{file}, info)
	must(t, err)
	var names []string
	for o := range reached(pkg.Scope().Lookup("Example"), usesOf([]*ast.File{file}, info)) {
		if o.Parent() == pkg.Scope() {
			names = append(names, o.Name())
		}
	}
	slices.Sort(names)
	if want := []string{"Example", "byMethod", "byVariable", "helper", "used", "value"}; !slices.Equal(names, want) {
		t.Errorf("%v, want %v", names, want)
	}
}
