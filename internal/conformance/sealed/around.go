package sealed

import (
	"maps"
	"testing"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/conformance/kit"
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

// surrounded replaces a struct, list or map with secrets in it by something else,
// in the root item.
func (h *hoard) surrounded(t *testing.T) {
	ctx, root := t.Context(), h.Item(t, "Trees", "p")
	for name, path := range around {
		wrong := kit.List(kit.Str("planted"))
		switch name {
		case "list", "ptrs", "in":
			wrong = kit.Object(kit.Row{"0": kit.Str("planted"), "name": kit.Str("planted"), "text": kit.Str("planted")})
		}
		for _, f := range []struct {
			name  string
			value kit.Value
			cause error
		}{
			{"text", kit.Str("planted"), cipher.ErrNotEncrypted}, {"number", kit.Num("1"), cipher.ErrNotEncrypted}, {"true", kit.Boolean(true), cipher.ErrNotEncrypted},
			{"bytes", kit.Bin("planted"), cipher.ErrNotEncrypted}, {"set", kit.StrSet("planted"), cipher.ErrNotEncrypted},
			{"an envelope", root["title"], cipher.ErrUnexpectedEnvelope}, {"another kind", wrong, cipher.ErrNotEncrypted},
		} {
			planted := maps.Clone(root)
			planted[name] = f.value
			h.Plant(t, "Trees", planted)
			at := envelope{entity: "Trees", path: cipher.Path{cipher.Name(name)}}
			whole, err := h.r.Get(ctx, h.key)
			kit.Equal(t, f.name+" got", whole, nil)
			at.refused(t, f.name+", get", err, f.cause)
			doc, err := h.stored.Get(ctx, "p")
			kit.Equal(t, f.name+" got by metadata", doc, nil)
			at.refused(t, f.name+", get by metadata", err, f.cause)
			// The path has no value, or it is in another item, which is intact.
			got, err := repo.Read(ctx, h.r, h.key, path)
			if want, _ := lens.Get(path, new(secretTree("p"))); got != "" && got != want {
				t.Errorf("%s in the place of %s reads as %q", f.name, name, got)
			}
			silent(t, f.name+", read", err)
		}
	}
	h.Plant(t, "Trees", root)
}
