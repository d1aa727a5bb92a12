package faulttest

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// TestReplay repeats a write under its id, as a program does that was restarted
// before it knew the outcome. The write is not applied again, and the new value is
// tracked.
func TestReplay(t *testing.T) {
	edited := func(w *fWorld) *fDoc {
		d, err := w.docs.clean.Get(background, fDocKey)
		w.must(err)
		d.Count++
		d.Home.City = "Uji"
		d.Past = append(d.Past, fPlace{City: "Gojo"})
		return d
	}
	for _, c := range []struct {
		name  string
		fresh bool // nothing is stored before
		value func(w *fWorld) *fDoc
		write func(ctx context.Context, r *repo.Repo[fDoc], d *fDoc) error
		again func(w *fWorld) *fDoc // the value of the second time, as the first if nil
	}{
		{name: "create", fresh: true,
			value: func(*fWorld) *fDoc { return fDocValue().clone() },
			write: func(ctx context.Context, r *repo.Repo[fDoc], d *fDoc) error { return errOf(r.Create(ctx, d)) }},
		{name: "put untracked, nothing there", fresh: true,
			value: func(*fWorld) *fDoc { return fDocValue().clone() },
			write: func(ctx context.Context, r *repo.Repo[fDoc], d *fDoc) error { return errOf(r.Put(ctx, d)) }},
		{name: "put untracked",
			value: func(*fWorld) *fDoc { d := fDocValue(); d.Past = d.Past[1:]; return &d },
			write: func(ctx context.Context, r *repo.Repo[fDoc], d *fDoc) error { return errOf(r.Put(ctx, d)) }},
		{name: "put tracked, from the version before", value: edited,
			write: func(ctx context.Context, r *repo.Repo[fDoc], d *fDoc) error { return errOf(r.Put(ctx, d)) },
			again: func(*fWorld) *fDoc { return nil }},
		{name: "put tracked, read again and edited again", value: edited, again: edited,
			write: func(ctx context.Context, r *repo.Repo[fDoc], d *fDoc) error { return errOf(r.Put(ctx, d)) }},
		{name: "put overwrite", value: edited, again: edited,
			write: func(ctx context.Context, r *repo.Repo[fDoc], d *fDoc) error {
				return errOf(r.Put(ctx, d, repo.Overwrite()))
			}},
	} {
		for _, between := range []string{"nothing", "a foreign write", "seven foreign writes"} {
			t.Run(c.name+", "+between+" between", func(t *testing.T) {
				w := newFaultWorld(t)
				if !c.fresh {
					w.storeDoc()
				}
				r := w.docs.clean.With(repo.WithWriteID(meta.NewWriteID()))
				first := c.value(w)
				second := first.clone() // the same value in another process
				if c.again == nil {
					second = c.value(w)
				}
				w.must(c.write(background, r, first))
				if c.again != nil {
					if v := c.again(w); v != nil {
						second = v
					}
				}
				for range map[string]int{"a foreign write": 1, "seven foreign writes": 7}[between] {
					w.must(w.docs.clean.Update(background, fDocKey, lens.Add(fHomeN, 1)))
				}
				before := w.digest()
				if err := c.write(background, r, second); err != nil {
					t.Fatalf("the second time: %v", err)
				}
				if w.digest() != before {
					t.Fatal("the second time has changed what is stored")
				}
				if between == "nothing" {
					if !second.Meta.Equal(first.Meta) {
						t.Errorf("the record is %+v; that of the write is %+v", second.Meta, first.Meta)
					}
					if diff := cmp.Diff(first.Meta.References(), second.Meta.References()); diff != "" {
						t.Errorf("parts (-stored +tracked):\n%s", diff)
					}
					if problem := w.goesOn(second); problem != "" {
						t.Error(problem)
					}
					return
				}
				// The value is out of date, and the next Put must notice.
				second.Name = "late"
				if _, err := w.docs.clean.Put(background, second); !isConflict(err) {
					t.Errorf("the next Put, over foreign writes: %v; want a conflict", err)
				}
				if problems := w.orphans(); len(problems) > 0 {
					t.Error(problems)
				}
			})
		}
	}
}

// TestReplayOfUpdates: an Update, a Modify and a Relaxed Update under an id
// that the object remembers do nothing.
func TestReplayOfUpdates(t *testing.T) {
	w := newFaultWorld(t)
	for _, c := range []struct {
		name  string
		write func(id repo.CallOption) error
	}{
		{"add", func(id repo.CallOption) error {
			return w.docs.clean.With(id).Update(background, fDocKey, lens.Add(fCount, 1))
		}},
		{"append to a sharded list", func(id repo.CallOption) error {
			return w.docs.clean.With(id).Update(background, fDocKey, lens.Append(fPast, fPlace{City: "Uji"}))
		}},
		{"inside an element", func(id repo.CallOption) error {
			return w.docs.clean.With(id).Update(background, fDocKey, lens.Join(lens.At(fPast, 0), fInCity).Set("Uji"))
		}},
		{"relaxed", func(id repo.CallOption) error {
			return w.slip.clean.With(id, repo.Relaxed()).Update(background, fSlipKey, lens.Add(fSlipCount, 1))
		}},
		{"modify", func(id repo.CallOption) error {
			return w.docs.clean.Modify(background, fDocKey, func(d *fDoc) error { d.Count++; return nil }, id)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.wipe()
			w.storeDoc()
			w.storeSlip()
			id := repo.WithWriteID(meta.NewWriteID())
			w.must(c.write(id))
			for range 7 {
				w.must(w.docs.clean.Update(background, fDocKey, lens.Add(fHomeN, 1)))
				w.must(w.slip.clean.Update(background, fSlipKey, lens.Add(fSlipOther, 1)))
			}
			before := w.digest()
			w.must(c.write(id))
			if w.digest() != before {
				t.Error("the second time has changed what is stored")
			}
		})
	}
}
