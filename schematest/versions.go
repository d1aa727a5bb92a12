package schematest

import (
	"fmt"

	"github.com/dystore/dystore/repo"
)

// versionsOf are the version of a model and the earliest one whose objects are read.
func versionsOf(l *repo.Layout) (version, oldest int) {
	if l.Version == 0 {
		return 1, 1 // as objects that say none
	}
	return l.Version, l.Oldest
}

// versions judges the version of the model, and the steps to it.
func (c *comparison) versions() {
	before, first := versionsOf(c.old)
	after, oldest := versionsOf(c.new)
	what := "the version of the model " + was(before, after)
	switch {
	case after < before:
		c.add(BreaksStoredData, "", what, "Stored objects are repo.ErrSchemaTooNew", "keep the version, or make a later one whose step leads back")
	case after == before:
	case oldest > before:
		c.add(BreaksStoredData, "", what, "No step leads from there: stored objects are repo.ErrSchemaTooOld", fmt.Sprintf("add repo.Upgrade(%d, …)", before))
	default:
		c.steps = true
		c.add(BreaksOldReaders, "", what, "What the new program writes is repo.ErrSchemaTooNew to old ones: they can delete it, and nothing else", "stop the old programs first, or accept their errors until they have gone")
	}
	switch {
	case oldest > first && first < min(before, after):
		c.add(NeedsUpgrade, "", fmt.Sprintf("repo.Upgrade(%d) was removed", first), fmt.Sprintf("Objects of versions before %d are repo.ErrSchemaTooOld", min(oldest, before)), "Repo.Migrate by the present program first")
	case oldest < min(first, after):
		c.add(Safe, "", fmt.Sprintf("repo.Upgrade(%d) was added", oldest), "Objects of that version are read", "")
	}
}

// byStep judges the changes of attributes that a step makes: stored objects go through it,
// and no old program reads what it has made.
func (c *comparison) byStep(from int) {
	for i := range c.changes[from:] {
		x := &c.changes[from+i]
		x.Verdict, x.Why, x.Do = Safe, "An object becomes what repo.Upgrade makes of it; its next write removes what that does not have", ""
	}
}
