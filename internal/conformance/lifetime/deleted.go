package lifetime

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/conformance/trees"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

var deletedChecks = []kit.Check{
	{Name: "what is deleted reads as absent", Run: deletedReads},
	{Name: "Restore", Run: restore},
	{Name: "Restore finds its value taken", Run: restoreTaken},
	{Name: "other objects take the place and the values", Run: deletedReplaced},
	{Name: "no write finds it", Run: deletedWrites},
	{Name: "Permanently", Run: permanently},
	{Name: "repetitions", Run: deletedRepeated},
	{Name: "DeleteValue and Transact", Run: deletedValues},
	{Name: "an item without a record", Run: deletedBare},
	{Name: "with an expiry", Run: deletedAndExpired},
	{Name: "requests", Run: deletionCosts},
}

var soft = repo.SoftDelete[session]()

func deletedReads(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, sessions(soft))
	create(t, r, newSession("other", later))
	s := newSession("s", later)
	key := create(t, r, s)
	kit.Must(t, r.With(repo.By("ann")).Delete(ctx, key))
	absent(t, x, r, key, "s")
	before := kit.Open(t, x, sessions()) // of a program that does not know
	absent(t, x, before, key, "s")

	got, err := r.Get(ctx, key, repo.WithDeleted())
	kit.Must(t, err)
	kit.Equal(t, "deleted", bare(got), bare(s))
	kit.Equal(t, "version", got.Meta.Version, 2)
	kit.Equal(t, "by", got.Meta.UpdatedBy, "ann")
	kit.Equal(t, "at", got.Meta.DeletedAt.Equal(got.Meta.UpdatedAt) && !got.Meta.DeletedAt.IsZero(), true)
	kit.Equal(t, "Scan", len(kit.All(t, r.Scan(ctx, repo.WithDeleted()))), 2)
	kit.Equal(t, "of a view", len(kit.All(t, r.With(repo.WithDeleted()).Query(ctx, repo.All[session]()))), 2)
	many, err := r.GetMany(ctx, []repo.Key[session]{key}, repo.WithDeleted())
	kit.Must(t, err)
	kit.Equal(t, "GetMany", bare(many[0]), bare(s))
	union := 0
	for _, err := range repo.Union(ctx, repo.All[session](), []repo.Member{r}, repo.WithDeleted()) {
		kit.Must(t, err)
		union++
	}
	kit.Equal(t, "Union", union, 2)
}

func restore(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, sessions(soft))
	s := newSession("s", later)
	key := create(t, r, s)
	kit.Must(t, r.Restore(ctx, key)) // nothing to do
	kit.Equal(t, "version", kit.Has(t, r, key, "stored", *s).Meta.Version, 1)
	kit.Must(t, r.Delete(ctx, key))
	kit.Must(t, r.With(repo.By("bob")).Restore(ctx, key))
	got, err := r.Get(ctx, key)
	kit.Must(t, err)
	kit.Equal(t, "restored", bare(got), bare(s))
	kit.Equal(t, "version", got.Meta.Version, 3)
	kit.Equal(t, "by", got.Meta.UpdatedBy, "bob")
	kit.Equal(t, "deleted at", got.Meta.DeletedAt.IsZero(), true)
	_, err = r.Create(ctx, &session{ID: "t", User: s.User})
	kit.WantErr(t, "a value that is claimed again", err, repo.ErrDuplicate, "user")
	kit.WantErr(t, "Restore of nothing", r.Restore(ctx, sKey.Of("none")), repo.ErrNotFound, "")
}

func restoreTaken(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, sessions(soft))
	s := newSession("s", later)
	key := create(t, r, s)
	kit.Must(t, r.Delete(ctx, key))
	other := create(t, r, &session{ID: "t", User: s.User})
	kit.WantErr(t, "Restore", r.Restore(ctx, key), repo.ErrDuplicate, "user")
	absent(t, x, r, key, "s")
	kit.Must(t, r.Update(ctx, other, sUser.Set("free")))
	kit.Must(t, r.Restore(ctx, key))
	_, err := r.Get(ctx, key)
	kit.Must(t, err)
}

func deletedReplaced(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, sessions(soft))
	s := newSession("s", later)
	key := create(t, r, s)
	kit.Must(t, r.Delete(ctx, key))
	fresh := &session{ID: "s", User: s.User}
	create(t, r, fresh)
	kit.Equal(t, "version", fresh.Meta.Version, 1)
	kit.Has(t, r, key, "stored", *fresh)
	_, err := r.Put(ctx, s)
	kit.WantErr(t, "Put", err, repo.ErrConflict, "")
	kit.Must(t, r.Delete(ctx, key))
	_, err = r.Put(ctx, newSession("s", later))
	kit.Must(t, err)
	kit.Must(t, r.Delete(ctx, key, repo.Permanently()))
	x.Counted(t, "left", map[string]int{})
}

func deletedWrites(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, sessions(soft))
	s := newSession("s", later)
	key := create(t, r, s)
	kit.Must(t, r.Delete(ctx, key))
	for name, err := range map[string]error{
		"Update":           r.Update(ctx, key, sHits.Set(1)),
		"Update of a part": r.Update(ctx, key, sText.Set("x")),
		"Append":           r.Update(ctx, key, lensAppend(trees.Leaf{N: 3})),
		"Modify":           r.Modify(ctx, key, func(s *session) error { s.Hits++; return nil }),
		"Delete":           r.Delete(ctx, key, repo.MustExist()),
		"Check":            repo.Transact(ctx, []repo.Op{r.CheckOp(key)}),
	} {
		kit.WantErr(t, name, err, repo.ErrNotFound, "")
	}
	_, err := r.Put(ctx, s)
	kit.WantErr(t, "Put", err, repo.ErrConflict, "")
	got, err := r.Get(ctx, key, repo.WithDeleted())
	kit.Must(t, err)
	_, err = r.Put(ctx, got)
	kit.WantErr(t, "Put of what is deleted", err, repo.ErrConflict, "Restore")
	kit.WantErr(t, "DeleteValue of what is deleted", r.DeleteValue(ctx, got), repo.ErrConflict, "")
	kit.Must(t, r.Delete(ctx, key))
	kit.Equal(t, "version", func() int64 { v, _ := r.Get(ctx, key, repo.WithDeleted()); return v.Meta.Version }(), 2)
}

func permanently(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, sessions(soft))
	s := newSession("s", later)
	key := create(t, r, s)
	kit.Must(t, r.Delete(ctx, key))
	kit.Must(t, r.Delete(ctx, key, repo.Permanently(), repo.MustExist()))
	x.Counted(t, "left", map[string]int{})
	s = newSession("s", later)
	create(t, r, s)
	kit.Must(t, r.DeleteValue(ctx, s, repo.Permanently()))
	x.Counted(t, "left", map[string]int{})
	create(t, r, newSession("s", later))
	kit.Must(t, r.Delete(ctx, key))
	raw := kit.OpenStored(t, x, "Sessions", "id", repo.AllowTables("Notes", "Steps", "Users"))
	_, err := raw.Get(ctx, "s")
	kit.WantErr(t, "Open", err, repo.ErrNotFound, "")
	kit.Must(t, raw.Delete(ctx, "s"))
	x.Counted(t, "left", map[string]int{})
}

func deletedRepeated(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, sessions(soft))
	key := create(t, r, newSession("s", later))
	id := meta.NewWriteID()
	for range 2 {
		kit.Must(t, r.Delete(ctx, key, repo.WithWriteID(id), repo.MustExist()))
	}
	id = meta.NewWriteID()
	for range 2 {
		kit.Must(t, r.Restore(ctx, key, repo.WithWriteID(id)))
	}
	got, err := r.Get(ctx, key)
	kit.Must(t, err)
	kit.Equal(t, "version", got.Meta.Version, 3)
	id = meta.NewWriteID()
	for range 2 {
		kit.Must(t, r.DeleteValue(ctx, got, repo.WithWriteID(id)))
	}
	kit.WantErr(t, "DeleteValue by another id", r.DeleteValue(ctx, got), repo.ErrConflict, "")
}

func deletedValues(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, sessions(soft))
	s := newSession("s", later)
	key := create(t, r, s)
	kit.Must(t, r.DeleteValue(ctx, s))
	absent(t, x, r, key, "s")
	two := newSession("two", later)
	create(t, r, two)
	kit.Must(t, repo.Transact(ctx, []repo.Op{r.DeleteOp(key), r.DeleteValueOp(two), r.CreateOp(&session{ID: "three", User: two.User})}))
	kit.Equal(t, "kept", len(kit.All(t, r.Scan(ctx, repo.WithDeleted()))), 3)
	kit.Must(t, r.DeleteMany(ctx, []repo.Key[session]{key, sKey.Of("two"), sKey.Of("three")}, repo.Permanently()))
	x.Counted(t, "left", map[string]int{})
}

func deletedBare(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, sessions(soft))
	x.Plant(t, "Sessions", kit.Row{"id": kit.Str("s"), "hits": kit.Num("1"), "user": kit.Str("u")})
	key := sKey.Of("s")
	kit.Must(t, r.Delete(ctx, key))
	absent(t, x, r, key, "s")
	kit.Must(t, r.Restore(ctx, key))
	got, err := r.Get(ctx, key)
	kit.Must(t, err)
	kit.Equal(t, "restored", bare(got), session{ID: "s", Hits: 1, User: "u"})
}

func deletedAndExpired(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, sessions(soft, expires))
	key, _ := expired(t, r, "s")
	_, err := r.Get(ctx, key, repo.WithDeleted())
	kit.WantErr(t, "Get", err, repo.ErrNotFound, "")
	kit.Must(t, r.Delete(ctx, key))
	kit.WantErr(t, "Restore", r.Restore(ctx, key), repo.ErrNotFound, "")
	s := newSession("s", future)
	create(t, r, s)
	kit.Must(t, r.Delete(ctx, key))
	kit.Must(t, r.Restore(ctx, key))
	wantTimes(t, x, "restored", future, 5)
}

func deletionCosts(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, sessions(soft))
	s := newSession("s", later)
	key := create(t, r, s)
	x.Net.Reset()
	kit.Must(t, r.DeleteValue(ctx, s))
	x.WantSent(t, "delete as read", "TransactWriteItems: Update Sessions, Delete Users")
	kit.Must(t, r.Delete(ctx, key))
	x.WantSent(t, "delete again", "GetItem: Sessions")
	kit.Must(t, r.Restore(ctx, key))
	x.WantSent(t, "restore", "BatchGetItem: Notes, Sessions", "BatchGetItem: Steps x2", "TransactWriteItems: Put Sessions, Put Users")
	kit.Must(t, r.Delete(ctx, key))
	x.WantSent(t, "delete", "GetItem: Sessions", "TransactWriteItems: Update Sessions, Delete Users")
	kit.Must(t, r.Delete(ctx, key, repo.Permanently()))
	x.WantSent(t, "delete for good", "GetItem: Sessions", "TransactWriteItems: Delete Sessions, Delete Notes, Delete Steps x2")
}
