package regions

import (
	"context"
	"testing"
	"time"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// faults are ways in which a region is not there.
var faults = map[string]fault.Fault{"no connection": fault.SendError(), "it fails": fault.ServerError()}

// within is a context in which retries come to an end.
func within(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	t.Cleanup(cancel)
	return ctx
}

// outageChecks are about a region that cannot be reached.
var outageChecks = []check{
	{"reads", func(t *testing.T, w *world) {
		r := open(t, w, people())
		p := newPerson("a")
		key, err := r.Create(t.Context(), p)
		kit.Must(t, err)
		for name, f := range faults {
			w.outage(f)
			unreachable(t, name+", Get", second(r.Get(within(t), key)), "past", "photo")
			unreachable(t, name+", Get without a part", second(r.Get(within(t), key, repo.Skip(past))), "photo")
			unreachable(t, name+", Read", second(repo.Read(within(t), r, key, pShot)), "photo")
			unreachable(t, name+", GetMany", second(r.GetMany(within(t), []repo.Key[person]{key}, repo.Skip(past))), "photo")
			for _, err := range r.Scan(within(t), repo.Skip(past)) {
				unreachable(t, name+", Scan", err, "photo")
			}
			part, err := r.Get(within(t), key, repo.Skip(photo, past))
			kit.Must(t, err)
			kit.Equal(t, "the rest", []string{part.Name, part.Note.Text}, []string{"Ada", "note"})
			note, err := repo.Read(within(t), r, key, pNote)
			kit.Must(t, err)
			kit.Equal(t, "a path of the rest", note, "note")
			for p, err := range r.Scan(within(t), repo.Skip(photo, past)) {
				kit.Must(t, err)
				kit.Equal(t, "scanned", p.Name, "Ada")
			}
			w.reset()
			kit.Has(t, r, key, "after the outage", *p)
		}
	}},
	{"the caller gives up", func(t *testing.T, w *world) {
		r := open(t, w, people())
		key, err := r.Create(t.Context(), newPerson("a"))
		kit.Must(t, err)
		w.outage(fault.Delay(time.Minute))
		unreachable(t, "no answer in time", second(r.Get(within(t), key, repo.Skip(past))), "photo")
		w.reset()
	}},
	{"writes that need it", func(t *testing.T, w *world) {
		r := open(t, w, people())
		key, err := r.Create(t.Context(), newPerson("a"))
		kit.Must(t, err)
		was, err := r.Get(t.Context(), key)
		kit.Must(t, err)
		stored := w.dump(t)
		for name, f := range faults {
			w.outage(f)
			changed := *was
			changed.Name, changed.Photo = "Eve", &leaf{Text: "new"}
			began := time.Now()
			unreachable(t, name+", Put", second(r.Put(within(t), &changed)), "photo")
			unreachable(t, name+", Update", r.Update(within(t), key, pName.Set("Eve"), pShot.Set("new")), "photo")
			unreachable(t, name+", Create", second(r.Create(within(t), &person{ID: "b", Photo: &leaf{Text: "new"}})), "photo")
			unreachable(t, name+", Transact", repo.Transact(within(t), []repo.Op{r.UpdateOp(key, pShot.Set("new")), r.CreateOp(&person{ID: "b"})}), "photo")
			unreachable(t, name+", a condition there", r.Update(within(t), key, pName.Set("Eve"), repo.If(pShot.Eq("photo"))), "photo")
			if took := time.Since(began); took > 10*time.Second {
				t.Errorf("%s: refusing took %v", name, took)
			}
			w.reset()
			kit.Same(t, "nothing is written", w.dump(t), stored)
		}
	}},
	{"writes that do not", func(t *testing.T, w *world) {
		ctx, r := t.Context(), open(t, w, people())
		key, err := r.Create(ctx, newPerson("a"))
		kit.Must(t, err)
		whole, err := r.Get(ctx, key)
		kit.Must(t, err)
		w.outage(fault.SendError())
		whole.Name, whole.Note.Text = "1", "2"
		kit.Must(t, second(r.Put(ctx, whole)))
		kit.Must(t, r.Update(ctx, key, pName.Set("3")))
		kit.Must(t, r.Update(ctx, key, pNote.Set("4")))
		part, err := r.Get(ctx, key, repo.Skip(photo, past))
		kit.Must(t, err)
		part.Name = "5"
		kit.Must(t, second(r.Put(ctx, part)))
		kit.Must(t, r.Modify(ctx, key, func(p *person) error { p.Note.Text = "6"; return nil }, repo.Skip(photo, past)))
		kit.Must(t, second(r.Create(ctx, &person{ID: "b"})))
		kit.Equal(t, "sent to the other region", len(w.far.net.Operations()), 0)
		w.reset()
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, "stored", []string{got.Name, got.Note.Text, got.Photo.Text, texts(got.Past)}, []string{"5", "6", "photo", "[one two]"})
	}},
	{"deletion", func(t *testing.T, w *world) {
		r := open(t, w, people())
		key, err := r.Create(t.Context(), newPerson("a"))
		kit.Must(t, err)
		w.outage(fault.SendError())
		kit.Must(t, r.Delete(within(t), key))
		there, err := r.Exists(t.Context(), key)
		kit.Must(t, err)
		kit.Equal(t, "exists", there, false)
		w.reset()
		done, err := r.Sweep(t.Context())
		kit.Must(t, err)
		kit.Equal(t, "swept", []int64{done.Changed, done.InFlight, done.Failed}, []int64{4, 0, 0})
		w.counted(t, "left", map[string]int{})
	}},
	{"a copy that arrives late", func(t *testing.T, w *world) {
		r := open(t, w, people())
		key, err := r.Create(t.Context(), newPerson("a"))
		kit.Must(t, err)
		w.outage(fault.ServerErrorAfter()) // the copy is written, and nobody knows
		unreachable(t, "Update", r.Update(within(t), key, lens.Append(pPast, leaf{Text: "three"})), "past")
		w.reset()
		got, err := r.Get(t.Context(), key)
		kit.Must(t, err)
		kit.Equal(t, "stored", texts(got.Past), "[one two]")
		kit.Must(t, r.Update(t.Context(), key, pName.Set("Eve"))) // so that the copy can never become a part
		done, err := r.Sweep(t.Context())
		kit.Must(t, err)
		kit.Equal(t, "swept", done.Changed, int64(1))
	}},
}
