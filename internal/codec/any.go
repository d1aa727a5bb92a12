package codec

import (
	"errors"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// iface compiles an interface. Only an empty one can be decoded, or one whose
// variants are declared.
func (b *builder) iface(c *Codec) options {
	switch {
	case c.oneOf != nil && c.oneOf.Iface == c.typ:
		return b.union(c)
	case c.typ.NumMethod() > 0:
		return b.undeclared(c)
	}
	c.kind, c.want = Any, "any type"
	c.enc, c.dec = encodeAny, decodeAny
	return elemOptions
}

func encodeAny(c *Codec, v reflect.Value, d depth) (types.AttributeValue, error) {
	if v.IsNil() {
		return nil, nil
	}
	if d.hops++; d.hops > maxHops {
		return nil, c.valueError("the interface holds a pointer to itself")
	}
	v = v.Elem()
	dynamic := c.dynamic(v.Type())
	if err := errors.Join(dynamic.err, dynamic.undeclared); err != nil {
		reason := strings.TrimPrefix(strings.ReplaceAll(err.Error(), "\ncodec: ", "; "), "codec: ")
		return nil, &Error{Type: v.Type().String(), Reason: reason, Err: err}
	}
	d.made.Expect(&dynamic.leaves, 1)
	return dynamic.encode(v, d)
}

// dynamic returns the codec of a type found in the interface c. If the type is
// a container, options for elements apply to it.
func (c *Codec) dynamic(t reflect.Type) *Codec {
	if e := c.opts & elemOptions; e != 0 {
		return c.of.lookup(planKey{typ: t, opts: e | inherited})
	}
	return c.of.For(t)
}

func decodeAny(_ *Codec, av types.AttributeValue, dst reflect.Value) error {
	g := Generic(av)
	if g == nil {
		dst.SetZero()
		return nil
	}
	dst.Set(reflect.ValueOf(g))
	return nil
}

// Generic returns av as plain Go values: map[string]any, []any, string,
// attributevalue.Number, []byte, bool and nil; sets as []string,
// []attributevalue.Number and [][]byte. It shares no memory with av. Numbers
// stay text, for float64 would round them.
func Generic(av types.AttributeValue) any {
	switch tv := av.(type) {
	case *types.AttributeValueMemberS:
		if tv != nil {
			return tv.Value
		}
	case *types.AttributeValueMemberN:
		if tv != nil {
			return attributevalue.Number(tv.Value)
		}
	case *types.AttributeValueMemberB:
		if tv != nil {
			return bytesOf(tv.Value)
		}
	case *types.AttributeValueMemberBOOL:
		if tv != nil {
			return tv.Value
		}
	case *types.AttributeValueMemberL:
		if tv != nil {
			l := make([]any, len(tv.Value))
			for i, e := range tv.Value {
				l[i] = Generic(e)
			}
			return l
		}
	case *types.AttributeValueMemberM:
		if tv != nil {
			m := make(map[string]any, len(tv.Value))
			for k, e := range tv.Value {
				m[k] = Generic(e)
			}
			return m
		}
	case *types.AttributeValueMemberSS:
		if tv != nil {
			return slices.Clone(tv.Value)
		}
	case *types.AttributeValueMemberNS:
		if tv != nil {
			n := make([]attributevalue.Number, len(tv.Value))
			for i, s := range tv.Value {
				n[i] = attributevalue.Number(s)
			}
			return n
		}
	case *types.AttributeValueMemberBS:
		if tv != nil {
			return bytesOfAll(tv.Value)
		}
	}
	return nil
}
