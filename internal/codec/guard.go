package codec

import (
	"reflect"

	"github.com/dystore/dystore/internal/item"
)

// check guards the entry points: a misuse is an error, not a panic.
func (c *Codec) check(v reflect.Value, settable bool) error {
	switch {
	case c.err != nil:
		return c.err
	case !v.IsValid():
		return &Error{Type: c.typeName(), Reason: "the value is invalid"}
	case v.Type() != c.typ:
		return &Error{Type: c.typeName(), Reason: "the value is of type " + v.Type().String()}
	case !v.CanInterface():
		return &Error{Type: c.typeName(), Reason: "the value was read from an unexported field"}
	case settable && !v.CanSet():
		return &Error{Type: c.typeName(), Reason: "the destination cannot be set"}
	}
	return nil
}

func (c *Codec) checkStruct(v reflect.Value, settable bool) error {
	if err := c.check(v, settable); err != nil {
		return err
	}
	if c.Kind() != Struct {
		return &Error{Type: c.typeName(), Reason: "an item must be a struct, not a " + c.Kind().String()}
	}
	return nil
}

// depth counts how deep an encoded value is nested: level is DynamoDB's
// nesting, an attribute's own value being level 1, and hops the interfaces
// passed, which cost a stack frame but no level. exact says that the value is
// compared with stored ones, not stored itself.
type depth struct {
	level, hops int
	exact       bool
}

// maxHops ends an interface that holds a pointer to itself.
const maxHops = 100

// inner returns the depth of the elements of a container at d. The limit also
// ends the walk of a cyclic value. As in package item, a container at the
// last level is refused even when it is empty.
func (d depth) inner() (depth, error) {
	if d.level >= item.MaxDepth {
		return d, &Error{Reason: "nested deeper than 32 levels, or cyclic", Err: item.ErrTooDeep}
	}
	d.level++
	return d, nil
}
