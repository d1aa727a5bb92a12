package snapshot

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/item"
)

// AsRead is what a write over an item without a record states of it, for want of
// a version.
type AsRead struct {
	Item   map[string]types.AttributeValue // attributes that are as they were read
	Absent []string                        // attributes that are still not there
}

// Holds reports whether an item is as it was read.
func (r *AsRead) Holds(it map[string]types.AttributeValue) bool {
	for name, av := range r.Item {
		if !item.Equal(av, it[name]) {
			return false
		}
	}
	return !slices.ContainsFunc(r.Absent, func(name string) bool { return it[name] != nil })
}
