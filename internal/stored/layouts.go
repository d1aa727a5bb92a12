package stored

import (
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Layouts decodes records without parsing and hashing the same layout for each
// object of a table: nearly all are divided alike. A stored layout is compared
// with the known ones, place by place. Any other is parsed. The zero Layouts
// knows none. It is safe for concurrent use.
type Layouts struct {
	own  *named
	last atomic.Pointer[named] // the last one that was not own

	// Of records that are bytes, the last of what most have alike.
	lastText     atomic.Pointer[spelled]
	entity, name shared
}

// shared is a text that was read last.
type shared = atomic.Pointer[string]

// spelled is a layout and the JSON of it that was read.
type spelled struct {
	named
	text []byte
}

// named is a layout and its id, which has been compared with the layout's hash.
type named struct {
	layout Layout
	id     string
}

// NewLayouts returns a Layouts that knows the layout of a model.
func NewLayouts(own Layout) *Layouts {
	return &Layouts{own: &named{own, own.ID()}}
}

// layout returns the layout that is stored as av under the name id.
func (known *Layouts) layout(id string, av types.AttributeValue) (Layout, error) {
	for _, n := range [...]*named{known.own, known.last.Load()} {
		if n != nil && n.id == id && n.layout.is(av) {
			return n.layout, nil
		}
	}
	l, err := decodeLayout(av)
	if err != nil {
		return nil, err
	}
	if l.ID() != id {
		return nil, corrupt("l", "is not the hash of the layout")
	}
	known.last.Store(&named{l, id})
	return l, nil
}

// is reports whether decodeLayout makes l of av.
func (l Layout) is(av types.AttributeValue) bool {
	list, ok := av.(*types.AttributeValueMemberL)
	if !ok || len(list.Value) != len(l) {
		return false
	}
	for i, e := range list.Value {
		m, ok := e.(*types.AttributeValueMemberM)
		if !ok || !l[i].is(m.Value) {
			return false
		}
	}
	return true
}

func (p *Place) is(m map[string]types.AttributeValue) bool {
	q, path, err := decodeHead(m)
	if err != nil || q.Kind != p.Kind || q.Table != p.Table || q.KeyName != p.KeyName || q.MayInline != p.MayInline || len(path) != len(p.Path) {
		return false
	}
	for i, s := range path {
		if seg, ok := decodeSeg(s); !ok || seg != p.Path[i] {
			return false
		}
	}
	return true
}
