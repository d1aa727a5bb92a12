package fail_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/dystore/dystore/internal/fail"
)

// TestLost: the error of a region learns which paths were wanted of it.
func TestLost(t *testing.T) {
	cause := errors.New("the cause")
	e := &fail.RegionError{Region: "eu-west-1", Err: cause}
	parts := []struct{ region, path string }{{"eu-west-1", "past"}, {"", "note"}, {"eu-west-1", "geo"}, {"eu-west-1", "past"}}
	at := func(region string, i int) (string, bool) { return parts[i].path, parts[i].region == region }
	region := fail.Lost(fmt.Errorf("wrapped: %w", e), len(parts), at)
	if region != "eu-west-1" || !slices.Equal(e.Paths, []string{"geo", "past"}) || e.Error() != "region eu-west-1: the cause" || !errors.Is(e, cause) || !fail.OutOfReach(e) {
		t.Errorf("%q, %+v", region, e)
	}
	if region := fail.Lost(cause, len(parts), at); region != "" {
		t.Errorf("%v is of region %q", cause, region)
	}
}
