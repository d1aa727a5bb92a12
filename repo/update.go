package repo

import (
	"context"
	"errors"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/patch"
	"github.com/dystore/dystore/internal/rules"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/lens"
)

// Update changes single paths of an object that must exist, in one atomic
// request: the item that owns each path is changed, and the root's version is
// raised. Nothing is read first, unless a change depends on what is stored (an
// element of a divided list, an object written under another layout); then a
// second request follows the first. Options are given with Repo.With.
//
// Errors: ErrNotFound, ErrNoPath, ErrCondition (If), ErrConflict
// (IfUnchanged), ErrInvalid before any request.
func (r *Repo[T]) Update(ctx context.Context, key Key[T], changes ...lens.Change[T]) (err error) {
	ctx, verb := r.c.writes(ctx, "Update", 1)
	defer verb.End(&err)
	id, _, err := r.c.update(ctx, key.k, erased(changes), r.view.call("Update", nil), false)
	return r.c.fail("Update", key.k, id, err)
}

// erased are changes without their type, nil for one that is nil.
func erased[T any](changes []lens.Change[T]) []*model.Change {
	out := make([]*model.Change, len(changes))
	for i, ch := range changes {
		if !model.IsNil(ch) {
			out[i] = ch.ModelChange()
		}
	}
	return out
}

// update changes an object. left is its root item after that, if it is wanted and
// can be had.
func (c *core) update(ctx context.Context, key tables.Key, changes []*model.Change, call call, wanted bool) (id stored.ID, left map[string]types.AttributeValue, err error) {
	if err := beginAt(ctx, &c.s.Tables, call, key); err != nil {
		return call.id(), nil, err
	}
	if err := beginWrite(ctx, &c.s.Tables, call); err != nil {
		return call.id(), nil, err
	}
	id, left, err = c.patch.Update(ctx, key, changes, patch.Options{Options: call.write.Options, Parents: call.parents, Return: wanted})
	return id, left, undecided(err)
}

// undecided makes public why an Update cannot be validated.
func undecided(err error) error {
	u, ok := errors.AsType[*rules.Undecided](err)
	if !ok {
		return err
	}
	return fail.At(u.Change.Lens.Path, fail.Withf(ErrInvalid, "%w", &UndecidedError{Type: u.Type, Field: u.Field, Rule: u.Rule, Err: u}))
}

// If makes an Update depend on conditions: all must hold for the stored
// object, or nothing is written and the error is ErrCondition.
func If[T any](conditions ...lens.Condition[T]) lens.Change[T] {
	c := &model.Change{Op: model.If, Cond: &model.Cond{Op: model.And}}
	for _, cond := range conditions {
		if model.IsNil(cond) {
			c.Err = &lens.Error{Func: "repo.If", Type: reflect.TypeFor[T]().String(), Reason: "a condition is nil"}
			break
		}
		c.Cond.Subs = append(c.Cond.Subs, cond.ModelCond())
	}
	if len(conditions) == 0 {
		c.Err = &lens.Error{Func: "repo.If", Type: reflect.TypeFor[T]().String(), Reason: "no condition"}
	}
	return model.HandleChange[T, lens.Error](c)
}

// IfUnchanged makes an Update depend on the stored object being the version
// that v was read from or written as; ErrConflict otherwise. An item without a
// record must have all the attributes that were read, as they were read; one
// that has come since, and that the type does not know, goes unseen.
func IfUnchanged[T any](v *T) lens.Change[T] {
	return model.HandleChange[T, lens.Error](&model.Change{Op: model.Unchanged, Object: reflect.ValueOf(v)})
}
