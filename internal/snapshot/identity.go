package snapshot

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/item"
)

// Key is the field that identifies the elements of a list.
type Key struct {
	Path []string             // attributes, from an element to the field
	Zero types.AttributeValue // the zero value of the field, which identifies nothing
}

// of returns the value that identifies an element, nil without one.
func (k *Key) of(av types.AttributeValue) types.AttributeValue {
	if k == nil {
		return nil
	}
	for _, name := range k.Path {
		m, ok := av.(*types.AttributeValueMemberM)
		if !ok {
			return nil
		}
		av = m.Value[name]
	}
	switch av.(type) {
	case *types.AttributeValueMemberS, *types.AttributeValueMemberN, *types.AttributeValueMemberB:
		if !item.Equal(av, k.Zero) {
			return av
		}
	}
	return nil
}

// Identity says which lists of a document have elements with an identifying
// field. It mirrors the shape of documents; nil means no list.
type Identity struct {
	fields map[string]*Identity // attributes of a struct
	elem   *Identity            // inside the elements of a list
	value  *Identity            // inside the entries of a map
	key    *Key                 // of a list
}

// Add notes that the elements of the list at path have a key. It is false if
// they have one already.
func (n *Identity) Add(path attr.Path, key *Key) bool {
	for _, s := range path {
		n = n.child(s, true)
	}
	if n.key != nil {
		return false
	}
	n.key = key
	return true
}

// Of returns the key of the elements of the list at path, nil if they have none.
func (n *Identity) Of(path attr.Path) *Key {
	for _, s := range path {
		n = n.child(s, false)
	}
	return n.list()
}

func (n *Identity) child(s attr.Seg, add bool) *Identity {
	if n == nil {
		return nil
	}
	to := &n.value
	switch s.Kind {
	case attr.Name:
		if n.fields[s.Name] == nil && add {
			if n.fields == nil {
				n.fields = map[string]*Identity{}
			}
			n.fields[s.Name] = &Identity{}
		}
		return n.fields[s.Name]
	case attr.Index, attr.AnyElem:
		to = &n.elem
	}
	if *to == nil && add {
		*to = &Identity{}
	}
	return *to
}

func (n *Identity) list() *Key {
	if n == nil {
		return nil
	}
	return n.key
}

// entry is child for an attribute of a struct or an entry of a map, which look
// alike in a document.
func (n *Identity) entry(name string) *Identity {
	if n == nil {
		return nil
	}
	if f := n.fields[name]; f != nil {
		return f
	}
	return n.value
}

func (n *Identity) elements() *Identity {
	if n == nil {
		return nil
	}
	return n.elem
}
