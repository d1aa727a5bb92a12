package repo

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/lens"
)

// declaration is a Model without its type parameter.
type declaration struct {
	typ   reflect.Type
	table string
	key   *keySpec
	parts []any // *model.Shard, *model.Protect, *model.Keep, *model.Identity
}

// declared makes the internal form of a mistake public.
func declared(err error) error {
	var d *lens.Error
	if errors.As(err, &d) {
		return d
	}
	var c *codec.Error
	if errors.As(err, &c) {
		return &lens.Error{Func: "repo.TableOf", Type: c.Type, Path: c.Field, Reason: c.Reason}
	}
	return fmt.Errorf("%w: %w", ErrInvalid, err)
}
