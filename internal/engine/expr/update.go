package expr

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/engine/attr"
)

// Update is a parsed update expression.
type Update struct {
	actions []action
	touched *Projection
}

// action is one path and its change.
type action struct {
	path Path
	// change returns the new value for the old one; nil means no value, for
	// both. The item is the one before the update.
	change func(item attr.Item, old attr.Value) (attr.Value, error)
	// clears marks an action that can only remove.
	clears bool
	// cost is what the action adds to the cost of its update.
	cost int
}

// Paths are the paths that the update changes, in the order of the text.
func (u *Update) Paths() []Path { return u.touched.paths }

// Touched is the part of an item that the update names.
func (u *Update) Touched(item attr.Item) attr.Item { return u.touched.Apply(item) }

// OnlyClears reports whether the update can only remove: such an update does
// not create an item.
func (u *Update) OnlyClears() bool {
	for _, a := range u.actions {
		if !a.clears {
			return false
		}
	}
	return true
}

const errPath = attr.Invalid("The document path provided in the update expression is invalid for update")

// Apply returns the updated item. All operands, and the indexes of lists, refer
// to the item before the update. The item is not changed; the result shares the
// values that the update does not change.
func (u *Update) Apply(item attr.Item) (attr.Item, error) {
	var changes tree[leaf]
	for _, a := range u.actions {
		v, err := a.change(item, a.path.Lookup(item))
		if err != nil {
			return nil, err
		}
		changes.add(a.path, leaf{value: v})
	}
	return rebuildFields(&changes, item)
}

// leaf is what a path becomes: its new value, or nil if it is removed.
type leaf struct {
	value attr.Value
}

func rebuild(t *tree[leaf], old attr.Value) (attr.Value, error) {
	if t.leaf != nil {
		return t.leaf.value, nil
	}
	switch old := old.(type) {
	case *types.AttributeValueMemberM:
		if t.fields == nil {
			return nil, errPath
		}
		m, err := rebuildFields(t, old.Value)
		return &types.AttributeValueMemberM{Value: m}, err
	case *types.AttributeValueMemberL:
		if t.elements == nil {
			return nil, errPath
		}
		list, err := rebuildElements(t, old.Value)
		return &types.AttributeValueMemberL{Value: list}, err
	}
	return nil, errPath
}

func rebuildFields(t *tree[leaf], old attr.Item) (attr.Item, error) {
	m := make(attr.Item, len(old)+len(t.fields))
	for name, v := range old {
		m[name] = v
	}
	for name, child := range t.fields {
		v, err := rebuild(child, old[name])
		if err != nil {
			return nil, err
		}
		if v == nil {
			delete(m, name)
			continue
		}
		m[name] = v
	}
	return m, nil
}

func rebuildElements(t *tree[leaf], old []attr.Value) ([]attr.Value, error) {
	list := make([]attr.Value, 0, len(old)+len(t.elements))
	for i, v := range old {
		if child := t.elements[i]; child != nil {
			changed, err := rebuild(child, v)
			if err != nil {
				return nil, err
			}
			v = changed
		}
		if v != nil {
			list = append(list, v)
		}
	}
	for _, i := range t.indexes() {
		if i < len(old) {
			continue
		}
		v, err := rebuild(t.elements[i], nil)
		if err != nil {
			return nil, err
		}
		if v != nil {
			list = append(list, v)
		}
	}
	return list, nil
}
