package codec

import (
	"reflect"

	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/slab"
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
// compared with stored ones, not stored itself. What is encoded is made by made.
type depth struct {
	level, hops int
	exact       bool
	made        *slab.Values
}

// topOf is the depth of a value of c that is in no other.
func topOf(c *Codec) depth {
	d := depth{level: 1}
	switch c.Kind() {
	case List, Map, Struct, Any, Union:
		d.made = &slab.Values{}
		d.made.Expect(&c.leaves, 1)
	}
	return d
}

// countOf notes how many values c makes, as far as its type says.
func countOf(c *Codec) slab.Counts {
	if c.counted {
		return c.leaves
	}
	c.counted = true // a type that is inside itself has those of its own once
	var n slab.Counts
	switch c.kind {
	case String:
		n.Strings++
	case Number:
		n.Numbers++
	case Bool:
		n.Bools++
	case Binary:
		n.Binaries++
	case List:
		n.Lists++
	case Map, Union:
		n.Maps++
	case Struct:
		n.Maps++
		for _, f := range c.fields {
			n.Add(countOf(f.Codec))
		}
	}
	if c.pointee != nil {
		n = countOf(c.pointee)
	}
	c.leaves = n
	return n
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
