package schematest_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/keygen"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/schematest"
	"github.com/dystore/dystore/shard"
)

// What verdicts say that needs more than a read and a write to show.

func open[T any](t *testing.T, c *dynamodb.Client, m repo.Model[T], opts ...repo.Option) *repo.Repo[T] {
	t.Helper()
	r, err := repo.New(c, m, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func boxID[V any]() repo.SimpleKey[box[V], string] {
	return repo.KeyOf(func(b *box[V]) *string { return &b.ID })
}

func boxModel[V any](parts ...repo.Part[box[V]]) repo.Model[box[V]] {
	return repo.TableOf("Boxes", boxID[V](), append(parts, keep[V]())...)
}

// judged checks the verdicts of a comparison, the worst first.
func judged(t *testing.T, old, new schematest.Model, want ...schematest.Verdict) {
	t.Helper()
	var got []schematest.Verdict
	changes := schematest.Compare(old.Layout(), new.Layout())
	for _, c := range changes {
		got = append(got, c.Verdict)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("verdicts %v, want %v: %v", got, want, changes)
	}
}

func TestElementsGrow(t *testing.T) {
	ctx, c := context.Background(), embedded.New().Client()
	old, new := open(t, c, boxModel[[]one]()), open(t, c, boxModel[[]two]())
	judged(t, old, new, readers)
	must(t, new.CreateTables(ctx))
	_, err := new.Create(ctx, &box[[]two]{ID: "1", V: []two{{"x", "y"}}})
	must(t, err)
	v, err := old.Get(ctx, boxID[[]one]().Of("1"))
	must(t, err)
	v.V[0].A = "changed"
	if _, err := old.Put(ctx, v); !errors.Is(err, repo.ErrNotLoaded) {
		t.Errorf("the old program puts: %v", err)
	}
}

func TestTrackingRemoved(t *testing.T) {
	ctx, c := context.Background(), embedded.New().Client()
	old := open(t, c, repo.TableOf("Boxes", repo.KeyOf(func(b *bare) *string { return &b.ID }), meta.Keep(func(b *bare) *meta.Record { return &b.Meta })))
	newID := repo.KeyOf(func(b *untracked) *string { return &b.ID })
	new := open(t, c, repo.TableOf("Boxes", newID))
	judged(t, old, new, readers)
	must(t, old.CreateTables(ctx))
	key, err := old.Create(ctx, &bare{ID: "1", Name: "a"})
	must(t, err)
	v, err := new.Get(ctx, newID.Of("1"))
	must(t, err)
	w, err := old.Get(ctx, key)
	must(t, err)
	w.Name = "lost"
	_, err = old.Put(ctx, w)
	must(t, err)
	v.Name = "last"
	_, err = new.Put(ctx, v) // over what it has never read
	must(t, err)
	if w, err = old.Get(ctx, key); err != nil || w.Name != "last" {
		t.Errorf("%v %v", w, err)
	}
}

// A list becomes a set: whole values are read in both forms, but the set cannot grow where a
// list is stored.
func TestListToSet(t *testing.T) {
	ctx, c := context.Background(), embedded.New().Client()
	old := open(t, c, boxModel[[]string]())
	setID := repo.KeyOf(func(b *setOf) *string { return &b.ID })
	new := open(t, c, repo.TableOf("Boxes", setID, meta.Keep(func(b *setOf) *meta.Record { return &b.Meta })))
	judged(t, old, new, upgrade)
	judged(t, new, old, upgrade)
	must(t, old.CreateTables(ctx))
	_, err := old.Create(ctx, &box[[]string]{ID: "1", V: []string{"x"}})
	must(t, err)
	grow := lens.AddToSet(lens.Of(func(b *setOf) *[]string { return &b.V }), "y")
	if err := new.Update(ctx, setID.Of("1"), grow); !errors.Is(err, repo.ErrInvalid) {
		t.Errorf("the set grows: %v", err)
	}
	v, err := new.Get(ctx, setID.Of("1"))
	must(t, err)
	v.V = append(v.V, "z")
	_, err = new.Put(ctx, v)
	must(t, err)
	must(t, new.Update(ctx, setID.Of("1"), grow))
	w, err := old.Get(ctx, boxID[[]string]().Of("1"))
	if err != nil || fmt.Sprint(w.V) != "[x y z]" {
		t.Errorf("the old program reads %v, %v", w, err)
	}
}

func TestPlain(t *testing.T) {
	ctx, c := context.Background(), embedded.New().Client()
	id := repo.KeyOf(func(b *untracked) *string { return &b.ID })
	plain := open(t, c, repo.TableOf("Boxes", id), repo.Plain())
	kept := open(t, c, repo.TableOf("Boxes", repo.KeyOf(func(b *bare) *string { return &b.ID }), meta.Keep(func(b *bare) *meta.Record { return &b.Meta })))
	judged(t, plain, kept, readers, safe)
	must(t, kept.CreateTables(ctx))
	v := &bare{ID: "1", Name: "a"}
	_, err := kept.Create(ctx, v)
	must(t, err)
	_, err = plain.Put(ctx, &untracked{ID: "1", Name: "b"}) // without the record
	must(t, err)
	if _, err := kept.Put(ctx, v); !errors.Is(err, repo.ErrConflict) {
		t.Errorf("a tracked put: %v", err)
	}
}

func TestIndexes(t *testing.T) {
	ctx, c := context.Background(), embedded.New().Client()
	byV := repo.SimpleIndexOf("by-v", func(b *box[string]) *string { return &b.V })
	old, new := open(t, c, boxModel[string]()), open(t, c, boxModel[string](byV))
	judged(t, old, new, readers, schematest.NeedsTables)
	must(t, old.CreateTables(ctx))
	query := func() (n int, err error) {
		for _, e := range new.Query(ctx, byV.In("x")) {
			if e != nil {
				return n, e
			}
			n++
		}
		return n, nil
	}
	_, err := old.Create(ctx, &box[string]{ID: "1", V: "x"})
	must(t, err)
	if _, err := query(); err == nil {
		t.Error("a query of an index that the table does not have")
	}
	must(t, new.CreateTables(ctx))
	if n, err := query(); n != 1 || err != nil {
		t.Errorf("%d %v", n, err)
	}
	if _, err := old.Create(ctx, &box[string]{ID: "2"}); !errors.Is(err, repo.ErrInvalid) {
		t.Errorf("an empty value of the old program: %v", err)
	}
	_, err = new.Create(ctx, &box[string]{ID: "2"})
	must(t, err)

	// The index is gone from the declaration, and still in the table.
	judged(t, new, old, readers, safe)
	// What cannot be changed, or added later.
	judged(t, new, open(t, c, boxModel[string](repo.SimpleIndexOf("by-v", func(b *box[string]) *string { return &b.V }, repo.KeysOnly()))), readers)
	numbers := open(t, c, boxModel[int]())
	judged(t, numbers, open(t, c, boxModel[int](repo.SimpleIndexOf("by-v", func(b *box[int]) *int { return &b.V }))), schematest.NeedsTables)
	judged(t, open(t, c, boxModel[int](repo.SimpleIndexOf("by-v", func(b *box[int]) *int { return &b.V }))), numbers, safe)
	pair := repo.CompositeKeyOf(func(b *box[int]) *string { return &b.ID }, func(b *box[int]) *string { return &b.Name })
	judged(t, open(t, c, repo.TableOf("Pairs", pair, keep[int]())),
		open(t, c, repo.TableOf("Pairs", pair, keep[int](), repo.LocalIndexOf("by-v", pair, func(b *box[int]) *int { return &b.V }))), data)
}

// Times that the old program stores do not sort as those of the index do.
func TestIndexOfTimes(t *testing.T) {
	ctx, c := context.Background(), embedded.New().Client()
	byName := repo.IndexOf("by-name", func(b *box[time.Time]) *string { return &b.Name }, func(b *box[time.Time]) *time.Time { return &b.V })
	old, new := open(t, c, boxModel[time.Time]()), open(t, c, boxModel[time.Time](byName))
	judged(t, old, new, readers, readers, schematest.NeedsTables)
	must(t, new.CreateTables(ctx))
	zone := time.FixedZone("", 3600)
	_, err := old.Create(ctx, &box[time.Time]{ID: "1", Name: "n", V: day.In(zone)}) // is stored as 09:00
	must(t, err)
	n, err := new.Count(ctx, byName.In("n").After(day.Add(time.Minute)))
	if n != 1 || err != nil {
		t.Errorf("%d objects after a time that none is after, %v", n, err)
	}
}

func TestUnique(t *testing.T) {
	ctx, c := context.Background(), embedded.New().Client()
	unique := func(table string, opts ...shard.Option) shard.UniqueFields[box[string]] {
		return shard.Unique(shard.To(table, opts...), field[string]())
	}
	old, new := open(t, c, boxModel[string]()), open(t, c, boxModel[string](unique("Claims")))
	judged(t, old, new, readers, upgrade, allowed)
	judged(t, open(t, c, boxModel[string](), repo.AllowTables("Claims")), new, readers, upgrade, safe)
	must(t, new.CreateTables(ctx))
	create := func(r *repo.Repo[box[string]], id, v string, want error) {
		t.Helper()
		if _, err := r.Create(ctx, &box[string]{ID: id, V: v}); !errors.Is(err, want) {
			t.Errorf("create %s: %v, want %v", id, err, want)
		}
	}
	create(old, "1", "x", nil)
	create(new, "2", "x", nil) // needs an upgrade: what is stored is not claimed
	create(new, "3", "x", repo.ErrDuplicate)
	create(old, "4", "x", nil) // breaks: old programs do not see claims
	if err := old.Delete(ctx, boxID[string]().Of("2")); !errors.Is(err, repo.ErrCorrupt) {
		t.Errorf("the old program deletes: %v", err) // needs AllowTables
	}
	must(t, open(t, c, boxModel[string](), repo.AllowTables("Claims")).Delete(ctx, boxID[string]().Of("2")))

	judged(t, new, old, readers, allowed)
	judged(t, new, open(t, c, boxModel[string](), repo.AllowTables("Claims")), readers)
	folded := open(t, c, boxModel[string](unique("Claims").FoldCase()))
	judged(t, new, folded, upgrade)
	create(new, "5", "q", nil)
	create(folded, "6", "Q", nil) // the claim of q has another key
	judged(t, new, open(t, c, boxModel[string](unique("Names"))), upgrade, moved, allowed)
	judged(t, new, open(t, c, boxModel[string](unique("Names", shard.MovedFrom("Claims")))), upgrade, allowed)
}

func TestCounters(t *testing.T) {
	ctx, c := context.Background(), embedded.New().Client()
	counted := func(name, table string, slots int) *repo.Repo[box[string]] {
		return open(t, c, boxModel[string](shard.Spread(shard.To(table), slots, lens.Counter(name, func(b *box[string]) *int64 { return &b.Count }))))
	}
	plain, four := open(t, c, boxModel[string]()), counted("n", "Counts", 4)
	must(t, plain.CreateTables(ctx))
	judged(t, plain, four, schematest.NeedsTables)
	key, err := plain.Create(ctx, &box[string]{ID: "1"})
	must(t, err)
	if _, err := four.Get(ctx, key); err == nil {
		t.Error("an object is read without the table of its counter") // needs tables
	}
	must(t, four.CreateTables(ctx))
	if _, err := four.Get(ctx, key); err != nil {
		t.Errorf("an object that was stored before: %v", err)
	}
	judged(t, four, counted("n", "Counts", 8), safe)
	judged(t, four, plain, safe)
	judged(t, four, counted("n", "Others", 4), data)
	judged(t, four, counted("m", "Counts", 4), schematest.NeedsTables, safe)
}

func TestKeys(t *testing.T) {
	c := embedded.New().Client()
	other := func(parts ...repo.Part[box[string]]) *repo.Repo[box[string]] {
		return open(t, c, repo.TableOf("Boxes", repo.KeyOf(func(b *box[string]) *string { return &b.Name }), append(parts, keep[string]())...))
	}
	one := open(t, c, boxModel[string]())
	ab := repo.CompositeKeyOf(func(b *box[string]) *string { return &b.ID }, func(b *box[string]) *string { return &b.Name })
	ba := repo.CompositeKeyOf(func(b *box[string]) *string { return &b.Name }, func(b *box[string]) *string { return &b.ID })
	id, name := lens.Of(func(b *box[string]) *string { return &b.ID }), lens.Of(func(b *box[string]) *string { return &b.Name })
	joined := func(word string, fields ...repo.KeyComponent[box[string]]) *repo.Repo[box[string]] {
		return open(t, c, repo.TableOf("Boxes", repo.JoinedKeyOf(repo.AttributeOf("pk", append([]repo.KeyComponent[box[string]]{repo.Word[box[string]](word)}, fields...)...)), keep[string]()))
	}
	over := func(k repo.Keyed[box[string]]) *repo.Repo[box[string]] {
		return open(t, c, repo.TableOf("Boxes", k, keep[string]()))
	}
	judged(t, one, other(), data)
	judged(t, one, over(ab), data)
	judged(t, over(ab), over(ba), data)
	judged(t, joined("BOX", id), joined("CRATE", id), data)
	judged(t, joined("BOX", id, name), joined("BOX", name, id), data)
	judged(t, joined("BOX", id), joined("BOX", id))
	judged(t, one, over(repo.KeyOf(func(b *box[string]) *string { return &b.ID }, keygen.UUIDv7)), safe)
	judged(t, one, open(t, c, repo.TableOf("Crates", boxID[string](), keep[string]()), repo.Entity("Boxes")), data)
	judged(t, one, open(t, c, repo.TableOf("Crates", boxID[string](), keep[string]())), data, data)
	judged(t, one, open(t, c, boxModel[string](), repo.TablePrefix("test-")))

	// What the old program wrote under its key is not there.
	ctx := context.Background()
	must(t, one.CreateTables(ctx))
	_, err := one.Create(ctx, &box[string]{ID: "i", Name: "n"})
	must(t, err)
	key, err := joined("BOX", id).Key(&box[string]{ID: "i", Name: "n"})
	must(t, err)
	if _, err := joined("BOX", id).Get(ctx, key); err == nil {
		t.Error("an object under another key was found")
	}
}

// TestTableForgotten: the declaration says no longer where shards were.
func TestTableForgotten(t *testing.T) {
	ctx, c := context.Background(), embedded.New().Client()
	first := open(t, c, boxModel[one](homes("Homes")))
	old, new := open(t, c, boxModel[one](homes("Other", shard.MovedFrom("Homes")))), open(t, c, boxModel[one](homes("Other")))
	judged(t, old, new, upgrade)
	judged(t, new, old, safe)
	must(t, first.CreateTables(ctx))
	must(t, new.CreateTables(ctx))
	key, err := first.Create(ctx, &box[one]{ID: "1", V: one{"x"}})
	must(t, err)
	if _, err := new.Get(ctx, key); !errors.Is(err, repo.ErrCorrupt) {
		t.Errorf("before the upgrade: %v", err)
	}
	v, err := old.Get(ctx, key)
	must(t, err)
	_, err = old.Put(ctx, v)
	must(t, err)
	if v, err = new.Get(ctx, key); err != nil || v.V.A != "x" {
		t.Errorf("after it: %v %v", v, err)
	}
	judged(t, first, open(t, c, boxModel[one](homes("Homes", shard.KeyName("pk")))), data)
}

func TestWordsOfVerdicts(t *testing.T) {
	if s := schematest.Verdict(99).String(); s != "Verdict(99)" {
		t.Error(s)
	}
	c := schematest.Change{Verdict: schematest.NeedsMovedFrom, Path: "home", What: "its table was A, is B", Why: "Because", Do: "that"}
	if s := c.String(); s != "needs MovedFrom: home: its table was A, is B. Because. To do: that" || !strings.HasPrefix(s, c.Verdict.String()) {
		t.Error(s)
	}
}

func lensName[V any]() lens.Lens[box[V], string] {
	return lens.Of(func(b *box[V]) *string { return &b.Name })
}
