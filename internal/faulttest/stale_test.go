package faulttest

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// TestStaleReads reads from replicas that lag. With Eventually a read may find an
// old object, and always a whole one. Without it, every read finds the last write.
func TestStaleReads(t *testing.T) {
	for lag := range 5 {
		t.Run(fmt.Sprint("lag ", lag*4), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newFaultWorld(t, embedded.WithStaleReads(lag*4), embedded.WithSeed(uint64(lag)))
				for now := range 40 {
					switch { // in all the ways in which an object changes
					case now%9 == 8:
						w.must(w.docs.clean.Delete(background, fDocKey))
						w.must(errOf(w.docs.clean.Create(background, generation(now))))
					case now%2 == 0:
						w.must(errOf(w.docs.clean.Put(background, generation(now))))
					default:
						w.must(w.docs.clean.Modify(background, fDocKey, func(d *fDoc) error {
							next := generation(now)
							next.Meta = d.Meta
							*d = *next
							return nil
						}))
					}
					for _, v := range wholeReads {
						n, err := v.run(background, w)
						switch stale := strings.HasSuffix(v.name, ", eventually"); {
						case stale && errors.Is(err, repo.ErrNotFound), stale && err == nil && n <= now, err == nil && n == now:
						default:
							t.Errorf("%s after generation %d: generation %d, %v", v.name, now, n, err)
						}
					}
					staleReads(t, w, now)
				}
			})
		})
	}
}

func staleReads(t *testing.T, w *fWorld, now int) {
	t.Helper()
	for d, err := range w.docs.faulty.Scan(background, repo.Eventually()) {
		if n, err := wholeOf(d, err); err != nil || n > now {
			t.Errorf("scan, eventually, after generation %d: generation %d, %v", now, n, err)
		}
	}
	n, err := repo.Read(background, w.docs.faulty, fDocKey, fHomeN, repo.Eventually())
	if err != nil && !errors.Is(err, repo.ErrNotFound) || n > now {
		t.Errorf("read, eventually, after generation %d: %d, %v", now, n, err)
	}
	ns, err := repo.ReadAll(background, w.docs.faulty, fDocKey, lens.Each(fPast, fInN), repo.Eventually())
	if err != nil && !errors.Is(err, repo.ErrNotFound) || len(ns) > 0 && len(ns) != ns[0]%3+1 {
		t.Errorf("read all, eventually, after generation %d: %v, %v", now, ns, err)
	}
}

// TestManyKeys reads more keys than a batch holds, and the engine leaves some
// unprocessed each time. The result is complete.
func TestManyKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newFaultWorld(t, embedded.WithUnprocessed(0.4), embedded.WithShuffledBatches())
		const objects = 5
		for i := range objects {
			d := &fDoc{ID: fmt.Sprint("many/", i)}
			for n := range 60 {
				d.Past = append(d.Past, fPlace{N: n})
			}
			w.must(errOf(w.docs.clean.Create(background, d)))
		}
		w.net.Reset(fault.Random(1, 0.3, []fault.Fault{fault.Unprocessed(0), fault.Unprocessed(7), fault.Shuffle(2)}))
		seen := 0
		for d, err := range w.docs.faulty.Scan(background) {
			w.must(err)
			seen++
			for n, p := range d.Past {
				if p.N != n || len(d.Past) != 60 {
					t.Fatalf("%s: element %d of %d is %d", d.ID, n, len(d.Past), p.N)
				}
			}
		}
		if seen != objects {
			t.Errorf("%d of %d objects", seen, objects)
		}
	})
}

// TestOneCreateWins lets many create one object at once.
func TestOneCreateWins(t *testing.T) {
	w := newFaultWorld(t)
	w.wit.blind = true
	var group sync.WaitGroup
	errs := make([]error, 16)
	for i := range errs {
		group.Go(func() { errs[i] = errOf(w.docs.faulty.Create(background, generation(i+1))) })
	}
	group.Wait()
	d, err := w.docs.clean.Get(background, fDocKey)
	w.must(err)
	winner, err := whole(d)
	if err != nil {
		t.Error(err)
	}
	for i, err := range errs {
		if won := i+1 == winner; won != (err == nil) || !won && !errors.Is(err, repo.ErrExists) {
			t.Errorf("create %d: %v; %d has won", i+1, err, winner)
		}
	}
	if problems := w.orphans(); len(problems) > 0 {
		t.Error(problems)
	}
}
