package write

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/load"
	"github.com/dystore/dystore/internal/parallel"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
)

// Writes of many objects. Each is an operation of its own, with an id and an
// outcome of its own. They have in common that the records which they are made
// over are read in batches, and that they are sent at the same time.

// Result is what became of one write of many.
type Result struct {
	Key   tables.Key // without one that was generated for a write that was not begun
	ID    stored.ID  // zero if it was not begun
	Err   error
	known bool
}

// overRecord is an operation that is planned over the stored record.
type overRecord interface {
	commit.Op
	over(root attrs) error
}

// job is an operation that is to be run.
type job struct {
	commit.Op
	key tables.Key
	at  []int // the places of its result
}

// many is one call that writes many objects.
type many struct {
	r       *load.Reader
	p       commit.Protocol
	results []Result

	mu    sync.Mutex
	inRow int   // failures that were not about their object, one after the other
	end   error // why no further operation is begun
}

// DeleteMany removes the objects with keys, each once; the result is parallel to
// the keys.
func (r *Remover) DeleteMany(ctx context.Context, keys []tables.Key, opts Options) []Result {
	m := &many{r: r.Reader, p: r.protocol, results: make([]Result, len(keys))}
	for at, key := range keys {
		m.results[at].Key = key
	}
	distinct := r.Tables.Distinct(keys, func(at int, err error) { m.set(at, Result{Key: keys[at], Err: err}) })
	for some := range slices.Chunk(distinct, fetch.BatchKeys) {
		jobs := make([]job, len(some))
		for i, k := range some {
			jobs[i] = job{r.DeleteOp(k.Key, opts), k.Key, k.At}
		}
		m.run(ctx, jobs)
	}
	return m.finish()
}

// PutMany writes values, which are pointers, as Put does; the result is parallel to
// them.
func (w *Writer) PutMany(ctx context.Context, ptrs []reflect.Value, opts Options) []Result {
	m := &many{r: &w.Reader, p: w.protocol, results: make([]Result, len(ptrs))}
	drafts := w.drafts(ptrs, m)
	for first := 0; first < len(drafts) && m.goesOn(ctx); first += fetch.BatchKeys {
		var jobs []job
		for at := first; at < min(first+fetch.BatchKeys, len(drafts)); at++ {
			d := drafts[at]
			drafts[at] = nil // it has the whole value
			if d == nil {
				continue
			}
			op, err := w.prepared(ctx, d, opts)
			if err != nil {
				m.set(at, Result{Key: d.FirmKey(), Err: err})
				continue
			}
			jobs = append(jobs, job{op, d.Key, []int{at}})
		}
		m.run(ctx, jobs)
	}
	return m.finish()
}

// prepared returns the operation that puts d, after all that can be wrong with its
// value.
func (w *Writer) prepared(ctx context.Context, d *Draft, opts Options) (commit.Op, error) {
	if err := w.encode(ctx, d, w.Schema.Snapshot(d.ptr), opts); err != nil {
		return nil, err
	}
	return w.PutOp(d, opts)
}

// drafts begins a draft of each value. A value or a key that occurs twice is refused
// at all its places. The writes have no order, so nothing says which is to stay; and
// a pointer that is there twice would get the records of both.
func (w *Writer) drafts(ptrs []reflect.Value, m *many) []*Draft {
	drafts := make([]*Draft, len(ptrs))
	refuse := func(at int, key tables.Key, format string, args ...any) {
		if !m.results[at].known {
			m.set(at, Result{Key: key, Err: fail.Withf(fail.ErrInvalid, format, args...)})
		}
		drafts[at] = nil
	}
	const chance = "; which write is the last would be left to chance"
	pointers, keys := make(map[uintptr]int, len(ptrs)), make(map[tables.Identity]int, len(ptrs))
	for at, ptr := range ptrs {
		if ptr.IsNil() {
			refuse(at, tables.Key{}, "the %s is nil", ptr.Type())
		} else if other, twice := pointers[ptr.Pointer()]; twice {
			key, _ := w.KeyOf(ptr)
			refuse(at, key, "value %d is the same pointer as value %d"+chance, at, other)
			refuse(other, key, "value %d is the same pointer as value %d"+chance, other, at)
		} else {
			pointers[ptr.Pointer()] = at
		}
	}
	for at, ptr := range ptrs {
		if m.results[at].known {
			continue
		}
		d, err := w.keyed(ptr, nil, nil)
		if err != nil {
			m.set(at, Result{Err: err})
			continue
		}
		drafts[at], m.results[at].Key = d, d.FirmKey()
		id := d.Key.Identity()
		if other, twice := keys[id]; twice {
			refuse(at, d.Key, "value %d has the same key as value %d"+chance, at, other)
			refuse(other, d.Key, "value %d has the same key as value %d"+chance, other, at)
			continue
		}
		keys[id] = at
	}
	return drafts
}

func (m *many) set(at int, r Result) {
	r.known = true
	m.results[at] = r
}

// run runs operations, parallel.AtOnce at a time, after it has read the records that
// they are made over. What is begun comes to its own end, whatever becomes of the
// others.
func (m *many) run(ctx context.Context, jobs []job) {
	if !m.goesOn(ctx) {
		return
	}
	if jobs, m.end = m.overRecords(ctx, jobs); m.end != nil {
		return
	}
	// No call returns an error: that would end the contexts of the others.
	_ = parallel.Each(ctx, len(jobs), func(ctx context.Context, i int) error {
		if j := &jobs[i]; m.goesOn(ctx) {
			id, err := run(ctx, m.p, j.Op)
			m.note(err)
			m.done(j, id, err)
		}
		return nil
	})
}

func (m *many) done(j *job, id stored.ID, err error) {
	for _, at := range j.at {
		m.set(at, Result{Key: j.key, ID: id, Err: err})
	}
}

// overRecords reads the records that operations are made over, in one request. It
// leaves out those to which their record is an obstacle.
func (m *many) overRecords(ctx context.Context, jobs []job) ([]job, error) {
	var keys []tables.Key
	for i := range jobs {
		if _, ok := jobs[i].Op.(overRecord); ok {
			keys = append(keys, jobs[i].key)
		}
	}
	if len(keys) == 0 {
		return jobs, nil
	}
	roots, err := m.r.Tables.ReadRecords(ctx, m.r.Fetch, keys)
	if err != nil {
		return nil, err
	}
	left := jobs[:0]
	for _, j := range jobs {
		if op, ok := j.Op.(overRecord); ok {
			err := op.over(roots[0])
			roots = roots[1:]
			if err != nil {
				m.done(&j, op.Object().ID, err)
				continue
			}
		}
		left = append(left, j)
	}
	return left, nil
}

// goesOn reports whether another operation is to begin.
func (m *many) goesOn(ctx context.Context) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.end == nil {
		m.end = ctx.Err()
	}
	return m.end == nil
}

// note ends the call after failures in a row that are not about one object: of a
// table without capacity, each takes all of its attempts.
func (m *many) note(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err == nil || aboutObject(err) {
		m.inRow = 0
		return
	}
	if m.inRow++; m.inRow < parallel.AtOnce || m.end != nil {
		return
	}
	m.end = fmt.Errorf("not begun, because %d writes in a row had failed: %w", m.inRow, err)
	if errors.Is(err, fail.ErrOutcomeUnknown) { // which is not true of what was not begun
		m.end = fmt.Errorf("not begun, because %d writes in a row had failed: %v", m.inRow, err)
	}
}

// aboutObject reports whether an error says something about one object or its value
// only.
func aboutObject(err error) bool {
	return !errors.Is(err, fail.ErrOutcomeUnknown) && slices.ContainsFunc([]error{
		fail.ErrNotFound, fail.ErrExists, fail.ErrDuplicate, fail.ErrConflict, fail.ErrCondition, fail.ErrInvalid, fail.ErrTooLarge,
		fail.ErrNotLoaded, fail.ErrCorrupt, fail.ErrSchemaTooNew, fail.ErrContention, fail.ErrBusy,
	}, func(kind error) bool { return errors.Is(err, kind) })
}

// finish gives what was not begun the reason why.
func (m *many) finish() []Result {
	for at := range m.results {
		if r := &m.results[at]; !r.known {
			r.Err = m.end
		}
	}
	return m.results
}
