package commit

import (
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/fail"
)

// Refusal is the error of a write that was refused for what is stored, with the
// root item that DynamoDB has returned for it.
type Refusal struct {
	Err    error
	Object *Object
	Root   map[string]types.AttributeValue // empty: nothing is stored
}

func (r *Refusal) Error() string { return r.Err.Error() }

// Unwrap returns the error without the item.
func (r *Refusal) Unwrap() error { return r.Err }

// refused adds to an error of Judge the root that was judged.
func (r *run) refused(i int, err error) error {
	o := &r.outcomes[i]
	if o.Kind != Refused || o.Root == nil || o.evidence || errors.Is(err, fail.ErrOutcomeUnknown) {
		return err
	}
	return &Refusal{err, r.objects[i], o.Root}
}

// unplanned is refused for an error of Plan: one that follows from the refusal of
// the plan before, as where a root says that a part is absent.
func (r *run) unplanned(i int, err error) error {
	if errors.Is(err, fail.ErrCondition) || errors.Is(err, fail.ErrConflict) {
		return r.refused(i, err)
	}
	return err
}
