package trace

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
)

// Costs returns a tracer that counts for [Measure]. Without a measurement in the
// context it does nothing but ask DynamoDB for the consumed capacity.
func Costs() CapacityTracer { return costs{} }

// Measure returns a context, and what the calls with that context cost. The
// repositories have the tracer [Costs], alone or joined with others.
//
//	ctx, cost := trace.Measure(ctx)
//	_, err := people.Put(ctx, &p)
//	fmt.Println(cost)
//
// A measurement within another one is not part of it.
func Measure(ctx context.Context) (context.Context, *Cost) {
	c := &Cost{}
	return context.WithValue(ctx, costKey{}, c), c
}

// Cost is what calls have cost so far. It is safe for concurrent use.
type Cost struct {
	mu       sync.Mutex
	requests []Request
}

// Request is a request that has ended.
type Request struct {
	RequestStart
	RequestEnd
}

// Requests returns the requests in the order in which they ended.
func (c *Cost) Requests() []Request {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.requests)
}

// Units returns the capacity units of all requests.
func (c *Cost) Units() (read, write float64) {
	for _, r := range c.Requests() {
		for _, u := range r.Capacity {
			read += u.Read
			write += u.Write
		}
	}
	return read, write
}

// String returns a table: a line for each request, and the sum.
func (c *Cost) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprint(w, "request\ttables\titems\tread\twrite\t\n")
	for _, r := range c.Requests() {
		var read, write float64
		for _, u := range r.Capacity {
			read += u.Read
			write += u.Write
		}
		items := r.RequestStart.Items
		if items == 0 {
			items = r.RequestEnd.Items
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%g\t%g\t%s\n", r.Operation, strings.Join(r.Tables, " "), items, read, write, r.Why)
	}
	read, write := c.Units()
	fmt.Fprintf(w, "all\t\t\t%g\t%g\t\n", read, write)
	_ = w.Flush() // a strings.Builder takes everything
	lines := strings.Split(b.String(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

type costKey struct{}

type costs struct{}

func (costs) WantsCapacity() bool { return true }

func (costs) StartVerb(ctx context.Context, _ VerbStart) (context.Context, func(VerbEnd)) {
	return ctx, nil
}

func (costs) StartRequest(ctx context.Context, s RequestStart) (context.Context, func(RequestEnd)) {
	c, ok := ctx.Value(costKey{}).(*Cost)
	if !ok {
		return ctx, nil
	}
	return ctx, func(e RequestEnd) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.requests = append(c.requests, Request{s, e})
	}
}
