package lint

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
)

// TestPackageComments: each package, of every module, says what it is for. The
// packages that users import do it in doc.go.
func TestPackageComments(t *testing.T) {
	documented := map[string]bool{}
	for name, content := range goFiles(t) {
		dir := path.Dir(name)
		file := parse(t, name, content)
		if !documented[dir] {
			documented[dir] = false
		}
		if file.Doc == nil {
			continue
		}
		text := file.Doc.Text()
		if strings.HasSuffix(name, "_test.go") && !testOnly(t, dir) {
			continue
		}
		documented[dir] = true
		if pkgName := file.Name.Name; pkgName != "main" && !strings.HasPrefix(text, "Package "+strings.TrimSuffix(pkgName, "_test")+" ") {
			t.Errorf("%s: the package comment does not start with %q", name, "Package "+pkgName+" ")
		}
		if public[dir] && path.Base(name) != "doc.go" {
			t.Errorf("%s has the package comment; it belongs in doc.go", name)
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(documented)) {
		if !documented[dir] {
			t.Errorf("package %s has no package comment", dir)
		}
	}
}

// maxFunction is the largest number of lines of a function. Tests are tables
// and may be longer.
const maxFunction = 80

func TestFunctions(t *testing.T) {
	for name, content := range goFiles(t) {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, content, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok {
				if n := set.Position(f.End()).Line - set.Position(f.Pos()).Line + 1; n > maxFunction {
					t.Errorf("%s: %s has %d lines; at most %d", name, f.Name.Name, n, maxFunction)
				}
			}
		}
	}
}

// public are the packages that users import.
var public = map[string]bool{
	"cipher": true, "cipher/keytable": true, "dynamostore": true, "embedded": true, "embedded/journal": true, "fault": true, "keygen": true, "lens": true, "meta": true, "repo": true, "schematest": true, "shard": true, "trace": true, "trace/slogtrace": true,
}

// maxTypeParams bounds the type parameters of exported types. It allows one
// more for keys of two parts.
var maxTypeParams = map[string]int{"repo.CompositeKey": 3, "repo.Index": 3, "repo.LocalIndex": 3}

func TestTypeParameters(t *testing.T) {
	for name, content := range goFiles(t) {
		dir := path.Dir(name)
		if !public[dir] || strings.HasSuffix(name, "_test.go") {
			continue
		}
		for _, decl := range parse(t, name, content).Decls {
			gen, ok := decl.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, spec := range gen.Specs {
				typ, ok := spec.(*ast.TypeSpec)
				if !ok || !typ.Name.IsExported() {
					continue
				}
				most, special := maxTypeParams[dir+"."+typ.Name.Name]
				if !special {
					most = 2
				}
				if n := typ.TypeParams.NumFields(); n > most {
					t.Errorf("%s: type %s has %d type parameters; at most %d", name, typ.Name, n, most)
				}
			}
		}
	}
}

func goFiles(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	for name, content := range textFiles(t) {
		if path.Ext(name) == ".go" {
			files[name] = content
		}
	}
	return files
}

func parse(t *testing.T, name, content string) *ast.File {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, content, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// testOnly reports whether dir has only tests.
func testOnly(t *testing.T, dir string) bool {
	for name := range goFiles(t) {
		if path.Dir(name) == dir && !strings.HasSuffix(name, "_test.go") {
			return false
		}
	}
	return true
}
