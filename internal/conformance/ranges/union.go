package ranges

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

var unionChecks = []kit.Check{
	{Name: "ranges of the table", Run: func(t *testing.T, x *kit.World) {
		ctx, d := t.Context(), openDesk(t, x).fill(t)
		of := func(at ...int) (all []any) {
			for _, i := range at {
				all = append(all, d.stored[i])
			}
			return append([]any{}, all...)
		}
		kit.Equal(t, "In", values(t, d.inDesk(ctx)), d.stored)
		kit.Equal(t, "again", values(t, d.inDesk(ctx)), d.stored)
		kit.Equal(t, "of another member", values(t, repo.Union(ctx, eventKey.In("c1"), d.all)), d.stored)
		kit.Equal(t, "Backwards", values(t, repo.Union(ctx, ticketKey.In("c1").Backwards(), d.all)), kit.Backwards(d.stored))
		kit.Equal(t, "From", values(t, repo.Union(ctx, clientKey.In("c1").From("PROFILE"), d.all)), of(1, 2, 3, 4))
		kit.Equal(t, "half open", values(t, repo.Union(ctx, clientKey.In("c1").From("PROFILE").Before("TICKET#2"), d.all)), of(1, 2, 3))
		kit.Equal(t, "BeginsWith", values(t, repo.Union(ctx, clientKey.In("c1").BeginsWith("TICKET#1"), d.all)), of(2, 3))
		kit.Equal(t, "nothing", values(t, repo.Union(ctx, clientKey.In("none"), d.all)), []any{})
		kit.Equal(t, "two members", values(t, repo.Union(ctx, clientKey.In("c1"), []repo.Member{d.events, d.clients})), of(0, 1, 3))
		kit.Equal(t, "one member", values(t, repo.Union(ctx, ticketKey.In("c1"), []repo.Member{d.tickets})), of(2, 4))
		for n := range 6 {
			kit.Equal(t, fmt.Sprint("limited to ", n), values(t, d.inDesk(ctx, repo.Limit(n))), d.stored[:[]int{5, 1, 2, 3, 4, 5}[n]])
		}
		for _, opts := range [][]repo.CallOption{nil, {repo.Segments(3)}} {
			got := values(t, repo.Union(ctx, repo.All[ticket](), d.all, opts...))
			kit.Equal(t, "number of all", len(got), 10)
			got = slices.DeleteFunc(got, func(o any) bool { return !slices.Contains([]string{"c1"}, partitionOf(o)) })
			slices.SortFunc(got, func(a, b any) int { return slices.Compare(keysOf([]any{a}), keysOf([]any{b})) })
			kit.Equal(t, "those of c1", got, d.stored)
		}
		kit.Equal(t, "of all, limited", len(values(t, repo.Union(ctx, repo.All[event](), d.all, repo.Segments(2), repo.Limit(4)))), 4)
	}},
	{Name: "tracked", Run: func(t *testing.T, x *kit.World) {
		ctx, d := t.Context(), openDesk(t, x).fill(t)
		for o, err := range d.inDesk(ctx) {
			kit.Must(t, err)
			x.Net.Reset()
			switch o := o.(type) {
			case *client:
				o.Status = "gone"
				kit.Puts(t, x, d.clients, o, "PutItem: Desk")
			case *ticket:
				o.Note.N += 10
				kit.Puts(t, x, d.tickets, o, "TransactWriteItems: Put Desk, Put Notes")
			case *event:
				kit.Must(t, d.events.Delete(ctx, eventKey.Of(o.PK, o.SK)))
			default:
				t.Errorf("%T", o)
			}
		}
		got := values(t, d.inDesk(ctx))
		kit.Equal(t, "left", keysOf(got), []string{"PROFILE", "TICKET#1", "TICKET#2"})
		kit.Equal(t, "client", []any{got[0].(client).Status, got[0].(client).Name, got[0].(client).Meta.Version}, []any{"gone", "ann", int64(2)})
		kit.Equal(t, "notes", []int{got[1].(ticket).Note.N, got[2].(ticket).Note.N}, []int{12, 15})
		// A value of a Union is over the version that it has read.
		kit.Must(t, d.tickets.Update(ctx, ticketKey.Of("c1", "TICKET#1"), kStatus.Set("paid")))
		stale := got[1].(ticket)
		_, err := d.tickets.Put(ctx, &stale)
		kit.WantErr(t, "put of the version before", err, repo.ErrConflict, "")
	}},
	{Name: "requests", Run: func(t *testing.T, x *kit.World) {
		ctx, d := t.Context(), openDesk(t, x).fill(t)
		x.Net.Reset()
		for _, c := range []struct {
			name string
			run  func() []any
			sent []string
		}{
			{"parts of all", func() []any { return values(t, d.inDesk(ctx)) }, []string{"Query: Desk", "BatchGetItem: Lines x2, Notes x3"}},
			{"without parts", func() []any { return values(t, repo.Union(ctx, eventKey.In("c1").BeginsWith("EVENT"), d.all)) }, []string{"Query: Desk"}},
			{"eventually", func() []any { return values(t, d.inDesk(ctx, repo.Eventually())) }, []string{"Query: Desk (eventually)", "BatchGetItem: Lines (eventually) x2, Notes (eventually) x3"}},
			{"limited", func() []any { return values(t, d.inDesk(ctx, repo.Limit(2))) }, []string{"Query: Desk", "GetItem: Notes"}},
			{"segments", func() []any { return values(t, repo.Union(ctx, repo.All[client](), d.all, repo.Segments(1))) }, []string{"Scan: Desk", "BatchGetItem: Lines x4, Notes x6"}},
			{"no lines", func() []any {
				return values(t, repo.Union(ctx, clientKey.In("c1"), []repo.Member{d.clients, d.tickets.With(repo.Skip(ticketLines)), d.events}))
			}, []string{"Query: Desk", "BatchGetItem: Notes x3"}},
			{"no lines and notes of tickets", func() []any {
				return values(t, repo.Union(ctx, clientKey.In("c1"), []repo.Member{d.clients, d.tickets.With(repo.Skip(ticketLines)), d.events}, repo.Skip(ticketNote)))
			}, []string{"Query: Desk", "GetItem: Notes"}},
			{"roots of tickets", func() []any {
				return values(t, repo.Union(ctx, clientKey.In("c1"), []repo.Member{d.clients, d.tickets.With(repo.RootOnly(), repo.MustExist()), d.events}))
			}, []string{"Query: Desk", "GetItem: Notes"}},
			{"roots", func() []any {
				return values(t, repo.Union(ctx, clientKey.In("c1"), []repo.Member{d.clients, d.tickets}, repo.RootOnly()))
			}, []string{"Query: Desk"}},
			{"nobody's", func() []any { return values(t, repo.Union(ctx, clientKey.In("none"), d.all)) }, []string{"Query: Desk"}},
		} {
			c.run()
			x.WantSent(t, c.name, c.sent...)
		}
		roots := values(t, repo.Union(ctx, clientKey.In("c1"), []repo.Member{d.clients, d.tickets}, repo.RootOnly()))
		k := roots[1].(ticket)
		kit.Equal(t, "parts of a root", []any{k.Note, k.Lines}, []any{leaf{}, []leaf(nil)})
		_, err := d.tickets.Put(ctx, &k)
		kit.Must(t, err)
		kit.Equal(t, "parts after its Put", values(t, d.inDesk(ctx))[2].(ticket).Lines, d.stored[2].(ticket).Lines)
	}},
	{Name: "batches", Run: func(t *testing.T, x *kit.World) {
		ctx, d := t.Context(), openDesk(t, x)
		var want []string
		for n := range 70 {
			c, k := client{PK: "c1", SK: fmt.Sprintf("%03d", 2*n), Note: leaf{N: n}}, ticket{PK: "c1", SK: fmt.Sprintf("%03d", 2*n+1), Note: leaf{N: n}}
			kit.Must(t, second(d.clients.Create(ctx, &c)))
			kit.Must(t, second(d.tickets.Create(ctx, &k)))
			want = append(want, c.SK, k.SK)
		}
		x.Net.Reset()
		got := values(t, d.inDesk(ctx))
		x.WantSent(t, "140 parts", "Query: Desk", "BatchGetItem: Notes x100", "BatchGetItem: Notes x40")
		kit.Equal(t, "keys", keysOf(got), want)
		for i, o := range got {
			if c, ok := o.(client); ok && c.Note.N != i/2 || !ok && o.(ticket).Note.N != i/2 {
				t.Errorf("object %d has the part of another: %+v", i, o)
			}
		}
	}},
	{Name: "beside writers", Run: func(t *testing.T, x *kit.World) {
		ctx, d := t.Context(), openDesk(t, x).fill(t)
		clients, tickets := aside(t, x, clientModel(t), "client"), aside(t, x, ticketModel(t), "ticket")
		besideRead(x, "BatchGetItem", func() {
			// One is deleted, one is written, and of one the key is another model's now.
			kit.Must(t, tickets.Delete(ctx, ticketKey.Of("c1", "TICKET#2")))
			kit.Must(t, tickets.Update(ctx, ticketKey.Of("c1", "TICKET#1"), kNoteN.Set(20)))
			kit.Must(t, clients.Delete(ctx, clientKey.Of("c1", "PROFILE")))
			kit.Must(t, second(tickets.Create(ctx, &ticket{PK: "c1", SK: "PROFILE", Note: leaf{N: 30}, Lines: []leaf{{N: 31}}})))
		})
		got := values(t, d.inDesk(ctx))
		kit.Equal(t, "keys", keysOf(got), []string{"EVENT#1", "PROFILE", "TICKET#1", "TICKET#1#EVENT"})
		became, changed := got[1].(ticket), got[2].(ticket)
		kit.Equal(t, "parts", []any{became.Note.N, became.Lines, changed.Note.N, changed.Lines}, []any{30, []leaf{{N: 31}}, 20, d.stored[2].(ticket).Lines})
		became.Note.N++
		kit.Must(t, second(d.tickets.Put(ctx, &became)))
	}},
	{Name: "beside writers, in part", Run: func(t *testing.T, x *kit.World) {
		ctx, d := t.Context(), openDesk(t, x).fill(t)
		x.Tampered = true
		clients, tickets := aside(t, x, clientModel(t), "client"), aside(t, x, ticketModel(t), "ticket")
		key := ticketKey.Of("c1", "PROFILE")
		besideRead(x, "BatchGetItem", func() {
			// The part of the client stays, and is none of the ticket's.
			kit.Must(t, clients.Update(ctx, clientKey.Of("c1", "PROFILE"), lens.Of(func(c *client) *int { return &c.Note.N }).Set(8)))
			kit.Must(t, clients.Delete(ctx, clientKey.Of("c1", "PROFILE"), repo.KeepShards()))
			kit.Must(t, second(tickets.Create(ctx, &ticket{PK: "c1", SK: "PROFILE", Note: leaf{N: 30}, Lines: []leaf{{N: 31}}})))
		})
		got := values(t, d.inDesk(ctx, repo.Skip(ticketNote)))[1].(ticket)
		kit.Equal(t, "read", []any{got.SK, got.Note, got.Lines}, []any{"PROFILE", leaf{}, []leaf{{N: 31}}})
		got.Lines[0].N++
		kit.Must(t, second(d.tickets.Put(ctx, &got)))
		kit.Has(t, d.tickets, key, "stored", ticket{PK: "c1", SK: "PROFILE", Note: leaf{N: 30}, Lines: []leaf{{N: 32}}, Meta: got.Meta})
	}},
	{Name: "left early", Run: func(t *testing.T, x *kit.World) {
		d := openDesk(t, x).fill(t)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		for range d.inDesk(ctx) {
			break
		}
		func() {
			defer func() { kit.Equal(t, "recovered", recover(), any("of the loop")) }()
			for range repo.Union(ctx, repo.All[client](), d.all, repo.Segments(2)) {
				panic("of the loop")
			}
		}()
		var ends []error
		for _, err := range d.inDesk(ctx) {
			ends = append(ends, err)
			cancel() // the first object has no parts; those of the others are to be read
		}
		kit.Equal(t, "canceled", []bool{len(ends) == 2, ends[0] == nil, errors.Is(ends[1], context.Canceled)}, []bool{true, true, true})
		_, failed := tried(d.inDesk(ctx))
		kit.Equal(t, "canceled before", []bool{len(failed) == 1, errors.Is(failed[0], context.Canceled)}, []bool{true, true})
	}},
}

func partitionOf(o any) string {
	switch o := o.(type) {
	case client:
		return o.PK
	case ticket:
		return o.PK
	}
	return o.(event).PK
}
