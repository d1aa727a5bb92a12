package towire

import (
	"reflect"

	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/shape"
	"github.com/dystore/dystore/internal/wire"
)

func structure(p *Plan, o *out, v reflect.Value, level int) (bool, error) {
	if level >= item.MaxDepth {
		return false, ErrUnwritten
	}
	o.write(`{"M":{`)
	n, err := members(p.Fields, o, v, level, 0)
	o.size += item.ContainerSize + n*item.ElementSize
	o.write(`}}`)
	return true, err
}

// members appends the attributes of a struct at a level, n of which there are already. It
// returns how many there are then.
func members(fields []*shape.Field, o *out, v reflect.Value, level, n int) (int, error) {
	for _, e := range fields {
		field, ok := shape.Follow(v, e.Index)
		if !ok {
			continue
		}
		before := len(o.b)
		if n > 0 {
			o.write(`,`)
		}
		o.b = append(wire.AppendString(o.b, e.Name), ':')
		there, err := (*Plan)(e.Shape).append(o, field, level+1)
		switch {
		case err != nil:
			return n, err
		case there:
			o.size += len(e.Name)
			n++
		default:
			o.b = o.b[:before]
		}
	}
	return n, nil
}

func list(p *Plan, o *out, v reflect.Value, level int) (bool, error) {
	switch {
	case v.Kind() == reflect.Slice && v.IsNil():
		return false, nil
	case level >= item.MaxDepth:
		return false, ErrUnwritten
	}
	o.size += item.ContainerSize
	o.write(`{"L":[`)
	first := len(o.b)
	for i := range v.Len() {
		if err := p.element(o, first, "", v.Index(i), level+1); err != nil {
			return false, err
		}
	}
	o.write(`]}`)
	return true, nil
}

// element appends an element of a list, or of a map whose name is the prefix, after a comma
// if it is not the first.
func (p *Plan) element(o *out, first int, name string, v reflect.Value, level int) error {
	before := len(o.b)
	if before > first {
		o.write(`,`)
	}
	if name != "" {
		o.b = append(wire.AppendString(o.b, name), ':')
	}
	there, err := (*Plan)(p.Elem).append(o, v, level)
	switch {
	case err != nil:
		return err
	case !there && p.Drops:
		o.b = o.b[:before]
		return nil
	case !there:
		o.null()
	}
	o.size += len(name) + item.ElementSize
	return nil
}

// mapping writes the entries in the order in which Go has them, which is any.
func mapping(p *Plan, o *out, v reflect.Value, level int) (bool, error) {
	switch {
	case v.IsNil():
		return false, nil
	case level >= item.MaxDepth:
		return false, ErrUnwritten
	}
	o.size += item.ContainerSize
	o.write(`{"M":{`)
	first := len(o.b)
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
		if err != nil || seen[name] || !item.IsName(name) {
			return false, ErrUnwritten
		}
		if seen != nil {
			seen[name] = true
		}
		if err := p.element(o, first, name, val, level+1); err != nil {
			return false, err
		}
	}
	o.write(`}}`)
	return true, nil
}

// encoded is the long way: over the attribute value.
func encoded(p *Plan, o *out, v reflect.Value, level int) (bool, error) {
	av, err := p.Codec.Encode(v)
	if err != nil || av == nil {
		if err != nil {
			err = ErrUnwritten
		}
		return false, err
	}
	size, sound := item.MeasureValue(av, level)
	w := wire.Writer{B: o.b}
	if w.Value(av); !sound || w.Foreign {
		return false, ErrUnwritten
	}
	o.size += size
	o.b = w.B
	return true, nil
}
