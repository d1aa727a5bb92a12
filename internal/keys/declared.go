package keys

import (
	"errors"
	"fmt"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/lens"
)

// Declared makes the internal form of a mistake public.
func Declared(err error) error {
	var d *lens.Error
	if errors.As(err, &d) {
		return d
	}
	var c *codec.Error
	if errors.As(err, &c) {
		return &lens.Error{Func: "repo.TableOf", Type: c.Type, Path: c.Field, Reason: c.Reason}
	}
	return fmt.Errorf("%w: %w", fail.ErrInvalid, err)
}
