package item

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/wire"
)

// Measure is Size and, for each attribute, CheckValue in one walk: every item is measured
// and checked before it is sent. Of an item that is not sound it says neither what is wrong
// nor a size.
func Measure(m map[string]types.AttributeValue) (size int, sound bool) {
	for name, av := range m {
		n, sound := measure(av, 1)
		if !sound {
			return 0, false
		}
		size += len(name) + n
	}
	return size, true
}

// MeasureValue is ValueSize and CheckValue of a value at a level of an attribute, the first of
// which is 1.
func MeasureValue(av types.AttributeValue, level int) (size int, sound bool) {
	return measure(av, level)
}

func measure(av types.AttributeValue, level int) (size int, sound bool) {
	switch av := av.(type) {
	case *types.AttributeValueMemberS:
		return len(av.Value), checkText(av.Value) == nil
	case *types.AttributeValueMemberN:
		return MeasureNumber(av.Value)
	case *types.AttributeValueMemberL:
		size = ContainerSize
		for _, e := range av.Value {
			n, sound := measure(e, level+1)
			if !sound {
				return 0, false
			}
			size += n + ElementSize
		}
		return size, level < MaxDepth
	case *types.AttributeValueMemberM:
		size = ContainerSize
		for s, e := range av.Value {
			n, sound := measure(e, level+1)
			if !sound || checkName(s) != nil {
				return 0, false
			}
			size += len(s) + n + ElementSize
		}
		return size, level < MaxDepth
	case *wire.Written: // which has been checked
		return av.Size, true
	}
	return ValueSize(av), checkValue(av, level) == nil
}

// IntegerSize is what an integer counts, whose digits are these, after a sign or none.
func IntegerSize(digits []byte) int {
	n, size := len(digits), 1
	if digits[0] == '-' {
		n--
		size++
	}
	for ; n > 0 && digits[len(digits)-1] == '0'; n-- {
		digits = digits[:len(digits)-1]
	}
	return size + (n+1)/2
}

// MeasureNumber is MeasureValue of a number. It takes few of them apart.
func MeasureNumber(s string) (size int, sound bool) {
	if !plain(s) {
		n, err := parseNumber(s)
		return n.size(), err == nil
	}
	digits, negative := strings.CutPrefix(s, "-")
	whole, fraction, _ := strings.Cut(digits, ".")
	switch {
	case whole == "0":
		whole, fraction = "", strings.TrimLeft(fraction, "0")
	case fraction == "":
		whole = strings.TrimRight(whole, "0")
	}
	size = 1 + (len(whole)+1)/2 + (len(fraction)+1)/2
	if negative {
		size++
	}
	return size, true
}
