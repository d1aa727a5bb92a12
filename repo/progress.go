package repo

import "github.com/dystore/dystore/internal/fail"

// Progress is how far something has come that goes through all objects of a table.
type Progress struct {
	Seen    int64  // objects looked at
	Changed int64  // of them, written; with [DryRun]: that would have been
	Failed  int64  // of them, neither changed nor as they should be
	Cursor  Cursor // where to go on with [StartAt]; "" at the beginning and at the end
}

// DryRun does everything but write: it reads, decodes and validates, and counts what
// would be changed.
func DryRun() CallOption {
	return callOption{name: "DryRun", apply: func(c *call) { c.dryRun = true }}
}

// OnProgress calls a function after each page, the last one included, in the goroutine of
// the call. To stop, end the context: what was done stays done, and the Cursor is where
// to go on.
func OnProgress(f func(Progress)) CallOption {
	if f == nil {
		return callOption{name: "OnProgress", err: fail.Withf(ErrInvalid, "OnProgress: the function is nil")}
	}
	return callOption{name: "OnProgress", apply: func(c *call) { c.progress = f }}
}
