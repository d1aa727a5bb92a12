package stress

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// maxLogged bounds the list that only grows, so that reads stay cheap.
const maxLogged = 12

// write does one write to some object.
func (w *racer) write(ctx context.Context) error {
	id := hot[w.rng.IntN(len(hot))]
	key, n := racingID.Of(id), w.tally[id]
	switch w.rng.IntN(10) {
	case 0, 1:
		return w.count(&n.total, w.racing.Modify(ctx, key, func(d *racingDoc) error { return w.advance(d) }))
	case 2, 3:
		return w.putTracked(ctx, key, n)
	case 4, 5:
		return w.count(&n.added, w.racing.Update(ctx, key, lens.Add(racingAdded, 1)))
	case 6:
		return w.count(&n.hits, w.racing.Update(ctx, key, lens.Add(racingHits, 1), repo.If(racingGen.Ge(0))))
	case 7:
		if n.logged.done.Load()+n.logged.unsure.Load() >= maxLogged {
			return nil
		}
		return w.count(&n.logged, w.racing.Update(ctx, key, lens.Append(racingLog, racingEntry{By: w.name})))
	case 8:
		return w.updateUnchanged(ctx, key, n)
	}
	return w.churn(ctx, cold[w.rng.IntN(len(cold))])
}

// advance makes the next generation of an object.
func (w *racer) advance(d *racingDoc) error {
	if err := d.whole(); err != nil {
		return err
	}
	d.Total++
	atGeneration(d, d.Gen+1)
	return nil
}

func (w *racer) putTracked(ctx context.Context, key repo.Key[racingDoc], n *tally) error {
	d, err := w.racing.Get(ctx, key)
	if err != nil {
		return w.mayFail(err)
	}
	if err := w.advance(d); err != nil {
		return err
	}
	_, err = w.racing.Put(ctx, d)
	if err == nil {
		if err := w.sees(ctx, key, d.Meta.Version); err != nil {
			return err
		}
	}
	return w.count(&n.total, err, repo.ErrConflict)
}

// sees checks that the writer reads its own write, or a later one.
func (w *racer) sees(ctx context.Context, key repo.Key[racingDoc], version int64) error {
	d, err := w.racing.Get(ctx, key)
	if err != nil {
		return w.mayFail(err)
	}
	if d.Meta.Version < version {
		return fmt.Errorf("read version %d after writing version %d", d.Meta.Version, version)
	}
	return nil
}

func (w *racer) updateUnchanged(ctx context.Context, key repo.Key[racingDoc], n *tally) error {
	d, err := w.racing.Get(ctx, key)
	if err != nil {
		return w.mayFail(err)
	}
	return w.count(&n.added, w.racing.Update(ctx, key, lens.Add(racingAdded, 1), repo.IfUnchanged(d)), repo.ErrConflict)
}

// churn creates, replaces or removes an object without a tally.
func (w *racer) churn(ctx context.Context, id string) error {
	var c counter
	key, d := racingID.Of(id), atGeneration(&racingDoc{ID: id}, w.rng.IntN(24))
	switch w.rng.IntN(5) {
	case 0:
		_, err := w.racing.Create(ctx, d)
		return w.count(&c, err, repo.ErrExists)
	case 1:
		_, err := w.racing.Put(ctx, d)
		return w.count(&c, err)
	case 2:
		return w.count(&c, w.racing.Delete(ctx, key))
	case 3:
		return w.count(&c, w.racing.Update(ctx, key, lens.Append(racingLog, racingEntry{By: w.name})), repo.ErrNotFound, repo.ErrTooLarge)
	}
	d, err := w.racing.Get(ctx, key)
	if err != nil {
		return w.mayFail(err)
	}
	return w.count(&c, w.racing.DeleteValue(ctx, d), repo.ErrConflict)
}

// read reads some object in some way.
func (w *racer) read(ctx context.Context) error {
	w.reads.Add(1)
	id := slices.Concat(hot, cold)[w.rng.IntN(len(hot)+len(cold))]
	key := racingID.Of(id)
	switch w.rng.IntN(8) {
	case 0:
		d, err := w.racing.Get(ctx, key, repo.Eventually())
		return w.judged(d, err)
	case 1:
		for d, err := range w.racing.Scan(ctx) {
			if err := w.judged(d, err); err != nil {
				return err
			}
		}
		return nil
	case 2:
		gens, err := repo.ReadAll(ctx, w.racing, key, lens.Each(racingPast, racingIn))
		if err == nil && (len(gens) > 0 && len(gens) != gens[0]%4 || len(slices.Compact(gens)) > 1) {
			return fmt.Errorf("a mix of versions: generations %v", gens)
		}
		return w.mayFail(err)
	case 3:
		_, err := repo.Read(ctx, w.racing, key, racingOne)
		return w.mayFail(err)
	}
	d, err := w.racing.Get(ctx, key)
	if err == nil && slices.Contains(hot, id) {
		if d.Meta.Version < w.version[id] {
			return fmt.Errorf("read version %d of %s after version %d", d.Meta.Version, id, w.version[id])
		}
		w.version[id] = d.Meta.Version
	}
	return w.judged(d, err)
}

func (w *racer) judged(d *racingDoc, err error) error {
	if err != nil {
		return w.mayFail(err)
	}
	return d.whole()
}

// mayFail returns an error of a read, or nil if the race explains it.
func (w *racer) mayFail(err error) error {
	if err == nil || errors.Is(err, repo.ErrNotFound) || errors.Is(err, repo.ErrBusy) || w.s.Faults && errors.Is(err, repo.ErrThrottled) || w.excused(err) {
		return nil
	}
	return err
}
