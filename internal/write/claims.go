package write

import (
	"maps"
	"slices"

	"github.com/dystore/dystore/internal/claim"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
)

// Unique values: each is claimed by an item, which is written with the object.

// claim notes what the new version claims; doc is not divided yet. Values that were
// not read, or are not written, stay claimed as they are, and so does what only another
// program claims. Fields that went with an earlier version of the model are not claimed.
func (a *aligner) claim(next *stored.Root, doc attrs, key tables.Key) error {
	if len(a.s.Uniques) == 0 && (a.meta == nil || len(a.meta.Claims) == 0) {
		return nil
	}
	next.Claims = claim.Of(a.meta)
	former, err := schema.FormerOf(a.s, a.meta)
	if err == nil && former != nil {
		maps.DeleteFunc(next.Claims, func(name string, _ stored.Location) bool { return former.Had(a.s, stored.ClaimFields(name)) })
	}
	for _, u := range a.s.Uniques {
		if a.keepsClaim(u) {
			continue
		}
		l, ok, err := u.ClaimIn(a.s.Entity, doc, key.Parts)
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
