package repo

import (
	"time"

	"github.com/dystore/dystore/internal/fail"
)

// Progress is how far something has come that goes through all objects of a table.
type Progress struct {
	Seen    int64  // objects looked at
	Changed int64  // of them, written; with [DryRun]: that would have been
	Failed  int64  // of them, neither changed nor as they should be
	Cursor  Cursor // where to go on with [StartAt]; "" at the beginning and at the end

	// InFlight is of [Repo.Sweep]: how many items were left because a write may be on its way.
	InFlight int64

	// The rest is of [Repo.Migrate] and [Repo.Reencrypt]; Read, Write and Elapsed of [Repo.Sweep] too.

	Errors      map[string]int64 // how many have failed, by the name of the error: "ErrCorrupt"
	Keys        []KeyUse         // of Reencrypt: what it has found, in the objects looked at, under which keys
	Read, Write float64          // capacity units consumed
	// Total is how many items the table of the roots has, by DynamoDB's count, which is
	// six hours old at most; 0 if that cannot be had. Left is the time that the rest of
	// them would take at the pace so far; 0 if that is not known. What was done before
	// [StartAt] counts as rest.
	Total         int64
	Elapsed, Left time.Duration
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

// Rate bounds the capacity units that Migrate, Reencrypt or Sweep consumes in a second, 0 for no bound. What
// a request costs is known when it is answered, so a request may exceed the bound, and the
// next ones wait for that. Units are those of DynamoDB (ConsumedCapacity): a write of 1 KB
// in a transaction is 2. Several programs that migrate at once each have their own bound.
func Rate(read, write float64) CallOption {
	if !(read >= 0 && write >= 0) {
		return callOption{name: "Rate", err: fail.Withf(ErrInvalid, "Rate(%v, %v): a rate is more than 0, or 0 for no bound", read, write)}
	}
	return callOption{name: "Rate", apply: func(c *call) { c.rate = [2]float64{read, write} }}
}
