package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
)

// check is a condition in a source file.
type check struct {
	room     room
	file     string // its path in the repository
	in       string // the function
	text     string // on one line
	again    int    // how many of this text are before it in the function
	from, to int    // offsets in the file
	line     int
}

// mutant is a check that is held at a value.
type mutant struct {
	check
	held bool
}

// String is the name of a mutant in equivalent.txt: lines move, and are not in it.
func (m mutant) String() string {
	text := m.text
	if m.again > 0 {
		text = fmt.Sprintf("%s (%d)", text, m.again+1)
	}
	return fmt.Sprintf("%s, %s: %s = %v", m.file, m.in, text, m.held)
}

// checks finds the conditions of a source file of a room, in order.
func checks(of room, path string, source []byte) ([]check, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var all []check
	for _, d := range file.Decls {
		in := "outside of functions"
		if f, ok := d.(*ast.FuncDecl); ok {
			if in = f.Name.Name; f.Recv != nil {
				at := f.Recv.List[0].Type
				in = string(source[files.Position(at.Pos()).Offset:files.Position(at.End()).Offset]) + "." + in
			}
		}
		ast.Inspect(d, func(n ast.Node) bool {
			for _, e := range conditions(n) {
				from, to := files.Position(e.Pos()), files.Position(e.End())
				c := check{room: of, file: path, in: in, text: strings.Join(strings.Fields(string(source[from.Offset:to.Offset])), " "), from: from.Offset, to: to.Offset, line: from.Line}
				if slices.ContainsFunc(all, func(o check) bool { return o.from == c.from && o.to == c.to }) {
					continue // the whole of an if, and an operand
				}
				for _, o := range all {
					if o.in == c.in && o.text == c.text {
						c.again++
					}
				}
				all = append(all, c)
			}
			return true
		})
	}
	return all, nil
}

// conditions are those of a node itself.
func conditions(n ast.Node) (all []ast.Expr) {
	switch n := n.(type) {
	case *ast.IfStmt:
		all = append(all, n.Cond)
	case *ast.BinaryExpr:
		if n.Op == token.LAND || n.Op == token.LOR {
			all = append(all, n.X, n.Y)
		}
	case *ast.SwitchStmt:
		if n.Tag == nil {
			for _, c := range n.Body.List {
				all = append(all, c.(*ast.CaseClause).List...)
			}
		}
	case *ast.ReturnStmt:
		for _, r := range n.Results {
			if tests(r) {
				all = append(all, r)
			}
		}
	}
	return all
}

// tests reports whether an expression compares or negates.
func tests(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.BinaryExpr:
		switch e.Op {
		case token.EQL, token.NEQ, token.LSS, token.GTR, token.LEQ, token.GEQ:
			return true
		}
	case *ast.UnaryExpr:
		return e.Op == token.NOT
	}
	return false
}

// instrumented is a source in which each check asks the function of [helper]. The first has
// the number first.
func instrumented(source []byte, found []check, first int) []byte {
	type insert struct {
		at, order int
		text      string
	}
	var all []insert
	for i, c := range found {
		// Of those at one place, what ends comes first, the inner one before the outer one, and
		// what begins after it, the outer one first.
		all = append(all, insert{c.from, len(source) - c.to, fmt.Sprintf("%s(%d, ", helperName, first+i)}, insert{c.to, -1 - c.from, ")"})
	}
	slices.SortStableFunc(all, func(a, b insert) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.order, b.order)) })
	var out []byte
	at := 0
	for _, i := range all {
		out = append(append(out, source[at:i.at]...), i.text...)
		at = i.at
	}
	return append(out, source[at:]...)
}

const helperName = "dystoreMutant"

// helper is a file that makes instrumented sources of a package compile.
func helper(pkg string) string {
	return `package ` + pkg + `

import (
	"os"
	"strconv"
)

// The number of a check, twice, and 1 if it is held at true.
var ` + helperName + `On, _ = strconv.Atoi(os.Getenv("` + variable + `"))

func ` + helperName + `(check int, is bool) bool {
	if ` + helperName + `On>>1 == check {
		return ` + helperName + `On&1 == 1
	}
	return is
}
`
}
