package repo

import (
	"context"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/load"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/lens"
)

// UpdateGet is Update that returns the object.
//
// Where the write is one UpdateItem, DynamoDB returns the item with it, and the
// object is exactly what this write has left: that is so if only the root item is
// changed, over a known version (IfUnchanged) or with Relaxed, and without
// WithWriteID. Then it costs one request, and one more if the object has parts.
// Otherwise a read follows the write. The object contains the changes, and
// possibly those of writers that came right after. With IfUnchanged the record
// tells the two apart: its version is the next one, or a later one.
//
// Errors are those of Update, and say what became of the changes. If they are made
// and the object cannot be read back, the error is a [WrittenError], and of no
// other kind; the Op of its Error is Get, and the WriteID that of the changes.
//
// A view's options are those of Update and, but for Eventually, of Get.
func UpdateGet[T any](ctx context.Context, r *Repo[T], key Key[T], changes ...lens.Change[T]) (_ *T, err error) {
	ctx, verb := r.c.writes(ctx, "UpdateGet", 1)
	defer verb.End(&err)
	call := r.view.call("UpdateGet", nil)
	if _, err := r.c.read.Select(call.read); err != nil { // before anything is written
		return nil, r.c.fail("Update", key.k, [16]byte{}, err)
	}
	id, left, err := r.c.update(ctx, key.k, erased(changes), call, true)
	if err != nil {
		return nil, r.c.fail("Update", key.k, id, err)
	}
	ptr, err := r.c.readBack(ctx, key.k, left, call.read)
	if err != nil {
		e := failure(&r.c.s.Tables, "Get", key.k, id, err).(*Error)
		e.Err = &WrittenError{err}
		return nil, e
	}
	return ptr.Interface().(*T), nil
}

// readBack reads an object that was just written. left is its root item, if it is
// known.
func (c *core) readBack(ctx context.Context, key tables.Key, left map[string]types.AttributeValue, opts load.Options) (reflect.Value, error) {
	if left != nil {
		return c.read.FromRoot(ctx, left, opts)
	}
	ptr, _, err := c.read.Get(ctx, key, opts)
	return ptr, err
}

// WrittenError says that the changes of an UpdateGet are made, and that the object
// could not be read back. It hides the kind of the reason, which would speak of the
// write: errors.Is finds no ErrThrottled in it, of which callers repeat the write,
// and no ErrNotFound where the object has been deleted since.
type WrittenError struct {
	Err error // why it was not read
}

func (e *WrittenError) Error() string {
	return "the changes are made, but the object could not be read back: " + e.Err.Error()
}
