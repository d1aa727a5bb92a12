package lint

import (
	"go/ast"
	"path"
	"slices"
	"strings"
	"testing"
)

// A package is a room: it has one subject, and one can see from wall to wall. The
// engine is a database, and suites of tests may be longer.
const (
	maxPackage = 3100 // lines without tests
	maxSuite   = 4250
	maxRepo    = 3400 // without comments: half of it is the documentation of the library
	maxMethods = 40   // of one type
	maxVerbs   = 62   // of repo.Repo, whose methods are the verbs
)

func TestPackageSizes(t *testing.T) {
	lines := map[string]int{}
	for name, content := range goFiles(t) {
		if !strings.HasSuffix(name, "_test.go") {
			n := strings.Count(content, "\n")
			if path.Dir(name) == "repo" {
				n = linesOfCode(content)
			}
			lines[path.Dir(name)] += n
		}
	}
	for dir, n := range lines {
		most := maxPackage
		switch {
		case dir == "repo":
			most = maxRepo
		case dir == "embedded":
			continue
		case slices.Contains(testSupport, dir):
			most = maxSuite
		}
		if n > most {
			t.Errorf("package %s has %d lines; at most %d", dir, n, most)
		}
	}
}

// linesOfCode counts lines that are neither empty nor a comment.
func linesOfCode(content string) (n int) {
	for line := range strings.Lines(content) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
			n++
		}
	}
	return n
}

func TestMethodsOfTypes(t *testing.T) {
	methods := map[string]int{}
	for name, content := range goFiles(t) {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		for _, decl := range parse(t, name, content).Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv != nil {
				methods[path.Dir(name)+"."+methodOf(f.Recv.List[0].Type)]++
			}
		}
	}
	for typ, n := range methods {
		most := maxMethods
		if typ == "repo.Repo" {
			most = maxVerbs
		}
		if n > most && !strings.HasPrefix(typ, "embedded") {
			t.Errorf("%s has %d methods; at most %d", typ, n, most)
		}
	}
}

// methodOf is the name of the type that a method is of.
func methodOf(typ ast.Expr) string {
	switch typ := typ.(type) {
	case *ast.StarExpr:
		return methodOf(typ.X)
	case *ast.IndexExpr:
		return methodOf(typ.X)
	case *ast.IndexListExpr:
		return methodOf(typ.X)
	case *ast.Ident:
		return typ.Name
	}
	return ""
}
