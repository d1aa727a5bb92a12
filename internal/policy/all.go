package policy

import (
	"reflect"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/model"
)

// all builds the policy of a ProtectAll, which must come first.
func (b *builder) all(p *model.Protect, root *codec.Codec) {
	if b.every {
		b.decline("cipher.ProtectAll", "", "is declared twice")
		return
	}
	b.every = true
	d := &descent{builder: b, leaf: b.leaves[p], structs: map[any]*Node{}}
	for _, l := range p.Lenses {
		if why := single(l.Path); why != "" {
			b.decline("cipher.ProtectAll", l.GoPath(), "%s", why)
			continue
		}
		if l.BindAs != nil {
			b.decline("cipher.ProtectAll", l.GoPath(), "an exception is not encrypted, and bound to nothing; give cipher.BindAs to cipher.Protect")
			continue
		}
		d.plain = append(d.plain, l.Path)
	}
	d.plain = append(d.plain, b.open...)
	n := d.node(root, nil)
	if n.Sealed {
		b.decline("cipher.ProtectAll", "", "is stored as one value and has no fields")
		return
	}
	if prune(n); len(n.Fields) == 0 {
		b.decline("cipher.ProtectAll", "", "leaves nothing to encrypt")
		return
	}
	b.root = n
}

// descent walks a type. If nothing below a path is special (an exception, a
// key, a part), a struct has the same policy at every path. One node serves all
// of them, so the walk of a recursive type ends.
type descent struct {
	*builder
	leaf    *Node
	plain   []attr.Path   // exceptions, and what must stay readable
	structs map[any]*Node // by type, and by codec where two values of a type may differ
}

// node returns the policy of a value of type c at path, nil if it stays
// readable.
func (d *descent) node(c *codec.Codec, path attr.Path) *Node {
	special := false // something below path differs from the rule
	for _, p := range d.plain {
		if p.Covers(path) {
			return nil
		}
		special = special || p.Overlaps(path)
	}
	special = special || d.divided(path)
	switch {
	case codec.Named(c):
		return d.fields(c, path, special)
	case special && c.Kind() == codec.List:
		return &Node{Elem: d.node(c.Elem(), attr.Join(path, attr.Path{attr.Elem}))}
	case special && c.Kind() == codec.Map:
		return &Node{Values: d.node(c.Elem(), attr.Join(path, attr.Path{attr.Value}))}
	}
	return d.leaf
}

func (d *descent) fields(c *codec.Codec, path attr.Path, special bool) *Node {
	var of any = c
	if c.Kind() == codec.Struct {
		t := c.Type()
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		of = t
	}
	if n, ok := d.structs[of]; ok && !special {
		return n
	}
	n := &Node{OneOf: c.Kind() == codec.Union, Fields: make(map[string]*Node, len(c.Fields()))}
	if !special {
		d.structs[of] = n
	}
	for _, f := range c.Fields() {
		if child := d.node(f.Codec, attr.Join(path, attr.Path{attr.Field(f.Name)})); child != nil {
			n.Fields[f.Name] = child
		}
	}
	return n
}

// prune removes attributes below which nothing is sealed, so that something is
// sealed below every node; lists and maps, which have one edge, go with it.
// Cycles need repetition: a node counts once one of its children does.
func prune(root *Node) {
	var nodes []*Node
	seen := map[*Node]bool{}
	var collect func(*Node)
	collect = func(n *Node) {
		if seen[n] {
			return
		}
		seen[n] = true
		n.order()
		n.edges(func(_ attr.Seg, c *Node) { collect(c) })
		nodes = append(nodes, n)
	}
	collect(root)
	live := map[*Node]bool{}
	for changed := true; changed; {
		changed = false
		for _, n := range nodes {
			alive := n.Sealed
			n.edges(func(_ attr.Seg, c *Node) { alive = alive || live[c] })
			if alive && !live[n] {
				live[n], changed = true, true
			}
		}
	}
	for _, n := range nodes {
		for name, c := range n.Fields {
			if !live[c] {
				delete(n.Fields, name)
			}
		}
		n.order()
	}
}
