package protocol

import (
	"slices"
	"testing"
)

// A variant is a protocol and what is known of it.
type variant struct {
	name string
	protocol
	want verdict
}

// check explores variants. A protocol that is fine has to be so while something
// happens: every writer succeeds in one order of events, and the reader reads the
// object in one.
func check(t *testing.T, variants []variant) {
	for i, v := range variants {
		if raceDetector && i%4 != 0 {
			continue // nothing here runs concurrently but the variants
		}
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			switch {
			case v.want != fine:
			case raceDetector:
				v.faults = 0
			case testing.Short() && v.faults > 0:
				v.faults--
			}
			got := explore(&v.protocol)
			t.Logf("%v, %d states", got.verdict, got.states)
			for i, step := range got.trace {
				t.Logf("%2d. %v", i+1, step)
			}
			if got.verdict != v.want {
				t.Errorf("is %v, want %v", got.verdict, v.want)
			}
			if got.verdict == fine && (!v.reads || slices.Contains(v.succeeds[:len(v.writers)], false)) {
				t.Errorf("shows nothing: the reader reads: %v; writers succeed: %v", v.reads, v.succeeds)
			}
		})
	}
}

// Operations that many variants have.
var (
	putBoth   = operation{parts: 0b11}
	putFirst  = operation{parts: 0b01}
	putSecond = operation{parts: 0b10}
	creation  = operation{intent: create}
	deletion  = operation{intent: erase}

	overwriteBoth = operation{parts: 0b11, way: overwriting}
	changeBoth    = operation{parts: 0b11, way: inPlace}
	changeFirst   = operation{parts: 0b01, way: inPlace}
	moveFirst     = operation{parts: 0b01, way: homing}
	blindUpdate   = operation{parts: 0b01, way: blind}
	txCreation    = operation{intent: create, way: inPlace}
	txDeletion    = operation{intent: erase, way: inPlace}
)

// Sweepers of this project.
var (
	byBase    = sweeperRule{deletes: otherBase}
	withFence = sweeperRule{deletes: otherBase, fences: true}
)

func ops(ops ...operation) []operation { return ops }

// repeating is op, made again by a program that does not know what became of the
// write of that id.
func repeating(of id, op operation) operation {
	op.repeats = of
	return op
}
