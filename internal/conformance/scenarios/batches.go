package scenarios

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/repo"
)

// Batches of which only a part is processed.
var batches = []scenario{
	// All copies of a batch, or some, stay unprocessed, up to three times: only the rest is
	// sent again, and nothing is seen before all are there. Transactions have no batches.
	{"F24", "a batch is written in part", allWays, func(w *world) {
		if !w.staged {
			for _, s := range w.saves() {
				kit.Must(w.T, w.try(s))
				if slices.Contains(w.Net.Operations(), "BatchWriteItem") {
					w.Errorf("%s sends a batch", s.name)
				}
			}
			return
		}
		for _, tr := range w.each(w.saves(), sends("BatchWriteItem"), fault.Unprocessed(0), fault.Unprocessed(1)) {
			for times := range 3 {
				tr.inPart(w, times+1)
			}
		}
	}},

	// Batches of reads stay unprocessed, in part or as a whole, or are throttled; and some are
	// larger than an answer may be. A read is complete, or an error.
	{"F25", "a batch is read in part", allWays, func(w *world) {
		w.fill(30)
		for name, read := range w.reads() {
			for _, f := range []fault.Fault{fault.Unprocessed(0), fault.Unprocessed(1), fault.Unprocessed(7), fault.Throttle()} {
				w.Net.Reset()
				w.wants(name, read(true), "nil")
				for i := range w.Net.Count() {
					for _, times := range []int{1, 2} {
						w.Net.Reset(fault.Inject(f, fault.From(i), fault.Times(times)))
						w.runs++
						w.wants(fmt.Sprintf("%s, request %d: %v", name, i, f), read(true), "nil")
					}
				}
			}
			if w.virtual {
				w.Net.Reset(fault.Inject(fault.Unprocessed(0)))
				w.runs++
				w.wants(name+", nothing is ever processed", read(false), "throttled")
			}
		}
		w.largeAnswers()
	}},

	// The answers of a batch come in another order, and one key of many has no object: each
	// object is at its key, and the absent one is absent.
	{"F26", "a batch is answered out of order", allWays, func(w *world) {
		w.fill(30)
		kit.Must(w.T, w.clean.Delete(background, noteID.Of("7")))
		for seed := range uint64(20) {
			w.Net.Reset(fault.Inject(fault.Shuffle(seed)))
			w.runs++
			got, err := w.faulty.GetMany(background, keysOf(30))
			kit.Must(w.T, err)
			for i, n := range got {
				if absent := i == 7; absent != (n == nil) || n != nil && (n.ID != fmt.Sprint(i) || n.content().String() != value(i).content().String()) {
					w.Errorf("seed %d: key %d reads %v", seed, i, n.content())
				}
			}
		}
	}},
}

// inPart leaves a part of a batch of a save unprocessed, so many times.
func (tr trial) inPart(w *world, times int) {
	w.Helper()
	what := fmt.Sprintf("%s, %d times", tr, times)
	err := w.try(tr.save, fault.Inject(tr.fault, fault.From(tr.at.Index), fault.Op("BatchWriteItem"), fault.Times(times)))
	if err != nil {
		w.Errorf("%s: %v", what, err)
	}
	requests := w.Net.Requests()[tr.at.Index:]
	for i := range times {
		left, sent := unprocessed(requests[i].Response), requests[i+1]
		if sent.Operation != "BatchWriteItem" || entries(sent) != left {
			w.Errorf("%s: %d entries were left, and then %d were sent, by %s", what, left, entries(sent), sent.Operation)
		}
	}
	w.recover(tr.save, what, err)
}

// unprocessed is how many entries an answer gives back.
func unprocessed(answer []byte) (n int) {
	var out struct{ UnprocessedItems map[string][]json.RawMessage }
	if err := json.Unmarshal(answer, &out); err != nil {
		panic(err)
	}
	for _, of := range out.UnprocessedItems {
		n += len(of)
	}
	return n
}

// fill stores notes with the keys from 0 to n, each of its own generation.
func (w *world) fill(n int) {
	w.Helper()
	w.wipe()
	for i := range n {
		v := value(i)
		v.ID = fmt.Sprint(i)
		kit.Must(w.T, errOf(w.clean.Create(background, v)))
	}
}

func keysOf(n int) (keys []repo.Key[note]) {
	for i := range n {
		keys = append(keys, noteID.Of(fmt.Sprint(i)))
	}
	return keys
}

// reads are ways to read the 30 notes. If one succeeds, it must have all of them, whole.
func (w *world) reads() map[string]func(complete bool) error {
	check := func(complete bool, got []*note, err error) error {
		if !complete {
			return err
		}
		seen := map[string]bool{}
		for _, n := range got {
			if _, broken := n.content().whole(); broken != nil || n.ID != fmt.Sprint(n.N) {
				w.Errorf("%s reads %v", n.ID, n.content())
			}
			seen[n.ID] = true
		}
		if err == nil && len(seen) != 30 {
			w.Errorf("%d notes were read: %v", len(seen), strings.Join(slices.Sorted(maps.Keys(seen)), " "))
		}
		return err
	}
	return map[string]func(bool) error{
		"GetMany": func(complete bool) error {
			got, err := w.faulty.GetMany(background, keysOf(30))
			return check(complete, slices.DeleteFunc(got, func(n *note) bool { return n == nil }), err)
		},
		"Scan": func(complete bool) error {
			var got []*note
			for n, err := range w.faulty.Scan(background) {
				if err != nil {
					return err
				}
				got = append(got, n)
			}
			return check(complete, got, nil)
		},
	}
}

// largeAnswers reads more than one answer may hold: 17 MB, in items of 340 KB.
func (w *world) largeAnswers() {
	w.wipe()
	for i := range 5 {
		n := value(i)
		n.ID, n.Pages = fmt.Sprint(i), make([]leaf, 10)
		for p := range n.Pages {
			n.Pages[p] = leaf{kit.Text(340 << 10), p}
		}
		kit.Must(w.T, errOf(w.clean.Create(background, n)))
	}
	w.Net.Reset()
	w.runs++
	got, err := w.faulty.GetMany(background, keysOf(5))
	kit.Must(w.T, err)
	again := false
	for _, r := range w.Net.Requests() {
		again = again || strings.Contains(string(r.Response), `"UnprocessedKeys":{"`)
	}
	for i, n := range got {
		if n == nil || len(n.Pages) != 10 || n.Pages[9] != (leaf{kit.Text(340 << 10), 9}) {
			w.Errorf("note %d of 3.4 MB is not complete", i)
		}
	}
	if !again {
		w.Error("the answers were not too large")
	}
}
