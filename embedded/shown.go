package embedded

import (
	"slices"

	"github.com/dystore/dystore/internal/engine/attr"
	"github.com/dystore/dystore/internal/engine/expr"
	"github.com/dystore/dystore/internal/engine/packed"
)

// shown is the part of an item that a request gets. The zero value is all of it.
type shown struct {
	names packed.Names // nil for all
	paths *expr.Projection
}

// shows is the part that a projection chooses of the kept attributes. Nil is
// all, for both.
func shows(p *expr.Projection, kept packed.Names) shown {
	if p == nil {
		return shown{names: kept}
	}
	s := shown{names: inBoth(kept, namesIn(p.Paths()))}
	if slices.ContainsFunc(p.Paths(), func(p expr.Path) bool { return len(p) > 1 }) {
		s.paths = p
	}
	return s
}

// values are the attributes of the part, nil for no record.
func (s shown) values(r record) attr.Item { return s.paths.Apply(r.values(s.names)) }

// each is what a function makes of each record.
func each[E any](records []record, of func(record) E) []E {
	all := make([]E, len(records))
	for n, r := range records {
		all[n] = of(r)
	}
	return all
}

// packed is the part in packed form.
func (s shown) packed(r record) packed.Item {
	if s.paths == nil || r == "" {
		return r.item().Keep(s.names)
	}
	return packed.Item(packed.Encode(s.values(r)))
}
