package policy

import (
	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/attr"
)

// Values that are bound to another path than that of their place, because their field was
// renamed.

// bind binds the values of a sealed node to another path. The node must be at one place only.
// It is false if the path leads through other lists and maps than the place does.
func (n *Node) bind(place, as attr.Path) bool {
	n.As, n.wild = as, place.Wildcards()
	return place.Parallel(as)
}

// boundTo is what the value at a place is bound to: names are those of As, elements and entries
// those of the place.
func boundTo[S any](n *Node, place []S, name func(string) S) []S {
	out, wild := make([]S, len(n.As)), n.wild
	for i, s := range n.As {
		if s.Kind == attr.Name {
			out[i] = name(s.Name)
			continue
		}
		out[i], wild = place[wild[0]], wild[1:]
	}
	return out
}

// binding is that of the value of a sealed node, where the walk is.
func (w *walk) binding(n *Node) *cipher.Binding {
	if n.As == nil {
		return &w.b
	}
	own := w.b
	own.Path = boundTo(n, w.b.Path, cipher.Name)
	return &own
}

// placed gives an error of a cipher the path of the value, which the reader knows, in place of
// the one that the value is bound to.
func (w *walk) placed(n *Node, err error) error {
	if of, ok := err.(*cipher.FieldError); ok && n.As != nil {
		own := *of
		own.Path = w.b.Path.String()
		return &own
	}
	return err
}

// BoundAs is what the value at a path is bound to; nil: to that path.
func (n *Node) BoundAs(path attr.Path) attr.Path {
	if at, depth := n.find(path); at != nil && depth == len(path) {
		return at.As
	}
	return nil
}

// Texts says of each of Paths whether it is encrypted, and what its values are bound to.
func (n *Node) Texts() (lines []string) {
	for _, p := range n.Paths() {
		line := p.String() + " encrypted"
		if n.UnsealedAt(p) {
			line = p.String() + " not encrypted, may be stored so"
		}
		if as := n.BoundAs(p); as != nil {
			line += ", bound as " + as.String()
		}
		lines = append(lines, line)
	}
	return lines
}

// meets returns the path of an encrypted value that a path meets: the value at the path, one
// inside it, or one around it. The values of the node except are not looked at; nil if there are
// no others.
func (n *Node) meets(path attr.Path, except *Node) attr.Path {
	type place struct {
		node *Node
		path attr.Path
	}
	here := []place{{n, nil}}
	for _, s := range path {
		var next []place
		seen := map[*Node]bool{except: true}
		for _, p := range here {
			if p.node.Sealed {
				return p.path
			}
			p.node.edges(func(e attr.Seg, c *Node) {
				if alike(s, e) && !seen[c] {
					seen[c] = true
					next = append(next, place{c, attr.Join(p.path, attr.Path{e})})
				}
			})
		}
		here = next
	}
	for _, p := range here {
		if inside, ok := p.node.nearest(except); ok {
			return attr.Join(p.path, inside)
		}
	}
	return nil
}

// collide reports whether a value that is bound to a could be taken for one that is bound to b, or
// for one inside or around it.
func collide(a, b attr.Path) bool {
	for i := range min(len(a), len(b)) {
		if !alike(a[i], b[i]) {
			return false
		}
	}
	return true
}

// alike reports whether steps may be one in a binding, where attributes and entries of a name are.
func alike(a, b attr.Seg) bool {
	if a.Kind == attr.AnyElem || b.Kind == attr.AnyElem {
		return a.Kind == b.Kind
	}
	return a.Kind == attr.AnyValue || b.Kind == attr.AnyValue || a.Name == b.Name
}
