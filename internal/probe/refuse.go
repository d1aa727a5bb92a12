package probe

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/dystore/dystore/internal/model"
)

// refusal is why an accessor or path cannot be a lens, and where.
type refusal struct {
	steps  []model.Step
	reason string
}

func refuse(steps []model.Step, format string, args ...any) *refusal {
	return &refusal{steps, fmt.Sprintf(format, args...)}
}

// intoSlice and intoMap say what to do about an accessor that points at an
// element, in the words of the package that was called.
func (a *erased) intoSlice() string {
	return "the accessor points into a slice, whose elements move; take the slice" + a.instead("lens.At, lens.Each or lens.Elems", "shard.Each, shard.EachPtr or shard.Within")
}

func (a *erased) intoMap() string { return "the accessor points into a map; " + a.takeMap() }

func (a *erased) takeMap() string {
	return "take the map" + a.instead("lens.Entry, lens.EachValue or lens.ElemValues", "shard.EachValue or shard.WithinValues")
}

func (a *erased) instead(ofLens, ofShard string) string {
	switch pkg, _, _ := strings.Cut(a.fn, "."); pkg {
	case "lens":
		return " and use " + ofLens
	case "shard":
		return " and use " + ofShard
	}
	return ""
}

// refuse says what is wrong with a pointer itself, before its path is looked
// at.
func (a *erased) refuse(p place, outside bool) *refusal {
	if outside {
		return refuse(nil, "the accessor returned a pointer to something that is not part of its argument: a captured variable, a copy or a new value")
	}
	for i, s := range p.steps {
		switch s.Kind {
		case model.SliceIndex:
			return refuse(p.steps[:i], "%s", a.intoSlice())
		case model.MapKey:
			return refuse(p.steps[:i], "%s", a.intoMap())
		}
	}
	switch {
	case len(p.steps) == 0 && p.typ == a.root:
		if a.value == a.root {
			return refuse(nil, "the accessor returned its argument; a lens leads to a field")
		}
		return refuse(nil, "the accessor converted its argument to a *%s; a lens leads to a field", a.value)
	case p.typ != a.value:
		return refuse(p.steps, "the field is a %s and the accessor converted the pointer to *%s; it must return a *%s", p.typ, a.value, p.typ)
	}
	return nil
}

// badRoot says why nothing has a path in a value of type t, if so.
func badRoot(t reflect.Type) *refusal {
	switch {
	case t.Kind() != reflect.Struct:
		return refuse(nil, "%s is not a struct", t)
	case leaf(t):
		return refuse(nil, "%s marshals itself and is stored as one value; its fields have no path", t)
	}
	return nil
}
