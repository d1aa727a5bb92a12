package codec

import (
	"bytes"
	"errors"
	"reflect"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/item"
)

// set compiles a slice or array of elem, or a map with keys of type elem, as
// one of DynamoDB's sets.
func (b *builder) set(c *Codec, elem reflect.Type) options {
	opt := c.opts & setOptions
	if opt == 0 {
		opt = binarySet // [][]byte is one without being told, in attributevalue too
	}
	var of Kind
	switch opt {
	case stringSet:
		c.kind, c.want, of = StringSet, "SS", String
	case numberSet:
		c.kind, c.want, of = NumberSet, "NS", Number
	default:
		c.kind, c.want, of = BinarySet, "BS", Binary
	}
	c.elem = b.codec(planKey{typ: elem, opts: c.opts.elems()})
	b.later = append(b.later, func() {
		if k := c.elem.Kind(); k != of && k != Custom && k != Invalid {
			c.refuse("option " + opt.String() + " needs " + of.String() + " elements, and " + elem.String() + " is " + article(k))
		}
	})
	if c.typ.Kind() == reflect.Map {
		c.enc, c.dec = encodeMapSet, decodeMapSet
	} else {
		c.enc, c.dec = encodeSet, decodeSet
	}
	return setOptions | omitEmptyElem | unixTime
}

func article(k Kind) string {
	if k == Any {
		return "of any kind"
	}
	return "a " + k.String()
}

func encodeSet(c *Codec, v reflect.Value, d depth) (types.AttributeValue, error) {
	if c.nullable && v.IsNil() {
		return nil, nil
	}
	s := newSet(c, v.Len())
	for i := range v.Len() {
		if err := s.add(c, v.Index(i), d); err != nil {
			return nil, underIndex(i, err)
		}
	}
	return s.value()
}

// encodeMapSet stores the keys of a map[K]struct{}, and of a map[K]bool those
// that are true, in sorted order: equal maps give equal values.
func encodeMapSet(c *Codec, v reflect.Value, d depth) (types.AttributeValue, error) {
	if v.IsNil() {
		return nil, nil
	}
	s := newSet(c, v.Len())
	for it := v.MapRange(); it.Next(); {
		if e := it.Value(); e.Kind() == reflect.Bool && !e.Bool() {
			continue
		}
		if err := s.add(c, it.Key(), d); err != nil {
			return nil, err
		}
	}
	slices.Sort(s.texts)
	slices.SortFunc(s.bytes, bytes.Compare)
	return s.value()
}

// setBuilder gathers the elements of one set.
type setBuilder struct {
	kind  Kind
	texts []string // StringSet, NumberSet
	bytes [][]byte
}

func newSet(c *Codec, n int) *setBuilder {
	s := &setBuilder{kind: c.kind}
	if c.kind == BinarySet {
		s.bytes = make([][]byte, 0, n)
	} else {
		s.texts = make([]string, 0, n)
	}
	return s
}

func (s *setBuilder) add(c *Codec, v reflect.Value, d depth) error {
	av, err := c.elem.encode(v, d)
	if err != nil {
		return err
	}
	if av == nil && c.opts&omitEmptyElem != 0 {
		return nil
	}
	switch tv := av.(type) {
	case *types.AttributeValueMemberS:
		if s.kind == StringSet {
			s.texts = append(s.texts, tv.Value)
			return nil
		}
	case *types.AttributeValueMemberN:
		if s.kind == NumberSet {
			s.texts = append(s.texts, tv.Value)
			return nil
		}
	case *types.AttributeValueMemberB:
		if s.kind == BinarySet {
			s.bytes = append(s.bytes, tv.Value)
			return nil
		}
	case nil:
		return &Error{Reason: "a nil element cannot be in a " + s.kind.String()}
	}
	return &Error{Reason: "an element of type " + attributeType(av) + " cannot be in a " + s.kind.String()}
}

// value returns the set, unless it holds an element twice. DynamoDB has no
// empty set: it is absent, as nil is.
func (s *setBuilder) value() (types.AttributeValue, error) {
	if len(s.texts)+len(s.bytes) == 0 {
		return nil, nil
	}
	var av types.AttributeValue
	switch s.kind {
	case StringSet:
		av = &types.AttributeValueMemberSS{Value: s.texts}
	case NumberSet:
		av = &types.AttributeValueMemberNS{Value: s.texts}
	default:
		av = &types.AttributeValueMemberBS{Value: s.bytes}
	}
	var refused *item.Error
	if errors.As(item.CheckValue("", av), &refused) {
		return nil, &Error{Reason: refused.Err.Error(), Err: refused}
	}
	return av, nil
}
