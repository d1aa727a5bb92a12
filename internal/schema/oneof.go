package schema

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/policy"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/lens"
)

// Interfaces with variants. Their codecs belong to the model: those of the field that
// holds an interface, wherever the model has a struct with this field.

// oneOfs makes the codecs of a model.
func (c *compiler) oneOfs(d Declaration) {
	fields := map[codec.FieldOf]*codec.OneOf{}
	for _, p := range d.Parts {
		o, ok := p.(*model.OneOf)
		if !ok {
			continue
		}
		before := len(c.errs)
		c.decl(errors.Join(o.Errs...))
		if o.At.Err != nil {
			c.decl(o.At.Err)
			continue
		}
		f, why := fieldOf(o.At)
		if why == "" && fields[f] != nil {
			why = fmt.Sprintf("the variants of field %s of %s are declared twice; they are the same wherever the model has a %s", f.Struct.Field(f.Index).Name, f.Struct, f.Struct)
		}
		if why != "" {
			c.declineOneOf(o, "%s", why)
			continue
		}
		c.variants(o)
		if len(c.errs) == before {
			c.s.oneOfs = append(c.s.oneOfs, o)
		}
		of := &codec.OneOf{Iface: o.At.Value, Choose: o.Choose}
		for _, v := range o.Variants {
			if v != nil && len(v.Errs) == 0 && !slices.ContainsFunc(of.Variants, func(w codec.Variant) bool { return w.Tag == v.Tag }) {
				of.Variants = append(of.Variants, codec.Variant{Tag: v.Tag, Type: v.Type})
			}
		}
		fields[f] = of
	}
	if len(fields) > 0 {
		c.s.codecs = codec.NewSet(fields)
	}
}

func (c *compiler) declineOneOf(o *model.OneOf, format string, args ...any) {
	c.errs = append(c.errs, &lens.Error{Func: "repo.OneOf", Type: o.At.Root.String(), Path: o.At.GoPath(), Reason: fmt.Sprintf(format, args...)})
}

// fieldOf finds the field that holds the interface which a lens leads to.
func fieldOf(l *model.Lens) (f codec.FieldOf, why string) {
	if l.Value.Kind() != reflect.Interface {
		return f, fmt.Sprintf("it is of type %s, which is no interface", l.Value)
	}
	t := l.Root
	for _, s := range l.Steps {
		switch s.Kind {
		case model.Field:
			f = codec.FieldOf{Struct: t, Index: s.Index}
			t = t.Field(s.Index).Type
		case model.Variant:
			t = s.Type
		case model.SliceIndex, model.MapKey:
			return f, "it is in one element or entry; name all of them with lens.Elems, lens.Each or lens.EachValue"
		default:
			t = t.Elem()
		}
	}
	if f.Struct == nil {
		return f, "it is in no field of a struct"
	}
	return f, ""
}

// variants checks the variants of an interface.
func (c *compiler) variants(o *model.OneOf) {
	if len(o.Variants) == 0 {
		c.declineOneOf(o, "no variants; name them with repo.Variant")
	}
	for i, v := range o.Variants {
		if v == nil || v.Type == nil {
			c.declineOneOf(o, "variant %d is nil, or a zero value; make it with repo.Variant", i+1)
			continue
		}
		c.decl(errors.Join(v.Errs...))
		for _, w := range o.Variants[:i] {
			switch {
			case w == nil || w.Type == nil:
			case w.Tag == v.Tag:
				c.declineOneOf(o, "the tag %q is that of %s and of %s", v.Tag, w.Type, v.Type)
			case w.Type == v.Type:
				c.declineOneOf(o, "%s has two tags, %q and %q", v.Type, w.Tag, v.Tag)
			}
		}
		if v.Apart != nil && o.At.Path[0].Kind == attr.Name && c.s.Plain {
			c.declineOneOf(o, "repo.Plain stores no record, which a variant in a table of its own needs")
		}
	}
}

// maxTag is DynamoDB's limit on an attribute name in an expression.
const maxTag = 255

// badTag says what is wrong with a tag, "" if nothing is.
func badTag(tag string) string {
	switch {
	case tag == "":
		return "the tag is empty"
	case len(tag) > maxTag:
		return fmt.Sprintf("the tag has %d bytes; DynamoDB takes %d", len(tag), maxTag)
	case !utf8.ValidString(tag):
		return fmt.Sprintf("the tag %q is not valid UTF-8", tag)
	}
	return ""
}

// choosers checks, once all is known, that what has no tag is never taken for
// something else.
func (c *compiler) choosers() {
	for _, o := range c.s.oneOfs {
		if o.Choose == nil {
			continue
		}
		if state, sealed := c.s.Sealing.Policy.At(o.At.Path); state == policy.Above {
			c.declineOneOf(o, "a value without a tag would be read without encryption, and %s is encrypted; encrypt the interface as a whole, or have no chooser", sealed)
		}
		for _, v := range o.Variants {
			of := c.s.codecs.For(v.Type)
			switch of.Kind() {
			case codec.Struct:
			case codec.Map:
				c.declineOneOf(o, "a %s without its own tag may have any entry, and with one that is a tag it would be taken for another variant", v.Type)
				continue
			default:
				continue
			}
			for _, w := range o.Variants {
				if f := of.Lookup(w.Tag); f != nil {
					c.declineOneOf(o, "field %s of %s is stored as %q, which is also a tag; without its own tag a %s could be taken for a %s", f.GoName, v.Type, w.Tag, v.Type, w.Type)
				}
			}
		}
	}
}

// variantPlaces adds the places of variants that have tables of their own to those of
// the shards.
func (c *compiler) variantPlaces(top []*place.Place, keyNames map[string]string) []*place.Place {
	outer := slices.Clone(c.s.oneOfs)
	slices.SortStableFunc(outer, func(a, b *model.OneOf) int { return len(a.At.Path) - len(b.At.Path) })
	for _, o := range outer {
		for _, v := range o.Variants {
			if v.Apart == nil {
				continue
			}
			sh := *v.Apart
			sh.At = join(o.At, v.Lens(o.At.Value))
			c.shardTable(&sh, keyNames)
			p := &place.Place{
				Place:    stored.Place{Path: sh.At.Path, Kind: placeKinds[sh.Kind], Table: sh.Table, KeyName: sh.KeyName},
				WhenOver: sh.WhenOver,
				Packed:   sh.Packed,
			}
			top = insert(top, nil, p, p.Path)
			c.s.Shards[v.Apart] = append(c.s.Shards[v.Apart], p)
			if zero, err := c.s.codecs.For(sh.Elem).Encode(reflect.Zero(sh.Elem)); err == nil {
				c.s.Zero[p.Path.String()] = zero
			}
		}
	}
	return top
}

// insert puts p among the places that it lies in; rest leads there from base. Lists
// and maps on the way stay where they are.
func insert(siblings []*place.Place, base attr.Path, p *place.Place, rest attr.Path) []*place.Place {
	for _, s := range siblings {
		if !s.Rel.Covers(rest) {
			continue
		}
		rest = rest[len(s.Rel):]
		if s.Kind != stored.One {
			rest = rest[1:]
		}
		s.Kids = insert(s.Kids, s.Inner(), p, rest)
		return siblings
	}
	wild := slices.IndexFunc(rest, func(s attr.Seg) bool { return s.Kind == attr.AnyElem || s.Kind == attr.AnyValue })
	if wild < 0 {
		p.Rel = rest
		return append(siblings, p)
	}
	kind := stored.KeptList
	if rest[wild].Kind == attr.AnyValue {
		kind = stored.KeptMap
	}
	kept := &place.Place{Place: stored.Place{Path: attr.Join(base, rest[:wild]), Kind: kind}, Rel: rest[:wild]}
	kept.Kids = insert(nil, kept.Inner(), p, rest[wild+1:])
	return append(siblings, kept)
}

func join(a, b *model.Lens) *model.Lens {
	return &model.Lens{Root: a.Root, Value: b.Value, Many: a.Many || b.Many, Codec: b.Codec,
		Steps: append(slices.Clone(a.Steps), b.Steps...), Path: attr.Join(a.Path, b.Path)}
}

// known checks that variants on the way of a lens of a part are those of the model.
func (c *compiler) known(fn string, l *model.Lens) bool {
	if l == nil || l.Err != nil {
		return true // reported elsewhere
	}
	_, why := c.s.in(l)
	if why != "" {
		c.errs = append(c.errs, &lens.Error{Func: fn, Type: l.Root.String(), Path: l.GoPath(), Reason: why})
	}
	return why == ""
}

// NewVariant declares that an interface may hold a t, stored under a tag: in a table of
// its own if a placement is given.
func NewVariant(t, iface reflect.Type, tag string, at []model.Placement) *model.VariantType {
	v := &model.VariantType{Tag: tag, Type: t}
	decline := func(format string, args ...any) {
		v.Errs = append(v.Errs, &lens.Error{Func: "repo.Variant", Type: t.String(), Path: tag, Reason: fmt.Sprintf(format, args...)})
	}
	if why := badTag(tag); why != "" {
		decline("%s", why)
	}
	switch {
	case iface.Kind() != reflect.Interface:
		decline("it is to be a variant of %s, which is no interface", iface)
	case t.Kind() == reflect.Interface:
		decline("it is an interface; a variant is a type that %s can hold", iface)
	case !t.Implements(iface) && reflect.PointerTo(t).Implements(iface):
		decline("it does not implement %s, its pointer does; the variant is *%s", iface, t)
	case !t.Implements(iface):
		decline("it does not implement %s", iface)
	case t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Pointer:
		decline("one pointer is enough")
	}
	for i, p := range at {
		elem := t
		if elem.Kind() == reflect.Pointer {
			elem = elem.Elem()
		}
		switch {
		case i > 0:
			decline("it has several placements; a variant is in one table")
			continue
		case elem.Kind() != reflect.Struct || codec.For(elem).Kind() != codec.Struct:
			decline("it is no struct that is stored field by field, and cannot have a table of its own")
		}
		for _, f := range p.Faults {
			decline("%s", f)
		}
		v.Apart = &model.Shard{Kind: model.ShardVariant, Elem: elem, Table: p.Table, KeyName: p.KeyName, WhenOver: p.WhenOver, MovedFrom: p.MovedFrom, Packed: p.Packed}
	}
	return v
}

// NewOneOf declares the variants of the interface that a lens leads to, or with each of
// the elements of the list there.
func NewOneOf(at *model.Lens, each bool, variants []*model.VariantType) *model.OneOf {
	if each && at.Err == nil {
		elems := *at
		elems.Steps = append(slices.Clone(at.Steps), model.Step{Kind: model.EachElem})
		elems.Value, elems.Path, elems.Many = ifaceAt(&elems), attr.Join(at.Path, attr.Path{attr.Elem}), true
		elems.Codec = at.Codec.Elem()
		at = &elems
	}
	return &model.OneOf{At: at, Variants: variants}
}

// Choosing returns the same declaration with a function that names variants stored
// without a tag.
func Choosing(o *model.OneOf, tag func(types.AttributeValue) string) *model.OneOf {
	out := *o
	reason := ""
	switch {
	case tag == nil:
		reason = "the function is nil"
	case o.Choose != nil:
		reason = "it is said twice"
	}
	if out.Choose = tag; reason != "" {
		out.Errs = append(slices.Clone(o.Errs), &lens.Error{Func: "repo.Variants.Choose", Type: o.At.Root.String(), Path: o.At.GoPath(), Reason: reason})
	}
	return &out
}
