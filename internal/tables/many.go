package tables

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/fetch"
)

// Places are where one key is in a list of keys.
type Places struct {
	Key Key
	At  []int
}

// Distinct are the keys in a list, each once, in the order in which they first
// occur. refuse is told which are no keys.
func (s *Tables) Distinct(keys []Key, refuse func(at int, err error)) []Places {
	out, known := make([]Places, 0, len(keys)), make(map[Identity]int, len(keys))
	once := make([]int, len(keys)) // the places of keys that occur once, in one piece
	for at, key := range keys {
		if err := s.CheckKey(key); err != nil {
			refuse(at, err)
			continue
		}
		id := key.Identity()
		if n, twice := known[id]; twice {
			out[n].At = append(out[n].At, at)
			continue
		}
		once[at], known[id] = at, len(out)
		out = append(out, Places{key, once[at : at+1 : at+1]})
	}
	return out
}

// Identity is equal for equal keys of one table.
type Identity [2]string

// Identity returns the identity of a key that CheckKey has accepted. A number has
// one form, see keyNumber in package schema.
func (k Key) Identity() (id Identity) {
	for i, p := range k.Parts {
		switch p := p.(type) {
		case *types.AttributeValueMemberS:
			id[i] = p.Value
		case *types.AttributeValueMemberN:
			id[i] = p.Value
		case *types.AttributeValueMemberB:
			id[i] = string(p.Value)
		}
	}
	return id
}

// ReadRecords is ReadRecord for several objects, which differ.
func (s *Tables) ReadRecords(ctx context.Context, get fetch.Reader, keys []Key) ([]attrs, error) {
	var e expr.Builder
	var list []string
	for _, k := range s.Keys { // they say which answer is which
		list = append(list, e.Name(k.Name))
	}
	if list = append(list, e.Name(s.MetaAttr)); s.TTL != "" {
		list = append(list, e.Name(s.TTL))
	}
	proj := fetch.Projections{s.RootTable(): e.Project(list...)}
	items := make([]fetch.Item, len(keys))
	for i, key := range keys {
		items[i] = s.RootItem(key)
	}
	return get.Items(ctx, items, true, proj)
}
