package item

import "errors"

// What is wrong with a value; *Error says where. For numbers see ErrNotNumber
// and its neighbours.
var (
	ErrTooDeep   = errors.New("nested deeper than 32 levels")
	ErrNoValue   = errors.New("no value")
	ErrNullFalse = errors.New("NULL must be true")
	ErrNotUTF8   = errors.New("text is not valid UTF-8")
	ErrEmptySet  = errors.New("empty set")
	ErrDuplicate = errors.New("set holds an element twice")
	ErrEmptyName = errors.New("empty attribute name")
	ErrLongName  = errors.New("attribute name of more than 64 KB")
	ErrMalformed = errors.New("not a canonical value")
)

// Error is a value that DynamoDB would refuse. It never holds content of the
// item, only names.
type Error struct {
	Path   string // attribute path, as in profile.tags[3]
	Detail string // sizes, where they help
	Err    error  // one of the errors of this package
}

func (e *Error) Error() string {
	s := "item: "
	if e.Path != "" {
		s += e.Path + ": "
	}
	s += e.Err.Error()
	if e.Detail != "" {
		s += ": " + e.Detail
	}
	return s
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// in returns e as seen from the parent that holds it under step.
func (e *Error) in(step string) *Error {
	e.Path = join(step, e.Path)
	return e
}
