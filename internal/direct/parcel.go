package direct

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/wire"
)

type attrs = map[string]types.AttributeValue

// parcel is undecoded items on their way through an output of the SDK.
type parcel struct {
	types.AttributeValue
	items []*wire.Item
}

// label is the name of the entry that a parcel is. No attribute has it.
const label = ""

func pack(items ...*wire.Item) attrs { return attrs{label: &parcel{items: items}} }

// packed is a list of items that are packed; an empty one is not nil.
func packed(items []wire.Item) []attrs {
	if len(items) == 0 {
		return []attrs{}
	}
	all := make([]*wire.Item, len(items))
	for i := range items {
		all[i] = &items[i]
	}
	return []attrs{pack(all...)}
}

// inside is what a list of an output has in a parcel, nil if it is an ordinary list.
func inside(list []attrs) *parcel {
	if len(list) != 1 {
		return nil
	}
	p, _ := list[0][label].(*parcel)
	return p
}

// Undecoded reports whether a list in an output has items that are bytes.
func Undecoded(list []map[string]types.AttributeValue) bool { return inside(list) != nil }

// Count is how many items a list in an output has.
func Count(list []map[string]types.AttributeValue) int {
	if p := inside(list); p != nil {
		return len(p.items)
	}
	return len(list)
}

// Items are those of a list in an output, undecoded or not.
func Items(list []map[string]types.AttributeValue) []*wire.Item {
	if p := inside(list); p != nil {
		return p.items
	}
	out, all := make([]*wire.Item, len(list)), make([]wire.Item, len(list))
	for i, it := range list {
		all[i].Set(it)
		out[i] = &all[i]
	}
	return out
}

// Replaced is a list in an output with other items: undecoded as it was, or not.
func Replaced(list []map[string]types.AttributeValue, items []*wire.Item) []map[string]types.AttributeValue {
	if inside(list) != nil {
		return []attrs{pack(items...)}
	}
	out := make([]attrs, len(items))
	for i, it := range items {
		out[i] = it.Attrs()
	}
	return out
}

// Item is the item of an output, undecoded or not; nil if there is none.
func Item(it map[string]types.AttributeValue) *wire.Item {
	if p, ok := it[label].(*parcel); ok {
		return p.items[0]
	}
	return wire.Decoded(it)
}
