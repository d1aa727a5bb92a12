package repo

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/record"
	"github.com/dystore/dystore/internal/stored"
)

// The write path of whole objects. Each verb finds out what it replaces (a
// basis), plans the replacement and sends it; what a refusal means depends on
// the verb. Update has its own plan, in update.go.

// replans bounds how often a write is planned again because others were
// faster. Each round shows that another writer made progress.
const replans = 16

// create writes an object that must not exist.
func (c *core) create(ctx context.Context, d *draft, call call) (stored.ID, error) {
	return c.write(ctx, d.key, call, func(op *operation) error {
		r, err := c.replacement(ctx, d, basis{}, op.id, call)
		if err != nil {
			return err
		}
		o := op.put(ctx, d, r)
		if o.Kind == commit.Refused {
			return op.createRefused(o, d, r)
		}
		return c.failure(o)
	})
}

func (op *operation) createRefused(o commit.Outcome, d *draft, r *replacement) error {
	item := o.Items[0]
	if item == nil {
		return op.c.partRefused(o, r.write, r.insts)
	}
	m, err := op.c.rootMeta(item)
	switch {
	case m != nil && m.Wrote(op.id):
		return op.written(d, r.snap, m)
	case err != nil && !errors.Is(err, ErrCorrupt):
		return err
	}
	return ErrExists
}

// put writes an object over whatever is stored, or, when the value is tracked,
// over the version that it was read from.
func (c *core) put(ctx context.Context, d *draft, call call) (stored.ID, error) {
	rec := c.record(d.ptr)
	tracks := stands(rec) && !call.overwrite
	if err := call.checkRewrite(tracks); err != nil {
		return c.writeID(call), err
	}
	return c.write(ctx, d.key, call, func(op *operation) error {
		if !tracks {
			return c.putBlind(ctx, op, d, call)
		}
		b, err := c.tracked(ctx, d, rec, c.readWhole)
		switch {
		case b.meta != nil && b.meta.Wrote(op.id):
			// Repeated after a restart. A value that was read since is tracked
			// as what it was read from.
			if b.snap == nil {
				return op.written(d, nil, b.meta)
			}
			return nil
		case err != nil:
			return err
		}
		return c.putOver(ctx, op, d, b, call)
	})
}

// putOver is the compare-and-set on b.
func (c *core) putOver(ctx context.Context, op *operation, d *draft, b basis, call call) error {
	r, err := c.replacement(ctx, d, b, op.id, call)
	if err != nil {
		return err
	}
	o := op.put(ctx, d, r)
	if o.Kind == commit.Refused {
		return op.putRefused(o, d, r, b)
	}
	return c.misled(o, r.write, r.insts)
}

// put sends the write of a whole object.
func (op *operation) put(ctx context.Context, d *draft, r *replacement) commit.Outcome {
	r.write.Applied = func() { op.c.done(d, r.snap) }
	return op.send(ctx, r.write)
}

func (op *operation) putRefused(o commit.Outcome, d *draft, r *replacement, b basis) error {
	item := o.Items[0]
	if item == nil {
		return op.c.partRefused(o, r.write, r.insts)
	}
	m, err := op.c.rootMeta(item)
	switch {
	case m != nil && m.Wrote(op.id):
		return op.written(d, r.snap, m)
	case !excludes(o, m, b):
		return errOverwritten()
	case err != nil:
		return err
	case len(item) == 0:
		return fail.Withf(ErrConflict, "the object was deleted")
	case m != nil && b.meta != nil && m.Birth != b.meta.Birth:
		return fail.Withf(ErrConflict, "the object was deleted and created again")
	}
	return ErrConflict
}

// putBlind replaces whatever is there: it must read the manifest first, to
// know which parts the stored object has, and starts over when another write
// comes between. A refusal brings the newer manifest with it.
func (c *core) putBlind(ctx context.Context, op *operation, d *draft, call call) error {
	if c.s.plain {
		return c.putPlain(ctx, op, d, call)
	}
	d.replans = true
	b, err := c.readBasis(ctx, d.key)
	if err != nil {
		return err
	}
	for n := 0; n < replans; n++ {
		switch {
		case b.meta != nil && b.meta.Wrote(op.id):
			return op.written(d, nil, b.meta)
		case !b.exists && (call.mustExist || call.keepShards):
			return ErrNotFound
		}
		if snap := c.snapshot(d.ptr); c.fits(snap, d.key) {
			b.snap = gapsOnly(snap)
		}
		r, err := c.replacement(ctx, d, b, op.id, call)
		if errors.Is(err, ErrConflict) { // with KeepShards: it changed since b was read
			if b, err = c.readBasis(ctx, d.key); err == nil {
				continue
			}
		}
		if err != nil {
			return inTheWay(ErrContention, n, err)
		}
		o := op.put(ctx, d, r)
		if o.Kind != commit.Refused {
			return inTheWay(ErrContention, n, c.misled(o, r.write, r.insts))
		}
		if o.Items[0] == nil {
			return c.partRefused(o, r.write, r.insts)
		}
		next, err := c.basisOf(o.Items[0])
		switch {
		case next.meta != nil && next.meta.Wrote(op.id):
			return op.written(d, r.snap, next.meta)
		case !excludes(o, next.meta, b):
			return errOverwritten()
		case err != nil:
			return err
		}
		if err := sleep(ctx, n); err != nil {
			return inTheWay(ErrContention, n+1, err)
		}
		b = next
	}
	return fail.Withf(ErrContention, "the object changed before each of %d attempts", replans)
}

// gapsOnly is the part of a snapshot that still holds whatever is stored now:
// what was not loaded. Nothing may be skipped by it.
func gapsOnly(s *record.Snapshot) *record.Snapshot {
	if len(s.Unloaded) == 0 {
		return nil
	}
	return &record.Snapshot{Table: s.Table, Owner: s.Owner, Sealed: s.Sealed, Key: s.Key, Root: s.Root, Elems: s.Elems, Unloaded: s.Unloaded, Unknown: s.Unknown}
}

// readBasis reads the record of the stored object.
func (c *core) readBasis(ctx context.Context, key storedKey) (basis, error) {
	item, err := c.readRoot(ctx, key)
	if err != nil {
		return basis{}, err
	}
	return c.basisOf(item)
}

// readRoot reads the record of the root item, and nothing else of it.
func (c *core) readRoot(ctx context.Context, key storedKey) (attrs, error) {
	var e expr.Builder
	p := &projection{expr: e.Name(c.s.key.attrs[0].name) + ", " + e.Name(c.s.metaAttr), names: e.Names}
	return c.fetchOne(ctx, get{c.table(c.s.table), c.s.keyAttrs(key)}, true, p)
}

func (c *core) basisOf(item attrs) (basis, error) {
	if len(item) == 0 {
		return basis{}, nil
	}
	m, err := c.rootMeta(item)
	return basis{exists: true, meta: m}, err
}

// putPlain replaces an item without a record in one request.
func (c *core) putPlain(ctx context.Context, op *operation, d *draft, call call) error {
	r, err := c.plainReplacement(d, basis{exists: call.mustExist})
	if err != nil {
		return err
	}
	if a := &r.write.Actions[0]; !call.mustExist {
		a.Cond, a.Names = "", nil
	}
	o := op.put(ctx, d, r)
	if o.Kind == commit.Refused {
		return ErrNotFound
	}
	return c.failure(o)
}

// partRefused explains a refusal in which the root's own condition held: an
// item under the key of a part belongs to somebody else.
func (c *core) partRefused(o commit.Outcome, w *commit.Write, insts []stored.Inst) error {
	err := fmt.Errorf("%w: %w", ErrCondition, o.Err)
	for i, item := range o.Items {
		if item != nil && i < len(insts) {
			err = fail.At(fail.Text(insts[i]), fail.Withf(ErrCorrupt, "the item under this part's key in table %s belongs to another object; nothing was written", w.Actions[i].Table))
			break
		}
	}
	return err
}

// misled is failure, but for a write that DynamoDB finds wrong because of where
// the stored record says that a part is: of a part that is deleted, or only
// looked at, nothing else can be wrong.
func (c *core) misled(o commit.Outcome, w *commit.Write, insts []stored.Inst) error {
	var canceled *types.TransactionCanceledException
	if o.Kind == commit.Rejected && errors.As(o.Err, &canceled) {
		for i, r := range canceled.CancellationReasons {
			if i == 0 || i >= len(insts) || r.Code == nil || *r.Code != "ValidationError" {
				continue
			}
			if a := w.Actions[i]; a.Op == commit.Delete || a.Op == commit.Check {
				return fail.At(fail.Text(insts[i]), fail.Withf(ErrCorrupt, "the stored record leads to what table %s cannot have: %w", a.Table, o.Err))
			}
		}
	}
	return c.failure(o)
}

// rejection gives an error of DynamoDB about the request itself its kind.
// Missing tables and permissions are not the caller's mistakes.
func rejection(err error) error {
	var canceled *types.TransactionCanceledException
	var api smithy.APIError
	switch {
	case errors.As(err, &canceled):
		for _, r := range canceled.CancellationReasons {
			if r.Code != nil && *r.Code == "ValidationError" {
				return fail.Withf(ErrInvalid, "%w", err)
			}
		}
	case errors.As(err, &api) && api.ErrorCode() == "ValidationException":
		return fail.Withf(ErrInvalid, "%w", err)
	}
	return err
}
