package soak

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/repo"
)

// Bounds of memory. A program has a few objects of a few hundred bytes at a time. The server
// keeps tokens of transactions for ten minutes.
const (
	mostHeap   = 128 << 20 // of a program
	mostServer = 1 << 30
)

// audit follows what programs say, and compares it with what is stored.
type audit struct {
	t        *testing.T
	endpoint string
	repo     *repo.Repo[journal] // without faults
	group    sync.WaitGroup

	mu          sync.Mutex
	done, maybe map[string]int // writes, by object
	refused     int
	kills       int
	swept       int64
	heap, rss   int64 // the most that there was
}

func newAudit(t *testing.T, endpoint string) *audit {
	t.Helper()
	client, _ := newClient(endpoint)
	a := &audit{t: t, endpoint: endpoint, done: map[string]int{}, maybe: map[string]int{}}
	var err error
	if a.repo, err = repo.New(client, journals); err != nil {
		t.Fatal(err)
	}
	if err := a.repo.CreateTables(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i := range hot {
		if _, err := a.repo.Create(t.Context(), newJournal(hotID(i), fmt.Sprintf("%s@x.org", hotID(i)))); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

// live starts a program, kills it after a while, and starts it again.
func (a *audit) live(ctx context.Context, staged bool) {
	for ctx.Err() == nil {
		life := time.Duration(rand.Int64N(int64(2 * time.Second)))
		if rand.IntN(10) == 0 {
			life *= 10 // a long one, for its memory
		}
		if err := a.lifetime(ctx, staged, life); err != nil {
			a.t.Errorf("a program: %v", err)
			return
		}
	}
}

func (a *audit) lifetime(ctx context.Context, staged bool, life time.Duration) error {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), endpointVar+"="+a.endpoint, fmt.Sprintf("%s=%d", seedVar, rand.Uint64()))
	if staged {
		cmd.Env = append(cmd.Env, stagedVar+"=1")
	}
	cmd.Stderr = os.Stderr
	said, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, life)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = cmd.Process.Kill() })
	a.follow(bufio.NewScanner(said))
	if err := cmd.Wait(); stop() { // it has ended by itself
		return fmt.Errorf("ended: %w", err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.kills++
	return nil
}

// follow takes in what a program says until it is dead. What it was doing then may be done.
func (a *audit) follow(lines *bufio.Scanner) {
	trying := map[string]string{} // objects, by worker
	for lines.Scan() {
		word, rest, _ := strings.Cut(lines.Text(), " ")
		a.mu.Lock()
		switch worker, id, _ := strings.Cut(rest, " "); word {
		case "try":
			trying[worker] = id
		case "done":
			a.done[trying[worker]]++
			delete(trying, worker)
		case "maybe":
			a.maybe[trying[worker]]++
			delete(trying, worker)
		case "not":
			a.refused++
			delete(trying, worker)
		case "heap":
			var n int64
			if _, err := fmt.Sscan(rest, &n); err == nil {
				a.heap = max(a.heap, n)
			}
		default:
			a.t.Errorf("a program says %s", lines.Text())
		}
		a.mu.Unlock()
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, id := range trying {
		a.maybe[id]++
	}
}

// sweeps sweeps over and over, with requests that fail.
func (a *audit) sweeps(ctx context.Context) {
	for seed := uint64(1); ctx.Err() == nil; seed++ {
		client, _ := newClient(a.endpoint, faults(seed))
		r, err := repo.New(client, journals)
		if err != nil {
			a.t.Error(err)
			return
		}
		done, err := r.Sweep(ctx, repo.PageSize(20))
		if errors.Is(err, repo.ErrCorrupt) || errors.Is(err, repo.ErrInvalid) {
			a.t.Errorf("a sweep: %v", err)
		}
		a.swept += done.Changed
		select {
		case <-ctx.Done():
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// watch looks at the memory of the server.
func (a *audit) watch(ctx context.Context, pid int) {
	for ; ctx.Err() == nil; time.Sleep(time.Second) {
		a.mu.Lock()
		a.rss = max(a.rss, resident(pid))
		a.mu.Unlock()
	}
}

// judge compares what is stored with what programs have said, sweeps, and looks at all that
// is left.
func (a *audit) judge() {
	t, ctx := a.t, context.Background()
	counts, writes, maybe := 0, 0, 0
	for i := range hot {
		id := hotID(i)
		j, err := a.repo.Get(ctx, journalID.Of(id))
		if err != nil {
			t.Errorf("%s: %v", id, err)
			continue
		}
		if err := j.whole(); err != nil {
			t.Error(err)
		}
		if least, most := a.done[id], a.done[id]+a.maybe[id]; j.N < least || j.N > most {
			t.Errorf("%s has %d writes; %d were acknowledged, and %d may be done", id, j.N, least, most-least)
		}
		if n, least := int(j.Reads), a.done[countOf(id)]; n < least || n > least+a.maybe[countOf(id)] {
			t.Errorf("the counter of %s is %d; %d were acknowledged, and %d may be done", id, n, least, a.maybe[countOf(id)])
		}
		counts, writes, maybe = counts+a.done[countOf(id)], writes+a.done[id], maybe+a.maybe[id]
	}
	for j, err := range a.repo.Scan(ctx) {
		if err != nil {
			t.Error(err)
		} else if err := j.whole(); err != nil {
			t.Error(err)
		}
	}
	done, err := a.repo.Sweep(ctx, repo.Fence())
	if err != nil || done.Failed > 0 {
		t.Errorf("the last sweep: %v, %d failed", err, done.Failed)
	}
	client, _ := newClient(a.endpoint)
	dump, err := kit.DumpTables(ctx, client, "")
	if err != nil {
		t.Fatal(err)
	}
	if left := dump.Debris(""); !left.None() {
		t.Errorf("left behind: %+v", left)
	}
	if a.heap > mostHeap || a.rss > mostServer {
		t.Errorf("memory: %d MB in a program, %d MB in the server", a.heap>>20, a.rss>>20)
	}
	if writes == 0 || counts == 0 || a.kills < int(soak.Seconds()/15) {
		t.Errorf("%d writes and %d kills", writes, a.kills)
	}
	t.Logf("%v: %d writes and %d counts acknowledged, %d in doubt, %d refused; %d kills; sweeps deleted %d items beside writers, the last one %d; at most %d MB in a program, %d MB in the server",
		*soak, writes, counts, maybe, a.refused, a.kills, a.swept, done.Changed, a.heap>>20, a.rss>>20)
}
