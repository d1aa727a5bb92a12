package fault_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/dystore/dystore/fault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestRecord(t *testing.T) {
	tr := fault.Record(&engine{reply: `{"ok":1}`})
	do(t, tr, "PutItem", `{"a":1}`)
	do(t, tr, "GetItem", `{}`)
	do(t, tr, "PutItem", `{"b":22}`)
	equal(t, "operations", []string{"PutItem", "GetItem", "PutItem"}, tr.Operations())
	equal(t, "count", []int{3, 2, 1, 3, 0}, []int{
		tr.Count(), tr.Count("PutItem"), tr.Count("GetItem"), tr.Count("PutItem", "GetItem"), tr.Count("Scan"),
	})
	requests, responses := tr.Bytes()
	equal(t, "bytes", []int{17, 24}, []int{requests, responses})
	equal(t, "requests", []fault.Request{
		{Index: 0, Operation: "PutItem", Body: []byte(`{"a":1}`), Sent: true, Status: 200, Response: []byte(`{"ok":1}`)},
		{Index: 1, Operation: "GetItem", Body: []byte(`{}`), Sent: true, Status: 200, Response: []byte(`{"ok":1}`)},
		{Index: 2, Operation: "PutItem", Body: []byte(`{"b":22}`), Sent: true, Status: 200, Response: []byte(`{"ok":1}`)},
	}, tr.Requests())
	tr.Reset()
	equal(t, "count after Reset", 0, tr.Count())
	do(t, tr, "Scan", `{}`)
	equal(t, "index after Reset", 0, tr.Requests()[0].Index)
}

// Many goroutines at once: every request is on record exactly once, and a rule
// with Times strikes exactly that often.
func TestConcurrentUse(t *testing.T) {
	const workers, each = 8, 50
	e := &engine{}
	tr := fault.New(e,
		fault.Inject(fault.SendError(), fault.Times(25)),
		fault.Inject(fault.HoldFor(3), fault.Skip(25), fault.Times(25)),
	)
	var failed sync.Map
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := range each {
				if _, _, err := do(t, tr, "PutItem", fmt.Sprint(w, "/", i)); err != nil {
					var injected *fault.Error
					if !errors.As(err, &injected) {
						t.Error(err)
						return
					}
					if _, dup := failed.LoadOrStore(injected.Index, true); dup {
						t.Errorf("index %d twice", injected.Index)
					}
				}
				tr.Requests()
				tr.Bytes()
			}
		})
	}
	wg.Wait()
	if err := tr.Release(); err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for i, r := range tr.Requests() {
		if r.Index != i {
			t.Fatalf("request %d has index %d", i, r.Index)
		}
		counts[r.Fault]++
	}
	equal(t, "faults", map[string]int{"": 350, "send error": 25, "reordered": 25}, counts)
	equal(t, "executed", workers*each-25, len(e.executed()))
}

// A request that is under way during Reset ends normally and is not recorded.
func TestResetDuringARequest(t *testing.T) {
	e := &blocking{begun: make(chan bool), release: make(chan bool)}
	tr := fault.New(e)
	done := make(chan error)
	go func() {
		_, _, err := do(t, tr, "PutItem", "{}")
		done <- err
	}()
	<-e.begun
	tr.Reset()
	e.release <- true
	if err := <-done; err != nil {
		t.Error(err)
	}
	equal(t, "count", 0, tr.Count())
}
