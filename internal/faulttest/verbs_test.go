package faulttest

import (
	"context"
	"slices"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// fVerb is one write, and what it needs to find.
type fVerb struct {
	name  string
	begin func(w *fWorld) fCall // stores what is there before, through the clean side
	want  error                 // what the verb reports without faults; nil: it is done
	deep  bool                  // also under the long plans: one of each kind of write
	// blind: the write has neither token nor compare-and-set, so it is not sent again
	// after an attempt without an answer.
	blind bool
	// idempotent: it succeeds when another writer has done the same.
	idempotent bool
	// damaged: the stored object is damaged, and inconsistent until it is deleted.
	damaged bool
	// ringless: nothing stored names the last write.
	ringless bool
	// flat: the first object has one action. The one beside it is another object's,
	// whose refusal counts.
	flat bool
	// learns: the first request to write is refused, and another plan follows.
	learns bool
	// given: the write has an id of the caller's.
	given bool
}

// allWrites are all verbs.
var allWrites = slices.Concat(docWrites, singleWrites, replanned, adopting, together, refusals)

// fCall is one call of a verb. run sends it through the faulty side. value is the
// object that the caller passes, nil for none.
type fCall struct {
	run   func(context.Context) error
	value any
}

var background = context.Background()

// storeDoc stores an object and returns it tracked.
func (w *fWorld) storeDoc() *fDoc {
	d := fDocValue()
	_, err := w.docs.clean.Create(background, &d)
	w.must(err)
	return d.clone()
}

func (w *fWorld) storeSlip() *fSlip {
	s := fSlipValue()
	_, err := w.slip.clean.Create(background, &s)
	w.must(err)
	return &s
}

func (w *fWorld) storeCard() *fCard {
	c := fCardValue()
	_, err := w.card.clean.Create(background, &c)
	w.must(err)
	return &c
}

// create, putNew and putTracked make verbs of fDoc.
func (w *fWorld) create(d *fDoc, opts ...repo.CallOption) fCall {
	return fCall{value: d, run: func(ctx context.Context) error {
		_, err := w.docs.faulty.Create(ctx, d, opts...)
		return err
	}}
}

func (w *fWorld) put(d *fDoc, opts ...repo.CallOption) fCall {
	return fCall{value: d, run: func(ctx context.Context) error {
		_, err := w.docs.faulty.Put(ctx, d, opts...)
		return err
	}}
}

// putEdited is a tracked Put of the stored object after an edit.
func putEdited(edit func(*fDoc), opts ...repo.CallOption) func(*fWorld) fCall {
	return func(w *fWorld) fCall {
		d := w.storeDoc()
		edit(d)
		return w.put(d, opts...)
	}
}

// updateDoc is an Update of a stored object.
func updateDoc(changes ...lens.Change[fDoc]) func(*fWorld) fCall {
	return func(w *fWorld) fCall {
		w.storeDoc()
		return fCall{run: func(ctx context.Context) error { return w.docs.faulty.Update(ctx, fDocKey, changes...) }}
	}
}

// docWrites are the writes of an object of many items that succeed.
var docWrites = []fVerb{
	{name: "create", deep: true, begin: func(w *fWorld) fCall { return w.create(fDocValue().clone()) }},
	{name: "create with few parts", begin: func(w *fWorld) fCall { return w.create(&fDoc{ID: "d/1", Name: "bare"}) }},
	{name: "create with a write id", begin: func(w *fWorld) fCall {
		return w.create(fDocValue().clone(), repo.WithWriteID(meta.NewWriteID()))
	}},

	{name: "put tracked, root changed", deep: true, begin: putEdited(func(d *fDoc) { d.Name = "new" })},
	{name: "put tracked, nothing changed", begin: putEdited(func(d *fDoc) {})},
	{name: "put tracked, one shard changed", deep: true, begin: putEdited(func(d *fDoc) { d.Home.City = "Uji" })},
	{name: "put tracked, every shard changed", begin: putEdited(func(d *fDoc) {
		d.Opt.Text, d.Home.City, d.Home.Geo.Lat, d.Lines[0].Note.Text = "new", "Uji", "1", "new"
		d.Rooms["big"] = fNote{Text: fBig, N: 2}
		for i := range d.Past {
			d.Past[i].N += 10
		}
	})},
	{name: "put tracked, elements added", begin: putEdited(func(d *fDoc) {
		d.Past = append(d.Past, fPlace{City: "Uji", N: 4})
		d.Lines = append(d.Lines, fLine{SKU: "z", Note: &fNote{Text: "three"}})
		d.Rooms["more"] = fNote{Text: fBig}
	})},
	{name: "put tracked, elements removed", begin: putEdited(func(d *fDoc) {
		d.Past = slices.Delete(d.Past, 0, 2)
		d.Lines = d.Lines[1:]
		delete(d.Rooms, "big")
		d.Opt = nil
	})},
	{name: "put tracked, elements reordered", begin: putEdited(func(d *fDoc) { slices.Reverse(d.Past); slices.Reverse(d.Lines) })},
	{name: "put tracked, part moves out and in", begin: putEdited(func(d *fDoc) {
		d.Rooms["big"], d.Rooms["small"] = fNote{Text: fSmall}, fNote{Text: fBig}
	})},
	{name: "put overwrite", begin: putEdited(func(d *fDoc) { d.Name, d.Past = "new", d.Past[1:] }, repo.Overwrite())},
	{name: "put keep shards", begin: putEdited(func(d *fDoc) { d.Name = "new" }, repo.KeepShards())},
	{name: "put untracked", deep: true, begin: func(w *fWorld) fCall {
		w.storeDoc()
		d := fDocValue()
		d.Name, d.Past, d.Opt = "new", d.Past[1:], nil
		return w.put(&d)
	}},
	{name: "put untracked with a write id", begin: func(w *fWorld) fCall {
		w.storeDoc()
		d := fDocValue()
		d.Name, d.Past = "new", d.Past[1:]
		return w.put(&d, repo.WithWriteID(meta.NewWriteID()))
	}},
	{name: "put untracked, nothing there", begin: func(w *fWorld) fCall { return w.put(fDocValue().clone()) }},
	{name: "put untracked, must exist", begin: func(w *fWorld) fCall {
		w.storeDoc()
		return w.put(&fDoc{ID: "d/1", Name: "bare"}, repo.MustExist())
	}},

	{name: "update root path", begin: updateDoc(fName.Set("new"))},
	{name: "update add", deep: true, begin: updateDoc(lens.Add(fCount, 3))},
	{name: "update append", begin: updateDoc(lens.Append(fTags, "b"))},
	{name: "update sealed path", begin: updateDoc(fSecret.Set("new"))},
	{name: "update set if absent", begin: updateDoc(fName.SetIfAbsent("new"))},
	{name: "update shard path", begin: updateDoc(fHomeCity.Set("Uji"))},
	{name: "update add in shard", begin: updateDoc(lens.Add(fHomeN, 3))},
	{name: "update nested shard path", begin: updateDoc(fGeoLat.Set("1"))},
	{name: "update three items", begin: updateDoc(lens.Add(fCount, 1), lens.Add(fHomeN, 1), lens.Add(fGeoN, 1))},
	{name: "update whole shard", begin: updateDoc(fOpt.Set(&fNote{Text: "new", N: 2}))},
	{name: "update shard removed", begin: updateDoc(fOpt.Remove())},
	{name: "update append to sharded list", deep: true, begin: updateDoc(lens.Append(fPast, fPlace{City: "Uji"}, fPlace{City: "Gojo"}))},
	{name: "update append to divided list", begin: updateDoc(lens.Append(fLines, fLine{SKU: "z", Note: &fNote{Text: "three"}}))},
	{name: "update inside an element", deep: true, begin: updateDoc(lens.Join(lens.At(fPast, 1), fInCity).Set("Uji"))},
	{name: "update whole element", begin: updateDoc(lens.At(fPast, 1).Set(fPlace{City: "Uji"}))},
	{name: "update element removed", begin: updateDoc(lens.At(fPast, 1).Remove())},
	{name: "update inside a divided list", begin: updateDoc(lens.Join(lens.At(fLines, 0), fInNote).Set("new"))},
	{name: "update whole list", begin: updateDoc(fPast.Set([]fPlace{{City: "Uji"}}))},
	{name: "update entry", begin: updateDoc(lens.Entry(fRooms, "small").Set(fNote{Text: fBig}))},
	{name: "update entry added", begin: updateDoc(lens.Entry(fRooms, "more").Set(fNote{Text: fBig}))},
	{name: "update entry removed", begin: updateDoc(lens.Entry(fRooms, "big").Remove())},
	{name: "update if", begin: updateDoc(lens.Add(fCount, 1), repo.If(fCount.Ge(7), fHomeN.Eq(1)))},
	{name: "update if unchanged", deep: true, begin: func(w *fWorld) fCall {
		d := w.storeDoc()
		return fCall{run: func(ctx context.Context) error {
			return w.docs.faulty.Update(ctx, fDocKey, lens.Add(fCount, 1), repo.IfUnchanged(d))
		}}
	}},
	{name: "update with a write id", begin: func(w *fWorld) fCall {
		w.storeDoc()
		r := w.docs.faulty.With(repo.WithWriteID(meta.NewWriteID()))
		return fCall{run: func(ctx context.Context) error {
			return r.Update(ctx, fDocKey, lens.Add(fCount, 1), lens.Append(fPast, fPlace{City: "Uji"}))
		}}
	}},

	{name: "modify", deep: true, begin: func(w *fWorld) fCall {
		w.storeDoc()
		return fCall{run: func(ctx context.Context) error {
			return w.docs.faulty.Modify(ctx, fDocKey, func(d *fDoc) error {
				d.Count++
				d.Past = append(d.Past[min(1, len(d.Past)):], fPlace{City: "Uji"})
				return nil
			})
		}}
	}},
	{name: "delete", deep: true, idempotent: true, begin: func(w *fWorld) fCall {
		w.storeDoc()
		return fCall{run: func(ctx context.Context) error { return w.docs.faulty.Delete(ctx, fDocKey) }}
	}},
	{name: "delete, must exist", begin: func(w *fWorld) fCall {
		w.storeDoc()
		return fCall{run: func(ctx context.Context) error { return w.docs.faulty.Delete(ctx, fDocKey, repo.MustExist()) }}
	}},
	{name: "delete value", deep: true, begin: func(w *fWorld) fCall {
		d := w.storeDoc()
		return fCall{run: func(ctx context.Context) error { return w.docs.faulty.DeleteValue(ctx, d) }}
	}},

	{name: "put over theirs", deep: true, begin: func(w *fWorld) fCall {
		d := w.theirDoc()
		d.Name, d.Past = "new", append(d.Past, fPlace{City: "Uji"})
		return w.put(d)
	}},
	{name: "modify theirs", begin: func(w *fWorld) fCall {
		w.theirDoc()
		return fCall{run: func(ctx context.Context) error {
			return w.docs.faulty.Modify(ctx, fDocKey, func(d *fDoc) error { d.Count++; return nil })
		}}
	}},
	{name: "update theirs if unchanged", begin: func(w *fWorld) fCall {
		d := w.theirDoc()
		return fCall{run: func(ctx context.Context) error {
			return w.docs.faulty.Update(ctx, fDocKey, lens.Add(fCount, 1), lens.Append(fPast, fPlace{City: "Uji"}), repo.IfUnchanged(d))
		}}
	}},
	{name: "delete value of theirs", begin: func(w *fWorld) fCall {
		d := w.theirDoc()
		return fCall{run: func(ctx context.Context) error { return w.docs.faulty.DeleteValue(ctx, d) }}
	}},
}
