package policy

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/lens"
)

// Build returns the policy of a model, nil if protects is empty.
//
// open lists paths that must stay readable: keys, index attributes, the stored
// record. divided reports whether a part in a separate table starts at or below
// a path; once false it must be false for everything below.
//
// An error joins a *lens.Error for each mistake.
func Build(protects []*model.Protect, root *codec.Codec, open []attr.Path, divided func(attr.Path) bool) (*Node, error) {
	if len(protects) == 0 {
		return nil, nil
	}
	b := &builder{typ: root.Type().String(), open: open, divided: divided, of: root, root: &Node{}, leaves: map[*model.Protect]*Node{}}
	sound := b.number(protects)
	for _, p := range sound {
		if p.All {
			b.all(p, root)
		}
	}
	b.base = b.root
	for _, p := range sound {
		if !p.All {
			b.some(p)
		}
	}
	b.collisions()
	if len(b.errs) > 0 {
		return nil, errors.Join(b.errs...)
	}
	return b.root, nil
}

type builder struct {
	typ     string
	open    []attr.Path
	divided func(attr.Path) bool
	leaves  map[*model.Protect]*Node // the sealed node of each: one serves all its paths
	every   bool                     // a ProtectAll has been seen
	base    *Node                    // what it encrypts
	of      *codec.Codec             // of the model
	root    *Node
	bound   []renamed
	errs    []error
}

// renamed is a field whose values are bound to another path than its own.
type renamed struct {
	field *model.Lens
	leaf  *Node
}

func (b *builder) decline(fn, path, format string, args ...any) {
	b.errs = append(b.errs, &lens.Error{Func: fn, Type: b.typ, Path: path, Reason: fmt.Sprintf(format, args...)})
}

// number gives each cipher a sealed node, numbered in order of declaration,
// and returns the declarations that have one.
func (b *builder) number(protects []*model.Protect) []*model.Protect {
	var sound []*model.Protect
	var groups []*Node
	for _, p := range protects {
		c, ok := p.Cipher.(cipher.Cipher)
		switch {
		case p.Err != nil:
			b.errs = append(b.errs, p.Err)
			continue
		case !ok:
			b.decline(Function(p), "", "%T is no cipher", p.Cipher)
			continue
		}
		i := slices.IndexFunc(groups, func(n *Node) bool { return same(n.Cipher, c) })
		if i < 0 {
			i = len(groups)
			groups = append(groups, &Node{Sealed: true, Cipher: c, Group: i})
		}
		b.leaves[p] = groups[i]
		sound = append(sound, p)
	}
	return sound
}

// same reports whether two ciphers are one. Those that Go cannot compare
// never are.
func same(a, b cipher.Cipher) bool {
	return reflect.ValueOf(a).Comparable() && a == b // b, of the same type, is comparable then
}

// Function is the one that has made a declaration.
func Function(p *model.Protect) string {
	switch {
	case p.All:
		return "cipher.ProtectAll"
	case p.Found != nil:
		return "cipher.Unprotect"
	}
	return "cipher.Protect"
}

// some adds the fields of a Protect.
func (b *builder) some(p *model.Protect) {
	for i, l := range p.Lenses {
		if why := b.unfit(l.Path); why != "" {
			b.decline(Function(p), l.GoPath(), "%s", why)
			continue
		}
		b.root = insert(b.root, l.Path, b.leaf(p, i), b.of)
	}
}

// leaf is the sealed node of a field of a Protect.
func (b *builder) leaf(p *model.Protect, field int) *Node {
	leaf, l := b.leaves[p], p.Lenses[field]
	if l.BindAs == nil && p.Found == nil {
		return leaf
	}
	own := *leaf
	if p.Found != nil {
		own.Unsealed = p.Found.Counts[field]
	}
	if l.BindAs != nil {
		own.bind(l.Path, l.BindAs) // whose lists and maps package cipher has compared
		b.bound = append(b.bound, renamed{l, &own})
	}
	return &own
}

// collisions refuses fields that are bound to a path at which another field is, or to which
// another is bound: a value of the one could pass for a value of the other.
func (b *builder) collisions() {
	for i, r := range b.bound {
		for _, o := range b.open {
			if collide(r.leaf.As, o) {
				b.decline("cipher.BindAs", r.field.GoPath(), "%s is bound as %s, which is part of a key or of the stored record", r.field.Path, r.leaf.As)
			}
		}
		if other := b.root.meets(r.leaf.As, r.leaf); other != nil {
			b.decline("cipher.BindAs", r.field.GoPath(), "%s is bound as %s, where %s is encrypted", r.field.Path, r.leaf.As, other)
		}
		for _, other := range b.bound[:i] {
			if collide(r.leaf.As, other.leaf.As) {
				b.decline("cipher.BindAs", r.field.GoPath(), "%s is bound as %s, and %s as %s", r.field.Path, r.leaf.As, other.field.Path, other.leaf.As)
			}
		}
	}
}

// unfit says why the value at path cannot be sealed whole, if so.
func (b *builder) unfit(path attr.Path) string {
	if why := single(path); why != "" {
		return why
	}
	for _, o := range b.open {
		if path.Overlaps(o) {
			return fmt.Sprintf("%s must stay readable: it is part of a key or of an index", o)
		}
	}
	if b.isDivided(path) {
		return fmt.Sprintf("%s has parts in separate tables; protect fields inside them", path)
	}
	if state, _ := b.base.At(path); state != Plain {
		return fmt.Sprintf("%s is encrypted by cipher.ProtectAll; make it an exception there", path)
	}
	switch state, other := b.root.At(path); state {
	case Sealed:
		return fmt.Sprintf("%s is encrypted twice", path)
	case Inside:
		return fmt.Sprintf("%s is inside %s, which is encrypted whole", path, other)
	case Above:
		return fmt.Sprintf("%s contains %s, which is encrypted by itself", path, other)
	}
	return ""
}

// isDivided also holds for the elements of a list whose elements are parts.
func (b *builder) isDivided(path attr.Path) bool {
	if b.divided(path) {
		return true
	}
	last := len(path) - 1
	return last >= 0 && path[last:].Wild() && b.divided(path[:last])
}

// single refuses paths to one element of a list or one entry of a map. The next
// write may move the element, and its neighbours would be stored in plaintext
// at the same path.
func single(path attr.Path) string {
	for i, s := range path {
		switch s.Kind {
		case attr.Index:
			return fmt.Sprintf("%s is one element of a list; protect all of them with lens.Each or lens.Elems", path[:i+1])
		case attr.Key:
			return fmt.Sprintf("%s is one entry of a map; protect all of them with lens.EachValue or lens.ElemValues", path[:i+1])
		}
	}
	return ""
}

// insert returns n with leaf at path. Nodes on the way are copied: below a
// recursive type they may be part of a cycle, and only this path changes. of
// is the codec of the value at n.
func insert(n *Node, path attr.Path, leaf *Node, of *codec.Codec) *Node {
	if len(path) == 0 {
		return leaf
	}
	c := &Node{}
	if n != nil {
		*c = *n
	}
	c.OneOf = of != nil && of.Kind() == codec.Union
	switch s := path[0]; s.Kind {
	case attr.Name:
		c.Fields = maps.Clone(c.Fields)
		if c.Fields == nil {
			c.Fields = map[string]*Node{}
		}
		c.Fields[s.Name] = insert(c.Fields[s.Name], path[1:], leaf, within(of, s))
	case attr.AnyElem:
		c.Elem = insert(c.Elem, path[1:], leaf, within(of, s))
	case attr.AnyValue:
		c.Values = insert(c.Values, path[1:], leaf, within(of, s))
	}
	c.order()
	return c
}

// within is the codec of what a step leads to, nil if that is not known.
func within(of *codec.Codec, s attr.Seg) *codec.Codec {
	switch {
	case of == nil:
		return nil
	case s.Kind != attr.Name:
		return of.Elem()
	}
	if f := of.Lookup(s.Name); f != nil {
		return f.Codec
	}
	return nil
}
