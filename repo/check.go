package repo

import (
	"context"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/policy"
)

// checkChanges refuses what cannot work whatever is stored.
func (c *core) checkChanges(ctx context.Context, changes []*model.Change, parents bool) error {
	edits := make([]*model.Change, 0, len(changes))
	for i, ch := range changes {
		switch {
		case ch == nil:
			return fail.Withf(ErrInvalid, "change %d is nil", i+1)
		case ch.Err != nil:
			return fail.Withf(ErrInvalid, "%w", ch.Err)
		case ch.Op == model.If:
			if err := c.checkCondition(ch.Cond); err != nil {
				return err
			}
			continue
		case ch.Op == model.Unchanged:
			if err := c.checkUnchanged(ch); err != nil {
				return err
			}
			continue
		}
		edits = append(edits, ch)
		if err := c.checkEdit(ch); err != nil {
			return err
		}
		for _, other := range changes[:i] {
			if other.Lens != nil && other.Op != model.If && other.Lens.Path.Overlaps(ch.Lens.Path) {
				return fail.At(ch.Lens.Path, fail.Withf(ErrInvalid, "is changed twice in one Update, here and at %s", other.Lens.Path))
			}
		}
	}
	if len(edits) == 0 {
		return fail.Withf(ErrInvalid, "Update without a change")
	}
	return c.validateEdits(ctx, edits, parents)
}

func (c *core) checkUnchanged(ch *model.Change) error {
	if c.s.keep == nil {
		return fail.Withf(ErrInvalid, "IfUnchanged needs a meta.Keep field, which says what version the value is")
	}
	if ch.Object.IsNil() {
		return fail.Withf(ErrInvalid, "IfUnchanged: the value is nil")
	}
	if !stands(c.record(ch.Object)) {
		return fail.Withf(ErrInvalid, "IfUnchanged: the value was never stored, its record is zero")
	}
	return nil
}

func (c *core) checkEdit(ch *model.Change) error {
	path := ch.Lens.Path
	for _, a := range c.s.key.attrs {
		if len(path) > 0 && path[0].Name == a.name {
			return fail.At(path, fail.Withf(ErrInvalid, "is the object's key, which cannot change"))
		}
	}
	state, sealed := c.s.policy.At(path)
	switch {
	case state == policy.Inside:
		return fail.At(path, fail.Withf(ErrInvalid, "lies inside %s, which is encrypted whole; change that, or use Modify", sealed))
	case state == policy.Sealed && (ch.Op == model.Add || ch.Op == model.Append):
		return fail.At(path, fail.Withf(ErrInvalid, "is encrypted; DynamoDB cannot compute with it, use Modify"))
	case ch.Op == model.SetIfAbsent && c.hidesNil(ch.Lens):
		return fail.At(path, fail.Withf(ErrInvalid, hiddenNil))
	}
	if ch.Op == model.Append && (ch.Lens.Codec.Kind() != codec.List || ch.Value.Len() == 0) {
		return fail.At(path, fail.Withf(ErrInvalid, "Append needs a list and at least one element"))
	}
	return nil
}
