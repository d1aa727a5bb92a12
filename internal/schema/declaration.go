package schema

import (
	"reflect"

	"github.com/dystore/dystore/internal/keys"
)

// Declaration is a Model without its type parameter.
type Declaration struct {
	Typ   reflect.Type
	Table string
	Key   *keys.Spec
	Parts []any // *model.Shard, *model.Protect, *model.Keep, *model.Identity, *model.Unique, *model.Spread, *model.Expiry, *model.SoftDelete, *keys.Index
}
