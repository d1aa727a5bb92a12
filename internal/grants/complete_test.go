package grants_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/grants"
)

// exempt is why something exported by package repo is no verb of a policy.
var exempt = map[string]string{
	"CreateAt": "as Create", "PutAt": "as Put",
	"CreateOp": "as Create", "CreateAtOp": "as Create", "PutOp": "as Put", "PutAtOp": "as Put", "UpdateOp": "as Update",
	"CheckOp": "as Check", "DeleteOp": "as Delete", "DeleteValueOp": "as DeleteValue", "GetOp": "as TransactGet",
	"Transact": "as its operations", "Plan": "sends nothing, or with ReadFirst what its operations read",
	"With": "sends nothing", "Key": "sends nothing", "Layout": "sends nothing", "Tables": "sends nothing", "TimeToLive": "sends nothing",
	"Policy": "sends nothing", "Refused": "sends nothing",
	"Repair": "for operators, after tables were restored; as Modify", "Upload": "as Update", "Download": "as Get", "Reencrypt": "as Migrate",
}

// TestComplete: every exported method of Repo, and every function of package repo that takes a
// context, is a verb of policies or exempt by name; each verb has a constant.
func TestComplete(t *testing.T) {
	files, err := filepath.Glob("../../repo/*.go")
	kit.Must(t, err)
	found := []string{"Check"} // which only an operation has
	var constants []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		kit.Must(t, err)
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && (ofRepo(d) || d.Recv == nil && takesContext(d)) {
					found = append(found, d.Name.Name)
				}
			case *ast.GenDecl:
				constants = append(constants, verbsOf(t, d)...)
			}
		}
	}
	verbs := grants.Verbs()
	for _, name := range found {
		if _, known := exempt[name]; known == slices.Contains(verbs, name) {
			t.Errorf("%s has no needs in package grants and no reason here, or both", name)
		}
	}
	for name := range exempt {
		if !slices.Contains(found, name) {
			t.Errorf("%s is exempt, and does not exist", name)
		}
	}
	for _, name := range verbs {
		if !slices.Contains(found, name) {
			t.Errorf("%s is a verb, and does not exist", name)
		}
	}
	slices.Sort(constants)
	kit.Equal(t, "constants of type repo.Verb", constants, verbs)
}

func ofRepo(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return false
	}
	star, ok := d.Recv.List[0].Type.(*ast.StarExpr)
	if !ok {
		return false
	}
	generic, ok := star.X.(*ast.IndexExpr)
	if !ok {
		return false
	}
	name, ok := generic.X.(*ast.Ident)
	return ok && name.Name == "Repo"
}

func takesContext(d *ast.FuncDecl) bool {
	if len(d.Type.Params.List) == 0 {
		return false
	}
	s, ok := d.Type.Params.List[0].Type.(*ast.SelectorExpr)
	return ok && s.Sel.Name == "Context"
}

// verbsOf are the values of constants of type Verb.
func verbsOf(t *testing.T, d *ast.GenDecl) (verbs []string) {
	for _, s := range d.Specs {
		v, ok := s.(*ast.ValueSpec)
		if !ok || d.Tok != token.CONST {
			continue
		}
		if of, ok := v.Type.(*ast.Ident); !ok || of.Name != "Verb" {
			continue
		}
		text, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
		kit.Must(t, err)
		kit.Equal(t, "the name of a constant", v.Names[0].Name, "Verb"+text)
		verbs = append(verbs, text)
	}
	return verbs
}
