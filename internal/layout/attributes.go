package layout

import (
	"encoding"
	"net/url"
	"reflect"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/keys"
	"github.com/dystore/dystore/internal/schema"
)

func quote(s string) string { return strconv.Quote(s) }

// attributes are the attributes of a model, in the order of their declaration, each
// before what is inside it.
func attributes(s *schema.Schema) []Attribute {
	w := &walk{tag: s.RulesTag(), open: map[reflect.Type]string{}}
	w.fields(s.Codec, nil, "")
	return w.all
}

// walk goes through a type.
type walk struct {
	tag  string
	open map[reflect.Type]string // the structs that it is in, and their paths
	all  []Attribute
}

func (w *walk) fields(c *codec.Codec, at attr.Path, field string) {
	t := behind(c.Type())
	w.open[t] = Text(at)
	for _, f := range c.Fields() {
		a := Attribute{Field: join(field, f.GoName), Options: f.Codec.Emptiness()}
		if w.tag != "" {
			if a.Rules = f.Tag.Get(w.tag); a.Rules == "-" {
				a.Rules = ""
			}
		}
		w.value(f.Codec, attr.Join(at, attr.Path{attr.Field(f.Name)}), a)
	}
	delete(w.open, t)
}

// value adds the value at a path, and what is inside it.
func (w *walk) value(c *codec.Codec, at attr.Path, a Attribute) {
	a.Path = Text(at)
	a.Type, a.Value = form(c)
	inside, again := "", false
	if codec.Named(c) {
		if inside, again = w.open[behind(c.Type())]; again {
			if inside == "" {
				inside = "the object"
			}
			a.Value += " as " + inside
		}
	}
	w.all = append(w.all, a)
	switch c.Kind() {
	case codec.Struct, codec.Union:
		if !again {
			w.fields(c, at, a.Field)
		}
	case codec.List:
		w.value(c.Elem(), attr.Join(at, attr.Path{attr.Elem}), Attribute{Field: a.Field + "[]"})
	case codec.Map:
		w.value(c.Elem(), attr.Join(at, attr.Path{attr.Value}), Attribute{Field: a.Field + "{}"})
	}
}

func join(of, field string) string {
	if of == "" {
		return field
	}
	return of + "." + field
}

func behind(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

// Variants is the form of an interface, of whose attributes a value has one.
const Variants = "one of these"

// Types of values that are no DynamoDB types: what is stored depends on the value.
const (
	AnyType    = "any"
	CustomType = "custom"
)

var wireTypes = map[codec.Kind]string{
	codec.String: "S", codec.Number: "N", codec.Bool: "BOOL", codec.Binary: "B", codec.StringSet: "SS", codec.NumberSet: "NS", codec.BinarySet: "BS",
	codec.List: "L", codec.Map: "M", codec.Struct: "M", codec.Union: "M", codec.Any: AnyType, codec.Custom: CustomType,
}

// form is how values are stored: the type of DynamoDB, and what of the Go type decides
// which stored values can be read.
func form(c *codec.Codec) (wire, value string) {
	wire, t := wireTypes[c.Kind()], behind(c.Type())
	switch c.Kind() {
	case codec.String:
		return wire, text(c, t)
	case codec.Number:
		if c.Seconds() {
			return wire, "time in seconds"
		}
		return wire, number(t)
	case codec.Bool:
		return wire, "bool"
	case codec.Binary:
		return wire, sized("bytes", t)
	case codec.StringSet, codec.NumberSet, codec.BinarySet:
		if e := c.Elem(); e != nil {
			_, value = form(e)
		}
		return wire, "set of " + value
	case codec.List:
		return wire, sized("list", t)
	case codec.Map:
		return wire, "map by " + mapKey(t.Key())
	case codec.Struct:
		return wire, "struct"
	case codec.Union:
		return wire, Variants
	case codec.Custom:
		return wire, t.String()
	}
	return wire, "any"
}

var textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()

func marshalsText(t reflect.Type) bool {
	return t == reflect.TypeFor[url.URL]() || reflect.PointerTo(t).Implements(textMarshaler)
}

func text(c *codec.Codec, t reflect.Type) string {
	switch {
	case c.Spelled():
		return number(t) + " as text"
	case c.Instant():
		return "time as text"
	case marshalsText(t):
		return "text of " + t.String()
	}
	return "string"
}

// number is the range of a type of numbers.
func number(t reflect.Type) string {
	switch k := t.Kind(); k {
	case reflect.Int, reflect.Uint:
		return k.String() + strconv.Itoa(t.Bits())
	case reflect.String:
		return "number"
	default:
		return k.String()
	}
}

// sized names the length of an array.
func sized(what string, t reflect.Type) string {
	if t.Kind() == reflect.Array {
		return strconv.Itoa(t.Len()) + " " + what
	}
	return what
}

func mapKey(t reflect.Type) string {
	switch {
	case marshalsText(t):
		return "text of " + t.String()
	case t.Kind() == reflect.String:
		return "string"
	}
	return t.Kind().String()
}

// keyValue is how the values of a key attribute are stored.
func keyValue(a *keys.Attr) string {
	if a.Instant {
		return "time as text" // in a form that sorts
	}
	_, value := form(codec.For(a.Typ))
	switch {
	case a.Spelled:
		return value + " as text"
	case a.Kind == types.ScalarAttributeTypeN && value == "time as text": // the tag says unixtime
		return "time in seconds"
	}
	return value
}
