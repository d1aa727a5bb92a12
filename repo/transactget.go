package repo

import (
	"context"
	"errors"
	"reflect"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/load"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/trace"
)

// TransactGet reads objects of one or several repositories as they were at one
// moment: no write, and no Transact, falls between them. Into each operation's
// pointer it puts the object, or nil where there is none: absence is a fact of that
// moment as well, and says nothing about the others. If there is an error, no
// pointer is changed.
//
// It sends one TransactGetItems with the roots and the parts whose keys follow from
// the models, and a second one with everything if a root names other parts. Only if
// objects change their parts in between it begins again, at last with ErrBusy. It
// costs twice what a Get costs. At most 100 items and 4 MB can be read at one moment;
// ErrTooLarge names the operation that goes beyond. The same object may be asked for
// twice, and is read once. Parts in another region than the root's are refused with
// [ErrInvalid], since no transaction spans regions; leave them out with [Skip].
//
// An error that is about one operation is an [OpError]; Err is an Error with the Op
// Get. Other errors have the Op TransactGet.
func TransactGet(ctx context.Context, ops ...ReadOp) (err error) {
	ctx, verb := firstReadTracer(ops).Begin(ctx, trace.VerbStart{Verb: "TransactGet", Objects: len(ops)})
	defer verb.End(&err)
	asked, err := asking(ctx, ops)
	if err == nil {
		var values []reflect.Value
		if values, err = load.Together(ctx, asked); err == nil {
			found := int64(0)
			for i, op := range ops {
				op.o.into.Set(values[i])
				if !values[i].IsNil() {
					found++
				}
			}
			verb.Count(found, 0)
			return nil
		}
	}
	return readError(ops, err)
}

// readError gives the error of a TransactGet its place.
func readError(ops []ReadOp, err error) error {
	if err == nil {
		return nil
	}
	of, one := errors.AsType[*fail.OpError](err)
	if !one {
		return &Error{Op: "TransactGet", Throttling: throttlingReasons(err), Err: lostRegion(err)}
	}
	e := &Error{Op: "Get", Err: lostRegion(err)}
	if o := ops[of.Index].o; o != nil {
		e.Key = o.key.Text()
		if o.core != nil {
			e.Table = o.core.s.RootTable()
		}
	}
	e.Path, _ = fail.Path(err)
	return &OpError{of.Index, e}
}

// ReadOp is one operation of [TransactGet]; [Repo.GetOp] makes it.
type ReadOp struct{ o *reading }

type reading struct {
	core *core
	key  tables.Key
	into reflect.Value // **T
	opts load.Options
	err  error // why the operation can never work
}

// GetOp is [Repo.Get] as an operation of TransactGet, which puts the object into the
// variable at into. It takes RootOnly and Skip. Eventually is refused, since a
// transaction is never stale; of a view it has no effect.
func (r *Repo[T]) GetOp(key Key[T], into **T, opts ...CallOption) ReadOp {
	o := &reading{key: key.k}
	if r == nil || r.c == nil {
		o.err = fail.Withf(ErrInvalid, "the repository is zero; repo.New makes one")
		return ReadOp{o}
	}
	call := r.view.call("Get", opts)
	o.core, o.opts = r.c, call.read
	o.opts.Eventually = false
	switch {
	case call.err != nil:
		o.err = call.err
	case callOptions(nil).call("Get", opts).read.Eventually:
		o.err = fail.Withf(ErrInvalid, "Eventually: a transaction is never stale")
	case into == nil:
		o.err = fail.Withf(ErrInvalid, "the pointer that the object is put into is nil")
	default:
		o.err = r.c.s.CheckKey(key.k)
		o.into = reflect.ValueOf(into).Elem()
	}
	return ReadOp{o}
}

// asking checks what can be known of operations before any request.
func asking(ctx context.Context, ops []ReadOp) (asked []*load.Asked, err error) {
	if err := begin(ctx, call{}); err != nil {
		return nil, err
	}
	if len(ops) == 0 {
		return nil, fail.Withf(ErrInvalid, "there is no operation")
	}
	into := map[any]int{}
	for i, op := range ops {
		switch o := op.o; {
		case o == nil:
			return nil, fail.Of(i, fail.Withf(ErrInvalid, "the operation is zero; Repo.GetOp makes one"))
		case o.err != nil:
			return nil, fail.Of(i, o.err)
		case !sameClient(ops[0].o.core.client, o.core.client):
			return nil, fail.Of(i, fail.Withf(ErrInvalid, "its repository has another client than that of operation 0; a transaction is one request"))
		}
		p := op.o.into.Addr().Interface()
		if other, twice := into[p]; twice {
			return nil, fail.Of(i, fail.Withf(ErrInvalid, "operation %d has the same variable", other))
		}
		into[p] = i
		asked = append(asked, &load.Asked{Typed: op.o.core.read, Key: op.o.key, Opts: op.o.opts})
	}
	return asked, nil
}
