package schema

import (
	"errors"
	"fmt"
	"maps"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/stored"
)

// HasVariants reports whether a model has interface fields.
func HasVariants(s *Schema) bool { return s.codecs != nil }

// Variants adds variants to the parts that were read: an interface whose variant is in
// a part that was left out holds the zero value of the variant, so that the value says
// which one there is, and a write can keep it. A variant that the model does not know
// has no attributes: it cannot be decoded, but named. What is in a part that was left out
// is left out with it. It also returns what is left out all the same.
func (s *Schema) Variants(m *stored.Root, parts place.Parts, wants func(stored.Inst) bool) (place.Parts, func(stored.Inst) bool) {
	added := place.Parts{}
	leftOut := func(inst stored.Inst) bool {
		_, part := m.Parts[inst]
		return part && !wants(inst)
	}
	for inst := range m.Parts {
		if path := stored.PlaceOf(inst); !wants(inst) && s.IsVariant(path) && !inst.Outside(leftOut) {
			added[inst] = ZeroOf(s, path)
		}
	}
	if len(added) == 0 {
		return parts, func(inst stored.Inst) bool { return !wants(inst) }
	}
	all := maps.Clone(parts)
	if all == nil {
		all = place.Parts{}
	}
	maps.Copy(all, added)
	return all, func(inst stored.Inst) bool { return added[inst] == nil && !wants(inst) }
}

// ZeroOf is the zero value of a variant that is a part, as a document.
func ZeroOf(s *Schema, path attr.Path) attrs {
	if zero, ok := s.Zero[path.String()].(*types.AttributeValueMemberM); ok {
		return item.CloneMap(zero.Value)
	}
	return attrs{}
}

// Undecoded is the error of what was read and cannot be decoded: at a path, or of the
// whole object.
func Undecoded(path attr.Path, err error) error {
	kind := fail.ErrCorrupt
	if u, ok := errors.AsType[*codec.UnknownVariantError](err); ok && u.Tag != "" {
		kind = fail.ErrUnknownVariant
	}
	var at fmt.Stringer = path
	if e, ok := errors.AsType[*codec.Error](err); ok && path == nil && kind == fail.ErrUnknownVariant {
		at = fail.Text(e.Path)
	}
	err = fail.Withf(kind, "%w", err)
	if at.String() == "" {
		return err
	}
	return fail.At(at, err)
}
