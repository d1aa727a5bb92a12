package commit

import (
	"context"
	"time"

	"github.com/dystore/dystore/internal/fail"
)

// Exclude makes sure that a write of obj with its id, by a call that is over, is not
// executed later under the token that such a write has where its condition can hold again.
// It reports whether one has been executed. Of a write of several objects it knows nothing.
func (t *Transactions) Exclude(ctx context.Context, obj *Object) (executed bool, err error) {
	s := t.Begin([]*Object{obj}).(*session)
	check, _ := s.Fence()
	w := &Write{Actions: []Action{check}, token: s.FirstToken()}
	v := w.send(ctx, t.Client, t.Policy, time.Now())
	switch {
	case v.taken:
		return true, nil
	case v.Kind == Committed:
		return false, nil
	}
	return false, fail.Withf(fail.ErrOutcomeUnknown, "it could not be excluded that the write is executed later: %w", v.Err)
}
