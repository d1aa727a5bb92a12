package schema

import (
	"maps"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/tables"
)

// Fields that a joined key is made of. An item of another program may have them in its
// key only.

// StoredIn is what a write stores of a field that the key is made of, nil for nothing.
// It is not ok for other attributes.
func (s *Schema) StoredIn(key tables.Key, path attr.Path) (av types.AttributeValue, ok bool, err error) {
	if !s.Key.Joined.Has(path) {
		return nil, false, nil
	}
	if av, err = s.Key.Joined.Stored(key, path); err == nil {
		av, err = s.IndexFormAt(path, av)
	}
	return av, true, err
}

// OfKey are those of the paths that are fields which the key is made of.
func (s *Schema) OfKey(paths []attr.Path) (of []attr.Path) {
	for _, path := range paths {
		if s.Key.Joined.Has(path) {
			of = append(of, path)
		}
	}
	return of
}

// Keyed is a root item with the fields at paths that it lacks and its key says.
func (s *Schema) Keyed(key tables.Key, root attrs, paths []attr.Path) (attrs, error) {
	own := true
	for _, path := range paths {
		if !item.Absent(root[path[0].Name]) {
			continue
		}
		av, _, err := s.StoredIn(key, path)
		if err != nil {
			return nil, err
		}
		if own {
			root, own = maps.Clone(root), false
		}
		if delete(root, path[0].Name); av != nil {
			root[path[0].Name] = av
		}
	}
	return root, nil
}
