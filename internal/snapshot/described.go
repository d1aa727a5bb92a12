package snapshot

import (
	"maps"
	"slices"

	"github.com/dystore/dystore/internal/attr"
)

// Each visits the lists whose elements have a key, in a fixed order.
func (n *Identity) Each(visit func(list attr.Path, k *Key)) { n.each(nil, visit) }

func (n *Identity) each(at attr.Path, visit func(attr.Path, *Key)) {
	if n == nil {
		return
	}
	if n.key != nil {
		visit(at, n.key)
	}
	for _, name := range slices.Sorted(maps.Keys(n.fields)) {
		n.fields[name].each(attr.Join(at, attr.Path{attr.Field(name)}), visit)
	}
	n.elem.each(attr.Join(at, attr.Path{attr.Elem}), visit)
	n.value.each(attr.Join(at, attr.Path{attr.Value}), visit)
}
