package wire

import (
	"strconv"
	"strings"
)

// Error codes of the protocol layer, with the namespaces the service uses.
const (
	codeSerialization = "com.amazon.coral.service#SerializationException"
	codeValidation    = "com.amazon.coral.validate#ValidationException"
	codeUnknown       = "com.amazon.coral.service#UnknownOperationException"
	codeTooLarge      = "com.amazon.coral.service#RequestEntityTooLargeException"
	codeInternal      = "com.amazonaws.dynamodb.v20120810#InternalServerError"
)

// failure is an error of the protocol layer itself.
type failure struct {
	status  int
	code    string // with its namespace
	message string
}

// segment is one step of the path to a value: a member or key, or an index.
type segment struct {
	name  string
	index int
}

// where renders the place of the decoder, for example "TransactItems[2].Put.Item.n".
func (d *decoder) where() string {
	var b strings.Builder
	for _, s := range d.path {
		switch {
		case s.index >= 0:
			b.WriteString("[" + strconv.Itoa(s.index) + "]")
		case b.Len() > 0:
			b.WriteString("." + s.name)
		default:
			b.WriteString(s.name)
		}
	}
	return b.String()
}

// mismatch is the failure of a value that has the wrong JSON type. It ends
// decoding: the rest cannot be judged.
func (d *decoder) mismatch(text string) *failure {
	if at := d.where(); at != "" {
		text += " (at " + at + ")"
	}
	return &failure{status: 400, code: codeSerialization, message: text}
}

// invalid records that a well-formed value is not acceptable. Decoding goes on,
// because a wrong JSON type anywhere in the body is reported first. Only the
// first such finding is kept. Texts of the service do not name the place, as in
// the service.
func (d *decoder) invalid(text string) {
	if d.finding == nil {
		d.finding = &failure{status: 400, code: codeValidation, message: text}
	}
}
