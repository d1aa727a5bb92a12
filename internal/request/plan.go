package request

import (
	"reflect"
	"strconv"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/wire"
)

// write appends a value of the type that the plan was made for.
type write func(w *wire.Writer, v reflect.Value)

var plans sync.Map // of types of inputs to writes; nil: the SDK writes them

func of(t reflect.Type) write {
	if p, ok := plans.Load(t); ok {
		return p.(write)
	}
	p, _ := plans.LoadOrStore(t, structOf(t))
	return p.(write)
}

var (
	attributeType = reflect.TypeFor[types.AttributeValue]()
	itemType      = reflect.TypeFor[map[string]types.AttributeValue]()
	namesType     = reflect.TypeFor[map[string]string]()
)

// planOf is the plan of a type, nil if it is one that no member of a request has.
func planOf(t reflect.Type) write {
	switch t {
	case attributeType:
		return func(w *wire.Writer, v reflect.Value) { w.Value(v.Interface().(types.AttributeValue)) }
	case itemType:
		return func(w *wire.Writer, v reflect.Value) { w.Item(v.Interface().(map[string]types.AttributeValue)) }
	case namesType:
		return func(w *wire.Writer, v reflect.Value) { names(w, v.Interface().(map[string]string)) }
	}
	switch t.Kind() {
	case reflect.String:
		return func(w *wire.Writer, v reflect.Value) { w.Text(v.String()) }
	case reflect.Bool:
		return func(w *wire.Writer, v reflect.Value) { w.B = strconv.AppendBool(w.B, v.Bool()) }
	case reflect.Int32, reflect.Int64:
		return func(w *wire.Writer, v reflect.Value) { w.B = strconv.AppendInt(w.B, v.Int(), 10) }
	case reflect.Struct:
		return structOf(t)
	case reflect.Pointer:
		return within(t, func(w *wire.Writer, v reflect.Value, elem write) { elem(w, v.Elem()) })
	case reflect.Slice:
		return within(t, listOf)
	case reflect.Map:
		if t.Key().Kind() == reflect.String {
			return within(t, mapOf)
		}
	}
	return nil
}

// within is the plan of a type that has elements.
func within(t reflect.Type, all func(*wire.Writer, reflect.Value, write)) write {
	elem := planOf(t.Elem())
	if elem == nil {
		return nil
	}
	return func(w *wire.Writer, v reflect.Value) { all(w, v, elem) }
}

// member is one of a struct. The SDK names it as DynamoDB does.
type member struct {
	index  int
	prefix string // its name as JSON, and a colon
	write  write
	kind   reflect.Kind
}

// structOf is the plan of a struct. Each member has to have a plan: one that a later SDK adds
// must not be lost.
func structOf(t reflect.Type) write {
	var members []member
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() || f.Anonymous {
			continue
		}
		p := planOf(f.Type)
		if p == nil || !omittable(f.Type) {
			return nil
		}
		members = append(members, member{i, strconv.Quote(f.Name) + ":", p, f.Type.Kind()})
	}
	return func(w *wire.Writer, v reflect.Value) {
		w.B = append(w.B, '{')
		first := len(w.B)
		for i := range members {
			m := &members[i]
			f := v.Field(m.index)
			if m.kind == reflect.String && f.Len() == 0 || m.kind != reflect.String && f.IsNil() {
				continue
			}
			w.Comma(first)
			w.B = append(w.B, m.prefix...)
			m.write(w, f)
		}
		w.B = append(w.B, '}')
	}
}

// omittable reports whether a member of a type may be absent. Others the SDK writes or leaves
// out as their documentation says.
func omittable(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Interface, reflect.String:
		return true
	}
	return false
}

func listOf(w *wire.Writer, v reflect.Value, elem write) {
	w.B = append(w.B, '[')
	first := len(w.B)
	for i := range v.Len() {
		w.Comma(first)
		elem(w, v.Index(i))
	}
	w.B = append(w.B, ']')
}

func mapOf(w *wire.Writer, v reflect.Value, elem write) {
	w.B = append(w.B, '{')
	first := len(w.B)
	for it := v.MapRange(); it.Next(); {
		w.Key(first, it.Key().String())
		elem(w, it.Value())
	}
	w.B = append(w.B, '}')
}

func names(w *wire.Writer, names map[string]string) {
	w.B = append(w.B, '{')
	first := len(w.B)
	for name, v := range names {
		w.Key(first, name)
		w.Text(v)
	}
	w.B = append(w.B, '}')
}
