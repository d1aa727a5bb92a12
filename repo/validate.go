package repo

import (
	"reflect"

	"github.com/go-playground/validator/v10"
)

// WithValidator replaces the validator that checks values before every write;
// nil switches validation off. Its tag name, aliases, rules and functions must
// be complete before New. Update needs to know what functions of your own look
// at: see [FieldRules]. The validator follows pointers without end, also in
// fields that are not stored: one that leads back, as to a parent, needs the
// tag validate:"-".
func WithValidator(v *validator.Validate) Option {
	return option{"WithValidator", func(c *config) { c.Validate = v }}
}

// ValidateOnRead also validates every object that is read; a stored object
// that fails is reported as ErrInvalid, not returned. It affects Get, Scan,
// Query and Modify. What is not read (RootOnly, Skip) is not asked.
func ValidateOnRead() Option {
	return option{"ValidateOnRead", func(c *config) { c.validateOnRead = true }}
}

// FieldRules names functions that were registered with RegisterValidation and
// look at nothing but the value of their field. A function may as well look at
// the struct around it, or at the whole object, which Update does not know: so
// as long as a model has one that is not named here, every Update is an
// [UndecidedError].
func FieldRules(names ...string) Option {
	return option{"FieldRules", func(c *config) { c.Local.Functions = append(c.Local.Functions, names...) }}
}

// StructRules is [FieldRules] for functions that were registered with
// RegisterStructValidation: it names, in the same way, the structs whose
// function looks at nothing but that struct. Update is then an
// [UndecidedError] only if it changes something in such a struct.
func StructRules(structs ...any) Option {
	return option{"StructRules", func(c *config) {
		for _, s := range structs {
			t := reflect.TypeOf(s)
			for t != nil && t.Kind() == reflect.Pointer {
				t = t.Elem()
			}
			c.Local.Structs = append(c.Local.Structs, t)
		}
	}}
}

// UndecidedError says that Update cannot tell from the changes alone whether a
// validation rule would hold for the changed object: it is about another field,
// the sum of an Add, the length of a list, or a function of the user's own.
// Nothing was written; [Repo.Modify] reads the object and can tell.
type UndecidedError struct {
	Type  string // the struct that has the rule: shop.Order
	Field string // its field, empty for the function of a struct
	Rule  string // as in the tag: gte=0; empty for the function of a struct
	Err   error  // the reason; has validator.ValidationErrors in it if something would fail in a new parent
}

func (e *UndecidedError) Error() string { return e.Err.Error() }

func (e *UndecidedError) Unwrap() error { return e.Err }
