package sealed

import (
	"errors"
	"strings"
	"testing"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/conformance/trees"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// Records are not encrypted. A writer to the tables can give a part the record
// of another one. Its values do not open there.
var forgedRecordChecks = []kit.Check{
	{Name: "a part in the place of another", Run: func(t *testing.T, x *kit.World) {
		ctx, h := t.Context(), newHoard(t, x.Engine, layouts(t)[1])
		entry := cipher.Path{cipher.Name("map"), cipher.Name(treeEntry)}.String()
		inEntry := cipher.Path{cipher.Name("inmap"), cipher.Name(treeEntry)}.String()
		for _, c := range []struct {
			from, object, to string
			path             lens.Lens[tree, string]
		}{
			{"one", "q", "one", lens.Join(tOne, bName)}, {"list[]", "q", "list[]", lens.Join(lens.At(tList, 0), bName)},
			{"ptrs[]", "q", "ptrs[]", lens.Join(lens.At(tPtrs, 0), lens.Ptr(lText))}, {entry, "q", entry, lens.Join(lens.Entry(tMap, treeEntry), bName)},
			{"in[].leaf", "q", "in[].leaf", lens.Join(lens.At(tIn, 0), inBranch[1])}, {inEntry + ".leaf", "q", inEntry + ".leaf", lens.Join(lens.Entry(tInMap, treeEntry), inBranch[1])},
			{"one", "p", "opt", optName}, {"opt", "p", "one", lens.Join(tOne, bName)}, {"one.leaf", "p", "one.opt", lens.Join(tOne, inBranch[2])},
			{"one", "p", "list[]", lens.Join(lens.At(tList, 0), bName)}, {"list[]", "p", entry, lens.Join(lens.Entry(tMap, treeEntry), bName)},
			{entry, "p", "list[]", lens.Join(lens.At(tList, 0), bName)}, {"one.leaves[]", "p", "opt.leaves[]", lens.Join(tOpt, lens.Ptr(inBranch[3]))},
			{"one.leaves[]", "p", "one.byname.k", lens.Join(tOne, inBranch[4])}, {"list[].byname.k", "p", "one.byname.k", lens.Join(tOne, inBranch[4])},
			{"trunk.bark", "p", "bough.bark", lens.Join(tBough, inBough[0])}, {"trunk.rings[]", "p", "ptrs[]", lens.Join(lens.At(tPtrs, 0), lens.Ptr(lText))},
			{"in[].leaf", "p", inEntry + ".leaf", lens.Join(lens.Entry(tInMap, treeEntry), inBranch[1])}, {inEntry + ".leaves[]", "p", "in[].leaves[]", lens.Join(lens.At(tIn, 0), inBranch[3])},
		} {
			name := c.from + " of " + c.object + " as " + c.to
			from, to := partAt(t, h.World, c.object, c.from), partAt(t, h.World, "p", c.to)
			forged := item.CloneMap(from.item)
			delete(forged, from.key)
			forged[to.key], forged["_meta"] = to.item[to.key], to.item["_meta"]
			h.Plant(t, to.table, forged)
			got, err := h.r.Get(ctx, h.key)
			kit.Equal(t, name, got, nil)
			strangerAt(t, name+", get", err, c.to)
			text, err := repo.Read(ctx, h.r, h.key, c.path)
			kit.Equal(t, name, text, "")
			strangerAt(t, name+", read", err, c.to)
			doc, err := h.stored.Get(ctx, "p")
			kit.Equal(t, name, doc, nil)
			strangerAt(t, name+", get by metadata", err, c.to)
			h.Plant(t, to.table, to.item)
		}
		_, err := h.r.Get(ctx, h.key)
		kit.Must(t, err)
	}},
	{Name: "an entry under another name", Run: func(t *testing.T, x *kit.World) {
		ctx, h := t.Context(), newHoard(t, x.Engine, layouts(t)[1])
		// The item keeps its key. Its record and the root's are changed.
		root, part := h.Item(t, "Trees", "p"), partAt(t, h.World, "p", cipher.Path{cipher.Name("map"), cipher.Name(treeEntry)}.String())
		record, err := stored.Decode(root["_meta"])
		kit.Must(t, err)
		other := stored.Inst("map").Key("other")
		for inst, ref := range record.Parts {
			if !inst.Under(part.inst) {
				continue
			}
			at := record.Locate(inst, []kit.Value{kit.Str("p")})
			moved := other + inst[len(part.inst):]
			it := h.Item(t, at.Table, at.Key)
			old, err := stored.DecodePart(it["_meta"])
			kit.Must(t, err)
			old.Inst = moved
			it["_meta"] = old.Encode()
			h.Plant(t, at.Table, it)
			delete(record.Parts, inst)
			ref.Table, ref.Key, ref.KeyName = at.Table, at.Key, at.KeyName
			record.Parts[moved] = ref
		}
		for inst, order := range record.Orders {
			if inst.Under(part.inst) {
				delete(record.Orders, inst)
				record.Orders[other+inst[len(part.inst):]] = order
			}
		}
		root["_meta"] = record.Encode()
		h.Plant(t, "Trees", root)
		got, err := h.r.Get(ctx, h.key)
		kit.Equal(t, "tree", got, nil)
		strangerAt(t, "get", err, "map.other")
		text, err := repo.Read(ctx, h.r, h.key, lens.Join(lens.Entry(tMap, "other"), bName))
		kit.Equal(t, "text", text, "")
		strangerAt(t, "read", err, "map.other")
	}},
	{Name: "what nobody can notice", Out: kit.Out{Staged: "it changes the item of a part, which each write makes anew"}, Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, trees.Divided(0, protectTexts(t)))
		v := secretTree("p")
		v.Ptrs = []*leaf{new(secretLeaf("first", 0)), new(secretLeaf("second", 0))}
		key, err := r.Create(ctx, &v)
		kit.Must(t, err)
		byText := envelopes(t, x, "Trees", kit.Str("p"))
		// Elements of one list in another order: positions are not bound.
		first, second, old := byText[v.Ptrs[0].Text], byText[v.Ptrs[1].Text], byText[v.One.Leaf.Text]
		if first == nil || second == nil || old == nil {
			t.Fatal("no envelopes of these texts")
		}
		x.Plant(t, first.table, first.with(kit.Bin(string(second.bytes))))
		x.Plant(t, second.table, second.with(kit.Bin(string(first.bytes))))
		texts, err := repo.ReadAll(ctx, r, key, lens.Each(tPtrs, lens.Ptr(lText)))
		kit.Must(t, err)
		kit.Equal(t, "texts", texts, []string{v.Ptrs[1].Text, v.Ptrs[0].Text})
		// An older value of the same path, and none.
		kit.Must(t, r.Update(ctx, key, lens.Join(tOne, inBranch[1]).Set(canary+" newer")))
		it := x.Item(t, old.table, kit.StringOf(old.item["leafID"]))
		it["text"] = kit.Bin(string(old.bytes))
		x.Plant(t, old.table, it)
		text, err := repo.Read(ctx, r, key, lens.Join(tOne, inBranch[1]))
		kit.Must(t, err)
		kit.Equal(t, "older text", text, v.One.Leaf.Text)
		x.Plant(t, old.table, kit.Without(it, "text"))
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, "no text", got.One.Leaf.Text, "")
	}},
}

// part is a part with its item.
type part struct {
	table, key string // the name of the key attribute
	item       kit.Row
	inst       stored.Inst
}

// partAt finds the part of an object at a path.
func partAt(t *testing.T, x *kit.World, id, path string) part {
	t.Helper()
	d, err := kit.DumpTables(t.Context(), x.Raw, x.Prefix)
	kit.Must(t, err)
	f := finder{t: t, owner: stored.Owner("Trees", []kit.Value{kit.Str(id)})}
	for _, table := range d.Tables {
		for _, it := range table.Items {
			if base, ok := f.base(table, it); ok && base.String() == path {
				rec, err := stored.DecodePart(it["_meta"])
				kit.Must(t, err)
				return part{table.Name, table.Key[0], it, rec.Inst}
			}
		}
	}
	t.Fatalf("%s has no part %s", id, path)
	return part{}
}

// strangerAt fails t unless err says that a value at or below path belongs
// elsewhere.
func strangerAt(t *testing.T, what string, err error, path string) {
	t.Helper()
	kit.WantErr(t, what, err, repo.ErrCorrupt, cipher.ErrAuth.Error())
	var field *cipher.FieldError
	if !errors.As(err, &field) || !errors.Is(err, cipher.ErrAuth) || !strings.HasPrefix(field.Path, path) {
		t.Errorf("%s: got %v; want %v at %s", what, err, cipher.ErrAuth, path)
	}
	silent(t, what, err)
}
