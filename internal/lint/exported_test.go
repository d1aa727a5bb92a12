package lint

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestExportedDeclarations: the documentation of a public package names no
// internal package, which readers cannot open and programs cannot import.
// Methods and embedded types that carry something to package repo hide behind
// an unexported alias.
func TestExportedDeclarations(t *testing.T) {
	for _, dir := range slices.Sorted(maps.Keys(public)) {
		sources := map[string]string{}
		for name, content := range goFiles(t) {
			if path.Dir(name) == dir && !strings.HasSuffix(name, "_test.go") {
				sources[name] = content
			}
		}
		for _, leak := range internals(t, sources) {
			t.Error(leak)
		}
	}
}

// TestInternals checks that the test above finds what it looks for.
func TestInternals(t *testing.T) {
	const source = `package p
import "example.org/p/internal/model"
import other "example.org/p/internal/stored"
type hidden = model.Hidden
type Alias = model.One
type Struct struct { Field *model.Two; hidden; field model.Hidden }
type Iface interface { model.Three; hidden; Method() other.Four }
type private struct{ Field model.Hidden }
const Const = other.Five
var Var other.Six
func Func[T model.Seven](x []model.Eight) (y func(other.Nine)) { return model.Hidden }
func (Struct) Method(map[string]model.Ten) {}
func (private) Method(model.Hidden) {}
func function(model.Hidden) {}
`
	want := []string{"Eight", "Five", "Four", "Nine", "One", "Seven", "Six", "Ten", "Three", "Two"}
	var got []string
	for _, leak := range internals(t, map[string]string{"p.go": source}) {
		got = append(got, leak[strings.LastIndex(leak, ".")+1:])
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("found %v, want %v", got, want)
	}
}

// internals are the names of internal packages in what go doc prints of a
// package: declarations without unexported parts and without function bodies.
// The value of a variable is not part of its type.
func internals(t *testing.T, sources map[string]string) (leaks []string) {
	t.Helper()
	fset := token.NewFileSet()
	var files []*ast.File
	inside := map[string]bool{} // names of internal packages
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		file, err := parser.ParseFile(fset, name, sources[name], parser.ParseComments)
		must(t, err)
		files = append(files, file)
		for _, spec := range file.Imports {
			importPath, err := strconv.Unquote(spec.Path.Value)
			must(t, err)
			if name := path.Base(importPath); strings.Contains(importPath, "/internal/") {
				if spec.Name != nil {
					name = spec.Name.Name
				}
				inside[name] = true
			}
		}
	}
	find := func(node ast.Node) {
		ast.Inspect(node, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := sel.X.(*ast.Ident); ok && inside[x.Name] {
					leaks = append(leaks, fset.Position(sel.Pos()).String()+" shows "+x.Name+"."+sel.Sel.Name)
				}
			}
			return true
		})
	}
	p, err := doc.NewFromFiles(fset, files, "p")
	must(t, err)
	consts, vars, funcs := p.Consts, p.Vars, p.Funcs
	for _, typ := range p.Types {
		find(typ.Decl)
		consts, vars, funcs = slices.Concat(consts, typ.Consts), slices.Concat(vars, typ.Vars), slices.Concat(funcs, typ.Funcs, typ.Methods)
	}
	for _, c := range consts {
		find(c.Decl)
	}
	for _, v := range vars {
		for _, spec := range v.Decl.Specs {
			if typ := spec.(*ast.ValueSpec).Type; typ != nil {
				find(typ)
			}
		}
	}
	for _, f := range funcs {
		find(f.Decl)
	}
	return leaks
}
