package patch

import (
	"maps"
	"slices"

	"github.com/dystore/dystore/internal/stored"
)

// manifest collects what an update does to the manifest.
type manifest struct {
	parts   map[stored.Inst]stored.Ref
	orders  map[stored.Inst]stored.Order
	dropped []stored.Inst // parts and orders that go
	grown   map[stored.Inst]growth
}

// growth is what is added to a list, at its end or in front.
type growth struct {
	elems []stored.Element
	front bool
}

func newManifest() *manifest {
	return &manifest{parts: map[stored.Inst]stored.Ref{}, orders: map[stored.Inst]stored.Order{}, grown: map[stored.Inst]growth{}}
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
	for inst, g := range m.grown {
		o := orders[inst]
		if g.front {
			o.Elems = slices.Concat(g.elems, o.Elems)
		} else {
			o.Elems = slices.Concat(o.Elems, g.elems)
		}
		orders[inst] = o
	}
	return parts, orders
}

func (m *manifest) empty() bool {
	return len(m.parts) == 0 && len(m.orders) == 0 && len(m.dropped) == 0 && len(m.grown) == 0
}
