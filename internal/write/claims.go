package write

import (
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
)

// Unique values: each is claimed by an item, which is written with the object.

// claim notes what the new version claims; doc is not divided yet. Values that were
// not read, or are not written, stay claimed as they are, and so does what only another
// version of the program claims.
func (a *aligner) claim(next *stored.Root, doc attrs, key tables.Key) error {
	if len(a.s.Uniques) == 0 && (a.meta == nil || len(a.meta.Claims) == 0) {
		return nil
	}
	next.Claims = map[string]stored.Location{}
	if a.meta != nil {
		maps.Copy(next.Claims, a.meta.Claims)
	}
	for _, u := range a.s.Uniques {
		if a.keepsClaim(u) {
			continue
		}
		l, ok, err := u.Claim(a.s.Entity, valuesOf(u, doc, key))
		if err != nil {
			return err
		}
		if delete(next.Claims, u.Name); ok {
			next.Claims[u.Name] = l
		}
	}
	return nil
}

// keepsClaim reports whether the fields of a unique value are in a part that stays as
// it is. One that was not read goes with the part, or the value, that it is in.
func (a *aligner) keepsClaim(u *schema.Unique) bool {
	if u.Place == nil {
		return false
	}
	part := stored.Inst("").Join(u.Place.Path)
	return slices.ContainsFunc(a.carried, part.Under)
}

func valuesOf(u *schema.Unique, doc attrs, key tables.Key) []types.AttributeValue {
	values := make([]types.AttributeValue, len(u.Fields))
	for i, f := range u.Fields {
		if f.Key >= 0 {
			values[i] = key.Parts[f.Key]
		} else {
			values[i] = item.Follow(doc, f.Path)
		}
	}
	return values
}

// claims writes the claims that are new, and all if every part is written.
func (p *planner) claims() {
	next := p.snap.Root.Claims
	for _, name := range sorted.Keys(next) {
		l := next[name]
		if p.b.Meta != nil && p.b.Meta.Claims[name] == l && !(p.all && p.w.Schema.Claims(name)) {
			continue
		}
		p.out.Parts = append(p.out.Parts, p.guard.Claim(p.w.Schema.FullName(l.Table), name, l))
	}
}

// unclaim removes the claims that the new version no longer has. items returns those
// of the new version and of the parts that go.
func (p *planner) unclaim(items func() tables.Items) error {
	old, next := p.b.Meta.Claims, p.snap.Root.Claims
	for _, name := range sorted.Keys(old) {
		l := old[name]
		if next[name] == l {
			continue
		}
		if err := p.w.Schema.CheckClaim(name, l); err != nil {
			return err
		}
		if err := items().Take(stored.Inst(name), l); err != nil {
			return err
		}
		p.out.Parts = append(p.out.Parts, p.guard.Unclaim(p.w.Schema.FullName(l.Table), name, l))
	}
	return nil
}
