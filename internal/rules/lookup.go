package rules

import (
	"reflect"
	"sync"

	"github.com/go-playground/validator/v10"
)

// setup is the settings of a validator: tag name, aliases, functions. The
// validator has no methods that return them, so its fields are read, never
// changed. A test checks that the fields are the ones known here. With a
// version that has others, nothing is known and nothing decided.
type setup struct {
	blind          bool
	tag            string
	private        bool // unexported fields are validated
	structRequired bool // required is asked of structs as well

	aliases, functions, structFuncs, mapRules, typeFuncs reflect.Value
}

func lookup(v *validator.Validate) *setup {
	s := &setup{}
	fields := reflect.ValueOf(v).Elem()
	field := func(name string, like any) reflect.Value {
		f := fields.FieldByName(name)
		if !f.IsValid() || f.Type() != reflect.TypeOf(like) {
			s.blind = true
			return reflect.ValueOf(like)
		}
		return f
	}
	s.tag = field("tagName", "").String()
	s.private = field("privateFieldValidation", false).Bool()
	s.structRequired = field("requiredStructEnabled", false).Bool()
	s.aliases = field("aliases", map[string]string(nil))
	s.structFuncs = field("structLevelFuncs", map[reflect.Type]validator.StructLevelFuncCtx(nil))
	s.mapRules = field("rules", map[reflect.Type]map[string]string(nil))
	s.typeFuncs = field("customFuncs", map[reflect.Type]validator.CustomTypeFunc(nil))
	s.functions = fields.FieldByName("validations")
	if s.blind = s.blind || !wrapsFunctions(s.functions); s.blind {
		s.functions = reflect.ValueOf(map[string]struct{}(nil))
	}
	return s
}

// wrapsFunctions reports whether m is a map of names to functions, each in a
// struct whose type is unexported.
func wrapsFunctions(m reflect.Value) bool {
	if !m.IsValid() || m.Kind() != reflect.Map || m.Type().Key().Kind() != reflect.String {
		return false
	}
	e := m.Type().Elem()
	return e.Kind() == reflect.Struct && e.NumField() > 0 && e.Field(0).Type == reflect.TypeFor[validator.FuncCtx]()
}

// untouched is a validator without settings.
var untouched = sync.OnceValue(func() *setup { return lookup(validator.New()) })

func (s *setup) alias(name string) (string, bool) {
	tags := s.aliases.MapIndex(reflect.ValueOf(name))
	if !tags.IsValid() {
		return "", false
	}
	return tags.String(), true
}

// function reports whether a validation function has a name, and whether it is
// the user's. One that replaces the validator's is recognized by its code.
func (s *setup) function(name string) (there, own bool) {
	f := s.functions.MapIndex(reflect.ValueOf(name))
	if !f.IsValid() {
		return false, false
	}
	was := untouched().functions.MapIndex(reflect.ValueOf(name))
	return true, !was.IsValid() || f.Field(0).Pointer() != was.Field(0).Pointer()
}

func (s *setup) structFunc(t reflect.Type) bool {
	return s.structFuncs.MapIndex(reflect.ValueOf(t)).IsValid()
}

// converts reports whether the validator looks at another value in the place of
// one of type t.
func (s *setup) converts(t reflect.Type) bool {
	return t.Implements(valuerType) || s.typeFuncs.MapIndex(reflect.ValueOf(t)).IsValid()
}

var valuerType = reflect.TypeFor[validator.Valuer]()

// tagOf is what the validator reads as the tag of a field of t.
func (s *setup) tagOf(t reflect.Type, f reflect.StructField) string {
	if rules := s.mapRules.MapIndex(reflect.ValueOf(t)); rules.IsValid() {
		if tag := rules.MapIndex(reflect.ValueOf(f.Name)); tag.IsValid() {
			return tag.String()
		}
	}
	return f.Tag.Get(s.tag)
}

// shows reports whether the validator looks at a field that is not skipped by
// its tag.
func (s *setup) shows(f reflect.StructField) bool {
	return s.private || f.Anonymous || f.IsExported()
}
