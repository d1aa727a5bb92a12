package scenarios

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// save is a verb that writes the note.
type save struct {
	name   string
	create bool // nothing is stored before
	do     func(ctx context.Context, r *repo.Repo[note], n *note) error
	change func(n *note) // what it does to the note; nil: it deletes it
	over   bool          // over the version that was read
}

var (
	create = save{name: "Create", create: true, change: func(n *note) { n.become(2) },
		do: func(ctx context.Context, r *repo.Repo[note], _ *note) error {
			return errOf(r.Create(ctx, value(2)))
		}}
	putAll = save{name: "Put of all", over: true, change: func(n *note) { n.become(2) }, do: put}
	putOne = save{name: "Put of one part", over: true, change: func(n *note) { n.Pages[1].Text = "changed" }, do: put}
	putTop = save{name: "Put of the root", over: true, change: func(n *note) { n.Title = "changed" }, do: put}
	shrink = save{name: "Put of fewer parts", over: true, change: func(n *note) { n.Pages = n.Pages[1:] }, do: put}
	update = save{name: "Update of a part", change: func(n *note) { n.Cover.Text = "changed" },
		do: func(ctx context.Context, r *repo.Repo[note], _ *note) error {
			return r.Update(ctx, theNote, nText.Set("changed"))
		}}
	pinned = save{name: "Update over a version", over: true, change: func(n *note) { n.N, n.Cover.N = 7, 8 },
		do: func(ctx context.Context, r *repo.Repo[note], n *note) error {
			return r.Update(ctx, theNote, nN.Set(7), nCover.Set(8), repo.IfUnchanged(n))
		}}
	adds = save{name: "Add", change: func(n *note) { n.N++; n.Cover.N += 10 },
		do: func(ctx context.Context, r *repo.Repo[note], _ *note) error {
			return r.Update(ctx, theNote, lens.Add(nN, 1), lens.Add(nCover, 10))
		}}
	remove = save{name: "Delete", do: func(ctx context.Context, r *repo.Repo[note], _ *note) error {
		return r.Delete(ctx, theNote, repo.MustExist())
	}}
	removeValue = save{name: "DeleteValue", over: true, do: func(ctx context.Context, r *repo.Repo[note], n *note) error {
		return r.DeleteValue(ctx, n)
	}}
)

// saves are those that a scenario tries.
func (w *world) saves() []*save {
	if w.few {
		return []*save{&create, &putOne, &putTop, &update, &remove}
	}
	return []*save{&create, &putAll, &putOne, &putTop, &shrink, &update, &pinned, &adds, &remove, &removeValue}
}

// put changes what was read, and puts it.
func put(ctx context.Context, r *repo.Repo[note], n *note) error {
	return errOf(r.Put(ctx, n))
}

// begin stores what is there before a save, and returns what it is called with.
func (w *world) begin(s *save) *note {
	w.Helper()
	w.wipe()
	w.Net.Reset()
	if s.create {
		return nil
	}
	kit.Must(w.T, errOf(w.clean.Create(background, value(1))))
	n, err := w.faulty.Get(background, theNote)
	kit.Must(w.T, err)
	if s.change != nil {
		s.change(n)
	}
	return n
}

// before and after are the note without and with the save.
func (s *save) before() *content {
	if s.create {
		return nil
	}
	return value(1).content()
}

func (s *save) after() *content {
	if s.change == nil {
		return nil
	}
	n := value(1)
	s.change(n)
	return n.content()
}

// try runs a save under rules. What was held back stays so until the caller releases it.
func (w *world) try(s *save, rules ...fault.Rule) error {
	w.Helper()
	n := w.begin(s)
	ctx, cancel := fault.Cancelable(background)
	defer cancel()
	w.Net.Reset(rules...)
	w.runs++
	return s.do(ctx, w.faulty, n)
}

// course is what a save sends, and which of its requests makes it seen.
type course struct {
	requests []fault.Request
	flip     int
}

// course runs a save without faults, and with a crash before each of its requests: the
// last one without which nothing is seen is the flip.
func (w *world) course(s *save) (c course) {
	w.Helper()
	kit.Must(w.T, w.try(s))
	c.requests = w.Net.Requests()
	c.flip = len(c.requests) - 1
	w.judge(s, s.name+", without faults", nil)
	for i := range c.requests {
		if i == 0 {
			continue
		}
		_ = w.try(s, fault.Inject(fault.Crash(), fault.From(i)))
		if w.state(s.name).note.String() == s.after().String() {
			c.flip = i - 1
			break
		}
	}
	return c
}

// judge compares what is stored with the outcome of a save. It returns what is stored.
func (w *world) judge(s *save, what string, err error) state {
	w.Helper()
	got := w.state(what)
	done, same := got.note.String() == s.after().String(), got.note.String() == s.before().String()
	version := 1
	if !s.create {
		version = 2
	}
	switch unsure := errors.Is(err, repo.ErrOutcomeUnknown); {
	case !done && !same:
		w.Errorf("%s: %v: stored is %v", what, err, got.note)
	case err == nil && !done:
		w.Errorf("%s: reported as done, and stored is %v", what, got.note)
	case err != nil && !unsure && !same:
		w.Errorf("%s: reported as not done (%v), and stored is %v", what, err, got.note)
	case done && got.note != nil && got.version != version:
		w.Errorf("%s: %v: version %d; want %d", what, err, got.version, version)
	}
	w.agrees(what, got)
	return got
}

// recover judges, and lets another program or a sweep go on from there.
func (w *world) recover(s *save, what string, err error) {
	w.Helper()
	w.judge(s, what, err)
	if w.runs%2 == 0 {
		w.sweep(what, repo.Fence())
	}
	w.another(what)
}

// each tries faults at requests of saves. It reports how many schedules that were.
func (w *world) each(saves []*save, at func(c course, r fault.Request) bool, faults ...fault.Fault) []trial {
	w.Helper()
	var all []trial
	for _, s := range saves {
		c := w.course(s)
		for _, r := range c.requests {
			for _, f := range faults {
				if at(c, r) {
					all = append(all, trial{s, c, r, f})
				}
			}
		}
	}
	if len(all) == 0 {
		w.Error("no request is one that the fault is about")
	}
	return all
}

// trial is a fault at a request of a save.
type trial struct {
	*save
	course
	at    fault.Request
	fault fault.Fault
}

func (t trial) String() string { return at(t.save, t.at, t.fault) }

// Which requests a fault strikes.
func everywhere(course, fault.Request) bool { return true }

func theFlip(c course, r fault.Request) bool { return r.Index == c.flip }

func beforeFlip(c course, r fault.Request) bool { return r.Index < c.flip }

func afterFlip(c course, r fault.Request) bool { return r.Index > c.flip }

func sends(operations ...string) func(course, fault.Request) bool {
	return func(_ course, r fault.Request) bool { return slices.Contains(operations, r.Operation) }
}

// body is what the scenarios look for in a request.
type body struct {
	TableName          string
	ClientRequestToken string
	RequestItems       map[string][]json.RawMessage
	TransactItems      []map[string]struct{ TableName string }
}

func of(r fault.Request) (b body) {
	if r.Operation != "BatchGetItem" { // whose RequestItems are no lists
		if err := json.Unmarshal(r.Body, &b); err != nil {
			panic(err)
		}
	}
	return b
}

// entries is how many items a BatchWriteItem is about, 0 of another request.
func entries(r fault.Request) (n int) {
	if r.Operation != "BatchWriteItem" {
		return 0
	}
	for _, of := range of(r).RequestItems {
		n += len(of)
	}
	return n
}
