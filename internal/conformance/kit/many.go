package kit

import (
	"errors"
	"testing"

	"github.com/dystore/dystore/repo"
)

// WantSentTogether is WantSent for requests that are under way at the same time:
// want says how often each is sent.
func (x *World) WantSentTogether(t *testing.T, what string, want map[string]int) {
	t.Helper()
	sent := map[string]int{}
	for _, line := range x.sent(t) {
		sent[line]++
	}
	if !x.Engine.Uncounted {
		Equal(t, "requests of "+what, sent, want)
	}
}

// WantErrs fails t unless err is a BatchError with n places, and each has the kind
// of error that want names, or none.
func WantErrs(t *testing.T, what string, err error, n int, want map[int]error) {
	t.Helper()
	batch, ok := errors.AsType[*repo.BatchError](err)
	if !ok {
		t.Errorf("%s: %v is no BatchError", what, err)
		return
	}
	Equal(t, "places of "+what, len(batch.Errs), n)
	for at, err := range batch.Errs {
		if kind := want[at]; kind != nil {
			WantErr(t, what, err, kind, "")
			if !errors.Is(batch, kind) {
				t.Errorf("%s: the whole error is not %v", what, kind)
			}
		} else if err != nil {
			t.Errorf("%s: at %d: %v", what, at, err)
		}
	}
}
