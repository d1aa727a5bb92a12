package protocol

import "testing"

// needed shows what each rule is for. A variant without it is wrong.
var needed = []variant{
	{"a create pins", protocol{from: startAbsent, writers: ops(creation, deletion), faults: 1, rules: rules{createsWithoutPin: true}}, dangling},
	{"every pin has another nonce", protocol{from: startAbsent, writers: ops(creation), sweeper: withFence, faults: 1, rules: rules{repeatsNonce: true}}, dangling},
	{"every pin has another nonce, also without fences", protocol{from: startAbsent, writers: ops(creation, creation, deletion), sweeper: byBase, faults: 1, rules: rules{repeatsNonce: true}}, dangling},
	{"conditions compare ids", protocol{writers: ops(putFirst, deletion, creation), rules: rules{createsWithoutPin: true, deletesAtOnce: true, comparesNumber: true}}, lostUpdate},

	{"puts of children are conditional", protocol{writers: ops(putFirst, changeFirst), faults: 1, rules: rules{overwrites: true}}, dangling},
	{"deletions of children are conditional", protocol{from: startDivided, writers: ops(putFirst, moveFirst), rules: rules{dropsBlindly: true}}, dangling},
	{"no answer is no refusal", protocol{writers: ops(putFirst, putSecond), faults: 1, rules: rules{givesUp: true}}, dangling},
	{"in doubt a writer keeps its children", protocol{writers: ops(putFirst, putSecond), faults: 1, rules: rules{dropsInDoubt: true}}, dangling},
	{"in doubt a writer says so", protocol{writers: ops(putFirst, putSecond), faults: 1, rules: rules{refusesInDoubt: true}}, falseRefusal},
	{"in doubt a transaction says so", protocol{from: startAbsent, writers: ops(txCreation, txCreation, txDeletion), faults: 1, rules: rules{refusesInDoubt: true}}, falseRefusal},

	{"a tombstone is no object for a blind update", protocol{from: startAtHome, writers: ops(deletion, blindUpdate), rules: rules{updatesTombstones: true}}, dangling},

	{"a child that was read before its root is read again", protocol{from: startAtHome, writers: ops(changeBoth), reader: readerRule{guesses: true}}, corrupt},

	{"the sweeper keeps what the root refers to", protocol{writers: ops(putFirst, putSecond), sweeper: sweeperRule{deletes: otherBase, keepsByID: true}}, dangling},
	{"the sweeper compares bases", protocol{writers: ops(putFirst), sweeper: sweeperRule{deletes: anyBase}}, dangling},
	{"the sweeper compares ids", protocol{writers: ops(putFirst, deletion, creation), sweeper: sweeperRule{deletes: otherNumber}}, debris},
	{"the sweeper reads the root after the child", protocol{writers: ops(putFirst, putSecond), sweeper: sweeperRule{deletes: otherBase, rootFirst: true}}, dangling},
	{"the sweeper deletes conditionally", protocol{from: startDivided, writers: ops(putFirst, moveFirst), sweeper: sweeperRule{deletes: otherBase, blindly: true}}, dangling},

	{"a root has another id in each run", protocol{writers: ops(putFirst, deletion, repeating(original, creation)), rules: rules{idsByWrite: true}}, corrupt},
	{"children have other keys in each run", protocol{from: startAbsent, writers: ops(creation, repeating(firstRun, creation)), sweeper: byBase, rules: rules{keysByWrite: true}}, dangling},

	{"no pin is executed twice", protocol{from: startAbsent, writers: ops(creation), sweeper: withFence, faults: 1, copies: copiesOfAll}, dangling},
	{"no pin is executed twice, also beside transactions", protocol{from: startAbsent, writers: ops(creation, txCreation, txDeletion), sweeper: byBase, faults: 1, copies: copiesOfAll}, dangling},
	{"no pin is executed twice, also without fences", protocol{from: startAbsent, writers: ops(creation, deletion), sweeper: byBase, faults: 2, copies: copiesOfAll}, appliedTwice},
}

func TestNeeded(t *testing.T) { check(t, needed) }

// also are protocols that are as good.
var also = []variant{
	{"puts of children have no condition if transactions move them home", protocol{from: startDivided, writers: ops(putFirst, moveFirst, putFirst), sweeper: byBase, faults: 1, rules: rules{overwrites: true}}, fine},

	{"children are read at once with the root, and again", protocol{from: startAtHome, writers: ops(changeBoth, moveFirst, putFirst), reader: readerRule{guesses: true, twice: true}}, fine},
	{"the same beside deletes and creates", protocol{from: startAtHome, writers: ops(deletion, txCreation, moveFirst), reader: readerRule{guesses: true, twice: true}}, fine},

	{"creates share a placeholder", protocol{from: startAbsent, writers: ops(creation, creation), sweeper: withFence, faults: 1, rules: rules{pinsOnlyAbsent: true}}, fine},
	{"creates share a tombstone", protocol{writers: ops(deletion, creation, creation), sweeper: byBase, rules: rules{pinsOnlyAbsent: true}}, fine},
	{"a transaction takes the placeholder", protocol{from: startAbsent, writers: ops(creation, txCreation), sweeper: withFence, faults: 2, rules: rules{pinsOnlyAbsent: true}}, fine},

	{"a create is repeated", protocol{from: startAbsent, writers: ops(creation, repeating(firstRun, creation)), sweeper: byBase, faults: 1}, fine},
	{"a create is repeated after a delete", protocol{from: startAbsent, writers: ops(creation, repeating(firstRun, creation), deletion), sweeper: byBase}, fine},
	{"a create is repeated after a delete, beside an update", protocol{writers: ops(putFirst, deletion, repeating(original, creation)), sweeper: byBase}, fine},
	{"an update is repeated", protocol{writers: ops(putFirst, repeating(firstRun, putFirst), putSecond), sweeper: byBase, faults: 1}, fine},
	{"a delete is repeated", protocol{writers: ops(deletion, repeating(firstRun, deletion), putSecond), sweeper: byBase, faults: 1}, fine},

	{"copies of other requests than pins", protocol{from: startAbsent, writers: ops(creation, deletion), sweeper: withFence, faults: 2, copies: copiesButPins}, fine},
	{"copies of updates", protocol{writers: ops(putFirst, putSecond), sweeper: withFence, faults: 1, copies: copiesOfAll}, fine},
	{"copies beside transactions", protocol{from: startDivided, writers: ops(putFirst, moveFirst), sweeper: withFence, faults: 2, copies: copiesOfAll}, fine},
	{"copies of pins, where roots stay", protocol{from: startAbsent, writers: ops(creation, deletion), sweeper: withFence, faults: 2, copies: copiesOfAll, rules: rules{keepsTombstones: true}}, fine},
	{"copies of pins, where roots stay, beside transactions", protocol{from: startAbsent, writers: ops(creation, txCreation, txDeletion), sweeper: byBase, faults: 1, copies: copiesOfAll, rules: rules{keepsTombstones: true}}, fine},
	{"copies of pins, where roots stay and creates share them", protocol{from: startAbsent, writers: ops(creation, creation, deletion), sweeper: byBase, faults: 1, copies: copiesOfAll, rules: rules{keepsTombstones: true, pinsOnlyAbsent: true}}, fine},
}

func TestAlso(t *testing.T) { check(t, also) }
