package repo

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/dystore/dystore/internal/commit"
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
	id := c.writeID(call)
	r, err := c.replacement(ctx, d, basis{}, id, false)
	if err != nil {
		return id, err
	}
	o := c.send(ctx, r.write, id, c.s.plain)
	if o.Kind == commit.Refused {
		return id, c.createRefused(o, d, r, id)
	}
	if err = c.failure(o); err == nil {
		c.done(d, r.snap)
	}
	return id, err
}

func (c *core) createRefused(o commit.Outcome, d *draft, r *replacement, id stored.ID) error {
	item := o.Items[0]
	if item == nil {
		return c.partRefused(o, r.write, r.insts)
	}
	m, err := c.rootMeta(item)
	switch {
	case m != nil && m.Wrote(id):
		c.written(d, r.snap, m, id)
		return nil
	case o.Ambiguous:
		// Ours may have been committed, deleted and followed by this one.
		return failf(ErrOutcomeUnknown, "an object exists, but an earlier attempt may have created one as well")
	case err != nil && !errors.Is(err, ErrCorrupt):
		return err
	}
	return ErrExists
}

// put writes an object over whatever is stored, or, when the value is tracked,
// over the version that it was read from.
func (c *core) put(ctx context.Context, d *draft, call call) (stored.ID, error) {
	id := c.writeID(call)
	if rec := c.record(d.ptr); rec != nil && rec.Version != 0 && !call.overwrite {
		b, err := c.tracked(ctx, d, stored.ID(rec.WriteID), rec.Version)
		switch {
		case b.meta != nil && b.meta.Wrote(id):
			// Repeated after a restart. A value that was read since is tracked
			// as what it was read from.
			if b.snap == nil {
				c.written(d, nil, b.meta, id)
			}
			return id, nil
		case err != nil:
			return id, err
		}
		return id, c.putOver(ctx, d, b, id, call)
	}
	return id, c.putBlind(ctx, d, id, call)
}

// tracked returns what a tracked value replaces. Without its snapshot (the
// record came from elsewhere than a read) the manifest is read, and nothing is
// skipped; with an error the basis is what was read instead.
func (c *core) tracked(ctx context.Context, d *draft, last stored.ID, version int64) (basis, error) {
	snap := c.snapshot(d.ptr)
	if c.fits(snap, d.key) && snap.Root.Version == version && snap.Root.WriteID() == last {
		return basis{exists: true, meta: snap.Root, snap: snap}, nil
	}
	if snap != nil && !c.fits(snap, d.key) {
		return basis{}, failf(ErrConflict, "the value was read from another object, %s", storedKey{parts: snap.Key}.text())
	}
	b, err := c.readBasis(ctx, d.key)
	switch {
	case err != nil:
		return b, err
	case b.meta == nil || b.meta.Version != version || b.meta.WriteID() != last:
		return b, failf(ErrConflict, "version %d is not the stored one", version)
	}
	return b, nil
}

// putOver is the compare-and-set on b.
func (c *core) putOver(ctx context.Context, d *draft, b basis, id stored.ID, call call) error {
	r, err := c.replacement(ctx, d, b, id, call.keepShards)
	if err != nil {
		return err
	}
	o := c.send(ctx, r.write, id, false)
	if o.Kind == commit.Refused {
		return c.putRefused(o, d, r, b, id)
	}
	if err = c.failure(o); err == nil {
		c.done(d, r.snap)
	}
	return err
}

func (c *core) putRefused(o commit.Outcome, d *draft, r *replacement, b basis, id stored.ID) error {
	item := o.Items[0]
	if item == nil {
		return c.partRefused(o, r.write, r.insts)
	}
	m, err := c.rootMeta(item)
	switch {
	case m != nil && m.Wrote(id):
		c.written(d, r.snap, m, id)
		return nil
	case !excludes(o, r.write, m, b):
		return errOverwritten()
	case err != nil:
		return err
	case len(item) == 0:
		return failf(ErrConflict, "the object was deleted")
	case m != nil && b.meta != nil && m.Birth != b.meta.Birth:
		return failf(ErrConflict, "the object was deleted and created again")
	}
	return ErrConflict
}

// putBlind replaces whatever is there: it must read the manifest first, to
// know which parts the stored object has, and starts over when another write
// comes between. A refusal brings the newer manifest with it.
func (c *core) putBlind(ctx context.Context, d *draft, id stored.ID, call call) error {
	if c.s.plain {
		return c.putPlain(ctx, d, id, call)
	}
	d.replans = true
	b, err := c.readBasis(ctx, d.key)
	if err != nil {
		return err
	}
	for n := 0; n < replans; n++ {
		switch {
		case b.meta != nil && b.meta.Wrote(id):
			c.written(d, nil, b.meta, id)
			return nil
		case !b.exists && (call.mustExist || call.keepShards):
			return ErrNotFound
		}
		if snap := c.snapshot(d.ptr); c.fits(snap, d.key) {
			b.snap = gapsOnly(snap)
		}
		r, err := c.replacement(ctx, d, b, id, call.keepShards)
		if errors.Is(err, ErrConflict) { // with KeepShards: it changed since b was read
			if b, err = c.readBasis(ctx, d.key); err == nil {
				continue
			}
		}
		if err != nil {
			return err
		}
		o := c.send(ctx, r.write, id, false)
		if o.Kind != commit.Refused {
			if err = c.failure(o); err == nil {
				c.done(d, r.snap)
			}
			return err
		}
		if o.Items[0] == nil {
			return c.partRefused(o, r.write, r.insts)
		}
		next, err := c.basisOf(o.Items[0])
		switch {
		case next.meta != nil && next.meta.Wrote(id):
			c.written(d, r.snap, next.meta, id)
			return nil
		case !excludes(o, r.write, next.meta, b):
			return errOverwritten()
		case err != nil:
			return err
		}
		if err := sleep(ctx, n); err != nil {
			return err
		}
		b = next
	}
	return failf(ErrContention, "the object changed before each of %d attempts", replans)
}

// gapsOnly is the part of a snapshot that still holds whatever is stored now:
// what was not loaded. Nothing may be skipped by it.
func gapsOnly(s *record.Snapshot) *record.Snapshot {
	if len(s.Unloaded) == 0 {
		return nil
	}
	return &record.Snapshot{Table: s.Table, Owner: s.Owner, Key: s.Key, Root: s.Root, Elems: s.Elems, Unloaded: s.Unloaded, Unknown: s.Unknown}
}

// readBasis reads the record of the stored object.
func (c *core) readBasis(ctx context.Context, key storedKey) (basis, error) {
	var e expr
	p := &projection{expr: e.name(c.s.key.attrs[0].name) + ", " + e.name(c.s.metaAttr), names: e.names}
	item, err := c.fetchOne(ctx, get{c.table(c.s.table), c.s.keyAttrs(key)}, true, p)
	if err != nil {
		return basis{}, err
	}
	return c.basisOf(item)
}

func (c *core) basisOf(item attrs) (basis, error) {
	if len(item) == 0 {
		return basis{}, nil
	}
	m, err := c.rootMeta(item)
	return basis{exists: true, meta: m}, err
}

// putPlain replaces an item without a record in one request.
func (c *core) putPlain(ctx context.Context, d *draft, id stored.ID, call call) error {
	r, err := c.plainReplacement(d, basis{exists: call.mustExist})
	if err != nil {
		return err
	}
	if a := &r.write.Actions[0]; !call.mustExist {
		a.Cond, a.Names = "", nil
	}
	o := c.send(ctx, r.write, id, true)
	if o.Kind == commit.Refused {
		return plainAbsent(o)
	}
	if err = c.failure(o); err == nil {
		c.done(d, nil)
	}
	return err
}

// send executes a write. Several actions, and a single one that a repetition
// could apply twice, carry a token.
func (c *core) send(ctx context.Context, w *commit.Write, id stored.ID, tokened bool) commit.Outcome {
	if tokened || len(w.Actions) > 1 {
		w.Token = c.token(id)
	}
	return commit.Send(ctx, c.client, w, c.cfg.policy)
}

// token is the write id and a part that is new with each plan: the same write
// planned again has other bytes, and DynamoDB refuses those under one token.
func (c *core) token(id stored.ID) string {
	return id.String() + "." + stored.NewID().String()[:13]
}

func (c *core) writeID(call call) stored.ID {
	if call.writeID != ([16]byte{}) {
		return stored.ID(call.writeID)
	}
	return stored.NewID()
}

// partRefused explains a refusal in which the root's own condition held: an
// item under the key of a part belongs to somebody else.
func (c *core) partRefused(o commit.Outcome, w *commit.Write, insts []stored.Inst) error {
	err := fmt.Errorf("%w: %w", ErrCondition, o.Err)
	for i, item := range o.Items {
		if item != nil && i < len(insts) {
			err = at(text(insts[i]), failf(ErrCorrupt, "the item under this part's key in table %s belongs to another object; nothing was written", w.Actions[i].Table))
			break
		}
	}
	if o.Ambiguous {
		return unsure(err) // the root is still as planned: an attempt under way would succeed once that item is gone
	}
	return err
}

// plainAbsent explains the refusal of a write that an object without a record
// must exist for.
func plainAbsent(o commit.Outcome) error {
	if o.Ambiguous {
		return unsure(ErrNotFound)
	}
	return ErrNotFound
}

// failure turns an outcome that is no refusal into the verb's error.
func (c *core) failure(o commit.Outcome) error {
	switch o.Kind {
	case commit.Committed:
		return nil
	case commit.Unknown:
		return failf(ErrOutcomeUnknown, "%w", o.Err)
	case commit.Throttled:
		return failf(ErrThrottled, "%w", o.Err)
	case commit.Contended:
		return failf(ErrContention, "%w", o.Err)
	case commit.Rejected:
		return rejection(o.Err)
	}
	return o.Err
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
				return failf(ErrInvalid, "%w", err)
			}
		}
	case errors.As(err, &api) && api.ErrorCode() == "ValidationException":
		return failf(ErrInvalid, "%w", err)
	}
	return err
}
