package item

import (
	"encoding/binary"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Type bytes of the canonical form. They are part of stored data: never
// change one, never give a number to another type.
const (
	typeS    byte = 1
	typeN    byte = 2
	typeB    byte = 3
	typeBOOL byte = 4
	typeNULL byte = 5
	typeSS   byte = 6
	typeNS   byte = 7
	typeBS   byte = 8
	typeL    byte = 9
	typeM    byte = 10
)

// AppendCanonical appends the canonical form of av to dst: equal values, and
// only those, have equal bytes. A value is a type byte and its content:
//
//	S, N, B     length, bytes (of a number: its normal form)
//	BOOL        00 or 01
//	NULL        nothing
//	SS, NS, BS  count, then length and bytes of each element, sorted by bytes
//	L           count, then each value
//	M           count, then length and bytes of the name and the value of each
//	            entry, sorted by name
//
// Lengths and counts are unsigned LEB128 of the fewest bytes. An element that
// a set holds twice is written once. What DynamoDB would refuse is refused
// with an *Error, except a size.
func AppendCanonical(dst []byte, av types.AttributeValue) ([]byte, error) {
	out, err := appendValue(dst, av, 1)
	if err != nil {
		return nil, err
	}
	return out, nil
}

func appendValue(dst []byte, av types.AttributeValue, level int) ([]byte, *Error) {
	if level > MaxDepth {
		return nil, &Error{Err: ErrTooDeep}
	}
	switch av := av.(type) {
	case *types.AttributeValueMemberS:
		if err := checkText(av.Value); err != nil {
			return nil, err
		}
		return appendText(append(dst, typeS), av.Value), nil
	case *types.AttributeValueMemberN:
		n, err := NormalizeNumber(av.Value)
		if err != nil {
			return nil, &Error{Err: err}
		}
		return appendText(append(dst, typeN), n), nil
	case *types.AttributeValueMemberB:
		return AppendBinary(dst, av.Value), nil
	case *types.AttributeValueMemberBOOL:
		return AppendBool(dst, av.Value), nil
	case *types.AttributeValueMemberNULL:
		if !av.Value {
			return nil, &Error{Err: ErrNullFalse}
		}
		return AppendNull(dst), nil
	case *types.AttributeValueMemberSS:
		return appendSet(append(dst, typeSS), av.Value, validText)
	case *types.AttributeValueMemberNS:
		return appendSet(append(dst, typeNS), av.Value, NormalizeNumber)
	case *types.AttributeValueMemberBS:
		return appendSet(append(dst, typeBS), av.Value, anyBytes)
	case *types.AttributeValueMemberL:
		return appendList(append(dst, typeL), av.Value, level+1)
	case *types.AttributeValueMemberM:
		return appendMap(append(dst, typeM), av.Value, level+1)
	}
	return nil, &Error{Err: ErrNoValue}
}

func appendText(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

// appendSet writes the ids of the elements: two elements with one id are one.
func appendSet[E any](dst []byte, set []E, id func(E) (string, error)) ([]byte, *Error) {
	if len(set) == 0 {
		return nil, &Error{Err: ErrEmptySet}
	}
	ids := make([]string, len(set))
	for i, e := range set {
		var err error
		if ids[i], err = id(e); err != nil {
			return nil, &Error{Err: err}
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	dst = binary.AppendUvarint(dst, uint64(len(ids)))
	for _, s := range ids {
		dst = appendText(dst, s)
	}
	return dst, nil
}

func appendList(dst []byte, list []types.AttributeValue, level int) ([]byte, *Error) {
	if level > MaxDepth {
		return nil, &Error{Err: ErrTooDeep}
	}
	dst = binary.AppendUvarint(dst, uint64(len(list)))
	for i, e := range list {
		var err *Error
		if dst, err = appendValue(dst, e, level); err != nil {
			return nil, err.in(index(i))
		}
	}
	return dst, nil
}

func appendMap(dst []byte, m map[string]types.AttributeValue, level int) ([]byte, *Error) {
	if level > MaxDepth {
		return nil, &Error{Err: ErrTooDeep}
	}
	var own [16]string // few maps have more
	names := own[:0]
	for s := range m {
		names = append(names, s)
	}
	slices.Sort(names)
	dst = binary.AppendUvarint(dst, uint64(len(names)))
	for _, s := range names {
		err := checkName(s)
		if err == nil {
			dst, err = appendValue(appendText(dst, s), m[s], level)
		}
		if err != nil {
			return nil, err.in(name(s))
		}
	}
	return dst, nil
}
