package repo_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

const liveDocuments = 5

// liveWriter is a program that never stops writing. deploy gives it another
// keyset between two of its writes.
type liveWriter struct {
	mu    sync.Mutex
	docs  *repo.Repo[roDoc]
	done  atomic.Int64
	added [liveDocuments]int64
}

func (w *liveWriter) run(ctx context.Context, t *testing.T, stop <-chan struct{}) {
	for i := 0; ; i++ {
		select {
		case <-stop:
			return
		default:
		}
		w.mu.Lock()
		err := w.write(ctx, i)
		w.mu.Unlock()
		w.done.Add(1)
		switch {
		case err == nil:
			w.added[i%liveDocuments]++
		case !errors.Is(err, repo.ErrConflict) && !errors.Is(err, repo.ErrContention) && !errors.Is(err, repo.ErrBusy):
			t.Error(err)
			w.done.Store(math.MaxInt64 / 2) // nobody waits for more
			return
		}
	}
}

// write adds one to a document, in one of three ways.
func (w *liveWriter) write(ctx context.Context, i int) error {
	key := roID.Of(fmt.Sprint(i % liveDocuments))
	switch i % 3 {
	case 0:
		return w.docs.Update(ctx, key, lens.Add(roCount, 1), roOne.Set("one"))
	case 1:
		return w.docs.Modify(ctx, key, func(d *roDoc) error { d.Count++; return nil })
	}
	d, err := w.docs.Get(ctx, key)
	if err == nil {
		d.Count++
		d.List = append(d.List[1:], d.List[0])
		_, err = w.docs.Put(ctx, d)
	}
	return err
}

// deploy returns when the writer has worked with the new keyset.
func (w *liveWriter) deploy(docs *repo.Repo[roDoc]) {
	w.mu.Lock()
	w.docs = docs
	from := w.done.Load()
	w.mu.Unlock()
	for w.done.Load() < from+2 {
		runtime.Gosched()
	}
}

// A whole rotation beside writers that never stop: nobody loses a write, and
// at its end nothing needs the old key.
func TestRotationBesideWriters(t *testing.T) {
	ctx := context.Background()
	k1, k2 := roKey(t, 1), roKey(t, 2)
	c := embedded.New().Client(quick)
	open := func(entries ...cipher.KeysetEntry) *repo.Repo[roDoc] {
		return roRepo(t, c, roParts(), roAES(t, nil, entries...))
	}
	before := open(cipher.Primary(k1))
	for i := range liveDocuments {
		d := roDocOf(fmt.Sprint(i))
		noErr(t, errOf(before.Create(ctx, &d)))
	}
	writers := []*liveWriter{{docs: before}, {docs: before}, {docs: before}}
	stop := make(chan struct{})
	var group sync.WaitGroup
	for _, w := range writers {
		group.Go(func() { w.run(ctx, t, stop) })
	}
	// A deployment reaches one program after the other, and the sweep does not
	// wait for the last.
	deploy := func(docs *repo.Repo[roDoc], meanwhile func()) {
		for _, w := range writers {
			w.deploy(docs)
			meanwhile()
		}
	}
	sweep := func(docs *repo.Repo[roDoc]) {
		for d, err := range docs.Scan(ctx) {
			if err == nil {
				_, err = docs.Put(ctx, d)
			}
			if err != nil && !errors.Is(err, repo.ErrConflict) && !errors.Is(err, repo.ErrContention) && !errors.Is(err, repo.ErrBusy) {
				t.Fatal(err)
			}
		}
	}
	deploy(open(cipher.Primary(k1), cipher.Enabled(k2)), func() {})
	after := open(cipher.Primary(k2), cipher.Enabled(k1))
	deploy(after, func() { sweep(after) })
	for n := 0; must(after.KeysInUse(ctx))(t).Of(1) > 0; n++ {
		if sweep(after); n == 1000 {
			t.Fatal("no sweep is the last")
		}
	}
	deploy(open(cipher.Primary(k2), cipher.Disabled(k1)), func() {})
	last := open(cipher.Primary(k2), cipher.Destroyed(1))
	deploy(last, func() {})
	close(stop)
	group.Wait()

	for i := range liveDocuments {
		want, added := roDocOf(fmt.Sprint(i)), int64(0)
		for _, w := range writers {
			added += w.added[i]
		}
		got := must(last.Get(ctx, roID.Of(want.ID)))(t)
		if int64(got.Count) != added {
			t.Errorf("document %d counts %d, %d were added", i, got.Count, added)
		}
		if len(got.List) != len(want.List) || got.Opt == nil || *got.Opt != *want.Opt || !slices.Equal(got.Stay, want.Stay) || !maps.Equal(got.Map, want.Map) {
			t.Errorf("document %d: %+v", i, got)
		}
	}
	roUses(t, last, map[cipher.KeyID]int64{2: liveDocuments * roSealed})
}
