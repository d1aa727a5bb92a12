package protocol

import "testing"

var (
	older           = sweeperRule{deletes: olderBase}
	olderWithFence  = sweeperRule{deletes: olderBase, fences: true}
	withoutPin      = rules{createsWithoutPin: true, deletesAtOnce: true}
	comparingNumber = rules{createsWithoutPin: true, deletesAtOnce: true, comparesNumber: true}
)

// textbook leads from no protocol at all to the known ones, which have neither
// placeholders nor tombstones. Each that loses data lacks one rule of the next.
var textbook = []variant{
	{"P0 children are overwritten, the reader trusts", protocol{from: startAtHome, writers: ops(overwriteBoth, overwriteBoth), reader: readerRule{trusts: true}, rules: rules{overwrites: true}}, torn},
	{"P0v the reader compares stamps and gives up", protocol{from: startAtHome, writers: ops(overwriteBoth, overwriteBoth), reader: readerRule{givesUp: true}, rules: rules{overwrites: true}}, fine},
	{"T0 transactions, the reader trusts", protocol{from: startAtHome, writers: ops(changeBoth, changeBoth), reader: readerRule{trusts: true}}, torn},
	{"T1 transactions, the reader compares stamps and restarts", protocol{from: startAtHome, writers: ops(changeBoth, changeBoth, changeBoth)}, fine},

	{"P1 staged, the reader gives up", protocol{writers: ops(putBoth, putBoth), reader: readerRule{givesUp: true}}, missing},
	{"P1r the reader restarts", protocol{writers: ops(putBoth, putBoth)}, fine},
	{"P1e eventual reads of children", protocol{writers: ops(putBoth, putBoth), reader: readerRule{eventually: true}}, corrupt},
	{"P1f and a strong one of what was missed", protocol{writers: ops(putBoth, putBoth), reader: readerRule{eventually: true, twice: true}}, fine},

	{"P2 the sweeper goes by age", protocol{writers: ops(putBoth, putBoth), sweeper: sweeperRule{deletes: anyBase}}, dangling},
	{"P3 it goes by lower versions", protocol{writers: ops(putBoth, putBoth), sweeper: older}, fine},
	{"P4 it fences too", protocol{writers: ops(putBoth, putBoth), sweeper: olderWithFence}, fine},
	{"P5 no answer counts as refused", protocol{writers: ops(putBoth, putBoth), sweeper: older, faults: 1, rules: rules{givesUp: true}}, dangling},
	{"P6 without an answer the writer sends again", protocol{writers: ops(putBoth, putBoth), sweeper: older, faults: 1}, fine},
	{"P7 deleted and created again, versions without ids", protocol{writers: ops(putBoth, deletion, putBoth), sweeper: older, rules: comparingNumber}, lostUpdate},
	{"P8 versions with ids", protocol{writers: ops(putBoth, deletion, putBoth), sweeper: older, rules: withoutPin}, fine},
	{"P9 two creates", protocol{from: startAbsent, writers: ops(putBoth, putBoth), sweeper: older, rules: withoutPin}, fine},
	{"P10 no answers and fences", protocol{writers: ops(putBoth, putBoth), sweeper: olderWithFence, faults: 1}, fine},

	{"S1 a part each, the sweeper keeps those of the last write", protocol{writers: ops(putFirst, putSecond), sweeper: sweeperRule{deletes: olderBase, keepsByID: true}}, dangling},
	{"S2 it keeps those of the root", protocol{writers: ops(putFirst, putSecond), sweeper: older}, fine},
	{"S3 both parts and one, no answers", protocol{writers: ops(putBoth, putSecond), sweeper: older, faults: 1}, fine},
	{"S4 three writers", protocol{writers: ops(putFirst, putSecond, putFirst), sweeper: older}, fine},
}

func TestTextbook(t *testing.T) { check(t, textbook) }
