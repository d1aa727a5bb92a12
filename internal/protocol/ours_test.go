package protocol

import (
	"fmt"
	"testing"
)

// TestPairs has two writers do everything that two can do to one object, with a
// reader, a sweeper and a fault.
func TestPairs(t *testing.T) {
	present := []operation{putFirst, putBoth, deletion, changeFirst, moveFirst, blindUpdate, txDeletion}
	gone := []operation{creation, putFirst, txCreation, changeFirst, blindUpdate, deletion, txDeletion}
	var pairs []variant
	for from, all := range map[start][]operation{startStaged: present, startAtHome: present, startDivided: present, startAbsent: gone} {
		for i, a := range all {
			for _, b := range all[i:] {
				if from == startAbsent && (a.intent == erase || a.way == blind) {
					continue // neither creates anything
				}
				if from != startStaged && from != startAbsent && a.way == staged && b.way == staged {
					continue // where children are is one to staged writes
				}
				name := fmt.Sprintf("%v: %v and %v", from, a, b)
				pairs = append(pairs, variant{name, protocol{from: from, writers: ops(a, b), sweeper: withFence, faults: 1}, fine})
			}
		}
	}
	check(t, pairs)
}

// longer are orders of events that no pair with one fault has.
var longer = []variant{
	{"a create without three answers", protocol{from: startAbsent, writers: ops(creation), sweeper: withFence, faults: 3}, fine},
	{"two creates without fences", protocol{from: startAbsent, writers: ops(creation, creation), sweeper: byBase, faults: 2}, fine},
	{"two creates that begin again", protocol{from: startAbsent, writers: ops(again(creation), again(creation)), sweeper: withFence}, fine},
	{"create, delete, create", protocol{from: startAbsent, writers: ops(creation, deletion, creation), sweeper: byBase, faults: 1}, fine},
	{"create, delete, create by transaction", protocol{from: startAbsent, writers: ops(creation, deletion, txCreation), sweeper: withFence}, fine},
	{"create, delete by transaction, create", protocol{from: startAbsent, writers: ops(creation, txDeletion, creation), sweeper: withFence}, fine},
	{"updates of a part each", protocol{writers: ops(putFirst, putSecond), sweeper: withFence, faults: 2}, fine},
	{"updates of a part each, and of both", protocol{writers: ops(putFirst, putSecond, putBoth), sweeper: byBase}, fine},
	{"update, delete, put", protocol{writers: ops(putFirst, deletion, putFirst), sweeper: byBase}, fine},
	{"away from home and back", protocol{from: startDivided, writers: ops(putFirst, moveFirst), sweeper: withFence, faults: 2}, fine},
	{"home, away and home", protocol{from: startDivided, writers: ops(moveFirst, putFirst, moveFirst), sweeper: withFence, faults: 1}, fine},
	{"away, changed there, and away", protocol{from: startDivided, writers: ops(putFirst, changeFirst, putFirst), sweeper: withFence}, fine},
	{"away from home and updated blindly", protocol{from: startAtHome, writers: ops(putFirst, blindUpdate, moveFirst), sweeper: withFence}, fine},
	{"staged and transaction create", protocol{from: startAbsent, writers: ops(creation, txCreation), sweeper: withFence, faults: 2}, fine},
	{"deleted staged, created by transaction", protocol{from: startAtHome, writers: ops(deletion, txCreation), sweeper: withFence, faults: 2}, fine},
}

func TestLonger(t *testing.T) { check(t, longer) }

// again is op, and begins again once it is refused.
func again(op operation) operation {
	op.tries = true
	return op
}
