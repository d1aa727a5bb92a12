package versions

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

var writeChecks = []kit.Check{
	{Name: "put", Run: puts},
	{Name: "put of an untracked value", Run: putsBlind},
	{Name: "modify", Run: modifies},
	{Name: "update", Run: updates},
	{Name: "update of the version that was read", Run: updatesUnchanged},
	{Name: "transact", Out: kit.Out{Alone: "it writes or reads several objects at once"}, Run: transacts},
	{Name: "delete", Run: deletes},
	{Name: "what a plan sends", Run: plans},
	{Name: "who has written it", Run: actors},
	{Name: "put of the root alone", Run: keepsShards},
}

// puts: a Put of what was read stores it as of today, all in one transaction.
func puts(t *testing.T, x *kit.World) {
	store(t, x, ann())
	x.Plant(t, "People", with(x.Item(t, "People", "a"), "other", kit.Str("stays")))
	r := v3(t, x)
	got, err := r.Get(t.Context(), key.Of("a"))
	kit.Must(t, err)
	got.Born = 1971
	x.Net.Reset()
	_, err = r.Put(t.Context(), got)
	kit.Must(t, err)
	x.WantSent(t, "put", "TransactWriteItems: Put People, Put Photos, Delete Notes")
	x.Counted(t, "items", map[string]int{"People": 1, "Photos": 1})
	item := x.Item(t, "People", "a")
	kit.Same(t, "item", kit.Without(item, "_meta"), kit.Row{"id": kit.Str("a"), "first": kit.Str("Ann"), "last": kit.Str("Lee"), "born": kit.Num("1971"),
		"pets": kit.List(kit.Object(kit.Row{"name": kit.Str("cat")}), kit.Object(kit.Row{"name": kit.Str("dog")})), "other": kit.Str("stays")})
	kit.Equal(t, "version", version(t, x, "a"), "3")
	want := annToday()
	want.Born, want.Meta = 1971, got.Meta
	x.Net.Reset()
	again := kit.Has(t, r, key.Of("a"), "read", want)
	x.WantSent(t, "get", "BatchGetItem: People, Photos")

	again.Born = 1972 // what is today's is written as ever
	kit.Puts(t, x, r, again, "PutItem: People")
	kit.Equal(t, "version", version(t, x, "a"), "3")
}

// with is an item with another attribute.
func with(item kit.Row, name string, v kit.Value) kit.Row {
	item[name] = v
	return item
}

// putsBlind: a value that was never read replaces an object of any version.
func putsBlind(t *testing.T, x *kit.World) {
	store(t, x, ann())
	r := v3(t, x)
	_, err := r.Put(t.Context(), &person{ID: "a", First: "Eve"})
	kit.Must(t, err)
	kit.Same(t, "item", kit.Without(x.Item(t, "People", "a"), "_meta"), kit.Row{"id": kit.Str("a"), "first": kit.Str("Eve"), "last": kit.Str(""), "born": kit.Num("0")})
	x.Counted(t, "items", map[string]int{"People": 1, "Photos": 1})
	_, err = r.Create(t.Context(), &person{ID: "a"})
	kit.WantErr(t, "create", err, repo.ErrExists, "")
}

// modifies: Modify gets today's value.
func modifies(t *testing.T, x *kit.World) {
	store(t, x, ann())
	r := v3(t, x)
	kit.Must(t, r.Modify(t.Context(), key.Of("a"), func(p *person) error {
		kit.Equal(t, "given", bare(p), annToday())
		p.Last = "Ray"
		return nil
	}))
	kit.Equal(t, "version", version(t, x, "a"), "3")
	got, err := r.Get(t.Context(), key.Of("a"))
	kit.Must(t, err)
	kit.Equal(t, "written", [2]string{got.Last, got.Photo.Text}, [2]string{"Ray", "hi"})
	kit.Equal(t, "object version", got.Meta.Version, 2)
	x.Counted(t, "items", map[string]int{"People": 1, "Photos": 1})
}

// updates: the object is upgraded by a write of its own first.
func updates(t *testing.T, x *kit.World) {
	store(t, x, ann())
	r := v3(t, x)
	x.Net.Reset()
	kit.Must(t, r.Update(t.Context(), key.Of("a"), lens.Add(born, 1), repo.If(last.Eq("Lee"))))
	x.WantSent(t, "update", "TransactWriteItems: Update People", "BatchGetItem: People, Photos", "GetItem: Notes",
		"TransactWriteItems: Put People, Put Photos, Delete Notes", "UpdateItem: People")
	want := annToday()
	want.Born++
	got, err := r.Get(t.Context(), key.Of("a"))
	kit.Must(t, err)
	kit.Equal(t, "updated", bare(got), want)
	kit.Equal(t, "version", got.Meta.Version, 3)
	x.Net.Reset()
	kit.Must(t, r.Update(t.Context(), key.Of("a"), lens.Add(born, 1)))
	x.WantSent(t, "the next one", "TransactWriteItems: Update People")

	// A condition that does not hold leaves the object upgraded, and otherwise as it was.
	kit.Must(t, r.Delete(t.Context(), key.Of("a")))
	store(t, x, ann())
	err = r.Update(t.Context(), key.Of("a"), born.Set(1), repo.If(last.Eq("Ray")))
	kit.WantErr(t, "condition", err, repo.ErrCondition, "")
	got, err = r.Get(t.Context(), key.Of("a"))
	kit.Must(t, err)
	kit.Equal(t, "as it was", bare(got), annToday())

	kit.Must(t, r.Delete(t.Context(), key.Of("a")))
	store(t, x, ann())
	got, err = repo.UpdateGet(t.Context(), r, key.Of("a"), born.Set(7), lens.Of(func(p *person) *string { return &p.Photo.Text }).Set("new"))
	kit.Must(t, err)
	kit.Equal(t, "returned", [2]any{got.Born, got.Photo.Text}, [2]any{7, "new"})
}

// updatesUnchanged: the version that was read is that of the older object.
func updatesUnchanged(t *testing.T, x *kit.World) {
	store(t, x, ann())
	r := v3(t, x)
	got, err := r.Get(t.Context(), key.Of("a"))
	kit.Must(t, err)
	kit.Must(t, r.Update(t.Context(), key.Of("a"), born.Set(1), repo.IfUnchanged(got)))
	err = r.Update(t.Context(), key.Of("a"), born.Set(2), repo.IfUnchanged(got))
	kit.WantErr(t, "again", err, repo.ErrConflict, "")

	kit.Must(t, r.Delete(t.Context(), key.Of("a")))
	store(t, x, ann())
	err = r.Update(t.Context(), key.Of("a"), born.Set(2), repo.IfUnchanged(got))
	kit.WantErr(t, "another version", err, repo.ErrConflict, "")
	kit.Equal(t, "it was not touched", version(t, x, "a"), "")

	now, err := r.Get(t.Context(), key.Of("a"))
	kit.Must(t, err)
	_, err = v1(t, x).Put(t.Context(), ann())
	kit.Must(t, err)
	_, err = r.Put(t.Context(), now)
	kit.WantErr(t, "put", err, repo.ErrConflict, "")
}

// transacts: older objects take part in transactions.
func transacts(t *testing.T, x *kit.World) {
	store(t, x, ann(), &personV1{ID: "b", Name: "Bo Lee", Age: 10}, &personV1{ID: "c", Name: "Cy Lee"}, &personV1{ID: "d", Name: "Di"})
	r := v3(t, x)
	got, err := r.Get(t.Context(), key.Of("d"))
	kit.Must(t, err)
	got.Last = "new"
	kit.Must(t, repo.Transact(t.Context(), []repo.Op{
		r.UpdateOp(key.Of("a"), lens.Add(born, 1)), r.CheckOp(key.Of("b"), born.Eq(1990)), r.DeleteOp(key.Of("c")), r.PutOp(got),
	}))
	a, err := r.Get(t.Context(), key.Of("a"))
	kit.Must(t, err)
	kit.Equal(t, "updated", a.Born, 1971)
	kit.Equal(t, "versions", [3]string{version(t, x, "a"), version(t, x, "b"), version(t, x, "d")}, [3]string{"3", "3", "3"})
	x.Counted(t, "items", map[string]int{"People": 3, "Photos": 3})
	_, err = r.PutMany(t.Context(), []*person{a, got})
	kit.Must(t, err)
}

// deletes: what an older object has is known from its record.
func deletes(t *testing.T, x *kit.World) {
	store(t, x, ann(), &personV1{ID: "b", Name: "Bo"})
	r := v3(t, x)
	kit.Must(t, r.Delete(t.Context(), key.Of("a")))
	got, err := r.Get(t.Context(), key.Of("b"))
	kit.Must(t, err)
	kit.Must(t, r.DeleteValue(t.Context(), got))
	x.Counted(t, "items", map[string]int{})
}

// plans: a plan reads at most, and upgrades nothing.
func plans(t *testing.T, x *kit.World) {
	store(t, x, ann())
	r := v3(t, x)
	_, err := r.With(repo.ReadFirst()).Plan(t.Context(), r.UpdateOp(key.Of("a"), born.Set(1)))
	kit.Must(t, err)
	kit.Equal(t, "version", version(t, x, "a"), "")
}

// actors: the upgrade does not hide who has written the object.
func actors(t *testing.T, x *kit.World) {
	_, err := v1(t, x).Create(t.Context(), ann(), repo.By("eve"))
	kit.Must(t, err)
	r := v3(t, x)
	err = r.Update(t.Context(), key.Of("a"), born.Set(1), repo.If(last.Eq("nobody")))
	kit.WantErr(t, "update", err, repo.ErrCondition, "")
	got, err := r.Get(t.Context(), key.Of("a"))
	kit.Must(t, err)
	kit.Equal(t, "actors", [2]string{got.Meta.CreatedBy, got.Meta.UpdatedBy}, [2]string{"eve", "eve"})
	kit.Equal(t, "version", version(t, x, "a"), "3")
}

// keepsShards: parts of an older object cannot be kept.
func keepsShards(t *testing.T, x *kit.World) {
	store(t, x, ann())
	r := v3(t, x)
	got, err := r.Get(t.Context(), key.Of("a"))
	kit.Must(t, err)
	_, err = r.Put(t.Context(), got, repo.KeepShards())
	kit.WantErr(t, "KeepShards", err, repo.ErrInvalid, "version 1 of the model")
	_, err = r.Put(t.Context(), &person{ID: "a"}, repo.KeepShards())
	kit.WantErr(t, "KeepShards", err, repo.ErrInvalid, "version 1 of the model")
	_, err = r.Put(t.Context(), got, repo.Rewrite())
	kit.Must(t, err)
}
