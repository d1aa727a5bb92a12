package towire

import (
	"bytes"
	"reflect"
	"slices"

	"github.com/dystore/dystore/internal/shape"
	"github.com/dystore/dystore/internal/wire"
)

// Item writes some attributes of the items that the structs of one type are.
type Item struct{ fields []*shape.Field }

// Attributes returns what writes the attributes of a struct that some names. It is nil if it
// would write none.
func (p *Plan) Attributes(some func(name string) bool) *Item {
	fields := slices.DeleteFunc(slices.Clone(p.Fields), func(f *shape.Field) bool { return !some(f.Name) })
	if len(fields) == 0 {
		return nil
	}
	return &Item{fields}
}

// Write writes the attributes of a struct.
func (i *Item) Write(v reflect.Value) (*wire.Written, error) {
	draft, o := wire.NewDraft(), out{lates: true}
	b, n := members(i.fields, &o, draft.Empty(), shape.At(v), 0, 0)
	defer draft.Done(b)
	if n < 0 {
		return nil, ErrUnwritten
	}
	return &wire.Written{JSON: bytes.Clone(b), Late: o.late, Size: o.size}, nil
}
