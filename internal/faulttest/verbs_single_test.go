package faulttest

import (
	"context"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

func (w *fWorld) putSlip(s *fSlip, opts ...repo.CallOption) fCall {
	return fCall{value: s, run: func(ctx context.Context) error {
		_, err := w.slip.faulty.Put(ctx, s, opts...)
		return err
	}}
}

func updateSlip(opts []repo.CallOption, changes ...lens.Change[fSlip]) func(*fWorld) fCall {
	return func(w *fWorld) fCall {
		w.storeSlip()
		r := w.slip.faulty.With(opts...)
		return fCall{run: func(ctx context.Context) error { return r.Update(ctx, fSlipKey, changes...) }}
	}
}

func updateCard(opts []repo.CallOption, changes ...lens.Change[fCard]) func(*fWorld) fCall {
	return func(w *fWorld) fCall {
		w.storeCard()
		r := w.card.faulty.With(opts...)
		return fCall{run: func(ctx context.Context) error { return r.Update(ctx, fCardKey, changes...) }}
	}
}

var relaxed = []repo.CallOption{repo.Relaxed()}

// singleWrites are the writes of objects of one item that succeed: those with
// a record by compare-and-set, those without under a token.
var singleWrites = []fVerb{
	{name: "slip create", deep: true, begin: func(w *fWorld) fCall {
		s := fSlipValue()
		return fCall{value: &s, run: func(ctx context.Context) error {
			_, err := w.slip.faulty.Create(ctx, &s)
			return err
		}}
	}},
	{name: "slip create relaxed", deep: true, blind: true, begin: func(w *fWorld) fCall {
		s := fSlipValue()
		return fCall{value: &s, run: func(ctx context.Context) error {
			_, err := w.slip.faulty.Create(ctx, &s, repo.Relaxed())
			return err
		}}
	}},
	{name: "slip put relaxed, nothing there", blind: true, begin: func(w *fWorld) fCall {
		return w.putSlip(&fSlip{ID: "s/1", Text: "new"}, repo.Relaxed())
	}},
	{name: "slip put tracked, relaxed", begin: func(w *fWorld) fCall {
		s := w.storeSlip()
		s.Text = "new"
		return w.putSlip(s, repo.Relaxed())
	}},
	{name: "slip put tracked", deep: true, begin: func(w *fWorld) fCall {
		s := w.storeSlip()
		s.Text = "new"
		return w.putSlip(s)
	}},
	{name: "slip put untracked", begin: func(w *fWorld) fCall {
		w.storeSlip()
		return w.putSlip(&fSlip{ID: "s/1", Text: "new"})
	}},
	{name: "slip put untracked, nothing there", begin: func(w *fWorld) fCall { return w.putSlip(&fSlip{ID: "s/1", Text: "new"}) }},
	{name: "slip update set", begin: updateSlip(nil, fSlipText.Set("new"))},
	{name: "slip update add, append", begin: updateSlip(nil, lens.Add(fSlipCount, 1), lens.Append(fSlipTags, "b"))},
	{name: "slip update relaxed set", begin: updateSlip(relaxed, fSlipText.Set("new")), blind: true},
	{name: "slip update relaxed add", deep: true, begin: updateSlip(relaxed, lens.Add(fSlipCount, 1)), blind: true},
	{name: "slip update relaxed if unchanged", deep: true, begin: func(w *fWorld) fCall {
		s := w.storeSlip()
		r := w.slip.faulty.With(repo.Relaxed())
		return fCall{run: func(ctx context.Context) error {
			return r.Update(ctx, fSlipKey, lens.Add(fSlipCount, 1), repo.IfUnchanged(s))
		}}
	}},
	{name: "slip modify", begin: func(w *fWorld) fCall {
		w.storeSlip()
		return fCall{run: func(ctx context.Context) error {
			return w.slip.faulty.Modify(ctx, fSlipKey, func(s *fSlip) error { s.Count++; return nil })
		}}
	}},
	{name: "slip delete", idempotent: true, begin: func(w *fWorld) fCall {
		w.storeSlip()
		return fCall{run: func(ctx context.Context) error { return w.slip.faulty.Delete(ctx, fSlipKey) }}
	}},
	{name: "slip delete value", begin: func(w *fWorld) fCall {
		s := w.storeSlip()
		return fCall{run: func(ctx context.Context) error { return w.slip.faulty.DeleteValue(ctx, s) }}
	}},

	{name: "slip put over theirs", deep: true, begin: func(w *fWorld) fCall {
		s := w.theirSlip()
		s.Text = "new"
		return w.putSlip(s)
	}},
	{name: "slip modify theirs", begin: func(w *fWorld) fCall {
		w.theirSlip()
		return fCall{run: func(ctx context.Context) error {
			return w.slip.faulty.Modify(ctx, fSlipKey, func(s *fSlip) error { s.Count++; return nil })
		}}
	}},
	{name: "slip update theirs if unchanged", deep: true, begin: func(w *fWorld) fCall {
		s := w.theirSlip()
		return fCall{run: func(ctx context.Context) error {
			return w.slip.faulty.Update(ctx, fSlipKey, lens.Add(fSlipCount, 1), repo.IfUnchanged(s))
		}}
	}},
	{name: "slip delete value of theirs", begin: func(w *fWorld) fCall {
		s := w.theirSlip()
		return fCall{run: func(ctx context.Context) error { return w.slip.faulty.DeleteValue(ctx, s) }}
	}},

	{name: "card create", begin: func(w *fWorld) fCall {
		c := fCardValue()
		return fCall{value: &c, run: func(ctx context.Context) error {
			_, err := w.card.faulty.Create(ctx, &c)
			return err
		}}
	}},
	{name: "card put", deep: true, begin: func(w *fWorld) fCall {
		w.storeCard()
		c := fCard{ID: "c/1", Text: "new"}
		return fCall{value: &c, run: func(ctx context.Context) error {
			_, err := w.card.faulty.Put(ctx, &c)
			return err
		}}
	}},
	{name: "card put relaxed", blind: true, ringless: true, begin: func(w *fWorld) fCall {
		w.storeCard()
		c := fCard{ID: "c/1", Text: "new"}
		return fCall{value: &c, run: func(ctx context.Context) error {
			_, err := w.card.faulty.Put(ctx, &c, repo.Relaxed())
			return err
		}}
	}},
	{name: "card put, must exist", begin: func(w *fWorld) fCall {
		w.storeCard()
		c := fCard{ID: "c/1", Text: "new"}
		return fCall{value: &c, run: func(ctx context.Context) error {
			_, err := w.card.faulty.Put(ctx, &c, repo.MustExist())
			return err
		}}
	}},
	{name: "card update set", begin: updateCard(nil, fCardText.Set("new"))},
	{name: "card update add", begin: updateCard(nil, lens.Add(fCardCount, 1))},
	{name: "card update relaxed add", deep: true, begin: updateCard(relaxed, lens.Add(fCardCount, 1)), blind: true, ringless: true},
	{name: "card delete", idempotent: true, begin: func(w *fWorld) fCall {
		w.storeCard()
		return fCall{run: func(ctx context.Context) error { return w.card.faulty.Delete(ctx, fCardKey) }}
	}},
	{name: "card delete, must exist", begin: func(w *fWorld) fCall {
		w.storeCard()
		return fCall{run: func(ctx context.Context) error { return w.card.faulty.Delete(ctx, fCardKey, repo.MustExist()) }}
	}},
}

// refusals are verbs that report an error without faults. Under faults they report
// no other definite error.
var refusals = []fVerb{
	{name: "create, exists", want: repo.ErrExists, begin: func(w *fWorld) fCall {
		w.storeDoc()
		return w.create(fDocValue().clone())
	}},
	{name: "slip create, exists", want: repo.ErrExists, begin: func(w *fWorld) fCall {
		w.storeSlip()
		s := fSlipValue()
		return fCall{value: &s, run: func(ctx context.Context) error {
			_, err := w.slip.faulty.Create(ctx, &s)
			return err
		}}
	}},
	{name: "put tracked, conflict", deep: true, want: repo.ErrConflict, begin: func(w *fWorld) fCall {
		d := w.storeDoc()
		w.must(w.docs.clean.Update(background, fDocKey, fName.Set("foreign")))
		d.Home.City = "mine"
		return w.put(d)
	}},
	{name: "put tracked, deleted", want: repo.ErrConflict, begin: func(w *fWorld) fCall {
		d := w.storeDoc()
		w.must(w.docs.clean.Delete(background, fDocKey))
		d.Home.City = "mine"
		return w.put(d)
	}},
	{name: "put tracked, recreated", want: repo.ErrConflict, begin: func(w *fWorld) fCall {
		d := w.storeDoc()
		w.must(w.docs.clean.Delete(background, fDocKey))
		w.storeDoc()
		d.Home.City = "mine"
		return w.put(d)
	}},
	{name: "slip put tracked, conflict", want: repo.ErrConflict, begin: func(w *fWorld) fCall {
		s := w.storeSlip()
		w.must(w.slip.clean.Update(background, fSlipKey, fSlipText.Set("foreign")))
		return w.putSlip(s)
	}},
	{name: "put untracked, must exist, absent", want: repo.ErrNotFound, begin: func(w *fWorld) fCall {
		return w.put(fDocValue().clone(), repo.MustExist())
	}},
	{name: "update, absent", want: repo.ErrNotFound, begin: func(w *fWorld) fCall {
		return fCall{run: func(ctx context.Context) error { return w.docs.faulty.Update(ctx, fDocKey, fHomeCity.Set("x")) }}
	}},
	{name: "update, no path", want: repo.ErrNoPath, begin: func(w *fWorld) fCall {
		w.must(errOf(w.docs.clean.Create(background, &fDoc{ID: "d/1"})))
		return fCall{run: func(ctx context.Context) error { return w.docs.faulty.Update(ctx, fDocKey, fOptText.Set("x")) }}
	}},
	{name: "update if root, false", want: repo.ErrCondition, begin: updateDoc(lens.Add(fCount, 1), repo.If(fCount.Ge(8)))},
	{name: "update if part, false", deep: true, want: repo.ErrCondition, begin: updateDoc(lens.Add(fCount, 1), repo.If(fHomeN.Ge(8)))},
	{name: "update if unchanged, changed", want: repo.ErrConflict, begin: func(w *fWorld) fCall {
		d := w.storeDoc()
		w.must(w.docs.clean.Update(background, fDocKey, fName.Set("foreign")))
		return fCall{run: func(ctx context.Context) error {
			return w.docs.faulty.Update(ctx, fDocKey, lens.Add(fCount, 1), repo.IfUnchanged(d))
		}}
	}},
	{name: "slip create relaxed, exists", want: repo.ErrExists, blind: true, begin: func(w *fWorld) fCall {
		w.storeSlip()
		s := fSlipValue()
		return fCall{value: &s, run: func(ctx context.Context) error {
			_, err := w.slip.faulty.Create(ctx, &s, repo.Relaxed())
			return err
		}}
	}},
	{name: "slip update relaxed if, false", want: repo.ErrCondition, blind: true, begin: updateSlip(relaxed, lens.Add(fSlipCount, 1), repo.If(fSlipCount.Ge(8)))},
	{name: "delete, must exist, absent", want: repo.ErrNotFound, begin: func(w *fWorld) fCall {
		return fCall{run: func(ctx context.Context) error { return w.docs.faulty.Delete(ctx, fDocKey, repo.MustExist()) }}
	}},
	{name: "delete value, conflict", want: repo.ErrConflict, begin: func(w *fWorld) fCall {
		d := w.storeDoc()
		w.must(w.docs.clean.Update(background, fDocKey, fName.Set("foreign")))
		return fCall{run: func(ctx context.Context) error { return w.docs.faulty.DeleteValue(ctx, d) }}
	}},
	{name: "modify, absent", want: repo.ErrNotFound, begin: func(w *fWorld) fCall {
		return fCall{run: func(ctx context.Context) error {
			return w.docs.faulty.Modify(ctx, fDocKey, func(*fDoc) error { return nil })
		}}
	}},
	{name: "card create, exists", want: repo.ErrExists, begin: func(w *fWorld) fCall {
		w.storeCard()
		c := fCardValue()
		return fCall{value: &c, run: func(ctx context.Context) error {
			_, err := w.card.faulty.Create(ctx, &c)
			return err
		}}
	}},
	{name: "card put, must exist, absent", want: repo.ErrNotFound, begin: func(w *fWorld) fCall {
		c := fCardValue()
		return fCall{value: &c, run: func(ctx context.Context) error {
			_, err := w.card.faulty.Put(ctx, &c, repo.MustExist())
			return err
		}}
	}},
	{name: "card update, absent", want: repo.ErrNotFound, begin: func(w *fWorld) fCall {
		return fCall{run: func(ctx context.Context) error { return w.card.faulty.Update(ctx, fCardKey, fCardText.Set("x")) }}
	}},
	{name: "card delete, must exist, absent", want: repo.ErrNotFound, begin: func(w *fWorld) fCall {
		return fCall{run: func(ctx context.Context) error { return w.card.faulty.Delete(ctx, fCardKey, repo.MustExist()) }}
	}},
	{name: "slip put over theirs, changed", want: repo.ErrConflict, begin: theirsChanged(func(ctx context.Context, w *fWorld, s *fSlip) error {
		_, err := w.slip.faulty.Put(ctx, s)
		return err
	})},
	{name: "slip update theirs if unchanged, changed", want: repo.ErrConflict, begin: theirsChanged(func(ctx context.Context, w *fWorld, s *fSlip) error {
		return w.slip.faulty.Update(ctx, fSlipKey, lens.Add(fSlipCount, 1), repo.IfUnchanged(s))
	})},
	{name: "slip delete value of theirs, changed", want: repo.ErrConflict, begin: theirsChanged(func(ctx context.Context, w *fWorld, s *fSlip) error {
		return w.slip.faulty.DeleteValue(ctx, s)
	})},
}
