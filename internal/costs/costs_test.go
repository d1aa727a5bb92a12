package costs_test

import (
	"flag"
	"fmt"
	"iter"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

var update = flag.Bool("update", false, "write costs.md")

// cost is one row: prepare stores what is needed, and returns the operation.
type cost struct {
	name    string
	prepare func(t *testing.T, w *world) func() error
}

// world has the repositories that a row needs.
type world struct {
	client repo.Client
	m      *meter
}

func all[V any](objects iter.Seq2[V, error]) error {
	for _, err := range objects {
		if err != nil {
			return err
		}
	}
	return nil
}

func second[V any](_ V, err error) error { return err }

// oneNote is an operation on a repository with one note.
func oneNote(do func(t *testing.T, r *repo.Repo[note], n *note) error, parts ...repo.Part[note]) func(*testing.T, *world) func() error {
	return func(t *testing.T, w *world) func() error {
		r := notes(t, w.client, parts...)
		n := newNote(0)
		n.Email = "ann@x.org"
		must(r.Create(t.Context(), n))(t)
		return func() error { return do(t, r, n) }
	}
}

func onePerson(do func(t *testing.T, r *repo.Repo[person], p *person) error) func(*testing.T, *world) func() error {
	return manyPeople(1, func(t *testing.T, r *repo.Repo[person], p []*person) error { return do(t, r, p[0]) })
}

func manyNotes(n int, do func(t *testing.T, r *repo.Repo[note], all []*note) error, parts ...repo.Part[note]) func(*testing.T, *world) func() error {
	return func(t *testing.T, w *world) func() error {
		r := notes(t, w.client, parts...)
		values := stored(t, r, newNote, n)
		return func() error { return do(t, r, values) }
	}
}

func manyPeople(n int, do func(t *testing.T, r *repo.Repo[person], all []*person) error, parts ...repo.Part[person]) func(*testing.T, *world) func() error {
	return func(t *testing.T, w *world) func() error {
		r := people(t, w.client, parts...)
		values := stored(t, r, newPerson, n)
		return func() error { return do(t, r, values) }
	}
}

func anAlbum(do func(t *testing.T, r *repo.Repo[album]) error) func(*testing.T, *world) func() error {
	return func(t *testing.T, w *world) func() error {
		r := albums(t, w.client)
		a := album{ID: "a", Photos: make([]photo, 50)}
		must(r.Create(t.Context(), &a))(t)
		return func() error { return do(t, r) }
	}
}

var (
	firstNote   = noteID.Of("n00000")
	firstPerson = personID.Of("p00000")
	emailOnce   = shard.Unique(shard.To("Emails"), nEmail)
)

// section is a part of the table.
type section struct {
	title string
	costs []cost
}

var sections = []section{
	{"An object of one item", []cost{
		{"Create", oneNote(func(t *testing.T, r *repo.Repo[note], _ *note) error {
			return second(r.Create(t.Context(), newNote(1)))
		})},
		{"Create, Relaxed", oneNote(func(t *testing.T, r *repo.Repo[note], _ *note) error {
			return second(r.Create(t.Context(), newNote(1), repo.Relaxed()))
		})},
		{"Get", oneNote(func(t *testing.T, r *repo.Repo[note], _ *note) error { return second(r.Get(t.Context(), firstNote)) })},
		{"Get, Eventually", oneNote(func(t *testing.T, r *repo.Repo[note], _ *note) error {
			return second(r.Get(t.Context(), firstNote, repo.Eventually()))
		})},
		{"Exists", oneNote(func(t *testing.T, r *repo.Repo[note], _ *note) error { return second(r.Exists(t.Context(), firstNote)) })},
		{"Read of a path", oneNote(func(t *testing.T, r *repo.Repo[note], _ *note) error {
			return second(repo.Read(t.Context(), r, firstNote, nN))
		})},
		{"Put, tracked", oneNote(func(t *testing.T, r *repo.Repo[note], n *note) error { n.N++; return second(r.Put(t.Context(), n)) })},
		{"Put, untracked", oneNote(func(t *testing.T, r *repo.Repo[note], _ *note) error { return second(r.Put(t.Context(), newNote(0))) })},
		{"Update", oneNote(func(t *testing.T, r *repo.Repo[note], _ *note) error {
			return r.Update(t.Context(), firstNote, lens.Add(nN, 1))
		})},
		{"Update, Relaxed", oneNote(func(t *testing.T, r *repo.Repo[note], _ *note) error {
			return r.With(repo.Relaxed()).Update(t.Context(), firstNote, lens.Add(nN, 1))
		})},
		{"Update, IfUnchanged", oneNote(func(t *testing.T, r *repo.Repo[note], n *note) error {
			return r.Update(t.Context(), firstNote, lens.Add(nN, 1), repo.IfUnchanged(n))
		})},
		{"UpdateGet, IfUnchanged", oneNote(func(t *testing.T, r *repo.Repo[note], n *note) error {
			return second(repo.UpdateGet(t.Context(), r, firstNote, lens.Add(nN, 1), repo.IfUnchanged(n)))
		})},
		{"Modify", oneNote(func(t *testing.T, r *repo.Repo[note], _ *note) error {
			return r.Modify(t.Context(), firstNote, func(n *note) error { n.N++; return nil })
		})},
		{"Delete", oneNote(func(t *testing.T, r *repo.Repo[note], _ *note) error { return r.Delete(t.Context(), firstNote) })},
		{"DeleteValue", oneNote(func(t *testing.T, r *repo.Repo[note], n *note) error { return r.DeleteValue(t.Context(), n) })},
	}},
	{"An object of four items: two shards, and a shard in a shard", []cost{
		{"Create", onePerson(func(t *testing.T, r *repo.Repo[person], _ *person) error {
			return second(r.Create(t.Context(), newPerson(1)))
		})},
		{"Get", onePerson(func(t *testing.T, r *repo.Repo[person], _ *person) error {
			return second(r.Get(t.Context(), firstPerson))
		})},
		{"Get, RootOnly", onePerson(func(t *testing.T, r *repo.Repo[person], _ *person) error {
			return second(r.Get(t.Context(), firstPerson, repo.RootOnly()))
		})},
		{"Read of a path in the nested shard", onePerson(func(t *testing.T, r *repo.Repo[person], _ *person) error {
			return second(repo.Read(t.Context(), r, firstPerson, lat))
		})},
		{"Update of a path in the nested shard", onePerson(func(t *testing.T, r *repo.Repo[person], _ *person) error {
			return r.Update(t.Context(), firstPerson, lat.Set("35"))
		})},
		{"Put, tracked, one shard changed", onePerson(func(t *testing.T, r *repo.Repo[person], p *person) error {
			p.Birth.Hospital = "Special"
			return second(r.Put(t.Context(), p))
		})},
		{"Put, untracked", onePerson(func(t *testing.T, r *repo.Repo[person], _ *person) error {
			return second(r.Put(t.Context(), newPerson(0)))
		})},
		{"Delete", onePerson(func(t *testing.T, r *repo.Repo[person], _ *person) error { return r.Delete(t.Context(), firstPerson) })},
		{"DeleteValue", onePerson(func(t *testing.T, r *repo.Repo[person], p *person) error { return r.DeleteValue(t.Context(), p) })},
		{"Get of a list with 50 parts", anAlbum(func(t *testing.T, r *repo.Repo[album]) error { return second(r.Get(t.Context(), albumID.Of("a"))) })},
		{"Append to it", anAlbum(func(t *testing.T, r *repo.Repo[album]) error {
			return r.Update(t.Context(), albumID.Of("a"), lens.Append(photos, photo{"new"}))
		})},
	}},
	{"Unique values", []cost{
		{"Create with a unique value", oneNote(func(t *testing.T, r *repo.Repo[note], _ *note) error {
			n := newNote(1)
			n.Email = "bob@x.org"
			return second(r.Create(t.Context(), n))
		}, emailOnce)},
		{"Put, tracked, that leaves it", oneNote(func(t *testing.T, r *repo.Repo[note], n *note) error { n.N++; return second(r.Put(t.Context(), n)) }, emailOnce)},
		{"Put, tracked, that changes it", oneNote(func(t *testing.T, r *repo.Repo[note], n *note) error {
			n.Email = "ann@y.org"
			return second(r.Put(t.Context(), n))
		}, emailOnce)},
		{"Update of another field", oneNote(func(t *testing.T, r *repo.Repo[note], _ *note) error {
			return r.Update(t.Context(), firstNote, lens.Add(nN, 1))
		}, emailOnce)},
		{"Update of it", oneNote(func(t *testing.T, r *repo.Repo[note], _ *note) error {
			return r.Update(t.Context(), firstNote, nEmail.Set("ann@y.org"))
		}, emailOnce)},
		{"Delete", oneNote(func(t *testing.T, r *repo.Repo[note], _ *note) error { return r.Delete(t.Context(), firstNote) }, emailOnce)},
	}},
	{"Ranges", []cost{
		{"Query of an index that projects all: 25 objects of one item", manyNotes(25, func(t *testing.T, r *repo.Repo[note], _ []*note) error {
			return all(r.Query(t.Context(), byTopic.In("t")))
		}, byTopic)},
		{"the same, objects of four items", manyPeople(25, func(t *testing.T, r *repo.Repo[person], _ []*person) error {
			return all(r.Query(t.Context(), byTown.In("t")))
		}, byTown)},
		{"Query of an index of keys: 100 objects of one item", manyNotes(100, func(t *testing.T, r *repo.Repo[note], _ []*note) error {
			return all(r.Query(t.Context(), topics.In("t")))
		}, topics)},
		{"Page of 25 of 100", manyNotes(100, func(t *testing.T, r *repo.Repo[note], _ []*note) error {
			return second(r.Page(t.Context(), byTopic.In("t"), repo.PageSize(25)))
		}, byTopic)},
		{"Scan of 25 objects of four items", manyPeople(25, func(t *testing.T, r *repo.Repo[person], _ []*person) error { return all(r.Scan(t.Context())) })},
		{"Union over a table: 25 objects of one item, 25 of four", func(t *testing.T, w *world) func() error {
			n, p := sharedNotes(t, w.client), sharedPeople(t, w.client)
			stored(t, n, newNote, 25)
			stored(t, p, newPerson, 25)
			return func() error {
				return all(repo.Union(t.Context(), repo.All[note](), []repo.Member{n, p}))
			}
		}},
		{"Count of 1,000", manyNotes(1000, func(t *testing.T, r *repo.Repo[note], _ []*note) error {
			return second(r.Count(t.Context(), repo.All[note]()))
		})},
		{"Scan of 5,000 objects", manyNotes(5000, func(t *testing.T, r *repo.Repo[note], _ []*note) error { return all(r.Scan(t.Context())) })},
		{"the same, 8 segments", manyNotes(5000, func(t *testing.T, r *repo.Repo[note], _ []*note) error {
			return all(r.Query(t.Context(), repo.All[note](), repo.Segments(8)))
		})},
	}},
	{"Many objects", []cost{
		{"GetMany of 1", manyNotes(1, getNotes)},
		{"GetMany of 100", manyNotes(100, getNotes)},
		{"GetMany of 1,000", manyNotes(1000, getNotes)},
		{"GetMany of 100 objects of four items", manyPeople(100, func(t *testing.T, r *repo.Repo[person], all []*person) error {
			return second(r.GetMany(t.Context(), keysOf(personID, "p", len(all))))
		})},
		{"PutMany of 100, tracked", manyNotes(100, func(t *testing.T, r *repo.Repo[note], all []*note) error { return second(r.PutMany(t.Context(), all)) })},
		{"PutMany of 100, untracked", manyNotes(0, func(t *testing.T, r *repo.Repo[note], _ []*note) error {
			var all []*note
			for i := range 100 {
				all = append(all, newNote(i))
			}
			return second(r.PutMany(t.Context(), all))
		})},
		{"DeleteMany of 100", manyNotes(100, func(t *testing.T, r *repo.Repo[note], all []*note) error {
			return r.DeleteMany(t.Context(), keysOf(noteID, "n", len(all)))
		})},
		{"Transact of 2", manyNotes(2, transactNotes)},
		{"Transact of 10", manyNotes(10, transactNotes)},
		{"TransactGet of 2", manyNotes(2, func(t *testing.T, r *repo.Repo[note], _ []*note) error {
			var a, b *note
			keys := keysOf(noteID, "n", 2)
			return repo.TransactGet(t.Context(), r.GetOp(keys[0], &a), r.GetOp(keys[1], &b))
		})},
	}},
}

func getNotes(t *testing.T, r *repo.Repo[note], all []*note) error {
	return second(r.GetMany(t.Context(), keysOf(noteID, "n", len(all))))
}

func transactNotes(t *testing.T, r *repo.Repo[note], all []*note) error {
	var ops []repo.Op
	for _, k := range keysOf(noteID, "n", len(all)) {
		ops = append(ops, r.UpdateOp(k, lens.Add(nN, 1)))
	}
	return repo.Transact(t.Context(), ops)
}

// TestCosts compares the table with what every operation takes.
func TestCosts(t *testing.T) {
	var b strings.Builder
	for _, s := range slices.Concat(sections, lives, counters) {
		fmt.Fprintf(&b, "\n| %s | requests | round trips | read units | write units |\n|---|---|---|---|---|\n", s.title)
		for _, c := range s.costs {
			synctest.Test(t, func(t *testing.T) {
				client, m := metered()
				run := c.prepare(t, &world{client, m})
				m.reset()
				begin := time.Now()
				if err := run(); err != nil {
					t.Fatalf("%s: %v", c.name, err)
				}
				fmt.Fprintf(&b, "| %s | %d | %d | %v | %v |\n", c.name, m.requests, time.Since(begin)/trip, m.read, m.written)
			})
		}
	}
	b.WriteString(protocols(t))
	const mark = "<!-- costs -->\n"
	file, err := os.ReadFile("costs.md")
	if err != nil {
		t.Fatal(err)
	}
	head, table, ok := strings.Cut(string(file), mark)
	switch {
	case !ok:
		t.Fatal("costs.md has no mark")
	case *update:
		if err := os.WriteFile("costs.md", []byte(head+mark+b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		if d := cmp.Diff(table, b.String()); d != "" {
			t.Errorf("costs.md (-want +got):\n%s", d)
		}
	}
}
