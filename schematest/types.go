package schematest

import (
	"strings"

	"github.com/dystore/dystore/repo"
)

// reads reports whether a program that declares b reads all values that one which
// declares a writes, unchanged.
func (c *comparison) reads(of, by *repo.Layout, a, b attribute) bool {
	switch {
	case a.Type == "custom" || b.Type == "custom":
		return false // only the types know
	case b.Type == "any":
		return true
	case a.Type == "any":
		return false
	case seconds(a) && seconds(b):
		return true
	case isSet(a) && isSet(b):
		return numbers(strings.TrimPrefix(a.Value, "set of "), strings.TrimPrefix(b.Value, "set of "))
	case isSet(a) && b.Value == "list", a.Value == "list" && isSet(b):
		return setElement(of, a) == setElement(by, b)
	case strings.HasSuffix(b.Value, " as text") && !seconds(b):
		return numbers(strings.TrimSuffix(a.Value, " as text"), strings.TrimSuffix(b.Value, " as text"))
	case a.Type != b.Type:
		return false
	}
	switch b.Type {
	case "S":
		return b.Value == "string"
	case "N":
		return numbers(a.Value, b.Value)
	case "M":
		return b.Value == "map by string" && strings.HasPrefix(a.Value, "map by ") || strings.HasPrefix(a.Value, "struct") && strings.HasPrefix(b.Value, "struct")
	}
	return b.Value == "bytes" || b.Value == "list" // of any length
}

func isSet(a attribute) bool { return strings.HasPrefix(a.Value, "set of ") }

// setElement is the form of the elements of a set, or of a list.
func setElement(l *repo.Layout, a attribute) string {
	if isSet(a) {
		return strings.TrimPrefix(a.Value, "set of ")
	}
	e, _ := at(l, a.Path+"[]")
	return e.Value
}

// A number type has all integers of some bits below its sign; a float as many as its
// mantissa, which reads larger ones as others.
var integers = map[string]struct {
	negative, bits int
}{
	"int8": {7, 7}, "int16": {15, 15}, "int32": {31, 31}, "int64": {63, 63},
	"uint8": {0, 8}, "uint16": {0, 16}, "uint32": {0, 32}, "uint64": {0, 64},
	"float32": {24, 24}, "float64": {53, 53}, "number": {126, 126}, "time in seconds": {63, 63},
}

// numbers reports whether one type of numbers has all values of another.
func numbers(of, by string) bool {
	a, known := integers[of]
	b, number := integers[by]
	fraction := strings.HasPrefix(of, "float") || of == "number"
	switch {
	case of == by:
		return true
	case !known || !number || of == "number":
		return false
	case by == "number":
		return true
	case fraction:
		return of == "float32" && by == "float64"
	}
	return a.negative <= b.negative && a.bits <= b.bits
}
