package direct

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/wire"
)

type attrs = map[string]types.AttributeValue

// parcel is undecoded items on their way through an output of the SDK.
type parcel struct {
	types.AttributeValue
	items []wire.Item
}

// label is the name of the entry that a parcel is. No attribute has it.
const label = ""

func pack(items []wire.Item) attrs { return attrs{label: &parcel{items: items}} }

// packed is a list of items that are packed; an empty one is not nil.
func packed(items []wire.Item) []attrs {
	if len(items) == 0 {
		return []attrs{}
	}
	return []attrs{pack(items)}
}

// Items are those of a list in an output, undecoded or not.
func Items(list []map[string]types.AttributeValue) []*wire.Item {
	if len(list) == 1 {
		if p, ok := list[0][label].(*parcel); ok {
			out := make([]*wire.Item, len(p.items))
			for i := range p.items {
				out[i] = &p.items[i]
			}
			return out
		}
	}
	out := make([]*wire.Item, len(list))
	for i, it := range list {
		out[i] = wire.Decoded(it)
	}
	return out
}

// Item is the item of an output, undecoded or not; nil if there is none.
func Item(it map[string]types.AttributeValue) *wire.Item {
	if p, ok := it[label].(*parcel); ok {
		return &p.items[0]
	}
	return wire.Decoded(it)
}
