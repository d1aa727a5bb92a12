package repo

import (
	"context"
	"errors"
	"reflect"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/rules"
	"github.com/dystore/dystore/internal/stored"
)

// delete removes whatever is stored under a key. The manifest has to be read
// first: it says which parts there are.
func (c *core) delete(ctx context.Context, key storedKey, call call) (stored.ID, error) {
	if err := c.beginAt(ctx, call, key); err != nil {
		return c.writeID(call), err
	}
	if err := c.beginWrite(ctx, call); err != nil {
		return c.writeID(call), err
	}
	return c.write(ctx, key, call, func(op *operation) error {
		if c.s.plain {
			return c.deletePlain(ctx, op, call)
		}
		return c.deleteKnown(ctx, op, call)
	})
}

func (c *core) deleteKnown(ctx context.Context, op *operation, call call) error {
	var b basis
	item, err := c.readRoot(ctx, op.key)
	if err == nil {
		b, err = c.deletable(item, call)
	}
	for n := 0; err == nil && n < replans; n++ {
		if !b.exists {
			return c.absent(call)
		}
		var next basis
		if next, err = c.deleteOver(ctx, op, b, call); !errors.Is(err, errReplan) {
			return inTheWay(ErrContention, n, err)
		}
		b, err = next, inTheWay(ErrContention, n+1, sleep(ctx, n))
	}
	if err == nil {
		err = fail.Withf(ErrContention, "the object changed before each of %d attempts", replans)
	}
	return err
}

// errReplan: the object is not the planned one; the basis beside it is newer.
var errReplan = errors.New("plan again")

func (c *core) absent(call call) error {
	if call.mustExist {
		return ErrNotFound
	}
	return nil
}

// deleteOver removes the object if it still is the one of b.
func (c *core) deleteOver(ctx context.Context, op *operation, b basis, call call) (basis, error) {
	if b.meta != nil && b.meta.Wrote(op.id) {
		return b, fail.Withf(ErrInvalid, "the object was written under this WithWriteID; an id is for one write")
	}
	w, insts, err := c.deleteWrite(ctx, op.key, b, call)
	if err != nil {
		return b, err
	}
	o := op.send(ctx, w)
	if o.Kind != commit.Refused {
		return b, c.misled(o, w, insts)
	}
	if o.Items[0] == nil {
		if call.damaged {
			return b, errReplan // a part that was read has become another's
		}
		return b, c.partRefused(o, w, insts)
	}
	next, err := c.deletable(o.Items[0], call)
	if err != nil {
		return next, err
	}
	return next, errReplan
}

func (c *core) deleteWrite(ctx context.Context, key storedKey, b basis, call call) (*commit.Write, []stored.Inst, error) {
	parts, owner, err := c.deletedParts(ctx, key, b, call)
	if err != nil {
		return nil, nil, err
	}
	var e expr.Builder
	cond, err := c.basisCond(&e, b)
	if err != nil {
		return nil, nil, err
	}
	w := &commit.Write{Pinned: b.pinned(), Actions: []commit.Action{{
		Op: commit.Delete, Table: c.table(c.s.table), Key: c.s.keyAttrs(key), Cond: cond,
	}}}
	w.Actions[0].Names, w.Actions[0].Values = e.Names, e.Values
	insts := []stored.Inst{""}
	own := guard{c: c, owner: owner}
	for _, p := range parts {
		w.Actions = append(w.Actions, own.deletion(p.loc))
		insts = append(insts, p.inst)
	}
	return w, insts, c.checkLimits(w, insts)
}

// deletePlain removes an item without a record.
func (c *core) deletePlain(ctx context.Context, op *operation, call call) error {
	a := commit.Action{Op: commit.Delete, Table: c.table(c.s.table), Key: c.s.keyAttrs(op.key)}
	if call.mustExist {
		var e expr.Builder
		a.Cond = "attribute_exists(" + e.Name(c.s.key.attrs[0].name) + ")"
		a.Names = e.Names
	}
	o := op.send(ctx, &commit.Write{Actions: []commit.Action{a}})
	if o.Kind == commit.Refused {
		return ErrNotFound
	}
	return c.failure(o)
}

// deleteValue removes the version that a value was read from.
func (c *core) deleteValue(ctx context.Context, ptr reflect.Value, call call) (storedKey, stored.ID, error) {
	d := &draft{ptr: ptr, value: ptr}
	if err := c.checkDeleteValue(ctx, d, call); err != nil {
		return d.key, c.writeID(call), err
	}
	id, err := c.write(ctx, d.key, call, func(op *operation) error {
		b, err := c.tracked(ctx, d, c.record(ptr), c.readRecord)
		if err != nil {
			return err
		}
		if b.read != nil {
			b.read = c.allOf(b.snap)
		}
		_, err = c.deleteOver(ctx, op, b, call)
		if errors.Is(err, errReplan) {
			err = ErrConflict
		}
		return err
	})
	return d.key, id, err
}

func (c *core) checkDeleteValue(ctx context.Context, d *draft, call call) error {
	if d.ptr.IsNil() {
		return fail.Withf(ErrInvalid, "the value is nil")
	}
	if err := c.presentKey(d); err != nil {
		return err
	}
	rec := c.record(d.ptr)
	if rec == nil {
		return fail.Withf(ErrInvalid, "DeleteValue needs a meta.Keep field, which says what version the value is")
	}
	if !stands(rec) {
		return fail.Withf(ErrInvalid, "the value was never stored: its record is zero")
	}
	return begin(ctx, call)
}

// modify reads, changes and writes until nobody is faster.
func (c *core) modify(ctx context.Context, key storedKey, call call, change func(reflect.Value) error) (stored.ID, error) {
	if c.s.plain {
		return c.writeID(call), fail.Withf(ErrInvalid, "Modify needs the record that repo.Plain leaves out")
	}
	if err := call.checkRewrite(true); err != nil {
		return c.writeID(call), err
	}
	call.track = true
	return c.write(ctx, key, call, func(op *operation) error {
		for n := 0; n < replans; n++ {
			if faster, err := c.modifyOnce(ctx, op, call, change); !faster {
				return inTheWay(ErrContention, n, err)
			}
			if err := sleep(ctx, n); err != nil {
				return inTheWay(ErrContention, n+1, err)
			}
		}
		return fail.Withf(ErrContention, "the object changed before each of %d attempts", replans)
	})
}

// modifyOnce reports whether another writer was faster; then nothing is written.
func (c *core) modifyOnce(ctx context.Context, op *operation, call call, change func(reflect.Value) error) (faster bool, err error) {
	ptr, snap, err := c.get(ctx, op.key, call)
	if err != nil {
		return false, err
	}
	if !snap.Bare() && snap.Root.Wrote(op.id) {
		return false, nil
	}
	if err := change(ptr); err != nil {
		return false, &changeError{err}
	}
	d, err := c.modified(ctx, ptr, op.key, c.unasked(snap, call))
	if err != nil {
		return false, err
	}
	err = c.putOver(ctx, op, d, c.over(snap), call)
	return errors.Is(err, ErrConflict), err
}

// modified drafts a changed value; its key must still be the one it was read by.
func (c *core) modified(ctx context.Context, ptr reflect.Value, key storedKey, gaps []*rules.Gap) (*draft, error) {
	var given *storedKey
	if c.s.key.detached {
		given = &key
	}
	d, err := c.draft(ctx, ptr, given, gaps)
	if err == nil && d.key.text() != key.text() {
		err = fail.Withf(ErrInvalid, "the change replaced the object's key; that would be another object")
	}
	return d, err
}

// changeError is the error of a caller's function: it is reported as it is.
type changeError struct{ error }

func (e *changeError) Unwrap() error { return e.error }
