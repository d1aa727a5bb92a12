package canonical

import (
	"cmp"
	"reflect"
	"slices"

	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/shape"
)

// structure writes the attributes that are there. Nobody knows how many before.
func structure(p *Plan, f *Form, v shape.Addr, level int) (bool, error) {
	if level >= item.MaxDepth {
		return false, item.ErrTooDeep
	}
	start, n := len(f.Bytes), 0
	f.Bytes = item.OpenMap(f.Bytes)
	for _, e := range p.Fields {
		field, ok := e.Of(v)
		if !ok {
			continue
		}
		before := len(f.Bytes)
		var err error
		if f.Bytes, err = item.AppendName(f.Bytes, e.Name); err != nil {
			return false, err
		}
		there, err := (*Plan)(e.Shape).append(f, field, level+1)
		if err != nil {
			return false, err
		}
		if there {
			n++
		} else {
			f.Bytes = f.Bytes[:before]
		}
	}
	f.Bytes = item.CloseAt(f.Bytes, start, n)
	return true, nil
}

func list(p *Plan, f *Form, v shape.Addr, level int) (bool, error) {
	at, elems, there := (*shape.Shape)(p).Elems(v)
	switch {
	case !there:
		return false, nil
	case level >= item.MaxDepth:
		return false, item.ErrTooDeep
	}
	start, n := len(f.Bytes), 0
	f.Bytes = item.OpenList(f.Bytes)
	stride := (*shape.Shape)(p).Stride()
	for i := range elems {
		there, err := p.element(f, at.Elem(i, stride), level+1)
		if err != nil {
			return false, err
		}
		if there {
			n++
		}
	}
	f.Bytes = item.CloseAt(f.Bytes, start, n)
	return true, nil
}

// element appends an element of a list or a map. It is false if that is left out.
func (p *Plan) element(f *Form, v shape.Addr, level int) (bool, error) {
	there, err := (*Plan)(p.Elem).append(f, v, level)
	if err == nil && !there && !p.Drops {
		return f.null(), nil
	}
	return there, err
}

// mapping writes the entries in the order in which Go has them, and puts them in order.
func mapping(p *Plan, f *Form, at shape.Addr, level int) (bool, error) {
	v := at.Value(p.Type)
	switch {
	case v.IsNil():
		return false, nil
	case level >= item.MaxDepth:
		return false, item.ErrTooDeep
	}
	start := len(f.Bytes)
	f.Bytes = item.OpenMap(f.Bytes)
	first := len(f.Bytes)
	entries := make([]span, 0, v.Len())
	t := v.Type()
	key, val := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
	value := shape.At(val)
	for it := v.MapRange(); it.Next(); {
		key.SetIterKey(it)
		val.SetIterValue(it)
		name, err := p.Codec.MapKey(key)
		if err != nil {
			return false, err
		}
		from := len(f.Bytes)
		if f.Bytes, err = item.AppendName(f.Bytes, name); err != nil {
			return false, err
		}
		there, err := p.element(f, value, level+1)
		if err != nil {
			return false, err
		}
		if !there {
			f.Bytes = f.Bytes[:from]
			continue
		}
		entries = append(entries, span{name, from, len(f.Bytes)})
	}
	byName := func(a, b span) int { return cmp.Compare(a.name, b.name) }
	slices.SortFunc(entries, byName)
	for i := 1; i < len(entries); i++ {
		if entries[i].name == entries[i-1].name {
			return false, errUnfit // two keys of the map have one name
		}
	}
	f.arrange(first, entries)
	f.Bytes = item.CloseAt(f.Bytes, start, len(entries))
	return true, nil
}

// span is an entry of a map, and where its form is.
type span struct {
	name     string
	from, to int
}

// arrange puts what was written from first on into the order of its spans.
func (f *Form) arrange(first int, spans []span) {
	f.spare = append(f.spare[:0], f.Bytes[first:]...)
	f.Bytes = f.Bytes[:first]
	for _, s := range spans {
		f.Bytes = append(f.Bytes, f.spare[s.from-first:s.to-first]...)
	}
}
