package fail

import (
	"context"
	"errors"
)

// named are the kinds by the names that package repo gives them. An error that has
// several is of the first of them.
var named = []struct {
	name string
	err  error
}{
	{"ErrOutcomeUnknown", ErrOutcomeUnknown},
	{"ErrNotFound", ErrNotFound},
	{"ErrNoPath", ErrNoPath},
	{"ErrExists", ErrExists},
	{"ErrDuplicate", ErrDuplicate},
	{"ErrConflict", ErrConflict},
	{"ErrCondition", ErrCondition},
	{"ErrTooLarge", ErrTooLarge},
	{"ErrNotLoaded", ErrNotLoaded},
	{"ErrSchemaTooNew", ErrSchemaTooNew},
	{"ErrSchemaTooOld", ErrSchemaTooOld},
	{"ErrCorrupt", ErrCorrupt},
	{"ErrThrottled", ErrThrottled},
	{"ErrContention", ErrContention},
	{"ErrBusy", ErrBusy},
	{"ErrUnavailable", ErrUnavailable},
	{"ErrInvalid", ErrInvalid},
	{"context.Canceled", context.Canceled},
	{"context.DeadlineExceeded", context.DeadlineExceeded},
}

// KindName is the name of the kind of an error: "other" if it has none, "" if there
// is no error.
func KindName(err error) string {
	if err == nil {
		return ""
	}
	for _, k := range named {
		if errors.Is(err, k.err) {
			return k.name
		}
	}
	return "other"
}
