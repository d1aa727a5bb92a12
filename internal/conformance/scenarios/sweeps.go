package scenarios

import (
	"context"
	"fmt"
	"time"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/repo"
)

// Sweeps, and others who write the same object, at the worst moments; and clocks.
var sweeps = []scenario{
	// A writer stops for an hour before one of its requests, and a sweep runs meanwhile. The
	// writer goes on: its flip fails, or its copies are still there. Nothing dangles.
	{"F34", "a writer stops, and a sweep runs", allWays, func(w *world) {
		for _, fence := range []bool{false, true} {
			for _, tr := range w.each(w.saves(), everywhere, fault.Delay(time.Hour)) {
				tr.paused(w, fence)
			}
		}
	}},

	// Two sweeps run at once, and one dies: neither fails because of the other, and the next
	// one finds nothing.
	{"F35", "two sweeps, and one dies", stagedWays, func(w *world) {
		for _, tr := range w.each([]*save{&create, &putAll, &update, &remove}, func(c course, r fault.Request) bool { return r.Index == c.flip || r.Index == c.flip+1 }, fault.Crash()) {
			for _, dies := range []bool{false, true} {
				tr.twoSweeps(w, dies)
			}
		}
	}},

	// The object is deleted and created anew while a save is under way: it has the same
	// version, and is another one. The save is a conflict.
	{"F36", "deleted and created anew", allWays, func(w *world) {
		for _, tr := range w.each([]*save{&putAll, &putOne, &putTop, &shrink, &pinned, &removeValue}, func(c course, r fault.Request) bool { return r.Index <= c.flip }, fault.Delay(0)) {
			err := w.try(tr.save, w.before(tr.at.Index, func() {
				kit.Must(w.T, w.clean.Delete(background, theNote))
				kit.Must(w.T, errOf(w.clean.Create(background, value(1))))
			}))
			w.wants(tr.String(), err, "conflict")
			if s := w.state(tr.String()); s.version != 1 || s.note.String() != value(1).content().String() {
				w.Errorf("%s: stored is %v, version %d", tr, s.note, s.version)
			}
			w.another(tr.String())
		}
	}},

	// Two programs create one object: one is done, the other finds that it exists, and what it
	// has written is collected.
	{"F37", "two creations at once", allWays, func(w *world) {
		for _, tr := range w.each([]*save{&create}, everywhere, fault.Delay(0)) {
			var second error
			first := w.try(tr.save, w.before(tr.at.Index, func() { second = errOf(w.clean.Create(background, value(3))) }))
			w.wants(tr.String()+", the first", first, "nil", "exists")
			w.wants(tr.String()+", the second", second, "nil", "exists")
			want := value(2)
			if second == nil {
				want = value(3)
			}
			s := w.state(tr.String())
			if (first == nil) == (second == nil) || s.note.String() != want.content().String() || s.version != 1 {
				w.Errorf("%s: %v, %v, and stored is %v, version %d", tr, first, second, s.note, s.version)
			}
			w.sweep(tr.String())
		}
	}},

	// The clocks of writer and sweep differ by 10 minutes, in either direction: a sweep decides
	// by no clock, so it sees the same as without that, and so do writers and readers.
	{"F38", "clocks differ", allWays, func(w *world) {
		for _, tr := range w.each(w.saves(), everywhere, fault.Crash()) {
			tr.skewed(w)
		}
	}},

	// An object expires, and the server deletes its items late, or parts before the root, or
	// the root before parts: it is absent, no read is corrupt, what is left is collected, and
	// no part expires before its object.
	{"F39", "objects expire", allWays, func(w *world) {
		w.faulty, w.clean = w.open(notes(repo.ExpiresAt(func(n *note) *time.Time { return &n.Until })))
		for _, tr := range w.each([]*save{&sooner, &later, &updateLater, &expires}, everywhere, fault.Crash(), fault.ReplyLost(), fault.SendError()) {
			err := w.try(tr.save, fault.Inject(tr.fault, fault.At(tr.at.Index)))
			w.recover(tr.save, tr.String(), err)
		}
		w.expired()
	}},
}

// Saves that change when the note expires.
var (
	expires = save{name: "Put that expires", over: true, do: put, change: func(n *note) { n.N, n.Until = 9, in(20) }}
	sooner  = save{name: "Put that expires sooner", over: true, do: put, change: func(n *note) { n.N, n.Cover.N, n.Until = 9, 9, in(2) }}
	later   = save{name: "Put that expires later", over: true, do: put, change: func(n *note) { n.N, n.Pages[0].N, n.Until = 9, 9, in(50) }}

	updateLater = save{name: "Update that expires later", change: func(n *note) { n.N = 9 },
		do: func(ctx context.Context, r *repo.Repo[note], _ *note) error {
			return r.Update(ctx, theNote, nN.Set(9), nUntil.Set(in(50)))
		}}
)

// in is so many hours from now.
func in(hours int) time.Time {
	return time.Now().Add(time.Duration(hours) * time.Hour).Truncate(time.Second)
}

// paused lets a sweep run while a writer stops before one of its requests.
func (tr trial) paused(w *world, fence bool) {
	w.Helper()
	what := fmt.Sprintf("%s, fenced: %v", tr, fence)
	var opts []repo.CallOption
	if fence {
		opts = append(opts, repo.Fence())
	}
	err := w.try(tr.save, w.before(tr.at.Index, func() {
		if w.virtual {
			time.Sleep(time.Hour)
		}
		if _, err := w.clean.Sweep(background, opts...); err != nil {
			w.Errorf("%s: the sweep: %v", what, err)
		}
	}))
	if !fence {
		w.wants(what, err, "nil")
	} else {
		w.wants(what, err, "nil", "conflict")
	}
	s := w.state(what)
	if done := s.note.String() == tr.after().String(); done != (err == nil) || !done && s.note.String() != tr.before().String() {
		w.Errorf("%s: %v, and stored is %v", what, err, s.note)
	}
	w.agrees(what, s)
	w.another(what)
}

// twoSweeps lets one sweep run whole before each request of another.
func (tr trial) twoSweeps(w *world, dies bool) {
	w.Helper()
	for i, more := 0, true; more; i++ {
		what := fmt.Sprintf("%s, the other sweep runs before request %d, this one dies: %v", tr, i, dies)
		w.judge(tr.save, what, w.try(tr.save, fault.Inject(tr.fault, fault.At(tr.at.Index))))
		more = false
		rules := []fault.Rule{w.before(i, func() {
			more = true
			done, err := w.clean.Sweep(background, repo.Fence())
			if err != nil || done.Failed > 0 {
				w.Errorf("%s: the other: %v, %d failed", what, err, done.Failed)
			}
		})}
		if dies {
			rules = append(rules, fault.Inject(fault.Crash(), fault.From(i+1)))
		}
		w.Net.Reset(rules...)
		done, err := w.faulty.Sweep(background, repo.Fence())
		if !dies && (err != nil || done.Failed > 0) {
			w.Errorf("%s: %v, %d failed", what, err, done.Failed)
		}
		w.sweep(what, repo.Fence())
	}
}

// skewed compares what a sweep sees after a crash under clocks that differ.
func (tr trial) skewed(w *world) {
	w.Helper()
	var want [3]int64
	for i, skew := range []time.Duration{0, 10 * time.Minute, -10 * time.Minute} {
		what := fmt.Sprintf("%s, the clock is off by %v", tr, skew)
		n := w.begin(tr.save)
		w.skew(skew)
		w.Net.Reset(fault.Inject(tr.fault, fault.At(tr.at.Index)))
		w.runs++
		err := tr.do(background, w.faulty, n)
		w.skew(skew)
		w.judge(tr.save, what, err)
		looks, err := w.clean.Sweep(background, repo.DryRun())
		kit.Must(w.T, err)
		got := [...]int64{looks.Seen, looks.Changed, looks.InFlight}
		if i == 0 {
			want = got
		}
		if got != want {
			w.Errorf("%s: a sweep sees %v; want %v", what, got, want)
		}
		w.another(what)
	}
}

// skew makes the note one that a program with another clock has written, created and deleted.
func (w *world) skew(by time.Duration) {
	w.Helper()
	for _, it := range w.dump().Table("Notes").Items {
		record := kit.Members(it["_meta"])
		for _, name := range []string{"c", "u", "d"} {
			if record[name] != nil {
				record[name] = kit.Num(fmt.Sprint(time.Now().Add(by).UnixMilli()))
			}
		}
		w.Plant(w.T, "Notes", it)
	}
}

// expired lets the server delete the items of a note in all orders.
func (w *world) expired() {
	w.Helper()
	for _, until := range []time.Duration{-time.Minute, 5 * time.Minute} {
		for i := range 5 { // items, the root last
			w.wipe()
			n := value(1)
			n.Until = time.Now().Add(until)
			kit.Must(w.T, errOf(w.clean.Create(background, n)))
			gone := append(w.partsOf("Notes/Sa"), partAt{table: "Notes", attr: "id", item: kit.Row{"id": kit.Str("a")}})[i]
			w.deleteItem(gone)
			w.runs++
			what := fmt.Sprintf("expires in %v, the item of %s is deleted", until, gone.table)
			_, err := w.faulty.Get(background, theNote)
			w.wants(what, err, "not found")
			for _, err := range w.faulty.Scan(background) {
				w.Errorf("%s: Scan finds it, or %v", what, err)
			}
			if done, err := w.clean.Sweep(background); err != nil || gone.table == "Notes" && w.staged && done.Changed != 4 {
				w.Errorf("%s: the sweep has deleted %d items, %v", what, done.Changed, err)
			}
			if !w.staged || until > 0 {
				w.takes(n.Until)
			}
			if until < 0 {
				kit.Must(w.T, errOf(w.clean.Create(background, value(3))))
				if s := w.state(what); s.version != 1 || s.note.String() != value(3).content().String() {
					w.Errorf("%s: a new note is %v, version %d", what, s.note, s.version)
				}
			}
		}
	}
}

// takes deletes the items of parts that are left, as the server does at their own time.
func (w *world) takes(until time.Time) {
	w.Helper()
	for _, p := range w.partsOf("Notes/Sa") {
		if at := integer(p.item["_ttl"]); int64(at) != until.Unix() {
			w.Errorf("%s %q expires at %d, its object at %d", p.table, p.key, at, until.Unix())
		}
		w.deleteItem(p)
	}
}
