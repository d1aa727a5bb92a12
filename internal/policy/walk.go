package policy

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/sealvalue"
)

// walk goes through a document along the policy.
type walk struct {
	ctx  context.Context
	b    cipher.Binding // Path is where the walk is
	note Note           // may be nil
	direction
	first  cipher.Cipher         // the batch of cipher 0: nearly all models have one cipher
	others map[int]cipher.Cipher // of others, by their numbers

	scratch sealvalue.Scratch
}

// cipher is that of a sealed node, for the values of this walk: those of one item.
func (w *walk) cipher(n *Node) cipher.Cipher {
	if n.Group == 0 {
		if w.first == nil {
			w.first = cipher.Batch(n.Cipher)
		}
		return w.first
	}
	if w.others == nil {
		w.others = map[int]cipher.Cipher{}
	}
	if w.others[n.Group] == nil {
		w.others[n.Group] = cipher.Batch(n.Cipher)
	}
	return w.others[n.Group]
}

// Note is shown each envelope that is made or opened: the number of its cipher, what it is
// bound to, and how many bytes are in it. The envelope is nil of a value that has none and
// should, or has one and should not.
type Note func(group int, b *cipher.Binding, envelope []byte, plain int)

// direction is what sealing and opening do differently.
type direction struct {
	op     string // for errors
	misfit error  // a value of a shape that cannot hold what the policy expects

	// leaf turns the value of a sealed node into another.
	leaf func(w *walk, n *Node, av types.AttributeValue) (types.AttributeValue, error)
	// absent is the value of a sealed attribute that is not there; nil: it is
	// skipped.
	absent types.AttributeValue
	// drop says that a sealed attribute which leaf made NULL becomes absent.
	drop bool
}

// start returns a walk at base, and the node there: nil if nothing is sealed
// at or below it.
func (n *Node) start(ctx context.Context, base attr.Path, b cipher.Binding, d direction) (*walk, *Node, error) {
	w := &walk{ctx: ctx, b: b, direction: d}
	at, depth := n.find(base)
	if at == nil {
		return w, nil, nil
	}
	var err error
	if w.b.Path, err = sealvalue.Path(base); err != nil {
		return nil, nil, err
	}
	if depth < len(base) {
		return nil, nil, w.fail(errInside)
	}
	return w, at, nil
}

func (w *walk) fail(err error) error {
	return &cipher.FieldError{Op: w.op, Entity: w.b.Entity, Path: w.b.Path.String(), Err: err}
}

// down and up move by one step. After an error the walk stays where it is.
func (w *walk) down(s cipher.Segment) { w.b.Path = append(w.b.Path, s) }
func (w *walk) up()                   { w.b.Path = w.b.Path[:len(w.b.Path)-1] }

// whole is value with no result after an error: half of one may be plaintext.
func (w *walk) whole(n *Node, av types.AttributeValue) (types.AttributeValue, error) {
	av, err := w.value(n, av)
	if err != nil {
		return nil, err
	}
	return av, nil
}

// value returns what av becomes. Lists and maps are changed in place.
func (w *walk) value(n *Node, av types.AttributeValue) (types.AttributeValue, error) {
	if n.Sealed {
		return w.leaf(w, n, av)
	}
	switch av := av.(type) {
	case nil, *types.AttributeValueMemberNULL:
		return av, nil
	case *types.AttributeValueMemberM:
		if n.Fields != nil || n.Values != nil {
			return av, w.entries(n, av.Value)
		}
	case *types.AttributeValueMemberL:
		if n.Elem != nil {
			return av, w.elements(n.Elem, av.Value)
		}
	case *types.AttributeValueMemberB:
		if sealvalue.IsEnvelope(av.Value) {
			return nil, w.fail(cipher.ErrUnexpectedEnvelope)
		}
	}
	// Anything else must not pass: a set of strings in place of a list of
	// envelopes, for instance, would decode into the same Go type.
	return nil, w.fail(w.misfit)
}

func (w *walk) elements(n *Node, list []types.AttributeValue) (err error) {
	w.down(cipher.Elem())
	for i := range list {
		if list[i], err = w.value(n, list[i]); err != nil {
			return err
		}
	}
	w.up()
	return nil
}

// entries handles the attributes of a struct and the entries of a map.
func (w *walk) entries(n *Node, m map[string]types.AttributeValue) error {
	for _, name := range n.names {
		if n.OneOf && m[name] == nil {
			continue
		}
		if err := w.attribute(n.Fields[name], m, name); err != nil {
			return err
		}
	}
	if n.Values == nil {
		return nil
	}
	for name, av := range m {
		if _, field := n.Fields[name]; field {
			continue
		}
		w.down(cipher.Name(name))
		av, err := w.value(n.Values, av)
		if err != nil {
			return err
		}
		w.up()
		m[name] = av
	}
	return nil
}

// attribute handles one attribute of a struct, which may be absent.
func (w *walk) attribute(n *Node, m map[string]types.AttributeValue, name string) error {
	av, ok := m[name]
	if !ok {
		if !n.Sealed || n.Unsealed != nil || w.absent == nil {
			return nil
		}
		av = w.absent
	}
	_, null := av.(*types.AttributeValueMemberNULL)
	kept := null && n.Unsealed != nil
	w.down(cipher.Name(name))
	av, err := w.value(n, av)
	if err != nil {
		return err
	}
	w.up()
	if _, null := av.(*types.AttributeValueMemberNULL); null && n.Sealed && w.drop && !kept {
		delete(m, name)
		return nil
	}
	m[name] = av
	return nil
}

// document handles the entries of a document at a node.
func (w *walk) document(n *Node, doc map[string]types.AttributeValue) error {
	switch {
	case n.Sealed:
		return w.fail(errDocument)
	case n.Elem != nil:
		return w.fail(w.misfit)
	}
	return w.entries(n, doc)
}
