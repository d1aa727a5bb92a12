package towire

import (
	"reflect"

	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/shape"
	"github.com/dystore/dystore/internal/wire"
)

func structure(p *Plan, b []byte, v reflect.Value, level int) ([]byte, bool, error) {
	if level >= item.MaxDepth {
		return b, false, ErrUnwritten
	}
	b, _, err := p.members(append(b, `{"M":{`...), v, level, 0)
	return append(b, `}}`...), true, err
}

// members appends the attributes of a struct at a level, n of which there are already.
func (p *Plan) members(b []byte, v reflect.Value, level, n int) ([]byte, int, error) {
	for _, e := range p.Fields {
		field, ok := shape.Follow(v, e.Index)
		if !ok {
			continue
		}
		before := len(b)
		if n > 0 {
			b = append(b, ',')
		}
		b = append(wire.AppendString(b, e.Name), ':')
		var there bool
		var err error
		if b, there, err = (*Plan)(e.Shape).append(b, field, level+1); err != nil {
			return b, n, err
		}
		if there {
			n++
		} else {
			b = b[:before]
		}
	}
	return b, n, nil
}

func list(p *Plan, b []byte, v reflect.Value, level int) ([]byte, bool, error) {
	switch {
	case v.Kind() == reflect.Slice && v.IsNil():
		return b, false, nil
	case level >= item.MaxDepth:
		return b, false, ErrUnwritten
	}
	b = append(b, `{"L":[`...)
	first := len(b)
	for i := range v.Len() {
		var err error
		if b, _, err = p.element(b, first, "", v.Index(i), level+1); err != nil {
			return b, false, err
		}
	}
	return append(b, `]}`...), true, nil
}

// element appends an element of a list, or of a map whose name is the prefix, after a comma
// if it is not the first. It is false if the element is left out.
func (p *Plan) element(b []byte, first int, prefix string, v reflect.Value, level int) ([]byte, bool, error) {
	before := len(b)
	if before > first {
		b = append(b, ',')
	}
	if prefix != "" {
		b = append(wire.AppendString(b, prefix), ':')
	}
	b, there, err := (*Plan)(p.Elem).append(b, v, level)
	switch {
	case err != nil || there:
		return b, there, err
	case p.Drops:
		return b[:before], false, nil
	}
	return append(b, null...), true, nil
}

// mapping writes the entries in the order in which Go has them, which is any.
func mapping(p *Plan, b []byte, v reflect.Value, level int) ([]byte, bool, error) {
	switch {
	case v.IsNil():
		return b, false, nil
	case level >= item.MaxDepth:
		return b, false, ErrUnwritten
	}
	b = append(b, `{"M":{`...)
	first := len(b)
	t := v.Type()
	key, val := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
	var seen map[string]bool // nil: keys that differ have names that do
	if p.Methods {
		seen = make(map[string]bool, v.Len())
	}
	for it := v.MapRange(); it.Next(); {
		key.SetIterKey(it)
		val.SetIterValue(it)
		name, err := p.Codec.MapKey(key)
		if err != nil || seen[name] {
			return b, false, ErrUnwritten
		}
		if seen != nil {
			seen[name] = true
		}
		if b, _, err = p.element(b, first, name, val, level+1); err != nil {
			return b, false, err
		}
	}
	return append(b, `}}`...), true, nil
}

// encoded is the long way: over the attribute value.
func encoded(p *Plan, b []byte, v reflect.Value, level int) ([]byte, bool, error) {
	av, err := p.Codec.Encode(v)
	switch {
	case err != nil, av != nil && level+item.Depth(av)-1 > item.MaxDepth:
		return b, false, ErrUnwritten
	case av == nil:
		return b, false, nil
	}
	return wire.AppendValue(b, av), true, nil
}
