package towire

import (
	"reflect"

	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/shape"
	"github.com/dystore/dystore/internal/wire"
)

func structure(p *Plan, o *out, b []byte, v shape.Addr, level int) ([]byte, outcome) {
	if level >= item.MaxDepth {
		return b, unwritten
	}
	b, n := members(p.Fields, o, append(b, `{"M":{`...), v, level, 0)
	if n < 0 {
		return b, unwritten
	}
	o.size += item.ContainerSize + n*item.ElementSize
	return append(b, `}}`...), written
}

// members appends the attributes of a struct at a level, n of which there are already. It
// returns how many there are then; -1 if one is unwritten.
func members(fields []*shape.Field, o *out, b []byte, v shape.Addr, level, n int) ([]byte, int) {
	for _, e := range fields {
		field, ok := e.Of(v)
		if !ok {
			continue
		}
		before := len(b)
		if n > 0 {
			b = append(b, ',')
		}
		var how outcome
		b, how = (*Plan)(e.Shape).append(o, append(b, e.Label...), field, level+1)
		switch how {
		case written:
			o.size += len(e.Name)
			n++
		case absent:
			b = b[:before]
		default:
			return b, -1
		}
	}
	return b, n
}

func list(p *Plan, o *out, b []byte, v shape.Addr, level int) ([]byte, outcome) {
	at, n, there := (*shape.Shape)(p).Elems(v)
	switch {
	case !there:
		return b, absent
	case level >= item.MaxDepth:
		return b, unwritten
	}
	o.size += item.ContainerSize
	b = append(b, `{"L":[`...)
	first, stride := len(b), (*shape.Shape)(p).Stride()
	for i := range n {
		var ok bool
		if b, ok = p.element(o, b, first, "", at.Elem(i, stride), level+1); !ok {
			return b, unwritten
		}
	}
	return append(b, `]}`...), written
}

// element appends an element of a list, or of a map whose name is the prefix, after a comma
// if it is not the first. It is false if that is unwritten.
func (p *Plan) element(o *out, b []byte, first int, name string, v shape.Addr, level int) ([]byte, bool) {
	before := len(b)
	if before > first {
		b = append(b, ',')
	}
	if name != "" {
		b = append(wire.AppendString(b, name), ':')
	}
	b, how := (*Plan)(p.Elem).append(o, b, v, level)
	switch {
	case how == unwritten:
		return b, false
	case how == absent && p.Drops:
		return b[:before], true
	case how == absent:
		b = o.null(b)
	}
	o.size += len(name) + item.ElementSize
	return b, true
}

// mapping writes the entries in the order in which Go has them, which is any.
func mapping(p *Plan, o *out, b []byte, at shape.Addr, level int) ([]byte, outcome) {
	v := at.Value(p.Type)
	switch {
	case v.IsNil():
		return b, absent
	case level >= item.MaxDepth:
		return b, unwritten
	}
	o.size += item.ContainerSize
	b = append(b, `{"M":{`...)
	first := len(b)
	key, val := reflect.New(p.Type.Key()).Elem(), reflect.New(p.Type.Elem()).Elem()
	var seen map[string]bool // nil: keys that differ have names that do
	if p.Methods {
		seen = make(map[string]bool, v.Len())
	}
	value := shape.At(val)
	for it := v.MapRange(); it.Next(); {
		key.SetIterKey(it)
		val.SetIterValue(it)
		name, err := p.Codec.MapKey(key)
		if err != nil || seen[name] || !item.IsName(name) {
			return b, unwritten
		}
		if seen != nil {
			seen[name] = true
		}
		var ok bool
		if b, ok = p.element(o, b, first, name, value, level+1); !ok {
			return b, unwritten
		}
	}
	return append(b, `}}`...), written
}

// encoded is the long way: over the attribute value.
func encoded(p *Plan, o *out, b []byte, v shape.Addr, level int) ([]byte, outcome) {
	av, err := p.Codec.Encode(v.Value(p.Codec.Type()))
	switch {
	case err != nil:
		return b, unwritten
	case av == nil:
		return b, absent
	}
	size, sound := item.MeasureValue(av, level)
	w := wire.Writer{B: b}
	if w.Value(av); !sound || w.Foreign {
		return b, unwritten
	}
	o.size += size
	return w.B, written
}
