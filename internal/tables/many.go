package tables

import (
	"context"

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
	out, known := make([]Places, 0, len(keys)), make(map[string]int, len(keys))
	for at, key := range keys {
		if err := s.CheckKey(key); err != nil {
			refuse(at, err)
			continue
		}
		text := key.Text()
		n, twice := known[text]
		if !twice {
			n = len(out)
			out, known[text] = append(out, Places{Key: key}), n
		}
		out[n].At = append(out[n].At, at)
	}
	return out
}

// ReadRecords is ReadRecord for several objects, which differ.
func (s *Tables) ReadRecords(ctx context.Context, get fetch.Reader, keys []Key) ([]attrs, error) {
	var e expr.Builder
	var list []string
	for _, k := range s.Keys { // they say which answer is which
		list = append(list, e.Name(k.Name))
	}
	proj := fetch.Projections{s.RootTable(): e.Project(append(list, e.Name(s.MetaAttr))...)}
	items := make([]fetch.Item, len(keys))
	for i, key := range keys {
		items[i] = s.RootItem(key)
	}
	return get.Items(ctx, items, true, proj)
}
