package schematest

import "fmt"

// Verdict is what a change means while programs of both declarations run.
type Verdict int

const (
	// Safe: old and new programs read and write each other's objects.
	Safe Verdict = iota
	// NeedsTables: a table or an index must exist before the new program runs.
	NeedsTables
	// NeedsAllowTables: programs meet parts or claims in a table that they do not name;
	// deploy repo.AllowTables first.
	NeedsAllowTables
	// NeedsMovedFrom: stored parts are in a table that the new declaration does not
	// name; say shard.MovedFrom.
	NeedsMovedFrom
	// NeedsUpgrade: the new program reads stored objects, and what it expects of them is
	// true only after they were written anew.
	NeedsUpgrade
	// BreaksOldReaders: old programs cannot read what new ones write, or lose it.
	BreaksOldReaders
	// BreaksStoredData: the new program cannot read, or does not find, what is stored.
	BreaksStoredData
)

var verdicts = [...]string{"safe", "needs tables first", "needs AllowTables first", "needs MovedFrom", "needs an upgrade", "breaks old readers", "breaks stored data"}

// String returns the verdict in words.
func (v Verdict) String() string {
	if v < 0 || int(v) >= len(verdicts) {
		return fmt.Sprintf("Verdict(%d)", int(v))
	}
	return verdicts[v]
}

// Change is one difference of two declarations.
type Change struct {
	Verdict Verdict
	Path    string // of the attribute, shard or unique value; else the name of an index; "" for the model
	What    string // what has changed
	Why     string // what follows from it; may be empty
	Do      string // what to do, in order; may be empty
}

// String returns the change in a line.
func (c Change) String() string {
	s := c.Verdict.String() + ": "
	if c.Path != "" {
		s += c.Path + ": "
	}
	s += c.What
	if c.Why != "" {
		s += ". " + c.Why
	}
	if c.Do != "" {
		s += ". To do: " + c.Do
	}
	return s
}
