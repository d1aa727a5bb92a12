package repo

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/patch"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/internal/transact"
	"github.com/dystore/dystore/internal/write"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/trace"
)

// Transact executes operations on objects of one or several repositories as one
// write: all or none, visible at one moment. Whatever each operation does alone, it
// does here, in every layout: parts, encryption, validation, versions.
//
// The operations have different objects. Their repositories have one client. There
// are at most 100 actions, one for each root, each unique value and each RawOp, and
// 3.9 MB of their items: ErrTooLarge names the operation that goes beyond. If parts are
// more than that, they are staged (see [Staged]). All of this is checked before the write is sent. Like the verbs, some
// operations read first: a Put of an untracked value, a Delete, an Update that
// needs the stored record. Otherwise a transaction is one request. Modify is not
// among the operations: it is a read and a Put, between which others may write.
// Read the objects with Get or TransactGet, change them, and put the tracked values;
// on ErrConflict begin again.
//
// An error that is about one operation is an [OpError], of which Err is the [Error]
// that the verb reports: ErrExists, ErrConflict, ErrNotFound, ErrCondition and the
// others. If several operations are refused, it is the first of them. An error
// about the whole is an Error with the Op Transact: ErrOutcomeUnknown, ErrThrottled,
// ErrContention, a request that DynamoDB finds wrong without saying where. Nothing
// is written after an error, unless it is ErrOutcomeUnknown.
//
// The values of the operations get their keys and records when the whole is
// committed, and only then. The operations may be used again: after
// ErrOutcomeUnknown, the same operations under the Error's WriteID and
// [WithWriteID] are applied once, also those with a generated key.
//
// WithWriteID is for the transaction, not for its operations. A repetition, in
// another process too, is recognized as long as one of the objects that were
// created, put or updated remembers the id. Deletions, checks and RawOps leave no
// trace, so there must be such an object beside them; deletions alone may be
// repeated as a Delete may be.
func Transact(ctx context.Context, ops []Op, opts ...CallOption) (err error) {
	ctx, verb := firstTracer(ops).Begin(ctx, trace.VerbStart{Verb: "Transact", Write: true, Objects: len(ops)})
	defer verb.End(&err)
	call := callOptions(nil).call("Transact", opts)
	id := call.write.ID
	if id == (stored.ID{}) {
		id = stored.NewID()
	}
	run, protocol, err := prepare(ctx, ops, call, commit.Options{ID: id, New: call.write.ID == stored.ID{}}, nil)
	if err == nil {
		err = transact.Run(ctx, protocol, run)
	}
	return transactionError(ops, run, id, err)
}

// Op is one operation of [Transact]. Methods of a repository make them, and RawOp.
// A view made by With gives its options to the operations that it makes; of a
// view WithWriteID is refused.
type Op struct{ o *operation }

type operation struct {
	verb   string
	core   *core                                                                       // nil: RawOp
	table  string                                                                      // of RawOp
	err    error                                                                       // why the operation can never work
	marks  bool                                                                        // it leaves the write id in the object
	begin  func(context.Context, *core, commit.Options) (commit.Op, tables.Key, error) // by the core, or another over its schema
	mu     sync.Mutex
	before *write.Draft // of the Transact before, whose generated key it keeps
}

// OpError is the error of one operation of Transact or TransactGet; errors.Is and
// errors.As see through it.
type OpError struct {
	Index int // of the operation, from 0
	Err   error
}

func (e *OpError) Error() string { return fmt.Sprintf("repo: operation %d: %v", e.Index, e.Err) }

func (e *OpError) Unwrap() error { return e.Err }

// prepare begins the operations. What it returns of them is as long as ops, or ends
// with the one that is wrong. They are those of their cores, or of what over makes of these.
func prepare(ctx context.Context, ops []Op, call call, opts commit.Options, over func(*core) *core) (run []transact.Op, p commit.Protocol, err error) {
	if err := begin(ctx, call); err != nil {
		return nil, nil, err
	}
	if p, err = protocolOf(ops); err != nil {
		return nil, nil, err
	}
	var planned *core
	for i, op := range ops {
		o := op.o
		t := transact.Op{Verb: o.verb, Marks: o.marks}
		c := o.core
		if c != nil {
			t.Tables = &c.s.Tables
			if over != nil {
				if c = over(c); planned == nil || len(c.regions) > 0 {
					planned, p = c, c.protocol
				}
			}
		}
		t.Op, t.Key, err = o.begin(ctx, c, opts)
		run = append(run, t)
		if err != nil {
			return run, nil, fail.Of(i, err)
		}
	}
	if !opts.New {
		err = transact.CheckRepeatable(run)
	}
	return run, p, err
}

// protocolOf checks what can be known of operations before they begin, and returns
// the protocol of their repositories.
func protocolOf(ops []Op) (p commit.Protocol, err error) {
	switch {
	case len(ops) == 0:
		return nil, fail.Withf(ErrInvalid, "there is no operation")
	case len(ops) > transact.MaxOps:
		return nil, fail.Of(transact.MaxOps, fail.Withf(ErrTooLarge, "the transaction has %d operations; at most %d fit into one", len(ops), transact.MaxOps))
	}
	var client Client
	var others *core // the first one that has other regions: its protocol reaches them
	first := 0
	for i, op := range ops {
		switch {
		case op.o == nil:
			return nil, fail.Of(i, fail.Withf(ErrInvalid, "the operation is zero; methods of a repository make operations, and RawOp"))
		case op.o.err != nil:
			return nil, fail.Of(i, op.o.err)
		case op.o.core == nil:
		case client == nil:
			client, p, first = op.o.core.client, op.o.core.protocol, i
		case !sameClient(client, op.o.core.client):
			return nil, fail.Of(i, fail.Withf(ErrInvalid, "its repository has another client than that of operation %d; a transaction is one request", first))
		}
		if c := op.o.core; c != nil && len(c.regions) > 0 {
			if others != nil && !sameRegions(others.regions, c.regions) {
				return nil, fail.Of(i, fail.Withf(ErrInvalid, "its repository has other clients in repo.WithRegions than that of an operation before; give all of them the same"))
			}
			others, p = c, c.protocol
		}
	}
	if client == nil {
		return nil, fail.Withf(ErrInvalid, "no operation is one of a repository, which has the client; send actions of your own by it directly")
	}
	return p, nil
}

// sameClient reports whether two repositories have one client. Clients that cannot be
// compared are different ones.
func sameClient(a, b Client) bool {
	va, vb := reflect.ValueOf(a), reflect.ValueOf(b)
	return va.Comparable() && vb.Comparable() && a == b
}

// transactionError gives the error of a transaction its place.
func transactionError(ops []Op, run []transact.Op, id stored.ID, err error) error {
	of, one := errors.AsType[*fail.OpError](err)
	switch {
	case err == nil:
		return nil
	case !one || errors.Is(err, ErrOutcomeUnknown):
		return &Error{Op: "Transact", WriteID: meta.WriteID(id), Throttling: throttlingReasons(err), Err: lostRegion(err)}
	}
	e := &Error{Op: "Transact", WriteID: meta.WriteID(id), Err: lostRegion(undecided(err))}
	if o := ops[of.Index].o; o != nil {
		e.Op, e.Table = o.verb, o.table
		if o.core != nil {
			e.Table = o.core.s.RootTable()
		}
		if of.Index < len(run) {
			e.Key = run[of.Index].Key.Text()
		}
	}
	e.Path, _ = fail.Path(err)
	return &OpError{of.Index, e}
}

// op makes an operation of a verb.
func (r *Repo[T]) op(verb, options string, opts []CallOption, marks bool, begin func(context.Context, *core, call) (commit.Op, tables.Key, error)) Op {
	o := &operation{verb: verb, marks: marks}
	if r == nil || r.c == nil {
		o.err = fail.Withf(ErrInvalid, "the repository is zero; repo.New makes one")
		return Op{o}
	}
	o.core = r.c
	call := r.view.call(options, opts)
	switch {
	case call.err != nil:
		o.err = call.err
	case call.write.ID != stored.ID{}:
		o.err = fail.Withf(ErrInvalid, "WithWriteID is for a transaction, not for one of its operations; give it to Transact")
	}
	o.marks = marks && !r.c.s.Plain
	o.begin = func(ctx context.Context, c *core, shared commit.Options) (commit.Op, tables.Key, error) {
		call := call
		shared.Relaxed, shared.By = call.write.Relaxed, call.write.By
		call.write.Options = shared
		return begin(ctx, c, call)
	}
	return Op{o}
}

// CreateOp is [Repo.Create] as an operation of Transact. A detached key that is
// generated is in the value's meta.Record afterwards ([Repo.Key] reads it); without
// meta.Keep nobody would learn it, and CreateAtOp is for that.
func (r *Repo[T]) CreateOp(v *T, opts ...CallOption) Op { return r.createOp(nil, v, opts) }

// CreateAtOp is [Repo.CreateAt] as an operation of Transact.
func (r *Repo[T]) CreateAtOp(key Key[T], v *T, opts ...CallOption) Op {
	return r.createOp(&key.k, v, opts)
}

func (r *Repo[T]) createOp(at *tables.Key, v *T, opts []CallOption) Op {
	return r.whole("Create", at, v, opts, func(w *write.Writer, d *write.Draft, call call) (commit.Op, error) {
		return w.CreateOp(d, call.write), nil
	})
}

// PutOp is [Repo.Put] as an operation of Transact. A detached key that is generated
// is as with CreateOp.
func (r *Repo[T]) PutOp(v *T, opts ...CallOption) Op { return r.putOp(nil, v, opts) }

// PutAtOp is [Repo.PutAt] as an operation of Transact.
func (r *Repo[T]) PutAtOp(key Key[T], v *T, opts ...CallOption) Op { return r.putOp(&key.k, v, opts) }

func (r *Repo[T]) putOp(at *tables.Key, v *T, opts []CallOption) Op {
	return r.whole("Put", at, v, opts, func(w *write.Writer, d *write.Draft, call call) (commit.Op, error) {
		return w.PutOp(d, call.write)
	})
}

// whole is the operation of a verb that writes a value.
func (r *Repo[T]) whole(verb string, at *tables.Key, v *T, opts []CallOption, of func(*write.Writer, *write.Draft, call) (commit.Op, error)) Op {
	var o *operation
	op := r.op(verb, verb, opts, true, func(ctx context.Context, c *core, call call) (commit.Op, tables.Key, error) {
		o.mu.Lock()
		defer o.mu.Unlock()
		d, err := c.write.DraftAgain(ctx, reflect.ValueOf(v), at, call.write, o.before)
		if err != nil {
			return nil, d.FirmKey(), err
		}
		if c.write.KeyLost(d) {
			return nil, tables.Key{}, fail.Withf(ErrInvalid, "the key is generated and neither in the model nor in a meta.Keep field, so that nobody would learn it; use %sAtOp", verb)
		}
		o.before = d
		d.Together()
		op, err := of(c.write, d, call)
		return op, d.Key, err
	})
	o = op.o
	return op
}

// UpdateOp is [Repo.Update] as an operation of Transact.
func (r *Repo[T]) UpdateOp(key Key[T], changes ...lens.Change[T]) Op {
	all := erased(changes)
	return r.op("Update", "Update", nil, true, func(ctx context.Context, c *core, call call) (commit.Op, tables.Key, error) {
		if err := c.s.CheckKey(key.k); err != nil {
			return nil, key.k, err
		}
		op, err := c.patch.UpdateOp(ctx, key.k, all, patch.Options{Options: call.write.Options, Parents: call.parents})
		return op, key.k, err
	})
}

// CheckOp is an operation of Transact that changes nothing: the object must exist,
// ErrNotFound otherwise, and meet the conditions, ErrCondition otherwise, at the
// moment at which the transaction is committed. The object gets no new version.
// Conditions are as those of [If]. A check is one action, and one more for each part
// that it looks into. A transaction of checks alone is allowed.
func (r *Repo[T]) CheckOp(key Key[T], conditions ...lens.Condition[T]) Op {
	conds, wrong := make([]*model.Cond, len(conditions)), error(nil)
	for i, c := range conditions {
		if model.IsNil(c) {
			wrong = fail.Withf(ErrInvalid, "condition %d is nil", i+1)
			break
		}
		conds[i] = c.ModelCond()
	}
	return r.op("Check", "Update", nil, false, func(ctx context.Context, c *core, call call) (commit.Op, tables.Key, error) {
		if err := c.s.CheckKey(key.k); err != nil || wrong != nil {
			return nil, key.k, errors.Join(err, wrong)
		}
		op, err := c.patch.CheckOp(ctx, key.k, conds, call.write.Options)
		return op, key.k, err
	})
}

// DeleteOp is [Repo.Delete] as an operation of Transact. If there is nothing to
// delete, the transaction checks that this is still so when it is committed.
func (r *Repo[T]) DeleteOp(key Key[T], opts ...CallOption) Op {
	return r.op("Delete", "Delete", opts, false, func(_ context.Context, c *core, call call) (commit.Op, tables.Key, error) {
		if err := c.s.CheckKey(key.k); err != nil {
			return nil, key.k, err
		}
		return c.write.Remover.DeleteOp(key.k, call.write), key.k, nil
	})
}

// DeleteValueOp is [Repo.DeleteValue] as an operation of Transact.
func (r *Repo[T]) DeleteValueOp(v *T, opts ...CallOption) Op {
	return r.op("DeleteValue", "DeleteValue", opts, false, func(_ context.Context, c *core, call call) (commit.Op, tables.Key, error) {
		key, err := c.write.TrackedKey(reflect.ValueOf(v))
		if err != nil {
			return nil, key, err
		}
		return c.write.DeleteValueOp(key, reflect.ValueOf(v), call.write), key, nil
	})
}

// RawOp is an action of the caller's own as an operation of Transact: exactly one of
// Put, Update, Delete and ConditionCheck. Its table has its full name, with the
// prefix. It must not be on an item of an object that another operation is on: what
// a raw action does to an object of a repository, its record does not know.
//
// If its condition does not hold, the error is ErrCondition, and errors.As finds a
// *types.ConditionalCheckFailedException, which has the stored item, if there is one.
func RawOp(action types.TransactWriteItem) Op {
	o := &operation{verb: "Raw", err: transact.CheckRaw(&action), table: transact.TableOf(&action)}
	o.begin = func(_ context.Context, _ *core, opts commit.Options) (commit.Op, tables.Key, error) {
		op, err := transact.RawOp(&action, opts)
		return op, tables.Key{}, err
	}
	return Op{o}
}
