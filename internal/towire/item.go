package towire

import (
	"reflect"
	"slices"
	"sync/atomic"

	"github.com/dystore/dystore/internal/shape"
	"github.com/dystore/dystore/internal/wire"
)

// Item writes some attributes of the items that the structs of one type are.
type Item struct {
	fields []*shape.Field
	length atomic.Int64 // of the JSON of the last one
}

// Attributes returns what writes the attributes of a struct that some names. It is nil if it
// would write none.
func (p *Plan) Attributes(some func(name string) bool) *Item {
	fields := slices.DeleteFunc(slices.Clone(p.Fields), func(f *shape.Field) bool { return !some(f.Name) })
	if len(fields) == 0 {
		return nil
	}
	return &Item{fields: fields}
}

// mostRoom is up to which length the next item is expected to be as long as the last one.
const mostRoom = 8 << 10

// Write writes the attributes of a struct.
func (i *Item) Write(v reflect.Value) (*wire.Written, error) {
	o := out{b: make([]byte, 0, min(i.length.Load()+i.length.Load()/8, mostRoom)), lates: true}
	n, err := members(i.fields, &o, v, 0, 0)
	if err != nil {
		return nil, err
	}
	i.length.Store(int64(len(o.b)))
	return &wire.Written{JSON: o.b, Late: o.late, Count: n, Size: o.size}, nil
}

// AppendMembers appends the attributes of a struct, each after a comma but for the first, and
// without the braces around them. It is for an item, which has others beside them: n is how
// many there are already. It returns how many there are then.
func (p *Plan) AppendMembers(b []byte, v reflect.Value, n int) ([]byte, int, error) {
	o := out{b: b}
	n, err := members(p.Fields, &o, v, 0, n)
	return o.b, n, err
}
