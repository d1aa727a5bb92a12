package patch

import (
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/meta"
)

// An object of an earlier version of the model has no paths of today's type. It is
// upgraded first, by a write of its own that changes nothing, and then it is updated.

// renew upgrades the object, of which m is the record, and makes the view what it says
// then.
func (u *updating) renew(m *stored.Root) error {
	given := u.unchangedSince()
	if given != nil && !schema.SameVersion(m, given) {
		return fail.ErrConflict
	}
	over := m
	if given == nil {
		over = nil
	}
	root, err := u.upgrade(u.ctx, u.key, over)
	if err == nil && root == nil {
		root, err = u.s.ReadRecord(u.ctx, u.get, u.key, u.last.needs...)
	}
	if err != nil {
		return err
	}
	now, err := u.s.RootMeta(root)
	switch u.root = root; {
	case err != nil:
		return err
	case len(root) == 0, u.s.Gone(root, now):
		return fail.ErrNotFound
	case u.wrote(now): // by another call with the same id
		u.done = true
		return nil
	case u.s.Outdated(now): // an older program has written over it meanwhile
		return fail.ErrBusy
	case given != nil && (now.Version != m.Version+1 || now.Birth != m.Birth):
		return fail.ErrConflict
	case given != nil:
		u.renewed = &meta.Record{Version: now.Version, WriteID: meta.WriteID(now.WriteID())}
	}
	u.reset()
	return u.adopt(now)
}

// unchangedSince is the record that an IfUnchanged names, nil for none.
func (u *updating) unchangedSince() *meta.Record {
	for _, ch := range u.changes {
		if ch.Op == model.Unchanged {
			return u.s.Record(ch.Object)
		}
	}
	return nil
}
