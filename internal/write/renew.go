package write

import (
	"context"
	"reflect"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/load"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
)

// A renewal writes an object that it does not change, as a Put of today stores it. The
// version rises; who has written the object last stays.

// renewal is a modification that changes nothing.
func (w *Writer) renewal(key tables.Key, opts Options) *modification {
	o := w.modification(key, load.Options{}, opts, func(reflect.Value) error { return nil })
	o.renews = true
	return o
}

// Upgrade brings an object of an earlier version of the model to today's; one that is of
// today's by now stays as it is. over is the version that it must be, nil for any.
func (w *Writer) Upgrade(ctx context.Context, key tables.Key, over *stored.Root) error {
	o := w.renewal(key, Options{})
	changed := false
	o.only = func(m *stored.Root) bool {
		changed = over != nil && (m == nil || m.WriteID() != over.WriteID())
		return !changed && w.Schema.Outdated(m)
	}
	if _, err := run(ctx, w.protocol, o); err != nil {
		return err
	}
	if changed {
		return fail.ErrConflict
	}
	return nil
}
