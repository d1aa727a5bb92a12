package fail_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/dystore/dystore/internal/fail"
)

func TestWithf(t *testing.T) {
	cause := errors.New("the cause")
	err := fail.Withf(fail.ErrCorrupt, "item %d: %w", 3, cause)
	if !errors.Is(err, fail.ErrCorrupt) || !errors.Is(err, cause) || err.Error() != "stored data is corrupt: item 3: the cause" {
		t.Error(err)
	}
}

func TestPath(t *testing.T) {
	inner := fail.At(fail.Text("inner"), fail.ErrNoPath)
	for _, c := range []struct {
		err   error
		path  string
		known bool
	}{
		{nil, "", false},
		{fail.ErrNoPath, "", false},
		{inner, "inner", true},
		{fmt.Errorf("wrapped: %w", inner), "inner", true},
		{fail.At(fail.Text("outer"), inner), "outer", true},
		{fail.At(fail.Text(""), inner), "", true},
	} {
		if path, known := fail.Path(c.err); path != c.path || known != c.known {
			t.Errorf("%v: %q, %v", c.err, path, known)
		}
		if c.known && !errors.Is(c.err, fail.ErrNoPath) {
			t.Errorf("%v is no ErrNoPath any more", c.err)
		}
	}
}
