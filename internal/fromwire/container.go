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
	last := &p.First
	return it.Fields(func(r *wire.Reader, name []byte) error {
		if aside(name) {
			return nil
		}
		r.Exact = exact
		return p.member(r, name, &last, dst)
	})
}

// member stores one attribute in the field of dst that has it.
func (p *Plan) member(r *wire.Reader, name []byte, last **shape.Follower, dst reflect.Value) error {
	if f := p.field(name, last); f != nil {
		return (*Plan)(f.Shape).value(r, f.In(dst))
	}
	if r.Exact {
		return ErrUnread
	}
	r.Open()
	r.Skip()
	r.Close()
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

func (p *Plan) value(r *wire.Reader, dst reflect.Value) error {
	err := p.content(r, r.Open(), dst)
	if err == nil {
		r.Close()
	}
	return err
}

func (p *Plan) content(r *wire.Reader, tag wire.Tag, dst reflect.Value) error {
	read := p.reader()
	switch {
	case read == nil:
		return p.slowly(r, tag, dst)
	case tag == wire.NULL:
		if !r.Bool() {
			return ErrUnread
		}
		return nil
	}
	for range p.Pointers {
		dst.Set(reflect.New(dst.Type().Elem()))
		dst = dst.Elem()
	}
	return read(p, r, tag, dst)
}

// slowly reads one value by way of an attribute value.
func (p *Plan) slowly(r *wire.Reader, tag wire.Tag, dst reflect.Value) error {
	if r.Exact && p.Codec.Kind() == codec.Union || p.Codec.Decode(r.Content(tag), dst) != nil {
		return ErrUnread
	}
	return nil
}

func readStruct(p *Plan, r *wire.Reader, tag wire.Tag, dst reflect.Value) error {
	if tag != wire.M {
		return ErrUnread
	}
	last := &p.First
	for r.Begin(); r.More(); {
		if err := p.member(r, r.Name(), &last, dst); err != nil {
			return err
		}
	}
	return nil
}

func readMap(p *Plan, r *wire.Reader, tag wire.Tag, dst reflect.Value) error {
	if tag != wire.M {
		return ErrUnread
	}
	n, t := r.Count(), dst.Type()
	m := reflect.MakeMapWithSize(t, n)
	key, val := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
	for r.Begin(); r.More(); {
		if name := r.Keep(r.Name()); key.Kind() == reflect.String && !p.Methods {
			key.SetString(name)
		} else if k, err := p.Codec.KeyValue(name); err == nil {
			key = k
		} else {
			return ErrUnread
		}
		val.SetZero()
		if err := (*Plan)(p.Elem).value(r, val); err != nil {
			return err
		}
		m.SetMapIndex(key, val)
	}
	if m.Len() != n {
		return ErrUnread
	}
	dst.Set(m)
	return nil
}

// elementOf is the type of the elements of a set; those of a list have types of their own.
var elementOf = map[wire.Tag]wire.Tag{wire.SS: wire.S, wire.NS: wire.N, wire.BS: wire.B, wire.L: wire.None}

// readElems reads lists and sets, one into the other too.
func readElems(p *Plan, r *wire.Reader, tag wire.Tag, dst reflect.Value) error {
	of, ok := elementOf[tag]
	if !ok || !makeRoom(dst, r.Count()) {
		return ErrUnread
	}
	r.Begin()
	for i := 0; r.More(); i++ {
		var err error
		if of == wire.None {
			err = (*Plan)(p.Elem).value(r, dst.Index(i))
		} else {
			err = (*Plan)(p.Elem).content(r, of, dst.Index(i))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// makeRoom gives dst, a slice or an array, n elements.
func makeRoom(dst reflect.Value, n int) bool {
	switch {
	case dst.Kind() != reflect.Slice:
		return n == dst.Len()
	case n == 0:
		dst.Set(reflect.MakeSlice(dst.Type(), 0, 0)) // empty is not nil
	default:
		dst.Grow(n)
		dst.SetLen(n)
	}
	return true
}
