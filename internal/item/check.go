package item

import (
	"fmt"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/wire"
)

// CheckValue reports what DynamoDB would refuse in the value av of the
// attribute at path, its size apart.
func CheckValue(path string, av types.AttributeValue) error {
	if err := checkValue(av, 1); err != nil {
		return err.in(path)
	}
	return nil
}

// checkValue is given the nesting level of av. Paths are put together on the
// way back, so that a sound item costs no text.
func checkValue(av types.AttributeValue, level int) *Error {
	if level > MaxDepth {
		return &Error{Err: ErrTooDeep}
	}
	switch av := av.(type) {
	case *types.AttributeValueMemberS:
		return checkText(av.Value)
	case *types.AttributeValueMemberB, *types.AttributeValueMemberBOOL, *wire.Written:
		return nil
	case *types.AttributeValueMemberN:
		if _, err := NormalizeNumber(av.Value); err != nil {
			return &Error{Err: err}
		}
		return nil
	case *types.AttributeValueMemberNULL:
		if !av.Value {
			return &Error{Err: ErrNullFalse}
		}
		return nil
	case *types.AttributeValueMemberSS:
		return checkSet(av.Value, validText)
	case *types.AttributeValueMemberNS:
		return checkSet(av.Value, NormalizeNumber)
	case *types.AttributeValueMemberBS:
		return checkSet(av.Value, anyBytes)
	case *types.AttributeValueMemberL:
		return checkList(av.Value, level+1)
	case *types.AttributeValueMemberM:
		return checkMap(av.Value, level+1)
	}
	return &Error{Err: ErrNoValue}
}

// checkList and checkMap are given the level of the elements. A container at
// the last level is refused even when it is empty, as DynamoDB does.
func checkList(list []types.AttributeValue, level int) *Error {
	if level > MaxDepth {
		return &Error{Err: ErrTooDeep}
	}
	for i, e := range list {
		if err := checkValue(e, level); err != nil {
			return err.in(index(i))
		}
	}
	return nil
}

func checkMap(m map[string]types.AttributeValue, level int) *Error {
	if level > MaxDepth {
		return &Error{Err: ErrTooDeep}
	}
	var found *Error
	var at string
	for s, av := range m {
		err := checkName(s)
		if err == nil {
			err = checkValue(av, level)
		}
		if err != nil && (found == nil || s < at) {
			found, at = err, s
		}
	}
	if found != nil {
		return found.in(name(at))
	}
	return nil
}

// IsName reports whether a map may have an element of this name.
func IsName(s string) bool { return checkName(s) == nil }

func checkName(s string) *Error {
	switch {
	case s == "":
		return &Error{Err: ErrEmptyName}
	case len(s) > MaxName:
		return &Error{Err: ErrLongName, Detail: fmt.Sprintf("%d bytes, limit %d", len(s), MaxName)}
	}
	return checkText(s)
}

// checkText refuses what the JSON of a request would silently change.
func checkText(s string) *Error {
	if _, err := validText(s); err != nil {
		return &Error{Err: err}
	}
	return nil
}

func validText(s string) (string, error) {
	if !utf8.ValidString(s) {
		return "", ErrNotUTF8
	}
	return s, nil
}

func checkSet[E any](set []E, id func(E) (string, error)) *Error {
	if len(set) == 0 {
		return &Error{Err: ErrEmptySet}
	}
	seen := make(map[string]bool, len(set))
	for _, e := range set {
		s, err := id(e)
		if err != nil {
			return &Error{Err: err}
		}
		if seen[s] {
			return &Error{Err: ErrDuplicate}
		}
		seen[s] = true
	}
	return nil
}

func anyBytes(b []byte) (string, error) { return string(b), nil }
