package lens

import (
	"reflect"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/model"
)

// Conditions on what a value holds. They encode their operand at once, and hold
// in the same cases as those of the package expression in repo.IfExpr.

// HasPrefix holds if the stored string or binary value begins with prefix. The
// empty prefix asks only for a value that is a string, or binary.
func HasPrefix[T any, V ~string | ~[]byte](l Lens[T, V], prefix V) Predicate[T] {
	return part("lens.HasPrefix", "begins_with", l, prefix)
}

// ContainsText holds if text is somewhere in the stored string or binary value.
func ContainsText[T any, V ~string | ~[]byte](l Lens[T, V], text V) Predicate[T] {
	return part("lens.ContainsText", "contains", l, text)
}

// part is a condition on part of a text.
func part[T any, V ~string | ~[]byte](fn, op string, l Lens[T, V], operand V) Predicate[T] {
	m := l.ModelLens()
	if m.Err != nil {
		return predicate[T](&model.Cond{Err: m.Err})
	}
	kind := m.Codec.Kind()
	if !m.Codec.Ordered() || m.Codec.Spelled() || kind != codec.String && kind != codec.Binary {
		return predicate[T](&model.Cond{Err: fault(m, fn, "%s, stored as %s, is no string or binary value as Go has it", m.Value, kind)})
	}
	av, err := m.EncodePart(valueOf(operand))
	if err != nil {
		return predicate[T](&model.Cond{Err: fault(m, fn, "%s", reason(err))})
	}
	return predicate[T](model.Function(m, op, av))
}

// Contains holds if elem is an element of the stored list or set. An element is
// compared whole, in its stored form; a nil one is an element that is NULL. Times
// that are stored as text are refused, because one instant has several texts.
//
// The elements of a list that has parts in other tables cannot be looked for.
func Contains[T any, L ~[]E, E any](l Lens[T, L], elem E) Predicate[T] {
	return member("lens.Contains", l, L{elem})
}

// ContainsKey holds if key is in the stored set, for sets that are kept in a map
// under one of the tag options stringset, numberset and binaryset. Of a map,
// Entry(l, key).Exists() is the same question.
func ContainsKey[T any, M ~map[K]V, K comparable, V ~struct{} | ~bool](l Lens[T, M], key K) Predicate[T] {
	return member("lens.ContainsKey", l, M{key: present[V]()})
}

// member is a condition on the one element of v.
func member[T, V any](fn string, l Lens[T, V], v V) Predicate[T] {
	m := l.ModelLens()
	if m.Err != nil {
		return predicate[T](&model.Cond{Err: m.Err})
	}
	refuse := func(format string, args ...any) Predicate[T] {
		return predicate[T](&model.Cond{Err: fault(m, fn, format, args...)})
	}
	switch kind := m.Codec.Kind(); {
	case kind == codec.Map:
		return refuse("%s is stored as a map; test the entry, by lens.Entry and Exists", m.Value)
	case kind != codec.List && !isSet(m):
		return refuse("%s is stored as %s, not as a list or set", m.Value, kind)
	case m.Codec.Elem().Instant():
		return refuse("its elements are times in text, of which one instant has several; the tag option unixtime would give it one")
	}
	av, err := m.EncodeMember(valueOf(v))
	switch {
	case err != nil:
		return refuse("%s", reason(err))
	case av == nil:
		return refuse("an empty element is not stored under the tag option omitemptyelem")
	}
	return predicate[T](model.Function(m, "contains", av))
}

// isSet reports whether a value is stored as one of DynamoDB's sets.
func isSet(m *model.Lens) bool {
	switch m.Codec.Kind() {
	case codec.StringSet, codec.NumberSet, codec.BinarySet:
		return true
	}
	return false
}

// present is the value in a Go map of a key that is in the set.
func present[V ~struct{} | ~bool]() (v V) {
	if b := reflect.ValueOf(&v).Elem(); b.Kind() == reflect.Bool {
		b.SetBool(true)
	}
	return v
}

// Length is the size of a stored value, for conditions. [Lens.Size] makes one.
//
// It is the number of elements of a list, map or set, and the number of bytes of
// binary data. Of a string DynamoDB counts UTF-16 code units: neither the bytes
// that len counts nor characters, but the same for ASCII. A value that is absent
// or nil has no size: of the comparisons only Ne holds.
type Length[T any] struct{ at *model.Lens }

// Size returns the size of the value, to be compared:
//
//	repo.If(tags.Size().Lt(10))
//
// It is for values that are stored as strings, binary data, lists, maps and
// sets. A list that is divided into items has its size in the root item; that of
// a map that is divided is nowhere, and is refused by the verb.
func (l Lens[T, V]) Size() Length[T] { return Length[T]{l.ModelLens()} }

// Eq holds if the size is n.
func (s Length[T]) Eq(n int) Predicate[T] { return s.compare("=", n) }

// Ne holds if the size is not n, or there is no value.
func (s Length[T]) Ne(n int) Predicate[T] { return s.compare("<>", n) }

// Lt holds if the size is less than n.
func (s Length[T]) Lt(n int) Predicate[T] { return s.compare("<", n) }

// Le holds if the size is n at most.
func (s Length[T]) Le(n int) Predicate[T] { return s.compare("<=", n) }

// Gt holds if the size is more than n.
func (s Length[T]) Gt(n int) Predicate[T] { return s.compare(">", n) }

// Ge holds if the size is n at least.
func (s Length[T]) Ge(n int) Predicate[T] { return s.compare(">=", n) }

// Between holds if the size is lo at least and hi at most.
func (s Length[T]) Between(lo, hi int) Predicate[T] { return s.compare("BETWEEN", lo, hi) }

func (s Length[T]) compare(op string, values ...int) Predicate[T] {
	m := s.at
	if m == nil {
		m = Lens[T, any]{}.ModelLens()
	}
	c := &model.Cond{Err: m.Err}
	if c.Err == nil {
		switch kind := m.Codec.Kind(); {
		case isSet(m), kind == codec.List, kind == codec.Map, kind == codec.Any:
		case kind == codec.Binary, kind == codec.String && m.Codec.Ordered() && !m.Codec.Spelled():
		default:
			c.Err = fault(m, "lens.Size", "%s, stored as %s, has no size that Go knows", m.Value, kind)
		}
	}
	if c.Err == nil && len(values) == 2 && values[0] > values[1] {
		c.Err = fault(m, "lens.Size", "Between: the lower bound %d is greater than the upper one, %d", values[0], values[1])
	}
	if c.Err != nil {
		return predicate[T](c)
	}
	operands := make([]types.AttributeValue, len(values))
	for i, n := range values {
		operands[i] = &types.AttributeValueMemberN{Value: strconv.Itoa(n)}
	}
	return predicate[T](model.Size(m, op, operands...))
}

// StoredType is a type of DynamoDB, for [Lens.HasType].
type StoredType string

// The types of DynamoDB.
const (
	TypeString    StoredType = "S"
	TypeNumber    StoredType = "N"
	TypeBinary    StoredType = "B"
	TypeBool      StoredType = "BOOL"
	TypeNull      StoredType = "NULL"
	TypeList      StoredType = "L"
	TypeMap       StoredType = "M"
	TypeStringSet StoredType = "SS"
	TypeNumberSet StoredType = "NS"
	TypeBinarySet StoredType = "BS"
)

// HasType holds if what is stored has a type, whatever the field's type would
// store: another program may have stored something else, as may a version of
// this one in which the field had another type or other tag options. Structs and
// maps are TypeMap.
func (l Lens[T, V]) HasType(t StoredType) Predicate[T] {
	m := l.ModelLens()
	switch t {
	case TypeString, TypeNumber, TypeBinary, TypeBool, TypeNull, TypeList, TypeMap, TypeStringSet, TypeNumberSet, TypeBinarySet:
	default:
		if m.Err == nil {
			return predicate[T](&model.Cond{Err: fault(m, "lens.HasType", "DynamoDB has no type %q", string(t))})
		}
	}
	if m.Err != nil {
		return predicate[T](&model.Cond{Err: m.Err})
	}
	return predicate[T](model.Function(m, "attribute_type", &types.AttributeValueMemberS{Value: string(t)}))
}
