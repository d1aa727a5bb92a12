package objects

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/keygen"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// Verbs over many keys.

// notes are n notes that were not read, and their keys.
func notes(n int) (values []*note, keys []repo.Key[note]) {
	for i := range n {
		id := fmt.Sprintf("n%04d", i)
		values, keys = append(values, &note{ID: id, N: i}), append(keys, noteID.Of(id))
	}
	return values, keys
}

// wantMany fails t unless the objects are those of values, nil where there is none.
func wantMany[T any](t *testing.T, what string, found []*T, err error, values []*T) {
	t.Helper()
	kit.Must(t, err)
	kit.Equal(t, what, found, values)
}

// damageNote stores a note with a change of its item.
func damageNote(t *testing.T, x *kit.World, r *repo.Repo[note], id string, change func(kit.Row)) {
	t.Helper()
	_, err := r.Put(t.Context(), &note{ID: id})
	kit.Must(t, err)
	it := x.Item(t, "Notes", id)
	change(it)
	x.Plant(t, "Notes", it)
}

// damagedNotes stores notes that cannot be read, and says why, by their positions in
// keys; among them are sound ones.
func damagedNotes(t *testing.T, x *kit.World, r *repo.Repo[note]) (keys []repo.Key[note], want map[int]error) {
	record := func(it kit.Row) kit.Row { return it["_meta"].(*types.AttributeValueMemberM).Value }
	damageNote(t, x, r, "newer", func(it kit.Row) { record(it)["f"] = kit.Num("9") })
	damageNote(t, x, r, "other", func(it kit.Row) { record(it)["e"] = kit.Str("Others") })
	damageNote(t, x, r, "broken", func(it kit.Row) { it["_meta"] = kit.Str("x") })
	for _, id := range []string{"first", "last"} {
		_, err := r.Put(t.Context(), &note{ID: id})
		kit.Must(t, err)
	}
	for _, id := range []string{"first", "newer", "other", "broken", "last", "newer"} {
		keys = append(keys, noteID.Of(id))
	}
	return append(keys, repo.Key[note]{}), map[int]error{1: repo.ErrSchemaTooNew, 2: repo.ErrCorrupt, 3: repo.ErrCorrupt, 5: repo.ErrSchemaTooNew, 6: repo.ErrInvalid}
}

var manyChecks = []kit.Check{
	{Name: "GetMany", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), people(t, x)
		var values []*person
		for i := range 5 {
			p := john()
			p.Visits = i
			for range i {
				p.Past = append(p.Past, location{City: "Kobe"})
			}
			if i == 3 {
				p.Birth = nil
			}
			values = append(values, &p)
		}
		keys, err := r.PutMany(ctx, values)
		kit.Must(t, err)
		found, err := r.GetMany(ctx, keys)
		wantMany(t, "objects", found, err, values)

		// Their order, with doubles and gaps.
		keys = []repo.Key[person]{keys[4], personID.Of("nobody"), keys[0], keys[4], keys[2]}
		found, err = r.GetMany(ctx, keys)
		wantMany(t, "objects", found, err, []*person{values[4], nil, values[0], values[4], values[2]})
		found[0].Past[0].City, found[0].Birth.DOB = "changed", "changed"
		kit.Equal(t, "the double", found[3], values[4])
		found[0].Past[0].City, found[0].Birth.DOB = "Nara", "another day"
		_, err = r.Put(ctx, found[3])
		kit.Must(t, err)
		_, err = r.Put(ctx, found[0])
		kit.WantErr(t, "put of both", err, repo.ErrConflict, "")

		found, err = r.GetMany(ctx, keys, repo.RootOnly())
		kit.Must(t, err)
		kit.Equal(t, "birth of a root", found[0].Birth, nil)
		found, err = r.GetMany(ctx, nil)
		wantMany(t, "objects of no keys", found, err, []*person{})
	}},
	{Name: "GetMany of what cannot be read", Run: func(t *testing.T, x *kit.World) {
		x.Tampered = true
		r := kit.Open(t, x, repo.TableOf("Notes", noteID, keepNote))
		keys, want := damagedNotes(t, x, r)
		found, err := r.GetMany(t.Context(), keys)
		kit.WantErrs(t, "get", err, len(keys), want)
		kit.Equal(t, "the first", found[0].ID, "first")
		kit.Equal(t, "the last", found[4].ID, "last")
		for at := range want {
			kit.Equal(t, "what was not read", found[at], nil)
		}
	}},
	{Name: "PutMany", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, repo.TableOf("Notes", noteID, keepNote))
		values, keys := notes(4)
		got, err := r.PutMany(ctx, values)
		kit.Must(t, err)
		kit.Equal(t, "keys", fmt.Sprint(got), fmt.Sprint(keys))
		found, err := r.GetMany(ctx, keys)
		wantMany(t, "objects", found, err, values)
		ids := map[meta.WriteID]bool{}
		for _, v := range values {
			ids[v.Meta.WriteID] = true
		}
		kit.Equal(t, "write ids", len(ids), len(values))

		// A tracked value, one of a version that is gone, an untracked one, a new one.
		stale := *values[1]
		values[1].N = 10
		_, err = r.Put(ctx, values[1])
		kit.Must(t, err)
		stale.N, values[0].N = 11, 12
		over := &note{ID: values[2].ID, N: 13}
		fresh := &note{ID: "new", N: 14}
		before := stale
		got, err = r.PutMany(ctx, []*note{values[0], &stale, over, fresh, nil})
		kit.WantErrs(t, "put", err, 5, map[int]error{1: repo.ErrConflict, 4: repo.ErrInvalid})
		kit.Equal(t, "keys", fmt.Sprint(got), `["n0000" "n0001" "n0002" "new" ]`)
		kit.Equal(t, "what was not written", stale, before)
		kit.Equal(t, "version", over.Meta.Version, 2)
		found, err = r.GetMany(ctx, append(keys, noteID.Of("new")))
		wantMany(t, "objects", found, err, []*note{values[0], values[1], over, values[3], fresh})

		_, err = r.PutMany(ctx, []*note{{ID: "nobody"}, {ID: "new"}}, repo.MustExist())
		kit.WantErrs(t, "put, must exist", err, 2, map[int]error{0: repo.ErrNotFound})
		_, err = r.PutMany(ctx, []*note{values[0], {ID: "new"}}, repo.Rewrite())
		kit.WantErrs(t, "rewrite", err, 2, map[int]error{1: repo.ErrInvalid})
		_, err = r.PutMany(ctx, []*note{&stale}, repo.Overwrite())
		kit.Must(t, err)
		keys, err = r.PutMany(ctx, nil)
		kit.Must(t, err)
		kit.Equal(t, "keys of no values", keys, []repo.Key[note]{})
	}},
	{Name: "PutMany of doubles", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, repo.TableOf("Notes", noteID, keepNote))
		one := &note{ID: "one"}
		x.Net.Reset()
		_, err := r.PutMany(ctx, []*note{{ID: "two", N: 1}, one, {ID: "two", N: 2}, one, {ID: "two", N: 3}})
		kit.WantErrs(t, "put", err, 5, map[int]error{0: repo.ErrInvalid, 1: repo.ErrInvalid, 2: repo.ErrInvalid, 3: repo.ErrInvalid, 4: repo.ErrInvalid})
		x.WantSent(t, "put of doubles")
		three := &note{ID: "three"}
		_, err = r.PutMany(ctx, []*note{{ID: "two"}, three, {ID: "two"}})
		kit.WantErrs(t, "put", err, 3, map[int]error{0: repo.ErrInvalid, 2: repo.ErrInvalid})
		kit.Has(t, r, noteID.Of("three"), "the one beside doubles", *three)
		x.Counted(t, "in all", map[string]int{"Notes": 1})
	}},
	{Name: "PutMany with generated and detached keys", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), people(t, x)
		good, bad := john(), john()
		bad.LastName = ""
		keys, err := r.PutMany(ctx, []*person{&bad, &good})
		kit.WantErrs(t, "put", err, 2, map[int]error{0: repo.ErrInvalid})
		kit.Equal(t, "keys", fmt.Sprint(keys), fmt.Sprintf("[ %q]", good.ID))
		kit.Equal(t, "key of what was not written", bad.ID, "")
		kit.Has(t, r, keys[1], "the other", good)

		type body struct {
			Text string
			Meta meta.Record `dynamodbav:"-"`
		}
		keep := meta.Keep(func(b *body) *meta.Record { return &b.Meta })
		id := repo.DetachedKey[body, string]("ID", keygen.UUIDv7)
		made := kit.Open(t, x, repo.TableOf("Made", id, keep))
		ids, err := made.PutMany(ctx, []*body{{Text: "a"}, {Text: "b"}})
		kit.Must(t, err)
		found, err := made.GetMany(ctx, ids)
		kit.Must(t, err)
		found[1].Text = "c"
		again, err := made.PutMany(ctx, []*body{found[1], {Text: "d"}, found[0]})
		kit.Must(t, err)
		kit.Equal(t, "remembered keys", fmt.Sprint(again[0], again[2]), fmt.Sprint(ids[1], ids[0]))
		kit.Has(t, made, ids[1], "put again", *found[1])
		bare := kit.Open(t, x, repo.TableOf("Bare", repo.DetachedKey[body, string]("ID"), keep))
		_, err = bare.PutMany(ctx, []*body{{Text: "a"}})
		kit.WantErrs(t, "put without a key", err, 1, map[int]error{0: repo.ErrInvalid})
	}},
	{Name: "DeleteMany", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), people(t, x)
		var values []*person
		for range 3 {
			p := john()
			p.Past = []location{{City: "Kobe"}, {City: "Nara"}}
			values = append(values, &p)
		}
		keys, err := r.PutMany(ctx, values)
		kit.Must(t, err)
		kit.Must(t, r.DeleteMany(ctx, []repo.Key[person]{keys[2], personID.Of("nobody"), keys[0], keys[2]}))
		found, err := r.GetMany(ctx, keys)
		wantMany(t, "what is left", found, err, []*person{nil, values[1], nil})
		err = r.DeleteMany(ctx, []repo.Key[person]{keys[0], keys[1], {}, keys[0]}, repo.MustExist())
		kit.WantErrs(t, "delete, must exist", err, 4, map[int]error{0: repo.ErrNotFound, 2: repo.ErrInvalid, 3: repo.ErrNotFound})
		x.Counted(t, "left", map[string]int{})
		kit.Must(t, r.DeleteMany(ctx, nil))
	}},
	{Name: "DeleteMany of what cannot be read", Run: func(t *testing.T, x *kit.World) {
		x.Tampered = true
		r := kit.Open(t, x, repo.TableOf("Notes", noteID, keepNote))
		keys, want := damagedNotes(t, x, r)
		kit.WantErrs(t, "delete", r.DeleteMany(t.Context(), keys), len(keys), want)
		x.Counted(t, "left", map[string]int{"Notes": 3})
		delete(want, 1) // without a double, which is gone by then
		delete(want, 3)
		delete(want, 5)
		kit.WantErrs(t, "delete, damaged", r.DeleteMany(t.Context(), keys, repo.Damaged()), len(keys), want)
		x.Counted(t, "left", map[string]int{"Notes": 1})
	}},
	{Name: "composite keys", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, repo.TableOf("Readings", readingKey))
		var values []*reading
		for i := range 6 {
			values = append(values, &reading{Sensor: []byte{byte(i % 2)}, Degrees: i * 10})
		}
		keys, err := r.PutMany(ctx, values)
		kit.Must(t, err)
		_, err = r.PutMany(ctx, values) // they have no record that is kept
		kit.Must(t, err)
		found, err := r.GetMany(ctx, append(keys, readingKey.Of([]byte{0}, 10)))
		wantMany(t, "objects", found, err, append(values, nil))
		kit.Must(t, r.DeleteMany(ctx, keys[:4]))
		found, err = r.GetMany(ctx, keys)
		wantMany(t, "left", found, err, []*reading{nil, nil, nil, nil, values[4], values[5]})
	}},
	{Name: "items of another program", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, repo.TableOf("Notes", noteID, keepNote))
		for _, id := range []string{"a", "b", "c"} {
			x.Plant(t, "Notes", kit.Row{"id": kit.Str(id), "n": kit.Num("1"), "more": kit.Str("unknown")})
		}
		keys := []repo.Key[note]{noteID.Of("a"), noteID.Of("b"), noteID.Of("c")}
		found, err := r.GetMany(ctx, keys)
		kit.Must(t, err)
		kit.Equal(t, "value", found[1].N, 1)
		found[0].N = 2
		_, err = r.PutMany(ctx, []*note{found[0], {ID: "b", N: 3}})
		kit.Must(t, err)
		kit.Equal(t, "adopted", x.Item(t, "Notes", "a")["more"] != nil, true)
		kit.Equal(t, "replaced", x.Item(t, "Notes", "b")["more"] == nil, true)
		kit.Must(t, r.DeleteMany(ctx, keys))
		x.Counted(t, "left", map[string]int{})
	}},
	{Name: "without a record", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, repo.TableOf("Plain", repo.KeyOf(func(l *leafCard) *int { return &l.No })), repo.Plain())
		key := repo.KeyOf(func(l *leafCard) *int { return &l.No })
		values := []*leafCard{{No: -1, Text: "a"}, {No: 1000000, Text: "b"}}
		keys, err := r.PutMany(ctx, values)
		kit.Must(t, err)
		found, err := r.GetMany(ctx, append(keys, key.Of(5)))
		wantMany(t, "objects", found, err, append(values, nil))
		_, err = r.PutMany(ctx, []*leafCard{{No: 7}, values[0]}, repo.MustExist())
		kit.WantErrs(t, "put, must exist", err, 2, map[int]error{0: repo.ErrNotFound})
		kit.WantErrs(t, "delete, must exist", r.DeleteMany(ctx, []repo.Key[leafCard]{keys[1], key.Of(7)}, repo.MustExist()), 2, map[int]error{1: repo.ErrNotFound})
		kit.Must(t, r.DeleteMany(ctx, append(keys, key.Of(7))))
		x.Counted(t, "left", map[string]int{})
	}},
}

// leafCard is an object without a record.
type leafCard struct {
	No   int    `dynamodbav:"no"`
	Text string `dynamodbav:"text"`
}
