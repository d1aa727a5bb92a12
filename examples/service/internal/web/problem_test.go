package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/dystore/dystore/repo"
)

// TestProblems has every kind of error of the library, and some that have two.
func TestProblems(t *testing.T) {
	for _, test := range []struct {
		err    error
		status int
		typ    string
	}{
		{repo.ErrNotFound, http.StatusNotFound, "not-found"},
		{repo.ErrDuplicate, http.StatusConflict, "duplicate"},
		{repo.ErrExists, http.StatusConflict, "exists"},
		{repo.ErrCondition, http.StatusConflict, "state"},
		{repo.ErrNoPath, http.StatusConflict, "state"},
		{repo.ErrConflict, http.StatusPreconditionFailed, "changed"},
		{repo.ErrInvalid, http.StatusUnprocessableEntity, "invalid"},
		{repo.ErrTooLarge, http.StatusRequestEntityTooLarge, "too-large"},
		{repo.ErrThrottled, http.StatusServiceUnavailable, "overloaded"},
		{repo.ErrContention, http.StatusServiceUnavailable, "overloaded"},
		{repo.ErrBusy, http.StatusServiceUnavailable, "overloaded"},
		{repo.ErrUnavailable, http.StatusServiceUnavailable, "overloaded"},
		{repo.ErrUnknownVariant, http.StatusServiceUnavailable, "newer-version"},
		{repo.ErrSchemaTooNew, http.StatusServiceUnavailable, "newer-version"},
		{repo.ErrOutcomeUnknown, http.StatusGatewayTimeout, "outcome-unknown"},
		{repo.ErrCorrupt, http.StatusInternalServerError, "internal"},
		{repo.ErrNotLoaded, http.StatusInternalServerError, "internal"},
		{errors.New("table orders, key c1"), http.StatusInternalServerError, "internal"},
		{fmt.Errorf("%w: %w", repo.ErrThrottled, context.DeadlineExceeded), http.StatusServiceUnavailable, "overloaded"},
		{fmt.Errorf("%w: %w", context.DeadlineExceeded, repo.ErrOutcomeUnknown), http.StatusGatewayTimeout, "outcome-unknown"},
		{context.DeadlineExceeded, http.StatusServiceUnavailable, "overloaded"},
	} {
		p := ProblemOf(fmt.Errorf("wrapped: %w", test.err))
		if p.Status != test.status || p.Type != "/problems/"+test.typ || p.Detail != "" {
			t.Errorf("%v: got %+v, want %d %s", test.err, p, test.status, test.typ)
		}
	}
}
