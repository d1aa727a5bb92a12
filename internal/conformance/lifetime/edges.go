package lifetime

import (
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/conformance/trees"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

var edgeChecks = []kit.Check{
	{Name: "a new part of an object from before the declaration", Run: newPartOfOld},
	{Name: "unique value of an item without a record", Run: claimOfBare},
	{Name: "writes of the program of before that make items", Run: newItemsOfBefore},
	{Name: "unique values together, by the program of before", Run: togetherOfBefore},
	{Name: "an update of the time by a program that claims nothing", Run: timeWithoutClaims},
	{Name: "Permanently of what has expired", Run: permanentlyExpired},
	{Name: "UpdateGet that ends the life", Run: updateGetEnds},
	{Name: "a part was taken early", Run: partTakenEarly},
	{Name: "Restore of what breaks a rule by now", Run: restoreInvalid},
	{Name: "a transaction over a value that was taken", Run: transactTaken},
	{Name: "ranges", Run: goneInRanges},
	{Name: "many that are gone", Run: manyGone},
}

// An update that makes an item of an object from before the declaration gives all of its
// items the time, and the record its name.
func newPartOfOld(t *testing.T, x *kit.World) {
	ctx := t.Context()
	old := kit.Open(t, x, sessions())
	create(t, old, newSession("s", future))
	key := sKey.Of("s")
	r := kit.Open(t, x, sessions(expires))
	kit.Must(t, r.Update(ctx, key, lensAppend(trees.Leaf{N: 3})))
	wantTimes(t, x, "append", future, 6)
	kit.Must(t, r.Modify(ctx, key, func(s *session) error { s.Until, s.Steps[2].Text = time.Time{}, "changed"; return nil }))
	wantTimes(t, x, "never", time.Time{}, 6)
}

// An item without a record is adopted by the update, with the time that it has.
func claimOfBare(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, sessions(expires))
	x.Plant(t, "Sessions", kit.Row{"id": kit.Str("s"), "hits": kit.Num("1"), "until": kit.Num("4000000000")})
	key := sKey.Of("s")
	kit.Must(t, r.Update(ctx, key, sUser.Set("ann")))
	wantTimes(t, x, "update", future, 2)
}

// The record says by which attribute an object expires, also to a program that does not
// declare it.
func newItemsOfBefore(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, sessions(expires))
	key := create(t, r, newSession("s", future))
	old := kit.Open(t, x, sessions())
	kit.Must(t, old.Update(ctx, key, sUser.Set("other")))
	wantTimes(t, x, "unique value", future, 5)
	kit.Must(t, old.Update(ctx, key, sSteps.Set([]trees.Leaf{{N: 9}})))
	wantTimes(t, x, "list", future, 4)

	// A value that was read says the time, also that there is none.
	for _, until := range []time.Time{future, {}} {
		kit.Must(t, r.Update(ctx, key, sUntil.Set(until)))
		v, err := old.Get(ctx, key)
		kit.Must(t, err)
		v.Hits++
		kit.Puts(t, x, old, v, "PutItem: Sessions")
		wantTimes(t, x, "put", until, 4)
	}
	// A blind Put has no time, and leaves the parts.
	kit.Must(t, r.Update(ctx, key, sUntil.Set(future)))
	_, err := old.Put(ctx, &session{ID: "s", User: "other"}, repo.KeepShards())
	kit.Must(t, err)
	wantTimes(t, x, "blind put that keeps the shards", time.Time{}, 4)
}

// Of values that are unique together some are read, and the time as well.
func togetherOfBefore(t *testing.T, x *kit.World) {
	ctx := t.Context()
	both := shard.Unique(shard.To("Users"), sUser, sHits)
	r, old := kit.Open(t, x, simple(expires, both)), kit.Open(t, x, simple(both))
	key := create(t, r, newSession("s", future))
	x.Net.Reset()
	kit.Must(t, old.Update(ctx, key, sUser.Set("other")))
	x.WantSent(t, "update", "GetItem: Sessions", "GetItem: Sessions", "TransactWriteItems: Update Sessions, Put Users, Delete Users")
	users, err := kit.ReadTable(ctx, x.Raw, x.Table("Users"), "id")
	kit.Must(t, err)
	kit.Equal(t, "claims", len(users.Items), 1)
	kit.Same(t, "claim", users.Items[0]["_ttl"], kit.Num("4000000000"))
}

// Claims of another version of the program expire with the object.
func timeWithoutClaims(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, repo.TableOf("Sessions", sKey, expires, keep, uniqueUser))
	key := create(t, r, &session{ID: "s", User: "ann", Until: future})
	less := kit.Open(t, x, simple(expires), repo.AllowTables("Users"))
	kit.Must(t, less.Update(ctx, key, sUntil.Set(later)))
	it, err := kit.ReadTable(t.Context(), x.Raw, x.Table("Users"), "id")
	kit.Must(t, err)
	for _, i := range it.Items {
		kit.Same(t, "claim", i["_ttl"], kit.Num("4100000000"))
	}
}

// What has expired is not there, also for a deletion that must find what is kept.
func permanentlyExpired(t *testing.T, x *kit.World) {
	ctx := t.Context()
	for name, r := range map[string]*repo.Repo[session]{"soft": kit.Open(t, x, sessions(soft, expires)), "hard": kit.Open(t, x, sessions(expires))} {
		key, _ := expired(t, r, "s")
		kit.WantErr(t, name, r.Delete(ctx, key, repo.MustExist()), repo.ErrNotFound, "")
		kit.WantErr(t, name+" permanently", r.Delete(ctx, key, repo.MustExist(), repo.Permanently()), repo.ErrNotFound, "")
		kit.Must(t, r.Delete(ctx, key, repo.Permanently()))
		x.Counted(t, "left", map[string]int{})
	}
}

// UpdateGet says that it has written.
func updateGetEnds(t *testing.T, x *kit.World) {
	ctx := t.Context()
	for name, r := range map[string]*repo.Repo[session]{"parts": kit.Open(t, x, sessions(expires)), "simple": kit.Open(t, x, repo.TableOf("Simple", sKey, expires, keep))} {
		key := create(t, r, newSession("s", future))
		_, err := repo.UpdateGet(ctx, r, key, sUntil.Set(past))
		var w *repo.WrittenError
		if !errors.As(err, &w) || errors.Is(err, repo.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The clock of DynamoDB is ahead: it has deleted a part of what has not expired yet.
func partTakenEarly(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, sessions(expires))
	soon := time.Now().Add(5 * time.Minute).UTC().Truncate(time.Second)
	do := func(name string, want error, f func(key repo.Key[session], v *session) error) {
		t.Helper()
		v := newSession("s", soon)
		_, err := r.Put(ctx, v, repo.Overwrite())
		kit.Must(t, err)
		notes, err := kit.ReadTable(ctx, x.Raw, x.Table("Notes"), "id")
		kit.Must(t, err)
		for _, it := range notes.Items {
			_, err := x.Raw.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: new(x.Table("Notes")), Key: kit.Row{"_id": it["_id"]}})
			kit.Must(t, err)
		}
		kit.WantErr(t, name, f(sKey.Of("s"), v), want, "")
	}
	x.Tampered = true // parts are missing
	do("Get", repo.ErrNotFound, func(key repo.Key[session], v *session) error { _, err := r.Get(ctx, key); return err })
	do("Read", repo.ErrNotFound, func(key repo.Key[session], v *session) error { _, err := repo.Read(ctx, r, key, sText); return err })
	do("Update", repo.ErrNotFound, func(key repo.Key[session], v *session) error { return r.Update(ctx, key, sText.Set("x")) })
	do("Update of time", repo.ErrNotFound, func(key repo.Key[session], v *session) error { return r.Update(ctx, key, sUntil.Set(later)) })
	do("Modify", repo.ErrNotFound, func(key repo.Key[session], v *session) error {
		return r.Modify(ctx, key, func(s *session) error { s.Until = later; return nil })
	})
	do("Put", repo.ErrConflict, func(key repo.Key[session], v *session) error { v.Until = later; _, err := r.Put(ctx, v); return err })
	do("If", repo.ErrNotFound, func(key repo.Key[session], v *session) error {
		return r.Update(ctx, key, sHits.Set(1), repo.If(sText.Eq("n")))
	})
	do("Check", repo.ErrNotFound, func(key repo.Key[session], v *session) error {
		return repo.Transact(ctx, []repo.Op{r.CheckOp(key, sText.Eq("n"))})
	})
}

// Objects that are gone are passed over in ranges of an index, page by page.
func goneInRanges(t *testing.T, x *kit.World) {
	ctx := t.Context()
	byHits := repo.SimpleIndexOf("by-hits", func(s *session) *int { return &s.Hits })
	r := kit.Open(t, x, sessions(soft, expires, byHits))
	for i, id := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		s := newSession(id, future)
		s.Hits = 7
		key := create(t, r, s)
		if i%4 == 1 {
			kit.Must(t, r.Delete(ctx, key))
		}
		if i%4 == 2 {
			kit.Must(t, r.Update(ctx, key, sUntil.Set(past)))
		}
	}
	for name, rng := range map[string]repo.Range[session]{"all": repo.All[session](), "index": byHits.In(7), "where": byHits.In(7).Where(sUser.Exists())} {
		n, err := r.Count(ctx, rng)
		kit.Must(t, err)
		kit.Equal(t, "count "+name, n, 4)
		kit.Equal(t, "query "+name, len(kit.All(t, r.Query(ctx, rng))), 4)
		kit.Equal(t, "limit "+name, len(kit.All(t, r.Query(ctx, rng, repo.Limit(3)))), 3)
		kit.Equal(t, "deleted "+name, len(kit.All(t, r.Query(ctx, rng, repo.WithDeleted()))), 6)
		for _, opts := range [][]repo.CallOption{{}, {repo.WithDeleted()}} {
			seen, pages := 0, 0
			for at := repo.Cursor(""); ; pages++ {
				page, err := r.Page(ctx, rng, append(opts, repo.PageSize(1), repo.StartAt(at))...)
				kit.Must(t, err)
				seen += len(page.Objects)
				if at = page.Next; at == "" {
					break
				}
			}
			kit.Equal(t, "pages "+name, seen, 4+2*len(opts))
		}
	}
}

// A limit does not make pages of one item each that is gone.
func manyGone(t *testing.T, x *kit.World) {
	ctx := t.Context()
	byHits := repo.IndexOf("by-user", func(s *session) *string { return &s.User }, func(s *session) *int { return &s.Hits })
	r := kit.Open(t, x, simple(soft, byHits))
	for i := range 41 {
		s := newSession(strconv.Itoa(i), future)
		s.User, s.Hits = "u", i
		if key := create(t, r, s); i < 40 {
			kit.Must(t, r.Delete(ctx, key))
		}
	}
	x.Net.Reset()
	kit.Equal(t, "first", kit.All(t, r.Query(ctx, byHits.In("u"), repo.Limit(1)))[0].ID, "40")
	page := "Query: Sessions/by-user (eventually)"
	x.WantSent(t, "pages of 1, 2, 4, 8, 16 and 10", page, page, page, page, page, page)
}

// strict is a session by another rule.
type strict struct {
	ID   string      `dynamodbav:"id"`
	Hits int         `dynamodbav:"hits" validate:"min=5"`
	Meta meta.Record `dynamodbav:"-"`
}

// Restore does not judge what it leaves as it is; the next Put does.
func restoreInvalid(t *testing.T, x *kit.World) {
	ctx := t.Context()
	before := kit.Open(t, x, simple(soft))
	kit.Must(t, before.Delete(ctx, create(t, before, newSession("s", future))))
	id := repo.KeyOf(func(s *strict) *string { return &s.ID })
	r := kit.Open(t, x, repo.TableOf("Sessions", id, meta.Keep(func(s *strict) *meta.Record { return &s.Meta }), repo.SoftDelete[strict]()))
	kit.Must(t, r.Restore(ctx, id.Of("s")))
	got, err := r.Get(ctx, id.Of("s"))
	kit.Must(t, err)
	kit.Equal(t, "hits", got.Hits, 0)
	_, err = r.Put(ctx, got)
	kit.WantErr(t, "Put", err, repo.ErrInvalid, "Hits")
}

// A transaction over what has expired, and over the object that has its value by now.
func transactTaken(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, sessions(expires))
	for name, op := range map[string]func(key repo.Key[session]) repo.Op{
		"Delete":                func(key repo.Key[session]) repo.Op { return r.DeleteOp(key) },
		"Create":                func(key repo.Key[session]) repo.Op { return r.CreateOp(&session{ID: "s", User: "new"}) },
		"Put":                   func(key repo.Key[session]) repo.Op { return r.PutOp(&session{ID: "s", User: "new"}) },
		"Create with the value": func(key repo.Key[session]) repo.Op { return r.CreateOp(&session{ID: "s", User: "user of s"}) },
	} {
		key, _ := expired(t, r, "s")
		other := create(t, r, &session{ID: "t", User: "user of s", Until: future})
		if err := repo.Transact(ctx, []repo.Op{op(key), r.UpdateOp(other, sUser.Set("another"))}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		got, err := r.Get(ctx, other)
		kit.Must(t, err)
		kit.Equal(t, name, got.User, "another")
		kit.DeleteAll(t, x, r)
	}
}
