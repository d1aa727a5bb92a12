package meta

import (
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/probe"
	"github.com/dystore/dystore/lens"
)

// Kept says which field of a T receives the record of the stored object. It is
// a part of a model: pass it to repo.TableOf. [Keep] makes one.
type Kept[T any] struct{ handle[T] }

// handle keeps the methods that tie a Kept to its T out of the documentation.
type handle[T any] = model.KeepHandle[T, lens.Error]

// Keep names the Record field of a T, which must be tagged dynamodbav:"-". A
// Record among the fields of a T that nothing keeps is refused by repo.New. The
// accessor only takes the field's address; it runs here, on values that Keep
// makes, and never on a user's. Mistakes are reported by repo.New.
func Keep[T any](field func(*T) *Record) *Kept[T] {
	return &Kept[T]{model.HandleKeep[T, lens.Error](&model.Keep{At: probe.OfUnstored[lens.Error]("meta.Keep", field)})}
}
