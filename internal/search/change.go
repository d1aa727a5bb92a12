package search

import (
	"context"
	"reflect"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/tables"
)

// An Update changes a tag with its value.

// Check refuses a change of a tag, and one of a value of which it is not known what it becomes.
func (t *Tags) Check(ch *model.Change) error {
	path := ch.Lens.Path
	for _, f := range t.all {
		switch {
		case path[0].Name == f.name():
			return fail.At(path, fail.Withf(fail.ErrInvalid, "is the tag of %s, which the repository keeps", f.Of.Path))
		case path.Overlaps(f.Of.Path) && ch.Op != model.Set && ch.Op != model.Remove:
			return fail.At(path, fail.Withf(fail.ErrInvalid, "%s is found by a blind index; what it becomes must be known, use Set or Modify", f.Of.Path))
		}
	}
	return nil
}

// With are the changes of one Update of an object with a key, and those of the tags.
func (t *Tags) With(ctx context.Context, key tables.Key, changes []*model.Change) ([]*model.Change, error) {
	for _, f := range t.all {
		i := slices.IndexFunc(changes, func(ch *model.Change) bool {
			return ch.Lens != nil && ch.Op != model.If && ch.Op != model.Unchanged && ch.Lens.Path.Overlaps(f.Of.Path)
		})
		if i < 0 { // no path is changed twice
			continue
		}
		tag, err := t.after(ctx, f, key, changes[i])
		if err != nil {
			return nil, err
		}
		changes = append(slices.Clip(changes), tag)
	}
	return changes, nil
}

// after is the change of a tag that goes with one of its value, or of what that is in.
func (t *Tags) after(ctx context.Context, f *tagged, key tables.Key, ch *model.Change) (*model.Change, error) {
	var av types.AttributeValue
	if ch.Op == model.Set {
		var err error
		if av, err = ch.SetsAt(f.Of.Path); err != nil {
			return nil, fail.At(ch.Lens.Path, fail.Withf(fail.ErrInvalid, "%w", err))
		}
	}
	tag, err := t.of(ctx, f, key, av)
	if tag == nil {
		return &model.Change{Op: model.Remove, Lens: f.Tag}, err
	}
	return &model.Change{Op: model.Set, Lens: f.Tag, Value: reflect.ValueOf(tag)}, nil
}
