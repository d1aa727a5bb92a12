package attr

import "fmt"

// Invalid is the message of a ValidationException, in DynamoDB's own words.
type Invalid string

func (e Invalid) Error() string { return string(e) }

// Invalidf is Invalid with a format.
func Invalidf(format string, args ...any) Invalid { return Invalid(fmt.Sprintf(format, args...)) }
