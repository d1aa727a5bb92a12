package linear_test

import (
	"flag"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dystore/dystore/internal/linear"
)

var (
	seed      = flag.Uint64("seed", 0, "run this schedule only")
	without   = flag.String("without", pending, "`subjects` that do not occur, with commas between them: foreign, records, again, late")
	first     = flag.Uint64("first", 1, "the first `seed` of many")
	schedules = flag.Int("schedules", 0, "how many schedules to run")
	soak      = flag.Duration("soak", 0, "run schedules for so long, from a seed of the clock")
)

// pending are the subjects for which the library is known to fail in some
// schedules.
const pending = ""

// subjects reads a list of subjects.
func subjects(list string) (out []linear.Subject) {
	for _, s := range strings.Split(list, ",") {
		out = append(out, linear.Subject(s))
	}
	return out
}

// TestSchedules looks for a schedule that breaks a promise.
func TestSchedules(t *testing.T) {
	h := linear.New(linear.Options{Without: subjects(*without)})
	begin, from, n := time.Now(), *first, 300
	if raceDetector {
		n = 30 // it takes ten times as long
	}
	switch {
	case *seed != 0:
		from, n = *seed, 1
	case *schedules != 0:
		n = *schedules
	case *soak != 0:
		from, n = uint64(begin.Unix())<<16, 1<<30
	}
	bad := 0
	for i := from; i < from+uint64(n) && bad < 3 && (*soak == 0 || time.Since(begin) < *soak); i++ {
		if v := h.Run(t, i); v != nil {
			t.Error(v)
			bad++
		}
	}
	s, took := &h.Stats, time.Since(begin)
	t.Logf("%d schedules from seed %d, %d violations, in %v: %d operations, %d requests, %d faults; %.0f schedules a second",
		s.Schedules, from, bad, took.Round(time.Millisecond), s.Operations, s.Requests, s.Faults, float64(s.Schedules)/took.Seconds())
	for _, k := range slices.Sorted(maps.Keys(s.Outcomes)) {
		t.Logf("%7d %s", s.Outcomes[k], k)
	}
	if s.Schedules >= 300 && *without == pending {
		reached(t, s)
	}
}

// reached fails for outcomes that every few hundred schedules must have: an
// outcome that never occurs is never checked.
func reached(t *testing.T, s *linear.Stats) {
	for verb, kinds := range map[string]string{
		"Create": "nil,ErrExists,outcome unknown,crash", "Put": "nil,ErrNotFound,outcome unknown,refused", "Put tracked": "nil,ErrConflict,outcome unknown,refused",
		"Update": "nil,ErrNotFound,ErrNoPath,ErrCondition,ErrConflict,outcome unknown,no effect,crash", "Modify": "nil,ErrNotFound,outcome unknown",
		"Delete": "nil,ErrNotFound,outcome unknown", "DeleteValue": "nil,ErrConflict", "Get": "nil,ErrNotFound,no effect", "Get partly": "nil,ErrNotFound",
		"Put by record": "nil,ErrConflict", "foreign put": "nil,ErrCondition", "foreign set": "nil", "foreign delete": "nil", "Exists": "nil", "Read": "nil,ErrNotFound", "ReadAll": "nil,ErrNotFound", "dump": "nil,ErrNotFound",
		"Transact": "nil,ErrExists,ErrNotFound,ErrConflict,ErrCondition,ErrNoPath,refused,outcome unknown,no effect,crash", "Transact again": "nil,outcome unknown", "tokens": "expired",
		"Transact of Create": "nil,ErrExists", "Transact of Put": "nil,ErrNotFound", "Transact of Put tracked": "nil,ErrConflict", "Transact of Update": "nil,ErrNotFound,ErrNoPath,ErrCondition",
		"Transact of Check": "nil,ErrNotFound,ErrCondition", "Transact of Delete": "nil,ErrNotFound", "Transact of DeleteValue": "nil,ErrConflict",
		"Transact of Raw add": "nil,ErrCondition", "Transact of Raw reset": "nil", "count": "nil",
		"TransactGet": "nil,no effect", "TransactGet of Get": "nil,ErrNotFound", "TransactGet of Get partly": "nil,ErrNotFound",
		"GetMany of Get": "nil,ErrNotFound", "PutMany of Put": "nil", "PutMany of Put tracked": "nil,ErrConflict", "DeleteMany of Delete": "nil,ErrNotFound",
		"Walk over the table": "nil", "Walk over by-rank": "nil", "Walk over by-n": "nil", "Walk over n-keys": "nil",
		"Query over the table": "nil", "Query over by-rank": "nil", "Query over by-n": "nil", "Query over n-keys": "nil", "Query over items": "nil",
		"seen over the table": "nil", "seen over by-rank": "nil", "seen over by-n": "nil", "seen over n-keys": "nil", "seen over items": "nil",
		"Create staged": "nil,ErrExists,outcome unknown,crash", "Put staged": "nil,outcome unknown", "Put tracked staged": "nil,ErrConflict,outcome unknown", "Update staged": "nil,ErrCondition,outcome unknown,no effect,crash",
		"Delete staged": "nil,ErrNotFound,outcome unknown,crash", "DeleteValue staged": "nil", "Modify staged": "nil,outcome unknown", "Transact staged": "nil,ErrExists,ErrConflict,outcome unknown,crash",
		"Sweep": "nil,no effect,crash", "fence": "nil", "adoption": "nil", "debris": "copies,items of transactions,placeholders,tombstones",
		"missed over the table": "ErrNotFound", "missed over by-rank": "ErrNotFound", "missed over by-n": "ErrNotFound", "missed over n-keys": "ErrNotFound", "missed over items": "ErrNotFound",
	} {
		for _, kind := range strings.Split(kinds, ",") {
			if s.Outcomes[verb+": "+kind] == 0 {
				t.Errorf("%s never ended in %s", verb, kind)
			}
		}
	}
}

// TestSeedsRepeat: a seed must make the same violation again.
func TestSeedsRepeat(t *testing.T) {
	h := linear.New(linear.Options{})
	for i := range uint64(16) {
		if a, b := h.Story(t, i+1), h.Story(t, i+1); a != b {
			t.Errorf("seed %d:\n%s\nand once more:\n%s", i+1, a, b)
		}
	}
}

// TestMutations: the harness finds every mutation, and reports nothing without
// one.
func TestMutations(t *testing.T) {
	unchanged := linear.Unchanged()
	h := linear.New(linear.Options{Mutation: &unchanged, Without: subjects(pending)})
	for i := range uint64(20) {
		if v := h.Run(t, i+1); v != nil {
			t.Fatal(v)
		}
	}
	for _, m := range linear.Mutations() {
		t.Run(m.Name, func(t *testing.T) {
			h := linear.New(linear.Options{Mutation: &m, Without: subjects(pending)})
			for i := range uint64(1000) {
				if v := h.Run(t, i+1); v != nil {
					t.Logf("found in schedule %d", i+1)
					return
				}
			}
			t.Error("1000 schedules have found nothing")
		})
	}
}
