package model

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// GoPath spells l in Go field names, without the name of T: Location.City,
// Past[0].City, Homes[tokyo].City, Past[].City. It is the namespace that
// go-playground/validator gives the field, embedded structs included.
func (l *Lens) GoPath() string { return GoPath(l.Root, l.Steps) }

// GoPath spells steps from a value of type root in Go field names.
func GoPath(root reflect.Type, steps []Step) string {
	var b strings.Builder
	t := root
	for _, s := range steps {
		switch s.Kind {
		case Field:
			f := t.Field(s.Index)
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(f.Name)
			t = f.Type
			continue
		case ArrayIndex, SliceIndex:
			b.WriteString("[" + strconv.Itoa(s.Index) + "]")
		case MapKey:
			fmt.Fprintf(&b, "[%v]", s.Key)
		case EachElem, EachValue:
			b.WriteString("[]")
		case Variant:
			t = s.Type
			continue
		}
		t = t.Elem()
	}
	return b.String()
}

// GoFields returns the struct fields that l passes, outermost first, the last
// one being the field it points at or into. Embedded structs are among them.
func (l *Lens) GoFields() []reflect.StructField {
	var fields []reflect.StructField
	t := l.Root
	for _, s := range l.Steps {
		switch s.Kind {
		case Field:
		case Variant:
			t = s.Type
			continue
		default:
			t = t.Elem()
			continue
		}
		f := t.Field(s.Index)
		fields = append(fields, f)
		t = f.Type
	}
	return fields
}
