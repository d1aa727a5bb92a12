package rules_test

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"pgregory.net/rapid"
)

// Random struct types with random tags, and random values of them.

// shapes draws types. A type may occur in several places of one model.
type shapes struct{ drawn []reflect.Type }

func randomStruct(t *rapid.T, depth int) reflect.Type { return new(shapes).structure(t, depth) }

// structure draws a struct type. Rules about other fields name fields that
// stand before, or something inside of them.
func (s *shapes) structure(t *rapid.T, depth int) reflect.Type {
	if len(s.drawn) > 0 && rapid.IntRange(0, 2).Draw(t, "again") == 0 {
		return rapid.SampledFrom(s.drawn).Draw(t, "drawn")
	}
	n := rapid.IntRange(1, 4).Draw(t, "fields")
	var fields []reflect.StructField
	for i := range n {
		f := reflect.StructField{Name: string(rune('A' + i)), Type: s.field(t, depth)}
		if tag := randomTag(t, f.Type, fields); tag != "" {
			f.Tag = reflect.StructTag(`validate:"` + tag + `"`)
		}
		fields = append(fields, f)
	}
	typ := reflect.StructOf(fields)
	s.drawn = append(s.drawn, typ)
	return typ
}

var timeType = reflect.TypeFor[time.Time]()

var scalars = []reflect.Type{
	reflect.TypeFor[string](), reflect.TypeFor[int](), reflect.TypeFor[*string](), reflect.TypeFor[*int](), reflect.TypeFor[**int](),
	reflect.TypeFor[bool](), reflect.TypeFor[uint8](), reflect.TypeFor[float64](), timeType,
}

func (s *shapes) field(t *rapid.T, depth int) reflect.Type {
	if depth == 0 {
		return rapid.SampledFrom(scalars).Draw(t, "scalar")
	}
	switch rapid.SampledFrom([]string{"scalar", "scalar", "struct", "pointer", "list", "map", "ints", "array"}).Draw(t, "type") {
	case "struct":
		return s.structure(t, depth-1)
	case "pointer":
		return reflect.PointerTo(s.structure(t, depth-1))
	case "list":
		return reflect.SliceOf(s.field(t, depth-1))
	case "map":
		return reflect.MapOf(reflect.TypeFor[string](), s.field(t, depth-1))
	case "ints":
		return reflect.MapOf(reflect.TypeFor[int](), s.field(t, depth-1))
	case "array":
		return reflect.ArrayOf(2, s.field(t, depth-1))
	}
	return rapid.SampledFrom(scalars).Draw(t, "scalar")
}

// randomTag draws a tag that the validator can apply to a value of type typ.
func randomTag(t *rapid.T, typ reflect.Type, before []reflect.StructField) string {
	var rules []string
	if omit := rapid.SampledFrom([]string{"", "", "", "omitempty", "omitnil", "omitzero"}).Draw(t, "omit"); omit != "" {
		rules = append(rules, omit)
	}
	if len(before) > 0 && rapid.IntRange(0, 3).Draw(t, "refers") == 0 {
		if r := randomReference(t, typ, before); r != "" {
			rules = append(rules, r)
			if typ.Kind() == reflect.Pointer {
				rules = append(rules, "omitempty") // the validator panics if it goes on with nil
			}
		}
	}
	inner := typ
	for inner.Kind() == reflect.Pointer {
		inner = inner.Elem()
	}
	var own []string
	switch inner.Kind() {
	case reflect.String:
		own = []string{"", "", "required", "min=1", "max=1", "len=1", "alpha", "oneof=a bb", "eq=a|eq=bb", "required,max=1", "isdefault", "short", "short|eq=bb", "shortIfAny", "isdefault|eq=a", "required,short"}
	case reflect.Bool:
		own = []string{"", "", "required", "isdefault", "eq=true"}
	case reflect.Uint8:
		own = []string{"", "required", "gte=1", "max=2", "oneof=1 2", "lt=010"}
	case reflect.Float64:
		own = []string{"", "required", "gte=1", "max=1.5", "gt=0,lt=3"}
	case reflect.Int:
		own = []string{"", "", "required", "gte=0", "min=-1,max=1", "gt=0", "eq=1|eq=2", "lt=2", "min=2"}
	case reflect.Struct:
		own = []string{"", "", "", "required", "structonly", "nostructlevel", "required,structonly", "structonly,required", "isdefault", "required|isdefault"}
		if inner == timeType {
			own = []string{"", "required", "isdefault", "structonly", "required,structonly"}
		}
	case reflect.Array:
		own = []string{"", "", "required", "len=2"}
	default:
		own = []string{"", "", "", "required", "min=1", "max=1", "len=1", "gt=1", "lte=2", "min=2|len=0", "max=2|isdefault", "few", "few|len=3", "required|max=1", "len=0|len=2", "ne=1", "isdefault"}
		if inner.Kind() == reflect.Map && inner.Elem().Comparable() && inner.Elem().Kind() != reflect.Pointer {
			own = append(own, "unique")
		}
		if inner.Kind() == reflect.Slice {
			e := inner.Elem()
			if e.Kind() == reflect.Pointer {
				e = e.Elem()
			}
			if e.Kind() == reflect.Struct && e.NumField() > 0 && e != timeType && e.Field(0).Type.Comparable() {
				own = append(own, "unique=A", "unique=A")
			}
		}
		if e := inner.Elem(); inner.Kind() == reflect.Slice && e.Kind() != reflect.Pointer && e.Comparable() && e.Kind() != reflect.Struct {
			own = append(own, "unique")
		}
	}
	if rapid.IntRange(0, 15).Draw(t, "skip") == 0 {
		return "-"
	}
	if r := rapid.SampledFrom(own).Draw(t, "rules"); r != "" {
		rules = append(rules, r)
	}
	if k := inner.Kind(); k == reflect.Slice || k == reflect.Array || k == reflect.Map {
		if rapid.IntRange(0, 3).Draw(t, "dive") > 0 {
			rules = append(rules, "dive")
			if k == reflect.Map && rapid.IntRange(0, 3).Draw(t, "keys") == 0 {
				rules = append(rules, "keys", rapid.SampledFrom([]string{"max=1", "ne=2", "eq=1"}).Draw(t, "key rule"), "endkeys")
			}
			if tag := randomTag(t, inner.Elem(), before); tag != "" && tag != "-" {
				rules = append(rules, tag)
			}
		}
	}
	return strings.Join(rules, ",")
}

// randomReference draws a rule about another field.
func randomReference(t *rapid.T, typ reflect.Type, before []reflect.StructField) string {
	other := rapid.SampledFrom(before).Draw(t, "other")
	name, of := other.Name, other.Type
	for {
		for of.Kind() == reflect.Pointer {
			of = of.Elem()
		}
		if of.Kind() == reflect.Slice && rapid.Bool().Draw(t, "index") {
			name, of = name+"[0]", of.Elem()
			continue
		}
		if of.Kind() == reflect.Map && of.Key().Kind() == reflect.String && rapid.Bool().Draw(t, "index") {
			name, of = name+"[a]", of.Elem()
			continue
		}
		if of == timeType {
			break
		}
		if of.Kind() != reflect.Struct || rapid.Bool().Draw(t, "whole") {
			break
		}
		f := of.Field(rapid.IntRange(0, of.NumField()-1).Draw(t, "inner"))
		name, of = name+"."+f.Name, f.Type
	}
	rules := []string{"required_with=" + name, "required_without=" + name, "excluded_with=" + name, "excluded_without=" + name}
	switch of.Kind() {
	case reflect.Slice, reflect.Map:
		rules = append(rules, "required_if="+name+" 1", "excluded_if="+name+" nil")
	case reflect.Bool:
		rules = append(rules, "required_if="+name+" true", "excluded_unless="+name+" true", "skip_unless="+name+" true")
	case reflect.String:
		rules = append(rules, "required_if="+name+" a", "required_unless="+name+" bb", "excluded_if="+name+" a", "skip_unless="+name+" a")
	case reflect.Int:
		rules = append(rules, "required_if="+name+" 1", "excluded_unless="+name+" 0")
	}
	for typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	if k := typ.Kind(); k == of.Kind() && (k == reflect.Int || k == reflect.String) {
		rules = append(rules, "eqfield="+name, "nefield="+name, "gtefield="+name, "ltecsfield="+name)
	}
	if o2 := before[0]; o2.Name != name && rapid.Bool().Draw(t, "two") {
		rules = []string{"required_with=" + name + " " + o2.Name, "required_with_all=" + name + " " + o2.Name, "required_without_all=" + name + " " + o2.Name, "excluded_with_all=" + name + " " + o2.Name, "excluded_without=" + name + " " + o2.Name}
		if o2.Type.Kind() == reflect.String {
			if typ.Kind() == reflect.String {
				rules = append(rules, "required_with="+name+"|eq=a")
			}
			rules = append(rules, "required_if="+o2.Name+" a "+"Nope 1", "excluded_if="+o2.Name+" a")
			if of.Kind() == reflect.Int || of.Kind() == reflect.String {
				rules = append(rules, "required_if="+o2.Name+" a "+name+" 1", "excluded_if="+o2.Name+" a "+name+" 1", "required_unless="+o2.Name+" a "+name+" 1", "excluded_unless="+o2.Name+" a "+name+" 1", "skip_unless="+o2.Name+" a "+name+" 1")
			}
		}
	}
	return rapid.SampledFrom(rules).Draw(t, "reference")
}

// fill gives a settable value random content; pointers, lists and maps are
// often nil or empty.
func fill(t *rapid.T, v reflect.Value) {
	some := func() int { return rapid.IntRange(0, 3).Draw(t, "some") }
	if v.Type() == timeType {
		if some() > 1 {
			v.Set(reflect.ValueOf(time.Unix(5, 0).UTC()))
		}
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(some() > 1)
	case reflect.Uint8:
		v.SetUint(uint64(some()))
	case reflect.Float64:
		v.SetFloat(float64(some()) / 2)
	case reflect.String:
		v.SetString(rapid.SampledFrom([]string{"", "a", "bb", "1"}).Draw(t, "string"))
	case reflect.Int:
		v.SetInt(rapid.Int64Range(-1, 2).Draw(t, "int"))
	case reflect.Pointer:
		if some() > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			fill(t, v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(t, v.Index(i))
		}
	case reflect.Slice:
		if n := some(); n > 0 {
			v.Set(reflect.MakeSlice(v.Type(), n-1, n-1))
			for i := range n - 1 {
				fill(t, v.Index(i))
			}
		}
	case reflect.Map:
		if n := some(); n > 0 {
			v.Set(reflect.MakeMap(v.Type()))
			for range n - 1 {
				k := reflect.New(v.Type().Key()).Elem()
				fill(t, k)
				e := reflect.New(v.Type().Elem()).Elem()
				fill(t, e)
				v.SetMapIndex(k, e)
			}
		}
	default:
		panic(fmt.Sprintf("no values of %s", v.Type()))
	}
}

// clone copies a value and all it refers to.
func clone(v reflect.Value) reflect.Value {
	if v.Type() == timeType {
		o := reflect.New(v.Type()).Elem()
		o.Set(v)
		return o
	}
	out := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(clone(v.Elem()))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			out.Field(i).Set(clone(v.Field(i)))
		}
	case reflect.Array:
		for i := range v.Len() {
			out.Index(i).Set(clone(v.Index(i)))
		}
	case reflect.Slice:
		if !v.IsNil() {
			out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
			for i := range v.Len() {
				out.Index(i).Set(clone(v.Index(i)))
			}
		}
	case reflect.Map:
		if !v.IsNil() {
			out.Set(reflect.MakeMap(v.Type()))
			for it := v.MapRange(); it.Next(); {
				out.SetMapIndex(it.Key(), clone(it.Value()))
			}
		}
	default:
		out.Set(v)
	}
	return out
}

// show renders what pointers point to.
func show(v reflect.Value) string {
	if v.Type() == timeType {
		return fmt.Sprint(v.Interface().(time.Time).Unix())
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return "nil"
		}
		return "&" + show(v.Elem())
	case reflect.Struct:
		s := "{"
		for i := range v.NumField() {
			s += " " + v.Type().Field(i).Name + ":" + show(v.Field(i))
		}
		return s + "}"
	case reflect.Slice, reflect.Array:
		if v.Kind() == reflect.Slice && v.IsNil() {
			return "nil"
		}
		s := "["
		for i := range v.Len() {
			s += show(v.Index(i)) + " "
		}
		return s + "]"
	case reflect.Map:
		if v.IsNil() {
			return "nil"
		}
		s := "map["
		for it := v.MapRange(); it.Next(); {
			s += show(it.Key()) + ":" + show(it.Value()) + " "
		}
		return s + "]"
	}
	return fmt.Sprintf("%#v", v.Interface())
}
