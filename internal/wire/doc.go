// Package wire reads items of answers from JSON, as the service sends it. An item is
// checked once, when its answer comes, and stays bytes until somebody wants to know what is
// in it. Most items become the value of a struct; they never are attribute values. What of an
// item of a request is JSON before it is sent is here as well.
//
// The format is that of awsJson1_0 for AttributeValue: an object with one member, whose name
// is the type. What no service sends is refused: other types, two members, a name twice,
// broken UTF-8 and surrogates, base64 that is none, more than [MaxDepth] levels.
package wire

import "strconv"

// MaxDepth is how deep values may be nested. DynamoDB stores 32 levels.
const MaxDepth = 100

// SyntaxError says where an answer is not what a service sends. It does not show the answer,
// in which there may be secrets.
type SyntaxError struct {
	Reason string
	Offset int // in bytes
}

func (e *SyntaxError) Error() string {
	return "the answer is no JSON of DynamoDB: " + e.Reason + " at byte " + strconv.Itoa(e.Offset)
}
