package model

// Refusal says what is wrong with a declaration. It has the fields of
// lens.Error, which are described there.
type Refusal struct{ Func, Type, Path, Reason string }

// Refused is lens.Error. Package lens imports this package and probe, which
// refuse declarations too; so they take the type of the error as a parameter.
type Refused interface {
	~struct{ Func, Type, Path, Reason string }
}

// Refuse returns r as an *E.
func Refuse[E Refused](r Refusal) error {
	e := E(r)
	return any(&e).(error)
}

// refused is an E for the assertions of this package.
type refused struct{ Func, Type, Path, Reason string }

// String returns the text of lens.Error.
func (r Refusal) String() string {
	s := r.Func + "(" + r.Type
	if r.Path != "" {
		s += ", " + r.Path
	}
	return s + "): " + r.Reason
}
