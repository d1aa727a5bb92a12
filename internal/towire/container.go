package towire

import (
	"reflect"
	"slices"

	"github.com/dystore/dystore/internal/canonical"
	"github.com/dystore/dystore/internal/item"
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
	for i := range p.entries {
		e := &p.entries[i]
		field, ok := canonical.Follow(v, e.index)
		if !ok {
			continue
		}
		before := len(b)
		if n > 0 {
			b = append(b, ',')
		}
		b = append(b, e.prefix...)
		var there bool
		var err error
		if b, there, err = e.plan.append(b, field, level+1); err != nil {
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
	b, there, err := p.elem.append(b, v, level)
	switch {
	case err != nil || there:
		return b, there, err
	case p.drops:
		return b[:before], false, nil
	}
	return append(b, null...), true, nil
}

func mapping(p *Plan, b []byte, v reflect.Value, level int) ([]byte, bool, error) {
	switch {
	case v.IsNil():
		return b, false, nil
	case level >= item.MaxDepth:
		return b, false, ErrUnwritten
	}
	entries := make([]pair, 0, v.Len())
	t := v.Type()
	key := reflect.New(t.Key()).Elem()
	for it := v.MapRange(); it.Next(); {
		key.SetIterKey(it)
		name, err := p.codec.MapKey(key)
		if err != nil {
			return b, false, ErrUnwritten
		}
		val := reflect.New(t.Elem()).Elem()
		val.SetIterValue(it)
		entries = append(entries, pair{name, val})
	}
	slices.SortFunc(entries, byName)
	b = append(b, `{"M":{`...)
	first := len(b)
	for i, e := range entries {
		if i > 0 && entries[i-1].name == e.name {
			return b, false, ErrUnwritten // two keys of the map have one name
		}
		var err error
		if b, _, err = p.element(b, first, e.name, e.value, level+1); err != nil {
			return b, false, err
		}
	}
	return append(b, `}}`...), true, nil
}

// pair is an entry of a map.
type pair struct {
	name  string
	value reflect.Value
}

func byName(x, y pair) int {
	switch {
	case x.name < y.name:
		return -1
	case x.name > y.name:
		return 1
	}
	return 0
}

// encoded is the long way: over the attribute value.
func encoded(p *Plan, b []byte, v reflect.Value, level int) ([]byte, bool, error) {
	av, err := p.codec.Encode(v)
	switch {
	case err != nil, av != nil && level+item.Depth(av)-1 > item.MaxDepth:
		return b, false, ErrUnwritten
	case av == nil:
		return b, false, nil
	}
	return wire.AppendValue(b, av), true, nil
}
