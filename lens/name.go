package lens

import (
	"errors"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/model"
)

// Name returns the name of the value that l leads to, for conditions of the
// package feature/dynamodb/expression of the SDK. repo.IfExpr and
// KeyRange.WhereExpr take such conditions:
//
//	expression.Size(lens.Name(tags)).LessThan(expression.Value(10))
//
// Attribute names and map keys are exact, also those with a dot. It is a path of
// the Go type: a request of another client finds by it only what is in the
// root item. What has no name that the package can write gives a name
// that it refuses to build: a [Many], a refused lens, a name or map key that is
// empty or has a bracket in it. repo.IfExpr and WhereExpr then report the
// [*Error].
func Name[T any](l Field[T]) expression.NameBuilder {
	if model.IsNil(l) {
		return unnamed(&Error{Func: "lens.Name", Reason: "the lens is nil"})
	}
	m := l.ModelLens()
	switch {
	case m.Err != nil:
		return unnamed(m.Err)
	case m.Many:
		return unnamed(fault(m, "lens.Name", "the lens leads to many values; a condition names one, by lens.At or lens.Entry"))
	case len(m.Path) == 0 || m.Path[0].Kind == attr.Index:
		return unnamed(fault(m, "lens.Name", "the path begins with no attribute"))
	}
	var names []string
	for _, s := range m.Path {
		switch {
		case s.Kind == attr.Index:
			names[len(names)-1] += "[" + strconv.Itoa(s.Index) + "]"
		case s.Name == "" || strings.ContainsAny(s.Name, "[]"):
			return unnamed(fault(m, "lens.Name", "the package expression cannot write the name %q; use repo.If", s.Name))
		default:
			names = append(names, s.Name)
		}
	}
	name := expression.NameNoDotSplit(names[0])
	for _, n := range names[1:] {
		name = name.AppendName(expression.NameNoDotSplit(n))
	}
	return name
}

// unnamed is a name that carries an error. A part without a name follows, so
// that no request can be built of it.
func unnamed(err error) expression.NameBuilder {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		e = &Error{Func: "lens.Name", Reason: err.Error()}
	}
	return expression.NameNoDotSplit(model.Refusal(*e).Name()).AppendName(expression.NameNoDotSplit(""))
}
