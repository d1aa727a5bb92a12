package codec

import (
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Error is a type that cannot be stored, or a value that cannot be encoded or
// decoded. Its text never shows a stored value, which may be secret: the
// error of a marshaler is in Err, for errors.Is and errors.As, and not in the
// text. Map keys do show, as part of the path.
type Error struct {
	Type   string // the Go type at fault; of a field, the struct that declares it
	Field  string // the Go field at fault, for a type that cannot be stored
	Path   string // the attribute path inside the value, for values: past[3].geo.lat
	Reason string
	Err    error // what a marshaler returned if one failed, or an error of package item
}

// Error returns "codec: " with the place and the reason.
func (e *Error) Error() string {
	switch {
	case e.Path != "":
		return "codec: " + e.Path + ": " + e.Reason
	case e.Field != "":
		return "codec: " + e.Type + "." + e.Field + ": " + e.Reason
	case e.Type != "":
		return "codec: " + e.Type + ": " + e.Reason
	}
	return "codec: " + e.Reason
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// under puts a segment before the path of a value error, on its way out of
// the containers of the value.
func under(seg string, err error) error {
	e, ok := err.(*Error)
	if !ok {
		return err
	}
	if e.Path != "" && e.Path[0] != '[' {
		seg += "."
	}
	e.Path = seg + e.Path
	return e
}

func underIndex(i int, err error) error { return under("["+strconv.Itoa(i)+"]", err) }

func underKey(name string, err error) error {
	const enough = 128 // bytes; a longer key would drown the message
	if len(name) > enough {
		name = name[:enough] + "..."
	}
	return under("["+strconv.Quote(name)+"]", err)
}

// mismatch says that av is not of an attribute type that c stores.
func (c *Codec) mismatch(av types.AttributeValue) error {
	return &Error{Type: c.typ.String(), Reason: "expected " + c.want + " for " + c.typ.String() + ", got " + attributeType(av)}
}

func (c *Codec) valueError(reason string) error {
	return &Error{Type: c.typ.String(), Reason: reason}
}

// unfit wraps an error of package item, whose texts show no content.
func (c *Codec) unfit(err error) error {
	return &Error{Type: c.typeName(), Reason: err.Error(), Err: err}
}
