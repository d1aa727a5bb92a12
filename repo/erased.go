package repo

import (
	"context"

	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/lens"
)

// Erased are encrypted fields that may have been erased: a part of a model. [AcceptErased]
// makes it.
type Erased[T any] struct{ plaintextHandle[T] }

// AcceptErased reads these fields as empty where their key is destroyed, which is otherwise
// the error cipher.ErrKeyDestroyed. The fields are exactly those that cipher.Protect names, or
// that cipher.ProtectAll encrypts. report is called for each such value with the context of the
// read and the path of the value, so that what is erased can be told from what is empty, by
// several goroutines at once.
//
// Only the key source says that a key is destroyed. A key that it does not know, or that is
// disabled, and a source that does not answer, are errors as ever. Whoever can write to the
// table can make a value look erased, by the id of a destroyed key in it.
//
// A Put or a Modify of such an object stores the empty values in place of the erased ones,
// under the key of today. In the scope of a person whose keys are all destroyed there is
// none: such a write fails with ErrUnavailable and cipher.ErrKeyDestroyed. Delete needs no key.
func AcceptErased[T any](report func(ctx context.Context, path string), fields ...lens.Field[T]) *Erased[T] {
	return &Erased[T]{model.HandlePart[T](&model.Erased{Lenses: lensesOf(fields), Report: report})}
}
