package repo

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/forecast"
	"github.com/dystore/dystore/internal/load"
	"github.com/dystore/dystore/internal/regions"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/transact"
)

// Plan says which requests operations would make, and what they would cost. It sends
// nothing, and changes none of their values. The operations are those of one
// [Transact], or of one [TransactGet]: one operation is the verb of that name, and
// several are one write.
//
//	plan, err := people.Plan(ctx, people.PutOp(&p))
//	fmt.Println(plan)
//
// What the operations would refuse before the write is sent, Plan refuses: an invalid
// value, one that is too large. Sizes and numbers of requests are those of a write that
// nobody disturbs. A generated key is the one that the operation keeps.
//
// Some operations read first (an untracked Put, a Delete), and what they write depends
// on that. Plan takes what they read to be absent, and says so by Assumed. With the
// option [ReadFirst], given to a view, it sends these reads, and no write:
//
//	plan, err := people.With(repo.ReadFirst()).Plan(ctx, people.DeleteOp(key))
//
// [trace.Measure] says what a call has really cost.
func (r *Repo[T]) Plan(ctx context.Context, ops ...Planned) (plan *Plan, err error) {
	call := r.view.call("Plan", nil)
	if err := begin(ctx, call); err != nil {
		return nil, &Error{Op: "Plan", Err: err}
	}
	writes, reads, err := sorts(ops)
	if err != nil {
		return nil, &Error{Op: "Plan", Err: err}
	}
	f := forecast.New(nil)
	if call.readFirst {
		f = forecast.New(reach(nil, r.c.client, r.c.regions))
	}
	over := func(c *core) *core {
		f.Know(c.s.Wanted())
		if len(c.regions) > 0 {
			return c.over(regions.Divide(f))
		}
		return c.over(f)
	}
	if len(reads) > 0 {
		err = planReads(ctx, reads, over)
	} else {
		err = planWrites(ctx, writes, over)
	}
	if err != nil {
		if e, ok := errors.AsType[*Error](err); ok && errors.Is(e.Err, ErrNotFound) && f.Assumed() {
			e.Err = fail.Withf(ErrNotFound, "what the operation reads first was taken to be absent; repo.ReadFirst lets Plan read it")
		}
		return nil, err
	}
	return planOf(f), nil
}

// Planned is an operation that [Repo.Plan] can plan: an [Op] or a [ReadOp].
type Planned interface{ planned() }

func (Op) planned()     {}
func (ReadOp) planned() {}

// ReadFirst lets Plan send what operations read before they write.
func ReadFirst() CallOption {
	return callOption{name: "ReadFirst", apply: func(c *call) { c.readFirst = true }}
}

// sorts are the operations by their kind: all are of one.
func sorts(ops []Planned) (writes []Op, reads []ReadOp, err error) {
	for i, op := range ops {
		switch op := op.(type) {
		case Op:
			writes = append(writes, op)
		case ReadOp:
			reads = append(reads, op)
		default:
			return nil, nil, fail.Withf(ErrInvalid, "operation %d is nil", i)
		}
	}
	switch {
	case len(ops) == 0:
		return nil, nil, fail.Withf(ErrInvalid, "there is no operation")
	case len(reads) > 0 && len(writes) > 0:
		return nil, nil, fail.Withf(ErrInvalid, "reads and writes are planned apart: no transaction of DynamoDB has both")
	}
	return writes, reads, nil
}

// planWrites runs operations up to the request that writes, over cores that send none.
func planWrites(ctx context.Context, ops []Op, over func(*core) *core) error {
	id := stored.NewID()
	run, p, err := prepare(ctx, ops, call{}, commit.Options{ID: id, New: true}, over)
	if err == nil {
		for i := range run {
			if run[i].Tables != nil {
				run[i].Op = undone{run[i].Op}
			}
		}
		err = transact.Run(ctx, p, run)
	}
	return transactionError(ops, run, id, err)
}

// undone is an operation that tells the caller's value nothing.
type undone struct{ commit.Op }

// Done does nothing.
func (undone) Done(*commit.Plan) {}

func planReads(ctx context.Context, ops []ReadOp, over func(*core) *core) error {
	asked, err := asking(ctx, ops)
	if err == nil {
		for i := range asked {
			asked[i].Typed = over(ops[i].o.core).read
		}
		_, err = load.Together(ctx, asked)
	}
	return readError(ops, err)
}

// Plan is what operations would do: see [Repo.Plan].
type Plan struct {
	Requests    []PlannedRequest // in order
	Read, Write float64          // capacity units of all requests
	// AtLeast: the units are a lower bound, since the size of an item is not known: one
	// that is read, updated, checked or deleted. DynamoDB charges for the larger of the
	// old and the new item, and for what changes in an index: the units of a whole item
	// are right if what it replaces is not larger, and is in no index.
	AtLeast bool
	// Assumed: something would be read first, and was taken to be absent.
	Assumed bool
}

// PlannedRequest is one request of a [Plan].
type PlannedRequest struct {
	Operation   string // of DynamoDB
	Actions     []PlannedAction
	Read, Write float64
	AtLeast     bool // as in Plan
}

// PlannedAction is what a request does in one table.
type PlannedAction struct {
	Operation string // Get, Put, Update, Delete, Check
	Table     string // with its prefix
	Items     int
	// Bytes is the size of the item that is written, as DynamoDB counts it; of an
	// Update, a Delete and a check that of the key and of the values which are sent.
	Bytes int
}

func planOf(f *forecast.Client) *Plan {
	p := &Plan{Assumed: f.Assumed()}
	for _, r := range f.Requests {
		one := PlannedRequest{Operation: r.Operation, Read: r.Read, Write: r.Write, AtLeast: r.AtLeast}
		for _, a := range r.Actions {
			one.Actions = append(one.Actions, PlannedAction(a))
		}
		p.Requests = append(p.Requests, one)
		p.Read, p.Write, p.AtLeast = p.Read+r.Read, p.Write+r.Write, p.AtLeast || r.AtLeast
	}
	return p
}

// String returns a table, a line for each action.
func (p *Plan) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprint(w, "request\taction\ttable\titems\tbytes\tread\twrite\n")
	for _, r := range p.Requests {
		least := atLeast(r.AtLeast)
		fmt.Fprintf(w, "%s\t\t\t\t\t%s%g\t%s%g\n", r.Operation, least(r.Read), r.Read, least(r.Write), r.Write)
		for _, a := range r.Actions {
			fmt.Fprintf(w, "\t%s\t%s\t%d\t%d\t\t\n", a.Operation, a.Table, a.Items, a.Bytes)
		}
	}
	least := atLeast(p.AtLeast)
	fmt.Fprintf(w, "all\t\t\t\t\t%s%g\t%s%g\n", least(p.Read), p.Read, least(p.Write), p.Write)
	_ = w.Flush() // a strings.Builder takes everything
	lines := strings.Split(b.String(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	if p.Assumed {
		lines[len(lines)-1] = "what is read first is taken to be absent\n"
	}
	return strings.Join(lines, "\n")
}

func atLeast(is bool) func(float64) string {
	return func(units float64) string {
		if is && units > 0 {
			return "≥ "
		}
		return ""
	}
}
