package schema

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/keys"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/policy"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/lens"
)

// Unique is a declaration that a value is that of one object only.
type Unique struct {
	Name   string // of the claim
	Fields []UniqueField
	Place  *place.Place // of the part that has the fields; nil: the root item

	table, keyName string
	movedFrom      []string
	secret         []byte // of a keyed hash; nil: values are stored
}

// UniqueField is one field of a Unique, in the order of their paths.
type UniqueField struct {
	*model.Lens
	Key  int // which part of the object's key it is, -1 if it is none
	fold bool
}

// Text shows the fields.
func (u *Unique) Text() string { return stored.ClaimText(u.Name) }

// Claims reports whether a name is that of a claim of the model.
func (s *Schema) Claims(name string) bool {
	return slices.ContainsFunc(s.Uniques, func(u *Unique) bool { return u.Name == name })
}

// ClaimIn is Claim for the values that a document, which is not divided, and a key have.
func (u *Unique) ClaimIn(entity string, doc attrs, key []types.AttributeValue) (l stored.Location, ok bool, err error) {
	values := make([]types.AttributeValue, len(u.Fields))
	for i, f := range u.Fields {
		if f.Key >= 0 {
			values[i] = key[f.Key]
		} else {
			values[i] = item.Follow(doc, f.Path)
		}
	}
	return u.Claim(entity, values)
}

// Claim is where the values of the fields are claimed. It is not ok if one of them is
// absent: then nothing is. What is encrypted was opened.
func (u *Unique) Claim(entity string, values []types.AttributeValue) (l stored.Location, ok bool, err error) {
	said := make([]types.AttributeValue, len(values))
	for i, av := range values {
		if item.Absent(av) {
			return l, false, nil
		}
		if said[i], err = u.Fields[i].form(av); err != nil {
			return l, false, err
		}
	}
	l = stored.Location{Table: u.table, KeyName: u.keyName}
	if u.secret != nil {
		l.Key = stored.HashedClaimKey(u.secret, entity, u.Name, said)
	} else {
		l.Key = stored.ClaimKey(entity, u.Name, said)
	}
	return l, true, nil
}

// form is a value in the one form that all equal values have.
func (f *UniqueField) form(av types.AttributeValue) (types.AttributeValue, error) {
	var err error
	switch v := av.(type) {
	case *types.AttributeValueMemberS:
		if f.fold {
			return item.String(item.FoldCase(v.Value)), nil
		}
		if f.Codec.Instant() {
			av, err = keys.Sortable(av)
		}
	case *types.AttributeValueMemberN:
		var text string
		text, err = item.NormalizeNumber(v.Value)
		av = &types.AttributeValueMemberN{Value: text}
	case *types.AttributeValueMemberB:
	default:
		err = fmt.Errorf("is %s, which cannot be unique", item.TypeText(av))
	}
	if err != nil {
		return nil, fail.At(f.Path, fail.Withf(fail.ErrInvalid, "%w", err))
	}
	return av, nil
}

// uniques checks what is unique in a model; sound says whether its shards are.
func (c *compiler) uniques(all []*model.Unique, sound bool) {
	for _, m := range all {
		before := len(c.errs)
		c.decl(errors.Join(m.Errs...))
		u := &Unique{table: c.s.called[m.Table], keyName: m.KeyName, movedFrom: Called(c.s, m.MovedFrom...), secret: m.Secret}
		for _, l := range m.Lenses {
			c.uniqueField(u, m, l)
		}
		c.folded(m)
		if c.claimTable(m, u); len(c.errs) > before {
			continue
		}
		slices.SortFunc(u.Fields, func(a, b UniqueField) int { return strings.Compare(a.Path.String(), b.Path.String()) })
		paths := make([]attr.Path, len(u.Fields))
		for i, f := range u.Fields {
			paths[i] = f.Path
		}
		u.Name = stored.ClaimName(paths)
		if c.s.Claims(u.Name) {
			c.declineUnique(m, u.Text(), "it is declared as unique twice")
		}
		if sound {
			c.uniquePlace(u, m)
		}
		c.s.Uniques = append(c.s.Uniques, u)
	}
	if n := len(all); n > stored.MaxClaims {
		c.decline("", "%d unique values; one transaction writes at most %d beside the object", n, stored.MaxClaims)
	}
}

func (c *compiler) declineUnique(m *model.Unique, path, reason string, args ...any) {
	c.errs = append(c.errs, &lens.Error{Func: "shard.Unique", Type: m.Root.String(), Path: path, Reason: fmt.Sprintf(reason, args...)})
}

func (c *compiler) uniqueField(u *Unique, m *model.Unique, l *model.Lens) {
	path := l.Path.String()
	key := slices.IndexFunc(c.s.Key.Attrs, func(a *keys.Attr) bool { return a.Is(l) })
	switch kind := l.Codec.Kind(); {
	case slices.ContainsFunc(l.Steps, func(s model.Step) bool { return s.Kind == model.Variant }):
		c.declineUnique(m, path, "it is in a variant, which an object may have or not; keep the value in a field of the object as well")
		return
	case l.Many || slices.ContainsFunc(l.Path, func(s attr.Seg) bool { return s.Kind != attr.Name }):
		c.declineUnique(m, path, "it is inside a list or map, of which an object has many or none")
		return
	case kind != codec.String && kind != codec.Number && kind != codec.Binary:
		c.declineUnique(m, path, "%s is not stored as a string, a number or binary, and cannot be unique", l.Value)
		return
	case slices.ContainsFunc(u.Fields, func(f UniqueField) bool { return f.Path.String() == path }):
		c.declineUnique(m, path, "the field is named twice")
		return
	}
	switch state, sealed := c.s.Sealing.Policy.At(l.Path); {
	case state == policy.Inside:
		c.declineUnique(m, path, "it lies inside %s, which is encrypted whole; protect the field itself", sealed)
	case state == policy.Sealed && m.Secret == nil:
		c.declineUnique(m, path, "it is encrypted, and the claim would show it; store a keyed hash instead, with HashedBy")
	}
	fold := m.FoldAll && isText(l) ||
		slices.ContainsFunc(m.Fold, func(f *model.Lens) bool { return f.Path.String() == path })
	u.Fields = append(u.Fields, UniqueField{Lens: l, Key: key, fold: fold})
}

// isText reports whether what a lens leads to is stored as text that is no time.
func isText(l *model.Lens) bool { return l.Codec.Kind() == codec.String && !l.Codec.Instant() }

// folded checks what FoldCase names.
func (c *compiler) folded(m *model.Unique) {
	if m.FoldAll && !slices.ContainsFunc(m.Lenses, isText) {
		c.declineUnique(m, "", "FoldCase: none of the fields is text")
	}
	for _, f := range m.Fold {
		path := f.Path.String()
		switch {
		case !slices.ContainsFunc(m.Lenses, func(l *model.Lens) bool { return l.Path.String() == path }):
			c.declineUnique(m, path, "FoldCase: it is not one of the fields")
		case !isText(f):
			c.declineUnique(m, path, "FoldCase: %s is not text", f.Value)
		}
	}
}

// claimTable checks where claims are kept.
func (c *compiler) claimTable(m *model.Unique, u *Unique) {
	if len(m.Errs) > 0 {
		return // perhaps of the placement
	}
	for _, t := range append([]string{u.table}, u.movedFrom...) {
		if tables.InRegion(t) {
			c.declineUnique(m, "", "table %q is in another region; a claim is written in one transaction with the root, and is in its region and account", t)
			return
		}
	}
	if why := bad(c, u.table); why != "" {
		c.declineUnique(m, "", "%s", why)
	}
	if slices.Contains(u.movedFrom, u.table) {
		c.declineUnique(m, "", "table %q is where the claims are, they cannot have moved from there", u.table)
	}
	if why := tables.BadName(m.KeyName); why != "" {
		c.declineUnique(m, "", "shard.KeyName: %s", why)
	}
	if other := c.s.Parts[u.table]; other != "" && other != m.KeyName {
		c.declineUnique(m, "", "table %q has the key attribute %q here and %q in another part of the model", u.table, m.KeyName, other)
	}
	if m.KeyName == c.s.MetaAttr {
		c.declineUnique(m, "", "the key attribute %q also holds the stored record; see shard.KeyName and repo.MetaAttribute", m.KeyName)
	}
	for _, t := range append([]string{u.table}, u.movedFrom...) {
		if t == c.s.Root {
			c.declineUnique(m, "", "claims are placed in the root's table %q; they live in a table of their own", t)
		}
		c.s.MayHaveParts(t)
	}
	c.s.Parts[u.table] = m.KeyName
}

// uniquePlace finds the item that has the fields, those of the key apart: it must be
// one, so that all values are of one moment, and all are read or none.
func (c *compiler) uniquePlace(u *Unique, m *model.Unique) {
	var of *UniqueField
	for i := range u.Fields {
		f := &u.Fields[i]
		if f.Key >= 0 {
			continue
		}
		p := c.s.Tree.Owner(f.Path)
		if of != nil && p != u.Place {
			c.declineUnique(m, u.Text(), "%s and %s are in different items; fields that are unique together are in one", of.Path, f.Path)
			return
		}
		of, u.Place = f, p
	}
	if of == nil && len(u.Fields) == len(c.s.Key.Attrs) {
		c.declineUnique(m, u.Text(), "it is the object's key, which is unique by itself")
	}
}
