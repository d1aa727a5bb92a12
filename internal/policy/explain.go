package policy

import (
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/sealvalue"
)

// Explain says why an opened value did not decode, if encryption is why. cause
// is the error of the codec c on av, the value of the place base after
// OpenValue (of a document after Open, as a map value). The result is one of
//
//   - ErrType: what was sealed at a path is of another type than the Go type;
//     the cause is left out, because its chain may hold the value,
//   - ErrUnexpectedEnvelope: a place that is not sealed holds an envelope,
//   - cause, also where base lies inside a sealed value.
//
// Only the failure of the codec brings this question up. A []byte, or a type
// that decodes itself, may hold an envelope of the application's own making.
func (n *Node) Explain(cause error, av types.AttributeValue, c *codec.Codec, base attr.Path, b cipher.Binding) error {
	at, depth := n.find(base)
	if at != nil && depth < len(base) {
		return cause
	}
	e := &explainer{b: b}
	if err := e.value(at, av, c, base); err != nil {
		return err
	}
	return cause
}

type explainer struct{ b cipher.Binding }

func (e *explainer) fail(path attr.Path, err error) error {
	return &cipher.FieldError{Op: "open", Entity: e.b.Entity, Path: path.String(), Err: err}
}

// value returns what is wrong with av, nil if encryption has nothing to do
// with it. n is nil where nothing is sealed.
func (e *explainer) value(n *Node, av types.AttributeValue, c *codec.Codec, path attr.Path) error {
	if n != nil && n.Sealed {
		if c.Decode(av, reflect.New(c.Type()).Elem()) != nil {
			return e.fail(path, cipher.ErrType)
		}
		return nil
	}
	switch av := av.(type) {
	case *types.AttributeValueMemberB:
		switch c.Kind() {
		case codec.Binary, codec.Any, codec.Custom:
			return nil
		}
		if sealvalue.IsEnvelope(av.Value) {
			return e.fail(path, cipher.ErrUnexpectedEnvelope)
		}
	case *types.AttributeValueMemberL:
		if c.Kind() == codec.List {
			return e.elements(n, av.Value, c, path)
		}
	case *types.AttributeValueMemberM:
		switch c.Kind() {
		case codec.Struct, codec.Union:
			return e.fields(n, av.Value, c, path)
		case codec.Map:
			return e.entries(n, av.Value, c, path)
		}
	}
	return nil
}

func (e *explainer) elements(n *Node, list []types.AttributeValue, c *codec.Codec, path attr.Path) error {
	for i, av := range list {
		if err := e.child(n, av, c.Elem(), path, attr.At(i)); err != nil {
			return err
		}
	}
	return nil
}

func (e *explainer) fields(n *Node, m map[string]types.AttributeValue, c *codec.Codec, path attr.Path) error {
	for _, f := range c.Fields() {
		if av, ok := m[f.Name]; ok {
			if err := e.child(n, av, f.Codec, path, attr.Field(f.Name)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *explainer) entries(n *Node, m map[string]types.AttributeValue, c *codec.Codec, path attr.Path) error {
	for name, av := range m {
		if err := e.child(n, av, c.Elem(), path, attr.Entry(name)); err != nil {
			return err
		}
	}
	return nil
}

func (e *explainer) child(n *Node, av types.AttributeValue, c *codec.Codec, path attr.Path, s attr.Seg) error {
	if n != nil {
		n = n.child(s)
	}
	return e.value(n, av, c, attr.Join(path, attr.Path{s}))
}
