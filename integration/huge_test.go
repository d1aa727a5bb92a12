package integration

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"hash"
	"io"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/dystore/dystore/internal/conformance/huge"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// TestConformanceHuge runs the checks of objects that are bigger than an item, a record or
// a transaction.
func TestConformanceHuge(t *testing.T) { huge.Run(t, newEngine) }

type (
	archive struct {
		ID    string      `dynamodbav:"id"`
		File  archived    `dynamodbav:"file"`
		Lines []line      `dynamodbav:"lines"`
		Meta  meta.Record `dynamodbav:"-"`
	}
	archived struct {
		Name string `dynamodbav:"name"`
		Data []byte `dynamodbav:"data"`
	}
	line struct {
		N int `dynamodbav:"n"`
	}
)

var (
	archiveID = repo.KeyOf(func(a *archive) *string { return &a.ID })
	content   = lens.Of(func(a *archive) *[]byte { return &a.File.Data })
	allLines  = lens.Of(func(a *archive) *[]line { return &a.Lines })
	lineN     = lens.Of(func(l *line) *int { return &l.N })
)

var archives = repo.TableOf("Archives", archiveID,
	shard.New(shard.To("Files"), func(a *archive) *archived { return &a.File }),
	shard.Each(shard.To("Lines"), func(a *archive) *[]line { return &a.Lines }),
	meta.Keep(func(a *archive) *meta.Record { return &a.Meta }))

// TestHundredMegabytes streams a field of 100 MB to a server and back. The memory of this
// process does not depend on the size.
func TestHundredMegabytes(t *testing.T) {
	const size, most = 100 << 20, 80 << 20
	x := kit.NewWorld(t, newEngine(t))
	kit.Open(t, x, archives)
	r, err := repo.New(x.Raw, archives, x.Options(nil)...) // a client that records requests would hold all of them
	if err != nil {
		t.Fatal(err)
	}
	ctx, key := t.Context(), archiveID.Of("a")
	if _, err := r.Create(ctx, &archive{ID: "a", File: archived{Name: "n"}}); err != nil {
		t.Fatal(err)
	}
	peak := watchHeap()
	sent, received := sha256.New(), sha256.New()
	n, err := r.Upload(ctx, key, content, io.TeeReader(io.LimitReader(rand.NewChaCha8([32]byte{1}), size), sent))
	if err != nil || n != size {
		t.Fatalf("%d bytes uploaded: %v", n, err)
	}
	n, err = r.Download(ctx, key, content, received)
	if err != nil || n != size || !equal(sent, received) {
		t.Fatalf("%d bytes downloaded, equal: %v; %v", n, equal(sent, received), err)
	}
	if got := peak(); got > most {
		t.Errorf("it took %d MB of heap", got>>20)
	} else {
		t.Logf("%d MB up and down in %d MB of heap", size>>20, got>>20)
	}
	if err := r.Delete(ctx, key, repo.MustExist()); err != nil {
		t.Fatal(err)
	}
}

func equal(a, b hash.Hash) bool { return bytes.Equal(a.Sum(nil), b.Sum(nil)) }

// watchHeap samples how much more heap is in use than now; the result stops that, and tells
// the most.
func watchHeap() (stop func() uint64) {
	runtime.GC()
	var before runtime.MemStats // what other tests have left
	runtime.ReadMemStats(&before)
	done, most := make(chan struct{}), before.HeapAlloc
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc)
			select {
			case <-done:
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	})
	return sync.OnceValue(func() uint64 { close(done); wg.Wait(); return most - before.HeapAlloc })
}

// TestTwentyThousandParts creates, reads, changes, puts and deletes an object with a list
// of 20,000 parts, in a number of requests that is known.
func TestTwentyThousandParts(t *testing.T) {
	const n = 20_000
	x := kit.NewWorld(t, newEngine(t))
	r, net := kit.Open(t, x, archives), x.Net
	ctx, key := t.Context(), archiveID.Of("a")
	a := &archive{ID: "a", Lines: make([]line, n)}
	for i := range a.Lines {
		a.Lines[i].N = i
	}
	step := func(what string, most int, run func() error) {
		t.Helper()
		net.Reset()
		began := time.Now()
		if err := run(); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		sent, written := len(net.Requests()), 0
		for _, q := range net.Requests() {
			written += len(q.Body)
		}
		t.Logf("%-20s %4d requests, %5d KB sent, %v", what, sent, written>>10, time.Since(began).Round(time.Millisecond))
		if sent > most {
			t.Errorf("%s: %d requests, more than %d", what, sent, most)
		}
	}
	step("create", 830, func() error { _, err := r.Create(ctx, a); return err })
	var got *archive
	step("get", 210, func() (err error) { got, err = r.Get(ctx, key); return err })
	if len(got.Lines) != n || got.Lines[n-1].N != n-1 {
		t.Fatal("it is another one")
	}
	step("change one", 7, func() error { return r.Update(ctx, key, lens.Join(lens.At(allLines, 12_345), lineN).Set(-1)) })
	step("append one", 7, func() error { return r.Update(ctx, key, lens.Append(allLines, line{n})) })
	step("read one", 4, func() error {
		v, err := repo.Read(ctx, r, key, lens.Join(lens.At(allLines, 12_345), lineN))
		if err == nil && v != -1 {
			err = fmt.Errorf("it is %d", v)
		}
		return err
	})
	step("get", 210, func() (err error) { got, err = r.Get(ctx, key); return err })
	got.Lines[777].N = -2
	step("put, one changed", 4, func() error { _, err := r.Put(ctx, got); return err })
	step("delete", 820, func() error { return r.Delete(ctx, key, repo.MustExist()) })
}
