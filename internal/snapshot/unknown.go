package snapshot

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/item"
)

// Unknown holds what a document has beside the fields of its Go type. Another
// version of the program has written it; it is kept so that this one does not
// erase it.
type Unknown struct {
	attrs  map[string]types.AttributeValue
	fields map[string]*Unknown // struct attributes and map entries
	elems  []*Unknown          // list elements, nil where there is nothing
	// known is what the elements are recognised by, because a list may be
	// changed before it is written back.
	known []Element
}

// Extract removes from doc what the struct type of c does not know, and
// returns it; nil if there is nothing.
func Extract(c *codec.Codec, doc map[string]types.AttributeValue, keep func(name string) bool) *Unknown {
	var u Unknown
	for name, av := range doc {
		if keep != nil && keep(name) {
			continue
		}
		f := c.Lookup(name)
		if f == nil {
			u.attr(name, av)
			delete(doc, name)
			continue
		}
		if tagged := f.Codec.Tagged(av); tagged != nil {
			av, doc[name] = tagged, tagged
		}
		u.field(name, extract(f.Codec, av))
	}
	return u.orNil()
}

func extract(c *codec.Codec, av types.AttributeValue) *Unknown {
	var u Unknown
	switch v := av.(type) {
	case *types.AttributeValueMemberM:
		switch c.Kind() {
		case codec.Struct:
			return Extract(c, v.Value, nil)
		case codec.Union: // of another variant all is unknown, and it cannot be read
			for tag := range v.Value {
				if len(v.Value) == 1 && c.Lookup(tag) != nil {
					return Extract(c, v.Value, nil)
				}
			}
		case codec.Map:
			for key, e := range v.Value {
				if tagged := c.Elem().Tagged(e); tagged != nil {
					e, v.Value[key] = tagged, tagged
				}
				if found := extract(c.Elem(), e); found != nil {
					u.field(entryName(c, key), found)
				}
			}
		}
	case *types.AttributeValueMemberL:
		if c.Kind() == codec.List {
			u.list(c.Elem(), v.Value)
		}
	}
	return u.orNil()
}

// entryName is how this program writes the name of an entry. Another one may
// have spelled the key in another way: 01 for the number 1.
func entryName(c *codec.Codec, name string) string {
	if key, err := c.KeyValue(name); err == nil {
		if own, err := c.MapKey(key); err == nil {
			return own
		}
	}
	return name // which cannot be decoded either
}

func (u *Unknown) list(c *codec.Codec, values []types.AttributeValue) {
	for i, e := range values {
		if tagged := c.Tagged(e); tagged != nil {
			e, values[i] = tagged, tagged
		}
		found := extract(c, e)
		if found == nil {
			continue
		}
		if u.elems == nil {
			u.elems = make([]*Unknown, len(values))
		}
		u.elems[i] = found
	}
}

// Lists reports whether there is anything in elements of lists: then they have
// to be recognised.
func (u *Unknown) Lists() bool {
	if u == nil {
		return false
	}
	for _, f := range u.fields {
		if f.Lists() {
			return true
		}
	}
	return u.elems != nil
}

// Recognise remembers what the elements are recognised by. doc is the value
// that was read, encoded again by its own type.
func (u *Unknown) Recognise(doc map[string]types.AttributeValue, ids *Identity) {
	if u == nil {
		return
	}
	for name, f := range u.fields {
		f.recognise(doc[name], ids.entry(name))
	}
}

func (u *Unknown) recognise(av types.AttributeValue, ids *Identity) {
	switch v := av.(type) {
	case *types.AttributeValueMemberM:
		u.Recognise(v.Value, ids)
	case *types.AttributeValueMemberL:
		if u.elems == nil || len(u.elems) != len(v.Value) {
			return
		}
		u.known = Elements(v.Value, ids.list())
		for i, e := range u.elems {
			if e != nil {
				e.recognise(v.Value[i], ids.elements())
			}
		}
	}
}

// Follow returns what u holds by its place in doc, the new document, encoded by
// the type. It fails with a *DoubtError if a place is not certain.
func (u *Unknown) Follow(doc map[string]types.AttributeValue, ids *Identity) (*Unknown, error) {
	if u == nil {
		return nil, nil
	}
	out := &Unknown{attrs: u.attrs}
	for name, f := range u.fields {
		next, err := f.follow(doc[name], ids.entry(name))
		if err != nil {
			return nil, inside(attr.Field(name), err)
		}
		out.field(name, next)
	}
	return out, nil
}

func (u *Unknown) follow(av types.AttributeValue, ids *Identity) (*Unknown, error) {
	switch v := av.(type) {
	case *types.AttributeValueMemberM:
		return u.Follow(v.Value, ids)
	case *types.AttributeValueMemberL:
		if u.elems != nil {
			return u.followList(v.Value, ids)
		}
	}
	return nil, nil // the value that held it is gone
}

func (u *Unknown) followList(values []types.AttributeValue, ids *Identity) (*Unknown, error) {
	old := u.known
	if old == nil {
		old = make([]Element, len(u.elems)) // none is recognised
	}
	out := &Unknown{elems: make([]*Unknown, len(values)), known: Elements(values, ids.list())}
	m := Match(old, out.known)
	hidden := func(i int) bool { return u.elems[i] != nil }
	if i := m.Doubtful(hidden, func(i, j int) bool { return u.elems[i].Equal(u.elems[j]) }); i >= 0 {
		return nil, &DoubtError{Element: i, Attribute: u.elems[i].first()}
	}
	for i, o := range m.Old {
		if o < 0 || u.elems[o] == nil {
			continue
		}
		next, err := u.elems[o].follow(values[i], ids.elements())
		if err != nil {
			return nil, inside(attr.At(o), err)
		}
		out.elems[i] = next
	}
	return out, nil
}

// Restore puts what Follow has found back into the document.
func (u *Unknown) Restore(doc map[string]types.AttributeValue) {
	if u == nil {
		return
	}
	for name, f := range u.fields {
		f.restore(doc[name])
	}
	for name, av := range u.attrs {
		if _, ok := doc[name]; !ok {
			doc[name] = item.Clone(av)
		}
	}
}

func (u *Unknown) restore(av types.AttributeValue) {
	switch v := av.(type) {
	case *types.AttributeValueMemberM:
		u.Restore(v.Value)
	case *types.AttributeValueMemberL:
		for i, e := range u.elems {
			if e != nil {
				e.restore(v.Value[i])
			}
		}
	}
}

func (u *Unknown) attr(name string, av types.AttributeValue) {
	if u.attrs == nil {
		u.attrs = map[string]types.AttributeValue{}
	}
	u.attrs[name] = av
}

func (u *Unknown) field(name string, f *Unknown) {
	if f == nil {
		return
	}
	if u.fields == nil {
		u.fields = map[string]*Unknown{}
	}
	u.fields[name] = f
}

// orNil keeps what was found. There is nothing in most values, and looking
// costs no memory then.
func (u Unknown) orNil() *Unknown {
	if u.attrs == nil && u.fields == nil && u.elems == nil {
		return nil
	}
	kept := u // a copy, so that u does not escape
	return &kept
}

// Equal reports whether the unknown attributes of two values are equal. Their
// known ones are.
func (u *Unknown) Equal(o *Unknown) bool {
	if u == nil || o == nil {
		return u == o
	}
	return maps.EqualFunc(u.attrs, o.attrs, item.Equal) && maps.EqualFunc(u.fields, o.fields, (*Unknown).Equal) &&
		slices.EqualFunc(u.elems, o.elems, (*Unknown).Equal)
}

// first returns the path of one unknown attribute, the same each time.
func (u *Unknown) first() attr.Path {
	for _, name := range slices.Sorted(maps.Keys(u.attrs)) {
		return attr.Names(name)
	}
	for _, name := range slices.Sorted(maps.Keys(u.fields)) {
		return attr.Join(attr.Names(name), u.fields[name].first())
	}
	for i, e := range u.elems {
		if e != nil {
			return attr.Join(attr.Path{attr.At(i)}, e.first())
		}
	}
	return nil
}

// DoubtError: a list was changed, and it is not certain which element has the
// unknown attributes now.
type DoubtError struct {
	List      attr.Path
	Element   int       // its position when the list was read
	Attribute attr.Path // one that it has, from the element
}

func (e *DoubtError) Error() string {
	return fmt.Sprintf("element %d of the list, as it was read, has an attribute that the type does not know (%s), and the list was changed so that nothing tells which element it belongs to now", e.Element, e.Attribute)
}

// inside gives an error the step that leads to where it happened.
func inside(s attr.Seg, err error) error {
	var d *DoubtError
	if errors.As(err, &d) {
		d.List = attr.Join(attr.Path{s}, d.List)
	}
	return err
}

// Replaced is u with what a function makes of each attribute, which it is given with its path;
// it must not change it. u is left as it is.
func (u *Unknown) Replaced(by func(attr.Path, types.AttributeValue) (types.AttributeValue, error)) (*Unknown, error) {
	return u.replaced(nil, by)
}

func (u *Unknown) replaced(at attr.Path, by func(attr.Path, types.AttributeValue) (types.AttributeValue, error)) (_ *Unknown, err error) {
	if u == nil {
		return nil, nil
	}
	out := &Unknown{known: u.known, elems: slices.Clone(u.elems)}
	for name, av := range u.attrs {
		if av, err = by(attr.Join(at, attr.Names(name)), av); err != nil {
			return nil, err
		}
		out.attr(name, av)
	}
	for name, f := range u.fields {
		if f, err = f.replaced(attr.Join(at, attr.Names(name)), by); err != nil {
			return nil, err
		}
		out.field(name, f)
	}
	for i, e := range u.elems {
		if out.elems[i], err = e.replaced(attr.Join(at, attr.Path{attr.Elem}), by); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Without returns u, which was read by a struct type, without the attributes that a later
// type does know. What has become another kind of value holds nothing any more.
func (u *Unknown) Without(before, now *codec.Codec) *Unknown {
	if u == nil || before == nil || now == nil || before.Kind() != now.Kind() {
		return nil
	}
	out := &Unknown{known: u.known}
	for name, av := range u.attrs {
		if now.Lookup(name) == nil {
			out.attr(name, av)
		}
	}
	for name, f := range u.fields {
		out.field(name, f.Without(child(before, name), child(now, name)))
	}
	for i, e := range u.elems {
		if e = e.Without(before.Elem(), now.Elem()); e == nil {
			continue
		}
		if out.elems == nil {
			out.elems = make([]*Unknown, len(u.elems))
		}
		out.elems[i] = e
	}
	return out.orNil()
}

// child is the type of an attribute, or of the entries of a map; nil for none.
func child(of *codec.Codec, name string) *codec.Codec {
	if !codec.Named(of) {
		return of.Elem()
	}
	if f := of.Lookup(name); f != nil {
		return f.Codec
	}
	return nil
}
