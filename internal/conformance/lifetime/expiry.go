package lifetime

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/conformance/trees"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

var expiryChecks = []kit.Check{
	{Name: "what has expired reads as absent", Run: expiredReads},
	{Name: "Create takes the place of what has expired", Run: expiredCreate},
	{Name: "no other write finds what has expired", Run: expiredWrites},
	{Name: "Put takes its place", Run: expiredPut},
	{Name: "Delete removes it", Run: expiredDelete},
	{Name: "transactions", Run: expiredTransact},
	{Name: "its unique values are free", Run: expiredClaims},
	{Name: "the zero time is never", Run: neverExpires},
	{Name: "an object without parts", Run: expiredSimple},
	{Name: "an item without a record", Run: expiredBare},
	{Name: "Open", Run: expiredOpen},
	{Name: "requests", Run: expiryCosts},
}

// expired stores an object and lets it expire.
func expired(t *testing.T, r *repo.Repo[session], id string) (repo.Key[session], *session) {
	t.Helper()
	s := newSession(id, future)
	key := create(t, r, s)
	kit.Must(t, r.Update(t.Context(), key, sUntil.Set(past)))
	return key, s
}

func expiredReads(t *testing.T, x *kit.World) {
	r := kit.Open(t, x, sessions(expires))
	create(t, r, newSession("other", future))
	key, _ := expired(t, r, "s")
	absent(t, x, r, key, "s")
	kit.Equal(t, "objects", len(kit.All(t, r.Scan(t.Context()))), 1)
	page, err := r.Page(t.Context(), repo.All[session](), repo.PageSize(1))
	kit.Must(t, err)
	kit.Equal(t, "failed", page.Failed, nil)
}

func expiredCreate(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, sessions(expires))
	key, old := expired(t, r, "s")
	fresh := &session{ID: "s", User: "another", Until: future}
	x.Net.Reset()
	create(t, r, fresh)
	x.WantSent(t, "create",
		"TransactWriteItems: Put Sessions, Put Notes, Put Users",
		"TransactWriteItems: Put Sessions, Put Notes, Delete Steps x2, Put Users, Delete Users")
	kit.Equal(t, "version", fresh.Meta.Version, 1)
	kit.Equal(t, "object", bare(kit.Has(t, r, key, "stored", *fresh)), bare(fresh))
	_, err := r.Put(ctx, old)
	kit.WantErr(t, "Put of what has expired", err, repo.ErrConflict, "created again")
	_, err = r.Create(ctx, &session{ID: "s"})
	kit.WantErr(t, "Create of what has not", err, repo.ErrExists, "")
	id := meta.NewWriteID()
	kit.Must(t, r.Update(ctx, key, sUntil.Set(past)))
	for range 2 { // the second call finds what the first has done
		s := newSession("s", future)
		_, err := r.Create(ctx, s, repo.WithWriteID(id))
		kit.Must(t, err)
		kit.Equal(t, "version", s.Meta.Version, 1)
	}
}

func expiredWrites(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, sessions(expires))
	key, old := expired(t, r, "s")
	for name, err := range map[string]error{
		"Update":                 r.Update(ctx, key, sHits.Set(1)),
		"Update of a part":       r.Update(ctx, key, sText.Set("x")),
		"Update of a whole part": r.Update(ctx, key, sNote.Set(trees.Leaf{N: 9})),
		"Update of a list":       r.Update(ctx, key, lensAppend(trees.Leaf{N: 3})),
		"Update of the time":     r.Update(ctx, key, sUntil.Set(later)),
		"Update of its user":     r.Update(ctx, key, sUser.Set("x")),
		"Modify":                 r.Modify(ctx, key, func(s *session) error { s.Hits++; return nil }),
		"Delete":                 r.Delete(ctx, key, repo.MustExist()),
		"Restore":                r.Restore(ctx, key),
	} {
		kit.WantErr(t, name, err, repo.ErrNotFound, "")
	}
	_, err := r.Put(ctx, &session{ID: "s"}, repo.MustExist())
	kit.WantErr(t, "Put that must find it", err, repo.ErrNotFound, "")
	_, err = r.Put(ctx, old)
	kit.WantErr(t, "tracked Put", err, repo.ErrConflict, "")
	kit.WantErr(t, "DeleteValue", r.DeleteValue(ctx, old), repo.ErrConflict, "")
	stored := x.Item(t, "Sessions", "s")
	kit.Same(t, "version", stored["_meta"].(*types.AttributeValueMemberM).Value["v"], kit.Num("2"))

	// A value that was read while it had not expired, and is put when it has.
	short := newSession("short", time.Now().Add(time.Hour))
	create(t, r, short)
	kit.Must(t, r.Update(ctx, sKey.Of("short"), sUntil.Set(past)))
	_, err = r.Put(ctx, short)
	kit.WantErr(t, "Put of a value of another version", err, repo.ErrConflict, "")
}

func expiredPut(t *testing.T, x *kit.World) {
	r := kit.Open(t, x, sessions(expires))
	key, _ := expired(t, r, "s")
	fresh := &session{ID: "s", User: "user of s", Until: later}
	_, err := r.Put(t.Context(), fresh)
	kit.Must(t, err)
	kit.Equal(t, "version", fresh.Meta.Version, 1)
	kit.Has(t, r, key, "stored", *fresh)
}

func expiredDelete(t *testing.T, x *kit.World) {
	r := kit.Open(t, x, sessions(expires))
	key, _ := expired(t, r, "s")
	kit.Must(t, r.Delete(t.Context(), key))
	x.Counted(t, "left", map[string]int{})
}

func expiredTransact(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, sessions(expires))
	key, old := expired(t, r, "s")
	other := create(t, r, newSession("other", future))
	for name, op := range map[string]repo.Op{
		"Update": r.UpdateOp(key, sHits.Set(1)), "Check": r.CheckOp(key), "Delete": r.DeleteOp(key, repo.MustExist()),
	} {
		err := repo.Transact(ctx, []repo.Op{r.UpdateOp(other, sHits.Set(7)), op})
		kit.WantErr(t, name, err, repo.ErrNotFound, "")
	}
	err := repo.Transact(ctx, []repo.Op{r.UpdateOp(other, sHits.Set(7)), r.PutOp(old)})
	kit.WantErr(t, "Put", err, repo.ErrConflict, "")
	hits, err := repo.Read(ctx, r, other, sHits)
	kit.Must(t, err)
	kit.Equal(t, "hits", hits, 0)
	kit.Must(t, repo.Transact(ctx, []repo.Op{r.UpdateOp(other, sHits.Set(7)), r.CreateOp(newSession("s", later))}))
	_, err = r.Get(ctx, key)
	kit.Must(t, err)
}

func expiredClaims(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, sessions(expires))
	key, _ := expired(t, r, "s")
	thief := &session{ID: "t", User: "user of s", Until: future}
	create(t, r, thief)
	_, err := r.Create(ctx, &session{ID: "s", User: "user of s", Until: future})
	kit.WantErr(t, "Create with a value that is another's", err, repo.ErrDuplicate, "user")
	create(t, r, &session{ID: "s", User: "new", Until: future})
	_, err = r.Create(ctx, &session{ID: "u", User: "user of s"})
	kit.WantErr(t, "Create", err, repo.ErrDuplicate, "user")
	kit.Must(t, r.Delete(ctx, key))
	kit.DeleteAll(t, x, r)

	// What has expired is deleted, though another has its value.
	key, _ = expired(t, r, "s")
	create(t, r, &session{ID: "t", User: "user of s", Until: future})
	kit.Must(t, r.Delete(ctx, key))
	_, err = r.Create(ctx, &session{ID: "u", User: "user of s"})
	kit.WantErr(t, "Create after Delete", err, repo.ErrDuplicate, "user")
}

func neverExpires(t *testing.T, x *kit.World) {
	r := kit.Open(t, x, sessions(expires))
	s := newSession("s", time.Time{})
	key := create(t, r, s)
	kit.Has(t, r, key, "stored", *s)
	kit.Must(t, r.Update(t.Context(), key, sUntil.Set(past)))
	absent(t, x, r, key, "s")
}

func expiredSimple(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, simple(expires))
	s := &session{ID: "s", Until: future}
	key := create(t, r, s)
	x.Net.Reset()
	kit.Must(t, r.Update(ctx, key, sUntil.Set(past)))
	x.WantSent(t, "update", "TransactWriteItems: Update Sessions")
	kit.WantErr(t, "Update", r.Update(ctx, key, sHits.Set(1)), repo.ErrNotFound, "")
	s = &session{ID: "s", Until: later}
	create(t, r, s)
	s.Hits = 3
	kit.Puts(t, x, r, s, "PutItem: Sessions")
	kit.Has(t, r, key, "stored", *s)
}

// Another program has written an item that has expired.
func expiredBare(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, sessions(expires))
	put := func() {
		x.Plant(t, "Sessions", kit.Row{"id": kit.Str("s"), "hits": kit.Num("1"), "until": kit.Num("1000000000")})
	}
	put()
	key := sKey.Of("s")
	absent(t, x, r, key, "s")
	kit.WantErr(t, "Update", r.Update(ctx, key, sHits.Set(1)), repo.ErrNotFound, "")
	create(t, r, newSession("s", future))
	kit.Must(t, r.Delete(ctx, key))
	put()
	_, err := r.Put(ctx, newSession("s", future))
	kit.Must(t, err)
	kit.Must(t, r.Delete(ctx, key))
	put()
	kit.Must(t, r.Delete(ctx, key))
	x.Counted(t, "left", map[string]int{})

	plain := kit.Open(t, x, repo.TableOf("Plain", sKey, expires), repo.Plain())
	x.Plant(t, "Plain", kit.Row{"id": kit.Str("s"), "hits": kit.Num("1"), "until": kit.Num("1000000000")})
	_, err = plain.Get(ctx, key)
	kit.WantErr(t, "Get", err, repo.ErrNotFound, "")
	kit.WantErr(t, "Update", plain.Update(ctx, key, sHits.Set(1)), repo.ErrNotFound, "")
	kit.WantErr(t, "Delete", plain.Delete(ctx, key, repo.MustExist()), repo.ErrNotFound, "")
	create(t, plain, &session{ID: "s", Until: future})
	_, err = plain.Create(ctx, &session{ID: "s", Until: future})
	kit.WantErr(t, "Create", err, repo.ErrExists, "")
	n, err := plain.Count(ctx, repo.All[session]())
	kit.Must(t, err)
	kit.Equal(t, "Count", n, 1)
	x.Tampered = true // the item has no record
}

// Without the model, the record says which attribute it is.
func expiredOpen(t *testing.T, x *kit.World) {
	r := kit.Open(t, x, sessions(expires))
	s := newSession("s", future)
	create(t, r, s)
	raw := kit.OpenStored(t, x, "Sessions", "id", repo.AllowTables("Notes", "Steps", "Users"))
	_, err := raw.Get(t.Context(), "s")
	kit.Must(t, err)
	kit.Must(t, r.Update(t.Context(), sKey.Of("s"), sUntil.Set(past)))
	_, err = raw.Get(t.Context(), "s")
	kit.WantErr(t, "Get", err, repo.ErrNotFound, "")
}

func expiryCosts(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, sessions(expires))
	s := newSession("s", future)
	x.Net.Reset()
	key := create(t, r, s)
	x.WantSent(t, "create", "TransactWriteItems: Put Sessions, Put Notes, Put Steps x2, Put Users")
	kit.Must(t, r.Update(ctx, key, sHits.Set(1)))
	x.WantSent(t, "update", "TransactWriteItems: Update Sessions")
	kit.Must(t, r.Update(ctx, key, sText.Set("x")))
	x.WantSent(t, "update of a part", "TransactWriteItems: Update Sessions, Update Notes")
	kit.Must(t, r.Update(ctx, key, sUntil.Set(later)))
	x.WantSent(t, "update of the time", "GetItem: Sessions", "TransactWriteItems: Update Sessions, Update Notes, Update Steps x2, Put Users")
	kit.Must(t, r.Update(ctx, key, sUntil.Set(later)))
	x.WantSent(t, "update to the same time", "GetItem: Sessions", "UpdateItem: Sessions")
	kit.Must(t, r.Update(ctx, key, lensAppend(trees.Leaf{N: 3})))
	x.WantSent(t, "append", "GetItem: Sessions", "TransactWriteItems: Update Sessions, Put Steps")
	got, err := r.Get(ctx, key)
	kit.Must(t, err)
	x.Net.Reset()
	got.Until = future
	_, err = r.Put(ctx, got)
	kit.Must(t, err)
	x.WantSent(t, "put with another time", "TransactWriteItems: Put Sessions, Update Notes, Update Steps x3, Put Users")
	got.Hits = 9
	kit.Puts(t, x, r, got, "PutItem: Sessions")
}
