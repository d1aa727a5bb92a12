package faulttest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/stress"
	"github.com/dystore/dystore/repo"
)

// The object is a register: every write stores another number in all of its parts.
// 0 stands for no object.
type (
	registerIn struct {
		op       string
		old, now int // a compare-and-set is over old
	}
	registerOut struct {
		value int    // of a read
		err   string // "", "absent", "exists", "conflict" or "unknown"
	}
)

// register is what the verbs promise. A write of unknown outcome may have been
// applied at any time since, or never.
var register = porcupine.NondeterministicModel{
	Init: func() []any { return []any{0} },
	Step: func(state, input, output any) []any {
		s, in, out := state.(int), input.(registerIn), output.(registerOut)
		next, err := in.apply(s)
		switch {
		case out.err == "unknown":
			return []any{s, next}
		case in.op == "get":
			if out.value == s {
				return []any{s}
			}
		case out.err == err:
			return []any{next}
		}
		return nil
	},
	Equal:             func(a, b any) bool { return a == b },
	DescribeOperation: func(in, out any) string { return fmt.Sprintf("%+v → %+v", in, out) },
}

// apply is what an operation does to the register, and what it reports.
func (in registerIn) apply(s int) (next int, err string) {
	switch in.op {
	case "put":
		return in.now, ""
	case "create":
		if s != 0 {
			return s, "exists"
		}
		return in.now, ""
	case "update", "modify":
		if s == 0 {
			return s, "absent"
		}
		return in.now, ""
	case "put tracked":
		if s != in.old {
			return s, "conflict"
		}
		return in.now, ""
	case "delete value":
		if s != in.old {
			return s, "conflict"
		}
		return 0, ""
	case "delete":
		return 0, ""
	case "delete, must exist":
		if s == 0 {
			return s, "absent"
		}
		return 0, ""
	}
	return s, ""
}

// TestLinearizable runs many clients on one object. Requests and answers get lost,
// requests are refused and arrive late. There must be an order that explains all
// reported outcomes.
func TestLinearizable(t *testing.T) {
	deadly := []fault.Fault{fault.CancelContext(), fault.CancelContextAfter()}
	faults := []fault.Fault{
		fault.SendError(), fault.ReplyLost(), fault.ServerError(), fault.ServerErrorAfter(), fault.Throttle(), fault.Conflict(),
		fault.InProgress(), fault.HoldFor(2), fault.HoldFor(9),
	}
	split := fault.Inject(stress.SplitBatches(stress.Backwards, func(int) { runtime.Gosched() }), fault.Op("BatchGetItem"))
	for seed := range uint64(6) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newFaultWorld(t, embedded.WithStrictness(seed))
				w.wit.blind = true // it looks at everything, which nothing must wait for
				w.net.Reset(fault.Random(100+seed, 0.02, deadly), fault.Random(200+seed, 0.2, faults), split)
				h := &history{t: t, w: w}
				var group sync.WaitGroup
				for client := range 6 {
					group.Go(func() { h.client(client, rand.New(rand.NewPCG(seed, uint64(client)))) })
				}
				group.Wait()
				h.check()
			})
		})
	}
}

// history is what the clients did and saw.
type history struct {
	t     *testing.T
	w     *fWorld
	clock atomic.Int64
	value atomic.Int64
	mu    sync.Mutex
	ops   []porcupine.Operation
}

func (h *history) client(client int, rng *rand.Rand) {
	last := generation(0)
	for range 24 {
		time.Sleep(rand.N(20 * time.Millisecond))
		n := int(h.value.Add(1))
		in := registerIn{op: []string{"get", "get", "put", "create", "update", "modify", "put tracked", "put tracked", "delete value", "delete", "delete, must exist"}[rng.IntN(11)],
			old: last.Count, now: n}
		if in.old == 0 && (in.op == "put tracked" || in.op == "delete value") {
			in.op = "get"
		}
		ctx, cancel := fault.Cancelable(background)
		call := h.clock.Add(1)
		d, err := h.do(ctx, in, last)
		back := h.clock.Add(1)
		cancel()
		out, counts := h.outcome(in, d, err)
		if !counts {
			continue // it failed, and nothing was written
		}
		if out.err == "unknown" {
			back = 1 << 60
		}
		if d != nil && out.err == "" {
			last = d
		}
		h.mu.Lock()
		h.ops = append(h.ops, porcupine.Operation{ClientId: client, Input: in, Call: call, Output: out, Return: back})
		h.mu.Unlock()
	}
}

// do returns the object that the client has seen last, nil for none.
func (h *history) do(ctx context.Context, in registerIn, last *fDoc) (*fDoc, error) {
	r, d := h.w.docs.faulty, generation(in.now)
	switch in.op {
	case "put":
		return d, errOf(r.Put(ctx, d))
	case "create":
		return d, errOf(r.Create(ctx, d))
	case "update": // of everything that a generation is
		return nil, r.Update(ctx, fDocKey, fName.Set(d.Name), fCount.Set(in.now), fOpt.Set(d.Opt), fHome.Set(d.Home),
			fPast.Set(d.Past), fRooms.Set(d.Rooms), fLines.Set(d.Lines))
	case "modify":
		return nil, r.Modify(ctx, fDocKey, func(v *fDoc) error {
			record := v.Meta
			*v = *generation(in.now)
			v.Meta = record
			return nil
		})
	case "put tracked":
		d.Meta = last.Meta
		return d, errOf(r.Put(ctx, d))
	case "delete value":
		return generation(0), r.DeleteValue(ctx, last)
	case "delete":
		return nil, r.Delete(ctx, fDocKey)
	case "delete, must exist":
		return nil, r.Delete(ctx, fDocKey, repo.MustExist())
	}
	return r.Get(ctx, fDocKey)
}

func (h *history) outcome(in registerIn, d *fDoc, err error) (out registerOut, counts bool) {
	switch {
	case errors.Is(err, repo.ErrOutcomeUnknown):
		return registerOut{err: "unknown"}, true
	case errors.Is(err, repo.ErrNotFound) && in.op == "get":
		return registerOut{}, true
	case errors.Is(err, repo.ErrNotFound):
		return registerOut{err: "absent"}, true
	case errors.Is(err, repo.ErrExists):
		return registerOut{err: "exists"}, true
	case errors.Is(err, repo.ErrConflict):
		return registerOut{err: "conflict"}, true
	case err != nil:
		if errors.Is(err, repo.ErrCorrupt) || errors.Is(err, repo.ErrCondition) || errors.Is(err, repo.ErrInvalid) || errors.Is(err, repo.ErrNoPath) {
			h.t.Errorf("%+v: %v", in, err)
		}
		return out, false
	}
	if in.op == "get" {
		n, err := whole(d)
		if err != nil {
			h.t.Error(err)
		}
		return registerOut{value: n}, true
	}
	return registerOut{}, true
}

func (h *history) check() {
	if err := h.w.net.Release(); err != nil {
		h.t.Error(err)
	}
	h.w.net.Reset()
	final, err := h.w.state()
	if err != nil {
		h.t.Fatal(err)
	}
	out := registerOut{}
	if final.Doc != nil {
		if out.value, err = whole(final.Doc); err != nil {
			h.t.Error(err)
		}
	}
	// A last read, after everything that may still arrive has arrived.
	now := h.clock.Add(1) + 1<<61
	h.ops = append(h.ops, porcupine.Operation{ClientId: 99, Input: registerIn{op: "get"}, Call: now, Output: out, Return: now + 1})
	unsure := 0
	for _, o := range h.ops {
		if o.Output.(registerOut).err == "unknown" {
			unsure++
		}
	}
	if problems := h.w.orphans(); len(problems) > 0 {
		h.t.Error(problems)
	}
	model := register.ToModel()
	if result := porcupine.CheckOperationsTimeout(model, h.ops, time.Minute); result != porcupine.Ok {
		h.t.Errorf("%d operations, %d of unknown outcome: %v", len(h.ops), unsure, result)
		for _, o := range h.ops {
			h.t.Logf("client %d: %d to %d: %s", o.ClientId, o.Call, o.Return, model.DescribeOperation(o.Input, o.Output))
		}
	}
	h.t.Logf("%d operations, %d of unknown outcome", len(h.ops), unsure)
}
