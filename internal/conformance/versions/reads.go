package versions

import (
	"errors"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

var readChecks = []kit.Check{
	{Name: "get", Run: gets},
	{Name: "parts left out", Run: leftOut},
	{Name: "a path", Run: path},
	{Name: "ranges", Run: ranges},
	{Name: "filters", Run: filters},
	{Name: "many", Out: kit.Out{Alone: "it writes or reads several objects at once"}, Run: many},
	{Name: "a step that fails", Run: failing},
	{Name: "an item without a record", Run: unrecorded},
}

// gets: reads take the steps and store nothing.
func gets(t *testing.T, x *kit.World) {
	store(t, x, ann())
	before := x.Item(t, "People", "a")
	r := v3(t, x)
	x.Net.Reset()
	got, err := r.Get(t.Context(), key.Of("a"))
	kit.Must(t, err)
	x.WantSent(t, "get", "BatchGetItem: People, Photos", "GetItem: Notes")
	kit.Equal(t, "read", bare(got), annToday())
	kit.Equal(t, "version", got.Meta.Version, 1)
	kit.Same(t, "stored", x.Item(t, "People", "a"), before)

	ok, err := r.Exists(t.Context(), key.Of("a"))
	kit.Must(t, err)
	kit.Equal(t, "exists", ok, true)
}

// leftOut: an older object is read whole, so nothing is left out of it.
func leftOut(t *testing.T, x *kit.World) {
	store(t, x, ann())
	r := v3(t, x)
	for _, opt := range []repo.CallOption{repo.RootOnly(), repo.Skip(photoOf), repo.Eventually()} {
		got, err := r.Get(t.Context(), key.Of("a"), opt)
		kit.Must(t, err)
		kit.Equal(t, "read", bare(got), annToday())
		got.First = "Eve"
		x.Net.Reset()
	}
}

// path: a path of today's type is found in an older object, and none of the old type.
func path(t *testing.T, x *kit.World) {
	store(t, x, ann(), &personV1{ID: "b", Name: "Bo"})
	r := v3(t, x)
	year, err := repo.Read(t.Context(), r, key.Of("a"), born)
	kit.Must(t, err)
	kit.Equal(t, "year", year, 1970)
	names, err := repo.ReadAll(t.Context(), r, key.Of("a"), lens.Each(lens.Of(func(p *person) *[]pet { return &p.Pets }), lens.Of(func(p *pet) *string { return &p.Name })))
	kit.Must(t, err)
	kit.Equal(t, "pets", names, []string{"cat", "dog"})
	text, err := repo.Read(t.Context(), r, key.Of("a"), lens.Of(func(p *person) *string { return &p.Photo.Text }))
	kit.Must(t, err)
	kit.Equal(t, "photo", text, "hi")
	_, err = repo.Read(t.Context(), r, key.Of("none"), born)
	kit.WantErr(t, "none", err, repo.ErrNotFound, "")
}

// ranges: objects of all versions are found together.
func ranges(t *testing.T, x *kit.World) {
	store(t, x, ann())
	r := v3(t, x)
	_, err := r.Create(t.Context(), &person{ID: "b", First: "Bo", Born: 1980})
	kit.Must(t, err)
	seen := map[string]int{}
	for _, p := range kit.All(t, r.Scan(t.Context())) {
		seen[p.First] = p.Born
	}
	kit.Equal(t, "scan", seen, map[string]int{"Ann": 1970, "Bo": 1980})
	n, err := r.Count(t.Context(), repo.All[person]())
	kit.Must(t, err)
	kit.Equal(t, "count", n, 2)
}

// filters are judged of what an object is today.
func filters(t *testing.T, x *kit.World) {
	store(t, x, ann(), &personV1{ID: "b", Name: "Bo Lee", Age: 50}, &personV1{ID: "c", Name: "Cy Ray", Age: 30})
	r := v3(t, x)
	_, err := r.Create(t.Context(), &person{ID: "d", First: "Di", Last: "Lee", Born: 1970})
	kit.Must(t, err)
	where := repo.All[person]().Where(lens.And(last.Eq("Lee"), born.Ge(1970)))
	seen := map[string]int{}
	for _, p := range kit.All(t, r.Query(t.Context(), where)) {
		seen[p.First]++
	}
	kit.Equal(t, "found", seen, map[string]int{"Ann": 1, "Di": 1})
	n, err := r.Count(t.Context(), where)
	kit.Must(t, err)
	kit.Equal(t, "count", n, 2)
	seen = map[string]int{}
	for p, err := range r.Query(t.Context(), where, repo.Limit(1)) {
		kit.Must(t, err)
		seen[p.First]++
	}
	kit.Equal(t, "one", len(seen), 1)
	page, err := r.Page(t.Context(), where, repo.PageSize(2))
	kit.Must(t, err)
	kit.Equal(t, "a page", len(page.Objects), 2)
}

// many objects are read together.
func many(t *testing.T, x *kit.World) {
	store(t, x, ann())
	r := v3(t, x)
	_, err := r.Create(t.Context(), &person{ID: "b", First: "Bo"})
	kit.Must(t, err)
	got, err := r.GetMany(t.Context(), []repo.Key[person]{key.Of("b"), key.Of("a"), key.Of("none")})
	kit.Must(t, err)
	kit.Equal(t, "a", bare(got[1]), annToday())
	kit.Equal(t, "b", got[0].First, "Bo")
	kit.Equal(t, "none", got[2], nil)

	var a, b *person
	kit.Must(t, repo.TransactGet(t.Context(), r.GetOp(key.Of("a"), &a), r.GetOp(key.Of("b"), &b)))
	kit.Equal(t, "a", bare(a), annToday())
	kit.Equal(t, "b", b.First, "Bo")

	for p, err := range r.Decode(t.Context(), []map[string]kit.Value{x.Item(t, "People", "a")}) {
		kit.Must(t, err)
		kit.Equal(t, "decoded", bare(p), annToday())
	}
}

// failing: the error of a step is in the place of the object.
func failing(t *testing.T, x *kit.World) {
	store(t, x, ann(), &personV1{ID: "b"})
	r := v3(t, x)
	_, err := r.Get(t.Context(), key.Of("b"))
	kit.WantErr(t, "get", err, repo.ErrInvalid, "repo.Upgrade(1): a person without a name")
	if !errors.Is(err, errNoName) {
		t.Errorf("%v is not the step's", err)
	}
	failed, found := 0, 0
	for p, err := range r.Scan(t.Context()) {
		if err != nil {
			failed++
			kit.WantErr(t, "scan", err, repo.ErrInvalid, "repo.Upgrade(1)")
			continue
		}
		kit.Equal(t, "found", p.First, "Ann")
		found++
	}
	kit.Equal(t, "failed and found", [2]int{failed, found}, [2]int{1, 1})
	err = r.Update(t.Context(), key.Of("b"), born.Set(1))
	kit.WantErr(t, "update", err, repo.ErrInvalid, "repo.Upgrade(1): a person without a name")
	kit.Equal(t, "version", version(t, x, "b"), "")

	none := kit.Open(t, x, repo.TableOf("People", key, keep, repo.Schema[person](3, repo.Upgrade(1, toV2), repo.Upgrade(2, func(*personV2) (*person, error) { return nil, nil }))), repo.AllowTables("Notes"))
	_, err = none.Get(t.Context(), key.Of("a"))
	kit.WantErr(t, "nil", err, repo.ErrInvalid, "repo.Upgrade(2) returned nil")
}

// unrecorded: an item of another program is of version 1.
func unrecorded(t *testing.T, x *kit.World) {
	r := v3(t, x)
	plant := func(id string) {
		x.Plant(t, "People", kit.Row{"id": kit.Str(id), "name": kit.Str("Ann Lee"), "age": kit.Num("30"), "other": kit.Str("stays")})
	}
	plant("a")
	got, err := r.Get(t.Context(), key.Of("a"))
	kit.Must(t, err)
	want := person{ID: "a", First: "Ann", Last: "Lee", Born: 1970}
	kit.Equal(t, "read", bare(got), want)
	got.Born = 1971
	_, err = r.Put(t.Context(), got)
	kit.Must(t, err)
	item := x.Item(t, "People", "a")
	kit.Same(t, "old attributes", []any{item["name"], item["age"]}, []any{nil, nil})
	kit.Same(t, "unknown", item["other"], kit.Str("stays"))
	kit.Equal(t, "version", version(t, x, "a"), "3")

	plant("b")
	kit.Must(t, r.Update(t.Context(), key.Of("b"), born.Set(1)))
	item = x.Item(t, "People", "b")
	kit.Same(t, "updated", []any{item["born"], item["first"], item["name"], item["other"]}, []any{kit.Num("1"), kit.Str("Ann"), nil, kit.Str("stays")})

	plant("c")
	got, err = r.Get(t.Context(), key.Of("c"))
	kit.Must(t, err)
	err = r.Update(t.Context(), key.Of("c"), born.Set(1), repo.IfUnchanged(got))
	kit.WantErr(t, "IfUnchanged", err, repo.ErrInvalid, "put it once")
	x.Plant(t, "People", kit.Row{"id": kit.Str("c"), "name": kit.Str("Eve Lee")})
	_, err = r.Put(t.Context(), got)
	kit.WantErr(t, "changed meanwhile", err, repo.ErrConflict, "")
}
