package expr

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/engine/attr"
)

// tree arranges disjoint paths by their common beginnings. A node has either a
// leaf or children, and the children are either fields or elements.
type tree[L any] struct {
	leaf     *L
	fields   map[string]*tree[L]
	elements map[int]*tree[L]
}

func (t *tree[L]) add(path Path, leaf L) {
	for _, s := range path {
		var child *tree[L]
		if s.Indexed {
			if t.elements == nil {
				t.elements = map[int]*tree[L]{}
			}
			if child = t.elements[s.Index]; child == nil {
				child = &tree[L]{}
				t.elements[s.Index] = child
			}
		} else {
			if t.fields == nil {
				t.fields = map[string]*tree[L]{}
			}
			if child = t.fields[s.Name]; child == nil {
				child = &tree[L]{}
				t.fields[s.Name] = child
			}
		}
		t = child
	}
	t.leaf = &leaf
}

// indexes are the elements in ascending order.
func (t *tree[L]) indexes() []int {
	list := make([]int, 0, len(t.elements))
	for i := range t.elements {
		list = append(list, i)
	}
	slices.Sort(list)
	return list
}

// selectItem is the part of the item that the paths reach, nil if there is
// none. It shares values with the item.
func selectItem(t *tree[struct{}], item attr.Item) attr.Item {
	var result attr.Item
	for name, child := range t.fields {
		if v := selectValue(child, item[name]); v != nil {
			if result == nil {
				result = attr.Item{}
			}
			result[name] = v
		}
	}
	return result
}

func selectValue(t *tree[struct{}], v attr.Value) attr.Value {
	if v == nil || t.leaf != nil {
		return v
	}
	switch v := v.(type) {
	case *types.AttributeValueMemberM:
		if m := selectItem(t, v.Value); m != nil {
			return &types.AttributeValueMemberM{Value: m}
		}
	case *types.AttributeValueMemberL:
		var list []attr.Value
		for _, i := range t.indexes() {
			if i >= len(v.Value) {
				break
			}
			// Elements close up: the answer does not keep their indexes.
			if e := selectValue(t.elements[i], v.Value[i]); e != nil {
				list = append(list, e)
			}
		}
		if list != nil {
			return &types.AttributeValueMemberL{Value: list}
		}
	}
	return nil
}
