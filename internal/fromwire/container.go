package fromwire

import (
	"reflect"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/shape"
	"github.com/dystore/dystore/internal/wire"
)

// Struct stores the attributes of an item that is bytes in the struct dst, which is zero and
// behind the pointers, but for those that aside says. Exact refuses attributes that the type
// does not have. After an error dst is an unspecified mixture.
func (p *Plan) Struct(it *wire.Item, aside func(name []byte) bool, exact bool, dst reflect.Value) error {
	last, at := &p.First, shape.At(dst)
	r := it.Open()
	defer r.Close()
	r.Exact = exact
	for end := r.Begin(); r.More(end); {
		name := r.Name()
		if aside(name) {
			r.Skip()
		} else if err := p.member(r, name, &last, at); err != nil {
			return err
		}
	}
	return nil
}

// member stores one attribute in the field of dst that has it.
func (p *Plan) member(r *wire.Reader, name []byte, last **shape.Follower, dst shape.Addr) error {
	if f := p.field(name, last); f != nil {
		return (*Plan)(f.Shape).value(r, f.In(dst))
	}
	if r.Exact {
		return ErrUnread
	}
	r.Skip()
	return nil
}

// field is the field with a name. The attributes of most items of a table come in one order,
// so that the name need not be looked up.
func (p *Plan) field(name []byte, last **shape.Follower) *shape.Field {
	f := (*last).Load()
	if f == nil || f.Name != string(name) {
		if f = p.ByName[string(name)]; f == nil {
			return nil
		}
		(*last).Store(f)
	}
	*last = &f.Next
	return f
}

func (p *Plan) value(r *wire.Reader, dst shape.Addr) error {
	read, tag := p.reader(), r.Tag()
	switch {
	case read == nil:
		return p.slowly(r, dst)
	case tag == wire.NULL:
		if !r.Bool() {
			return ErrUnread
		}
		return nil
	}
	for _, t := range p.Pointers {
		dst = dst.Make(t)
	}
	return read(p, r, tag, dst)
}

// slowly reads one value by way of an attribute value.
func (p *Plan) slowly(r *wire.Reader, dst shape.Addr) error {
	if r.Exact && p.Codec.Kind() == codec.Union || p.Codec.Decode(r.Value(), dst.Value(p.Codec.Type())) != nil {
		return ErrUnread
	}
	return nil
}

func readStruct(p *Plan, r *wire.Reader, tag wire.Tag, dst shape.Addr) error {
	if tag != wire.M {
		return ErrUnread
	}
	last := &p.First
	for end := r.Begin(); r.More(end); {
		if err := p.member(r, r.Name(), &last, dst); err != nil {
			return err
		}
	}
	return nil
}

func readMap(p *Plan, r *wire.Reader, tag wire.Tag, dst shape.Addr) error {
	if tag != wire.M {
		return ErrUnread
	}
	n, t := r.Count(), p.Type
	m := reflect.MakeMapWithSize(t, n)
	key, val := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
	value := shape.At(val)
	for end := r.Begin(); r.More(end); {
		if name := r.Keep(r.Name()); key.Kind() == reflect.String && !p.Methods {
			key.SetString(name)
		} else if k, err := p.Codec.KeyValue(name); err == nil {
			key = k
		} else {
			return ErrUnread
		}
		val.SetZero()
		if err := (*Plan)(p.Elem).value(r, value); err != nil {
			return err
		}
		m.SetMapIndex(key, val)
	}
	if m.Len() != n {
		return ErrUnread
	}
	dst.Value(t).Set(m)
	return nil
}

// readElems reads lists and sets, one into the other too.
func readElems(p *Plan, r *wire.Reader, tag wire.Tag, dst shape.Addr) error {
	switch tag {
	case wire.L, wire.SS, wire.NS, wire.BS:
	default:
		return ErrUnread
	}
	first, ok := p.makeRoom(dst, r.Count())
	if !ok {
		return ErrUnread
	}
	stride := (*shape.Shape)(p).Stride()
	end := r.Begin()
	for i := 0; r.More(end); i++ {
		if err := (*Plan)(p.Elem).value(r, first.Elem(i, stride)); err != nil {
			return err
		}
	}
	return nil
}

// makeRoom gives dst, a slice or an array, n elements. It returns the first.
func (p *Plan) makeRoom(dst shape.Addr, n int) (first shape.Addr, ok bool) {
	if p.Type.Kind() == reflect.Array {
		return dst, n == p.Type.Len()
	}
	switch v := dst.Value(p.Type); {
	case n == 0:
		v.Set(reflect.MakeSlice(p.Type, 0, 0)) // empty is not nil
	case p.Elem.Form == shape.Text && len(p.Elem.Pointers) == 0:
		dst.MakeTexts(n)
	default:
		v.Grow(n)
		v.SetLen(n)
	}
	first, _, ok = dst.Slice()
	return first, ok
}
