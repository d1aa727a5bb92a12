package attr

import (
	"encoding/base64"
	"errors"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/engine/decimal"
)

// MaxDepth is the number of levels that maps and lists may nest, the value at
// the end included.
const MaxDepth = 32

// Read checks a value, normalises its numbers and returns a deep copy. Its
// error text is that of DynamoDB, without the code.
func Read(v Value) (Value, error) {
	return twice(func(r reader) (Value, error) { return r.value(v, 1) })
}

// ReadItem is Read for all attributes of an item or key.
func ReadItem(item Item) (Item, error) {
	return twice(func(r reader) (Item, error) { return r.fields(item, 1) })
}

// MaxName is the length of the name of an attribute in bytes.
const MaxName = 65535

// CheckName reports a name that no attribute can have.
func CheckName(name string) error {
	switch {
	case name == "":
		return errNoName
	case len(name) > MaxName:
		return errName
	}
	return nil
}

// reader reads values. With inOrder it takes attributes by name, so that of
// several errors it always reports the same one.
type reader struct{ inOrder bool }

// twice reads in any order first, which is fast, and reads an invalid value
// again in order.
func twice[T any](read func(reader) (T, error)) (T, error) {
	v, err := read(reader{})
	if err != nil {
		return read(reader{inOrder: true})
	}
	return v, nil
}

func (r reader) fields(m Item, depth int) (Item, error) {
	c := make(Item, len(m))
	if r.inOrder {
		names := make([]string, 0, len(m))
		for name := range m {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			if err := r.field(c, name, m[name], depth); err != nil {
				return nil, err
			}
		}
		return c, nil
	}
	for name, v := range m {
		if err := r.field(c, name, v, depth); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (r reader) field(to Item, name string, v Value, depth int) error {
	if err := CheckName(name); err != nil {
		return err
	}
	read, err := r.value(v, depth)
	if err != nil {
		return err
	}
	to[name] = read
	return nil
}

// ErrDepth is the error of a value that nests deeper than MaxDepth.
const ErrDepth = Invalid("Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit")

const (
	errNoType  = Invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
	errNoName  = Invalid("Empty attribute name")
	errName    = Invalid("Attribute name is too large, must be less than 65536 bytes")
	errNull    = Invalid("One or more parameter values were invalid: Null attribute value types must have the value of true")
	errEmptySS = Invalid("One or more parameter values were invalid: An string set  may not be empty")
	errEmptyNS = Invalid("One or more parameter values were invalid: An number set  may not be empty")
	errEmptyBS = Invalid("One or more parameter values were invalid: Binary sets should not be empty")
)

func (r reader) value(v Value, depth int) (Value, error) {
	if depth > MaxDepth {
		return nil, ErrDepth
	}
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		if v != nil {
			return &types.AttributeValueMemberS{Value: v.Value}, nil
		}
	case *types.AttributeValueMemberN:
		if v != nil {
			n, err := ReadNumber(v.Value)
			return &types.AttributeValueMemberN{Value: n.String()}, err
		}
	case *types.AttributeValueMemberB:
		if v != nil {
			return &types.AttributeValueMemberB{Value: copySlice(v.Value)}, nil
		}
	case *types.AttributeValueMemberBOOL:
		if v != nil {
			return &types.AttributeValueMemberBOOL{Value: v.Value}, nil
		}
	case *types.AttributeValueMemberNULL:
		if v != nil {
			if !v.Value {
				return nil, errNull
			}
			return &types.AttributeValueMemberNULL{Value: true}, nil
		}
	case *types.AttributeValueMemberSS:
		if v != nil {
			return readSS(v.Value)
		}
	case *types.AttributeValueMemberNS:
		if v != nil {
			return readNS(v.Value)
		}
	case *types.AttributeValueMemberBS:
		if v != nil {
			return readBS(v.Value)
		}
	case *types.AttributeValueMemberM:
		if v != nil {
			return r.object(v.Value, depth)
		}
	case *types.AttributeValueMemberL:
		if v != nil {
			return r.list(v.Value, depth)
		}
	}
	return nil, errNoType
}

func (r reader) object(m Item, depth int) (Value, error) {
	c, err := r.fields(m, depth+1)
	if err != nil {
		return nil, err
	}
	return &types.AttributeValueMemberM{Value: c}, nil
}

func (r reader) list(l []Value, depth int) (Value, error) {
	c := make([]Value, len(l))
	for i, e := range l {
		read, err := r.value(e, depth+1)
		if err != nil {
			return nil, err
		}
		c[i] = read
	}
	return &types.AttributeValueMemberL{Value: c}, nil
}

func readSS(set []string) (Value, error) {
	if len(set) == 0 {
		return nil, errEmptySS
	}
	if hasDuplicate(set) {
		return nil, Invalidf("One or more parameter values were invalid: Input collection [%s] contains duplicates.", strings.Join(set, ", "))
	}
	return setLike(&types.AttributeValueMemberSS{}, copySlice(set)), nil
}

func readNS(set []string) (Value, error) {
	if len(set) == 0 {
		return nil, errEmptyNS
	}
	c := make([]string, len(set))
	for i, s := range set {
		n, err := ReadNumber(s)
		if err != nil {
			return nil, err
		}
		c[i] = n.String()
	}
	if hasDuplicate(c) {
		return nil, Invalid("One or more parameter values were invalid: Input collection contains duplicates.")
	}
	return setLike(&types.AttributeValueMemberNS{}, c), nil
}

func readBS(set [][]byte) (Value, error) {
	if len(set) == 0 {
		return nil, errEmptyBS
	}
	texts := make([]string, len(set))
	for i, b := range set {
		texts[i] = string(b)
	}
	if hasDuplicate(texts) {
		members := make([]string, len(set))
		for i, b := range set {
			members[i] = base64.StdEncoding.EncodeToString(b)
		}
		return nil, Invalidf("One or more parameter values were invalid: Input collection [%s]of type BS contains duplicates.", strings.Join(members, ", "))
	}
	return setLike(&types.AttributeValueMemberBS{}, texts), nil
}

func hasDuplicate(set []string) bool {
	seen := make(map[string]struct{}, len(set))
	for _, s := range set {
		if _, ok := seen[s]; ok {
			return true
		}
		seen[s] = struct{}{}
	}
	return false
}

// ReadNumber is the decimal of a text that came with a request.
func ReadNumber(s string) (decimal.Decimal, error) {
	d, err := decimal.Parse(s)
	switch {
	case err == nil:
		return d, nil
	case errors.Is(err, decimal.ErrPrecision):
		return d, Invalid("Attempting to store more than 38 significant digits in a Number")
	case errors.Is(err, decimal.ErrOverflow):
		return d, Invalid("Number overflow. Attempting to store a number with magnitude larger than supported range")
	case errors.Is(err, decimal.ErrUnderflow):
		return d, Invalid("Number underflow. Attempting to store a number with magnitude smaller than supported range")
	case s == "":
		return d, Invalid("The parameter cannot be converted to a numeric value")
	}
	return d, Invalidf("The parameter cannot be converted to a numeric value: %s", s)
}

// Number is the decimal of a normalised number text.
func Number(s string) decimal.Decimal {
	d, err := decimal.Parse(s)
	if err != nil {
		// Every stored number went through Read.
		panic("attr: stored number " + s + ": " + err.Error())
	}
	return d
}
