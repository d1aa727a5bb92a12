package probe

import (
	"errors"
	"reflect"
	"strings"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/model"
)

// follow translates steps from a value of type root into the path of the stored
// attribute and the codec of its value.
func follow(root reflect.Type, steps []model.Step) (attr.Path, *codec.Codec, *refusal) {
	var (
		path  attr.Path
		c     = codec.For(root)
		t     = root
		index []int  // fields since the last attribute: embedded structs
		fault string // what is wrong with the attribute, as its struct knows it
	)
	for i, s := range steps {
		at := steps[:i+1]
		switch s.Kind {
		case model.Field:
			if c.Kind() != codec.Struct {
				return nil, nil, refuse(steps[:i], "%s marshals itself and is stored as one value; its fields have no path", t)
			}
			f := t.Field(s.Index)
			index = append(index, s.Index)
			if field := c.FieldByIndex(index); field != nil {
				fault = complaint(c.Err(), t.String(), f.Name)
				path, c, index = append(path, attr.Field(field.Name)), field.Codec, nil
			} else if r := unstored(c, t, f, at); r != nil {
				return nil, nil, r
			}
			t = f.Type
		case model.Deref:
			t = t.Elem() // no segment, and the codec is that of what it points to
		case model.ArrayIndex:
			if c.Kind() != codec.List {
				return nil, nil, refuse(steps[:i], "%s is stored as one value (%s); its elements have no path", t, c.Kind())
			}
			path, c, t = append(path, attr.At(s.Index)), c.Elem(), t.Elem()
		}
	}
	switch {
	case index != nil:
		return nil, nil, refuse(steps, "an embedded struct is not stored as one value, its fields are; take one of them")
	case fault != "":
		return nil, nil, refuse(steps, "%s", fault)
	case c.Err() != nil:
		return nil, nil, refuse(steps, "%s", strings.TrimPrefix(c.Err().Error(), "codec: "))
	}
	return path, c, nil
}

// unstored says why field f of t is no attribute of c, nil for an embedded
// struct whose fields are.
func unstored(c *codec.Codec, t reflect.Type, f reflect.StructField, at []model.Step) *refusal {
	switch {
	case skipped(f):
		return refuse(at, `the field is tagged dynamodbav:"-" and never stored`)
	case !f.IsExported() && !f.Anonymous:
		return refuse(at, "the field is unexported and never stored")
	}
	if reason := complaint(c.Err(), t.String(), f.Name); reason != "" {
		return refuse(at, "%s", reason)
	}
	if f.Anonymous && tagName(f) == "" && dissolves(f.Type) {
		return nil
	}
	return refuse(at, "the field is not stored")
}

// complaint returns what a codec found wrong with one field.
func complaint(err error, typ, field string) string {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, err := range joined.Unwrap() {
			if reason := complaint(err, typ, field); reason != "" {
				return reason
			}
		}
		return ""
	}
	var e *codec.Error
	if errors.As(err, &e) && e.Type == typ && e.Field == field {
		return e.Reason
	}
	return ""
}

func tagName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("dynamodbav"), ",")
	return name
}

func skipped(f reflect.StructField) bool { return tagName(f) == "-" }

// dissolves reports whether an embedded field of type t gives its fields to
// the struct around it.
func dissolves(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Kind() == reflect.Struct && !leaf(t)
}
