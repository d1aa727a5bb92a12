package versions

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/repo"
)

var unknownChecks = []kit.Check{
	{Name: "attributes", Run: unknownAttributes},
	{Name: "stored in advance", Run: inAdvance},
	{Name: "in elements", Run: inElements},
	{Name: "in a part", Run: inPart},
}

// unknownAttributes: what neither type knows stays, through an Update as well.
func unknownAttributes(t *testing.T, x *kit.World) {
	store(t, x, ann())
	x.Plant(t, "People", with(x.Item(t, "People", "a"), "other", kit.Object(kit.Row{"n": kit.Num("1")})))
	r := v3(t, x)
	kit.Must(t, r.Update(t.Context(), key.Of("a"), born.Set(1)))
	item := x.Item(t, "People", "a")
	kit.Same(t, "unknown and old", []any{item["other"], item["old"], item["name"]}, []any{kit.Object(kit.Row{"n": kit.Num("1")}), nil, nil})
}

// inAdvance: what only today's type knows is read by it, unless a step has made it.
func inAdvance(t *testing.T, x *kit.World) {
	store(t, x, ann())
	x.Plant(t, "People", with(with(x.Item(t, "People", "a"), "late", kit.Str("in advance")), "first", kit.Str("not this one")))
	r := v3(t, x)
	got, err := r.Get(t.Context(), key.Of("a"))
	kit.Must(t, err)
	kit.Equal(t, "read", [2]string{got.Late, got.First}, [2]string{"in advance", "Ann"})
	_, err = r.Put(t.Context(), got)
	kit.Must(t, err)
	kit.Same(t, "stored", x.Item(t, "People", "a")["late"], kit.Str("in advance"))
}

// inElements: what elements have besides stays with them if the list keeps its length.
// Otherwise nobody can know, and the write is refused.
func inElements(t *testing.T, x *kit.World) {
	dropped := ann()
	dropped.ID, dropped.Pets[0].Kind = "b", "dropped"
	store(t, x, ann(), dropped)
	mark := func(id string) {
		it := x.Item(t, "People", id)
		it["pets"].(*list).Value[1].(*object).Value["chip"] = kit.Num("7")
		x.Plant(t, "People", it)
	}
	mark("a")
	mark("b")
	r := v3(t, x)
	kit.Must(t, r.Update(t.Context(), key.Of("a"), born.Set(1)))
	kit.Same(t, "pets", x.Item(t, "People", "a")["pets"], kit.List(kit.Object(kit.Row{"name": kit.Str("cat")}), kit.Object(kit.Row{"name": kit.Str("dog"), "chip": kit.Num("7")})))

	got, err := r.Get(t.Context(), key.Of("b"))
	kit.Must(t, err)
	kit.Equal(t, "read", got.Pets, []pet{{"dog"}})
	_, err = r.Put(t.Context(), got)
	kit.WantErr(t, "put", err, repo.ErrNotLoaded, "chip")
	kit.Equal(t, "version", version(t, x, "b"), "")
}

// inPart: an attribute of a part that goes, goes with it.
func inPart(t *testing.T, x *kit.World) {
	store(t, x, ann())
	r := v3(t, x)
	got, err := r.Get(t.Context(), key.Of("a"))
	kit.Must(t, err)
	_, err = r.Put(t.Context(), got)
	kit.Must(t, err)
	x.Counted(t, "items", map[string]int{"People": 1, "Photos": 1})
}
