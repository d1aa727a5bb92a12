package schematest

import (
	"fmt"
	"slices"

	"github.com/dystore/dystore/repo"
)

// blindIndexes judges the tags by which objects are found that have an encrypted value.
func (c *comparison) blindIndexes() {
	for _, x := range c.old.BlindIndexes {
		y, ok := find(c.new.BlindIndexes, func(y repo.LayoutBlindIndex) bool { return x.Tag == y.Tag })
		switch {
		case !ok:
			c.add(BreaksOldReaders, x.Tag, "it is the tag of "+x.Path+" no longer", "Old programs do not find what new ones write, or find it by the value before", "remove it once no program searches by it")
		case x != y:
			c.add(BreaksStoredData, x.Tag, "it is made in another way: "+was(made(x), made(y)), "Stored objects are not found, and programs of the two declarations do not find what the others write",
				"keep it, and declare a second blind index, with a field for its tag and an index of its own; put all objects; search by that one; remove this one")
		}
	}
	for _, y := range c.new.BlindIndexes {
		if slices.ContainsFunc(c.old.BlindIndexes, func(x repo.LayoutBlindIndex) bool { return x.Tag == y.Tag }) {
			continue
		}
		c.add(NeedsUpgrade, y.Tag, "it is the tag of "+y.Path+" now", "Stored objects have no tag until they were put", "put all objects before anything searches by it")
		c.add(BreaksOldReaders, y.Tag, "it is the tag of "+y.Path+" now", "Old programs leave the tag of the value before", "stop them before anything searches by it")
	}
}

// made says what tags are made of.
func made(x repo.LayoutBlindIndex) string {
	text := fmt.Sprintf("%d bits of %s under key %d", x.Bits, x.Path, x.Key)
	if x.Scope != "" {
		text += " of each " + x.Scope
	}
	if x.FoldCase {
		text += ", without regard to case"
	}
	return text
}
