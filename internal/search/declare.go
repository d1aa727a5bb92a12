package search

import (
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/keys"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/policy"
	"github.com/dystore/dystore/internal/seal"
	"github.com/dystore/dystore/lens"
)

// Declaration is what of a model tags depend on.
type Declaration struct {
	Typ     reflect.Type
	Key     *keys.Spec
	Sealing *seal.Sealing
	Blinds  []*model.Blind
	Sound   bool        // it is known where shards are
	Tree    *place.Tree // of them
}

// Of are the tags of a declaration. The error joins its mistakes.
func Of(d *Declaration) (Tags, error) {
	c := compiler{Declaration: d, tags: Tags{sealing: d.Sealing}}
	for _, b := range d.Blinds {
		if c.errs = append(c.errs, b.Errs...); len(b.Errs) > 0 {
			continue
		}
		f := &tagged{Blind: b}
		c.of(b)
		c.tag(b)
		if b.Scope != nil {
			f.scope = c.scope(b)
		}
		if c.tags.Has(f.name()) {
			c.decline(b.Tag, "it is the tag of two fields")
		}
		c.tags.all = append(c.tags.all, f)
	}
	return c.tags, errors.Join(c.errs...)
}

// compiler collects the mistakes of a declaration.
type compiler struct {
	*Declaration
	tags Tags
	errs []error
}

func (c *compiler) decline(at *model.Lens, reason string, args ...any) {
	c.wrong("cipher.BlindIndex", at, fmt.Sprintf(reason, args...))
}

func (c *compiler) wrong(fn string, at *model.Lens, reason string) {
	c.errs = append(c.errs, &lens.Error{Func: fn, Type: c.Typ.String(), Path: at.GoPath(), Reason: reason})
}

// scope finds the scope of an object in its key.
func (c *compiler) scope(b *model.Blind) seal.Finder {
	at, text, why := c.Key.Locate(b.Scope)
	if why != "" {
		c.wrong("cipher.TagScope", b.Scope, why)
	}
	return seal.InKey(at, text)
}

// of checks the encrypted field.
func (c *compiler) of(b *model.Blind) {
	l := b.Of
	kind := l.Codec.Kind()
	switch state, sealed := c.Sealing.Policy.At(l.Path); {
	case slices.ContainsFunc(l.Steps, func(s model.Step) bool { return s.Kind == model.Variant }):
		c.decline(l, "it is in a variant, which an object may have or not; keep the value in a field of the object as well")
	case slices.ContainsFunc(l.Path, func(s attr.Seg) bool { return s.Kind != attr.Name }):
		c.decline(l, "it is inside a list or map, of which an object has many or none")
	case kind != codec.String && kind != codec.Number && kind != codec.Binary:
		c.decline(l, "%s is not stored as a string, a number or binary, and cannot be found", l.Value)
	case !c.Sound:
	case c.Tree.Meets(l.Path):
		c.decline(l, "it is in a shard; an index is made of what stays in the root")
	case state == policy.Inside:
		c.decline(l, "it lies inside %s, which is encrypted whole; protect the field itself", sealed)
	case state != policy.Sealed:
		c.decline(l, "it is not encrypted; an index of the field itself finds it, and shows no less")
	}
}

// tag checks the field that receives the tag.
func (c *compiler) tag(b *model.Blind) {
	l := b.Tag
	switch {
	case len(l.Path) != 1:
		c.decline(l, "the tag is an attribute of the object itself, not inside another")
	case slices.ContainsFunc(l.Steps, func(s model.Step) bool { return s.Kind == model.Deref }):
		c.decline(l, "the tag is behind a pointer, which an object may have or not")
	case c.Key.Has(l.Path[0].Name):
		c.decline(l, "the tag is the object's key, or part of it, and cannot change with the value")
	case c.Sound && c.Sealing.Visible(l, false) != nil:
		c.decline(l, "the tag is encrypted; nothing could be found by it")
	}
}
