package schematest

import (
	"fmt"

	"github.com/dystore/dystore/repo"
)

func (c *comparison) counters() {
	of := func(all []repo.LayoutCounter, name string) (repo.LayoutCounter, bool) {
		return find(all, func(x repo.LayoutCounter) bool { return x.Name == name })
	}
	for _, x := range c.old.Counters {
		y, ok := of(c.new.Counters, x.Name)
		switch {
		case !ok:
			c.add(Safe, x.Name, "the counter was removed", "What was counted stays in the table "+x.Table, "")
		case x.Table != y.Table || x.KeyName != y.KeyName:
			c.add(BreaksStoredData, x.Name, fmt.Sprintf("its slots were in %s, key %s, and are in %s, key %s", x.Table, x.KeyName, y.Table, y.KeyName),
				"It begins with 0 there", "keep the table, or add what was counted to a counter of another name")
		case x.Slots != y.Slots:
			c.add(Safe, x.Name, fmt.Sprintf("it had %d slots, and has %d", x.Slots, y.Slots), "A change that is repeated by its write id across the deployment may be added twice", "")
		}
	}
	for _, y := range c.new.Counters {
		if _, ok := of(c.old.Counters, y.Name); !ok {
			c.add(NeedsTables, y.Name, "it is counted now", "Objects cannot be read until there is the table "+y.Table, "create the table first; CreateTables does")
		}
	}
}
