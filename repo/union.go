package repo

import (
	"context"
	"iter"
	"reflect"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/load"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/options"
	"github.com/dystore/dystore/internal/schema"
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
// It is one Query for all of them. Objects come in the order of the range, whole and
// tracked, and treated as by [Repo.Query], each by its own repository: parts, encrypted
// fields, ValidateOnRead. The parts of a page's objects are read in common batches. So
// a page is one request, two if objects have parts. Objects of entities that are no
// member's are passed over.
//
// The range is one of any member: bounds of the sort key are values of its key
// declaration, and concern the stored keys of all objects. A range of an index is for
// members that all declare that index, by the same attributes; where the index does
// not project all, roots are read before parts, in one more request. Where is refused,
// since a filter is of one model.
//
// Members have one client and one table, with the same key attributes and the same
// [MetaAttribute], and different entities, which [Entity] gives them. [Plain] leaves out
// the record that tells entities apart. A view may be a member: its RootOnly and Skip
// are about its objects, and those given to Union about all. Anything else is refused
// by name, with [ErrInvalid] and before any request.
//
// An object that cannot be read is one error beside nil, an [Error] with its key, and
// the loop may go on. So is an item without a record, [ErrCorrupt]: among several
// members it is nobody's, until a Put of its own repository adopts it.
func Union[T any](ctx context.Context, in Range[T], members []Member, opts ...CallOption) iter.Seq2[any, error] {
	call := callOptions(nil).call("Union", opts)
	return func(yield func(any, error) bool) {
		u := union{typ: reflect.TypeFor[T](), call: call}
		err := u.of(members)
		if err == nil {
			err = begin(ctx, call)
		}
		if err == nil {
			err = u.read(ctx, rangeOf(in), func(res load.Result) bool {
				if res.Err != nil {
					return yield(nil, u.fail(res.Key, res.Err))
				}
				return yield(res.Value.Interface(), nil)
			})
		}
		if err != nil {
			yield(nil, u.fail(tables.Key{}, err))
		}
	}
}

// Member is a repository whose objects a [Union] yields: a *Repo of any model.
type Member interface{ member() (*core, callOptions) }

// member is nil of a zero repository.
func (r *Repo[T]) member() (*core, callOptions) {
	if r == nil {
		return nil, nil
	}
	return r.c, r.view
}

// union is one call of Union.
type union struct {
	typ     reflect.Type // of the range
	call    call
	first   *core // nil until it is known
	members []load.Member
}

// of checks the members.
func (u *union) of(members []Member) error {
	if len(members) == 0 {
		return fail.Withf(ErrInvalid, "there is no member")
	}
	for i, m := range members {
		if model.IsNil(m) {
			return fail.Withf(ErrInvalid, "member %d is nil", i)
		}
		c, view := m.member()
		switch {
		case c == nil:
			return fail.Withf(ErrInvalid, "member %d is a zero repository; repo.New makes one", i)
		case i == 0:
			u.first = c
		}
		call := view.call("Union", nil)
		one, err := load.Member{Typed: c.read, Options: call.read}, call.err
		switch {
		case err != nil:
		case !sameClient(u.first.client, c.client):
			err = fail.Withf(ErrInvalid, "it has another client than member 0; a range is read by one")
		default:
			err = view.ofObjects()
		}
		if err != nil {
			return one.Refuse(i, err)
		}
		u.members = append(u.members, one)
	}
	return load.CheckMembers(u.members)
}

// ofObjects refuses options of a view that would be about a whole Union.
func (v callOptions) ofObjects() error {
	for _, o := range v {
		if o.name != "RootOnly" && o.name != "Skip" && options.Untaken(o.name, "Union") == nil {
			return fail.Withf(ErrInvalid, "repo.%s is about the whole; give it to Union, not to a view that is a member", o.name)
		}
	}
	return nil
}

// read reads the range by the reader of a member that it is of.
func (u *union) read(ctx context.Context, in *schema.KeyRange, each func(load.Result) bool) error {
	t, err := u.reader(in)
	if err != nil {
		return err
	}
	return listed(ctx, t, in, u.call, u.members, each)
}

// reader is that of the member whose range it is.
func (u *union) reader(in *schema.KeyRange) (*load.Typed, error) {
	var wrong error
	for _, m := range u.members {
		if m.Schema.Typ != u.typ {
			continue
		}
		err := m.Opens(in)
		if err == nil {
			return m.Typed, nil
		}
		if wrong == nil {
			wrong = err
		}
	}
	if wrong == nil {
		wrong = fail.Withf(ErrInvalid, "the range is of %s; no member is", u.typ)
	}
	return nil, wrong
}

// fail gives an error its place. The table is that of all members.
func (u *union) fail(key tables.Key, err error) error {
	if u.first == nil {
		return &Error{Op: "Union", Err: err}
	}
	return u.first.fail("Union", key, [16]byte{}, err)
}
