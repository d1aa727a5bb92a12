package item

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/wire"
)

// What a list or a map counts beside its content, and each of its elements beside its own
// size, in bytes.
const (
	ContainerSize = 3
	ElementSize   = 1
)

// Size returns the bytes that the item m counts against MaxSize: the UTF-8
// names and the values of all attributes.
func Size(m map[string]types.AttributeValue) int {
	n := 0
	for name, av := range m {
		n += len(name) + ValueSize(av)
	}
	return n
}

// ValueSize returns the bytes that av counts in an item, without its name. A
// text in a number that is no number counts its own length, a value of no
// known type nothing: CheckValue refuses both.
func ValueSize(av types.AttributeValue) int {
	n := 0
	switch av := av.(type) {
	case *types.AttributeValueMemberS:
		return len(av.Value)
	case *types.AttributeValueMemberN:
		return numberSize(av.Value)
	case *types.AttributeValueMemberB:
		return len(av.Value)
	case *types.AttributeValueMemberBOOL, *types.AttributeValueMemberNULL:
		return 1
	case *types.AttributeValueMemberSS:
		for _, s := range av.Value {
			n += len(s)
		}
	case *types.AttributeValueMemberNS:
		for _, s := range av.Value {
			n += numberSize(s)
		}
	case *types.AttributeValueMemberBS:
		for _, b := range av.Value {
			n += len(b)
		}
	case *types.AttributeValueMemberL:
		n = ContainerSize
		for _, e := range av.Value {
			n += ValueSize(e) + ElementSize
		}
	case *types.AttributeValueMemberM:
		n = ContainerSize + Size(av.Value) + ElementSize*len(av.Value)
	case *wire.Written:
		return av.Size
	}
	return n
}

func numberSize(s string) int {
	n, err := parseNumber(s)
	if err != nil {
		return len(s)
	}
	return n.size()
}

// Depth returns the nesting levels of an attribute value: 1 for a scalar or a
// set, and for a list or a map one more than its deepest element; an empty
// one counts as if it held a scalar, because DynamoDB counts it so. An
// attribute may have MaxDepth levels.
func Depth(av types.AttributeValue) int {
	deepest := 1
	switch av := av.(type) {
	case *types.AttributeValueMemberL:
		for _, e := range av.Value {
			deepest = max(deepest, Depth(e))
		}
	case *types.AttributeValueMemberM:
		for _, e := range av.Value {
			deepest = max(deepest, Depth(e))
		}
	default:
		return 1
	}
	return deepest + 1
}
