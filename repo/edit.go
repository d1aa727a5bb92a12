package repo

import (
	"maps"
	"slices"
	"strings"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/stored"
)

// edit collects what an update does to one item. Clauses are document paths
// and operands, rendered with the placeholders of e.
type edit struct {
	e      expr
	sets   []string
	removs []string
	adds   []string
	conds  []string
	put    attrs // the whole item is replaced
	del    bool
}

func (x *edit) set(path, operand string) { x.sets = append(x.sets, path+" = "+operand) }

func (x *edit) cond(c string) {
	if c != "" && !slices.Contains(x.conds, c) {
		x.conds = append(x.conds, c)
	}
}

// has is the condition that there is a value at a document path. A NULL is
// none: nil pointers in lists are stored as such, and other writers store
// absent values so.
func (x *edit) has(path string) string {
	return "attribute_exists(" + path + ") AND NOT attribute_type(" + path + ", " + x.e.value(stringAV("NULL")) + ")"
}

// expression joins the clauses.
func (x *edit) expression() string {
	s := ""
	for _, c := range []struct {
		word    string
		clauses []string
	}{{"SET", x.sets}, {"REMOVE", x.removs}, {"ADD", x.adds}} {
		if len(c.clauses) == 0 {
			continue
		}
		if s != "" {
			s += " "
		}
		s += c.word + " " + strings.Join(c.clauses, ", ")
	}
	return s
}

// action is the edit of the item key in table.
func (x *edit) action(table string, key attrs) commit.Action {
	a := commit.Action{Table: table, Key: key}
	switch {
	case x.put != nil:
		a.Op, a.Item = commit.Put, x.put
	case x.del:
		a.Op = commit.Delete
	default:
		if a.Change = x.expression(); a.Change == "" {
			a.Op = commit.Check
		} else {
			a.Op = commit.Update
		}
	}
	a.Cond = joinConds(x.conds)
	a.Names, a.Values = x.e.names, x.e.values
	return a
}

func joinConds(conds []string) string {
	switch len(conds) {
	case 0:
		return ""
	case 1:
		return conds[0]
	}
	return "(" + strings.Join(conds, ") AND (") + ")"
}

// manifest collects what an update does to the manifest.
type manifest struct {
	parts   map[stored.Inst]stored.Ref
	orders  map[stored.Inst]stored.Order
	dropped []stored.Inst // parts and orders that go
	grown   map[stored.Inst][]stored.Element
}

func newManifest() *manifest {
	return &manifest{parts: map[stored.Inst]stored.Ref{}, orders: map[stored.Inst]stored.Order{}, grown: map[stored.Inst][]stored.Element{}}
}

// apply returns the parts and orders after the update.
func (m *manifest) apply(old *stored.Root) (map[stored.Inst]stored.Ref, map[stored.Inst]stored.Order) {
	parts, orders := map[stored.Inst]stored.Ref{}, map[stored.Inst]stored.Order{}
	maps.Copy(parts, old.Parts)
	maps.Copy(orders, old.Orders)
	for _, inst := range m.dropped {
		delete(parts, inst)
		delete(orders, inst)
	}
	maps.Copy(parts, m.parts)
	maps.Copy(orders, m.orders)
	for inst, elems := range m.grown {
		o := orders[inst]
		o.Elems = slices.Concat(o.Elems, elems)
		orders[inst] = o
	}
	return parts, orders
}

func (m *manifest) empty() bool {
	return len(m.parts) == 0 && len(m.orders) == 0 && len(m.dropped) == 0 && len(m.grown) == 0
}
