package conformance

import (
	"maps"
	"testing"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// around are the attributes of a tree's root that hold secrets, and a path
// into each.
var around = map[string]lens.Lens[tree, string]{
	"trunk": lens.Join(tTrunk, inTrunk[0]), "bough": lens.Join(tBough, inBough[0]), "one": lens.Join(tOne, inBranch[0]), "opt": lens.Join(tOpt, lens.Ptr(inBranch[1])),
	"list": lens.Join(lens.At(tList, 0), inBranch[0]), "ptrs": lens.Join(lens.At(tPtrs, 0), lens.Ptr(lText)), "map": lens.Join(lens.Entry(tMap, treeEntry), inBranch[0]),
	"in": lens.Join(lens.At(tIn, 0), inBranch[0]), "inmap": lens.Join(lens.Entry(tInMap, treeEntry), inBranch[0]),
}

// surrounded puts something else in the place of the struct, list or map that
// secrets are in, in the root item.
func (h *hoard) surrounded(t *testing.T) {
	ctx, root := t.Context(), h.item(t, "Trees", "p")
	for name, path := range around {
		wrong := list(str("planted"))
		switch name {
		case "list", "ptrs", "in":
			wrong = object(row{"0": str("planted"), "name": str("planted"), "text": str("planted")})
		}
		for _, f := range []struct {
			name  string
			value value
			cause error
		}{
			{"text", str("planted"), cipher.ErrNotEncrypted}, {"number", num("1"), cipher.ErrNotEncrypted}, {"true", boolean(true), cipher.ErrNotEncrypted},
			{"bytes", bin("planted"), cipher.ErrNotEncrypted}, {"set", strSet("planted"), cipher.ErrNotEncrypted},
			{"an envelope", root["title"], cipher.ErrUnexpectedEnvelope}, {"another kind", wrong, cipher.ErrNotEncrypted},
		} {
			planted := maps.Clone(root)
			planted[name] = f.value
			h.plant(t, "Trees", planted)
			at := envelope{entity: "Trees", path: cipher.Path{cipher.Name(name)}}
			whole, err := h.r.Get(ctx, h.key)
			equal(t, f.name+" got", whole, nil)
			at.refused(t, f.name+", get", err, f.cause)
			doc, err := h.stored.Get(ctx, "p")
			equal(t, f.name+" got by metadata", doc, nil)
			at.refused(t, f.name+", get by metadata", err, f.cause)
			// A path is asked for, and not there, or not asked for at all, where
			// it is in another item.
			got, err := repo.Read(ctx, h.r, h.key, path)
			if want, _ := lens.Get(path, new(secretTree("p"))); got != "" && got != want {
				t.Errorf("%s in the place of %s reads as %q", f.name, name, got)
			}
			silent(t, f.name+", read", err)
		}
	}
	h.plant(t, "Trees", root)
}
