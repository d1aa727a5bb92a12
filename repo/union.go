package repo

import (
	"context"
	"iter"
	"reflect"
	"slices"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/large"
	"github.com/dystore/dystore/internal/load"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/options"
	"github.com/dystore/dystore/internal/tables"
)

// Union reads a range of a table that several models share, and yields each object as
// its own type: a *Customer, an *Order.
//
//	for o, err := range repo.Union(ctx, customerKey.In("c1"), []repo.Member{customers, orders}) {
//		switch o := o.(type) {
//		case *Customer: …
//		case *Order: …
//		}
//	}
//
// It is one Query for all of them. Objects come in the order of the range. Each is read
// by its own repository, as by [Repo.Query]: whole and tracked, its encrypted fields
// opened, validated if that has [ValidateOnRead]. The parts of a page's objects are read
// in common batches of 100. So a page is one request, and one more if objects have
// parts. Objects of entities that are no member's are passed over.
//
// The range is one of any member. Its bounds are values of that member's key, and
// concern the stored keys of all objects. A range of an index is for members that all
// declare the index, by the same attributes; where it does not project all, roots are
// read before parts, in one more request. Where is refused: a filter is of one model.
//
// Members have one client, one table with one key, one [MetaAttribute], and different
// entities, which [Entity] gives them. None is [Plain], since its items do not name an
// entity. A view may be a member: its RootOnly and Skip are about its objects. Those
// that are given to Union are about the objects of all, and so are its other options,
// which a member's view may not have. What is wrong is refused by name, with
// [ErrInvalid] and before any request.
//
// An object that cannot be read is one [Error] with its key, beside nil, and the loop
// may go on. So is an item without a record, with [ErrCorrupt], if its key may be one of
// several members: it is nobody's, until a Put of its own repository adopts it.
func Union[T any](ctx context.Context, in Range[T], members []Member, opts ...CallOption) iter.Seq2[any, error] {
	call := callOptions(nil).call("Union", opts)
	return func(yield func(any, error) bool) {
		r := rangeOf(in)
		first, all, err := union(members)
		ctx, verb := first.reads(ctx, "Union", 0)
		defer verb.End(&err)
		if err == nil {
			err = begin(ctx, call)
		}
		var t *load.Typed
		if err == nil {
			t, err = load.ReaderOf(ctx, all, reflect.TypeFor[T](), r)
		}
		if err == nil {
			err = listed(ctx, first.among(t, all), r, call, all, func(res load.Result) bool {
				verb.Found(res.Err, res.Ends())
				if res.Err != nil {
					return yield(nil, first.fail("Union", res.Key, [16]byte{}, res.Err))
				}
				return yield(res.Value.Interface(), nil)
			})
		}
		switch {
		case err == nil:
		case first == nil:
			yield(nil, &Error{Op: "Union", Err: err})
		default: // the table is that of all members
			yield(nil, first.fail("Union", tables.Key{}, [16]byte{}, err))
		}
	}
}

// Member is a repository whose objects a [Union] yields: a *Repo of any model.
type Member interface{ member() (*core, callOptions) }

// member has no core if the repository is zero.
func (r *Repo[T]) member() (*core, callOptions) {
	if r == nil {
		return nil, nil
	}
	return r.c, r.view
}

// union checks the members of a Union. The first core is nil if there is none.
func union(members []Member) (first *core, all []load.Member, err error) {
	if len(members) == 0 {
		return nil, nil, fail.Withf(ErrInvalid, "there is no member; name the repositories whose objects are wanted")
	}
	for i, m := range members {
		if model.IsNil(m) {
			return first, nil, fail.Withf(ErrInvalid, "member %d is nil", i)
		}
		c, view := m.member()
		switch {
		case c == nil:
			return first, nil, fail.Withf(ErrInvalid, "member %d is a zero repository; repo.New makes one", i)
		case first == nil:
			first = c
		}
		opts, err := view.ofMember()
		one := load.Member{Typed: c.read, Options: opts}
		if err == nil && !sameClient(first.client, c.client) {
			err = fail.Withf(ErrInvalid, "it has another client than member 0; a range is read by one")
		}
		if err == nil && !sameRegions(first.regions, c.regions) {
			err = fail.Withf(ErrInvalid, "it has other clients in repo.WithRegions than member 0; give all members the same")
		}
		if err != nil {
			return first, nil, one.Refuse(i, err)
		}
		all = append(all, one)
	}
	return first, all, load.CheckMembers(all)
}

// among is the reader of a range by a client that makes the objects of all members whole,
// not only those of its own model.
func (c *core) among(t *load.Typed, all []load.Member) *load.Typed {
	client := c.sends
	for _, m := range all {
		if m.Schema != c.s {
			client = large.Client(client, &m.Schema.Tables)
		}
	}
	of := *t
	of.Fetch.Client = client
	return &of
}

// ofMember is what a view says about the objects of a member. It refuses options that
// would be about the whole Union.
func (v callOptions) ofMember() (load.Options, error) {
	call := v.call("Union", nil)
	for _, o := range v {
		if call.err == nil && !slices.Contains([]string{"RootOnly", "Skip", "WithDeleted"}, o.name) && options.Untaken(o.name, "Union") == nil {
			call.err = fail.Withf(ErrInvalid, "repo.%s is about the whole; give it to Union, not to a view that is a member", o.name)
		}
	}
	return call.read, call.err
}
