package model

import (
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
)

// OneOf are the variants of an interface: of one field, or of the elements of one.
type OneOf struct {
	At       *Lens // to the interface, or to all elements
	Variants []*VariantType
	Choose   func(types.AttributeValue) (tag string) // of a value without a tag; nil: none has no tag
	Errs     []error                                 // *lens.Error
}

// VariantType is a type that an interface may hold.
type VariantType struct {
	Tag   string
	Type  reflect.Type
	Apart *Shard // where it is stored; nil: where the interface is
	Errs  []error
}

// Lens returns the lens from the interface to the variant.
func (v *VariantType) Lens(iface reflect.Type) *Lens {
	return &Lens{Root: iface, Value: v.Type, Steps: []Step{{Kind: Variant, Type: v.Type}},
		Path: attr.Path{attr.Field(v.Tag)}, Codec: codec.For(v.Type)}
}

// ModelAdopt makes h the handle of l, which leads from a T to a V. It is for packages
// that make lenses of package lens.
func (h *LensHandle[T, V, E]) ModelAdopt(l *Lens) { h.lens = l }

// VariantHandle carries a variant of an I.
type VariantHandle[I any] struct{ variant *VariantType }

// HandleVariant returns the handle of v.
func HandleVariant[I any](v *VariantType) VariantHandle[I] { return VariantHandle[I]{v} }

// ModelVariant returns the variant, nil of a zero handle.
func (h VariantHandle[I]) ModelVariant() *VariantType { return h.variant }

// ModelShard returns the shard of a variant in a table of its own; otherwise one that is
// in no model.
func (h VariantHandle[I]) ModelShard() *Shard {
	if h.variant == nil || h.variant.Apart == nil {
		return &Shard{}
	}
	return h.variant.Apart
}

// ModelOf marks the handle as a variant of an I.
func (VariantHandle[I]) ModelOf(*I) {}

// VariantOf is a variant of an I.
type VariantOf[I any] interface {
	ModelVariant() *VariantType
	ModelOf(*I)
}

// Placement is where a part is stored.
type Placement struct {
	Table     string
	KeyName   string
	WhenOver  int
	MovedFrom []string
	Packed    bool
	Faults    []string
}

// PlacementHandle carries a placement.
type PlacementHandle struct{ placement *Placement }

// HandlePlacement returns the handle of p.
func HandlePlacement(p *Placement) PlacementHandle { return PlacementHandle{p} }

// ModelPlacement returns the placement; that of a zero handle has a fault.
func (h PlacementHandle) ModelPlacement() Placement {
	if h.placement == nil {
		return Placement{Faults: []string{"the placement is empty; make one with shard.To"}}
	}
	return *h.placement
}
