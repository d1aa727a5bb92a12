package embedded

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// The sizes that one unit pays for.
const (
	readUnit  = 4 << 10
	writeUnit = 1 << 10
)

// consistency is what a read costs per unit of size.
type consistency float64

const (
	eventual      consistency = 0.5
	strong        consistency = 1
	transactional consistency = 2
)

func readMode(consistent *bool) consistency {
	if enabled(consistent) {
		return strong
	}
	return eventual
}

// readUnits is the price of reading a number of bytes at once. Reading nothing
// costs as much as reading one unit.
func readUnits(size int, mode consistency) float64 {
	return float64(max(1, (size+readUnit-1)/readUnit)) * float64(mode)
}

// writeUnits is the price of writing an item of a size.
func writeUnits(size int) float64 {
	return float64(max(1, (size+writeUnit-1)/writeUnit))
}

// usage adds up what an operation costs on one table.
type usage struct {
	table   *table
	units   float64
	indexes map[*index]float64
}

// addWrite charges a change: the larger of the two items on the table, and on
// each index what the change writes there. Transactions pay double for the
// table, but not for the indexes.
func (u *usage) addWrite(c change, factor float64) {
	u.units += factor * writeUnits(max(c.before.size(), c.after.size()))
	if len(c.table.indexes) == 0 {
		return
	}
	before, after := c.table.withKeys(c.before), c.table.withKeys(c.after)
	for _, i := range c.table.indexes {
		if units := i.writeUnits(before, after); units > 0 {
			u.addIndex(i, units)
		}
	}
}

func (u *usage) addIndex(i *index, units float64) {
	if u.indexes == nil {
		u.indexes = map[*index]float64{}
	}
	u.indexes[i] += units
}

// writeUnits is what replacing a record costs on the index: nothing when the
// projected part stays the same, a deletion and an insertion when the key
// changes.
func (i *index) writeUnits(before, after withKeys) float64 {
	old, now := i.holds(before.keys), i.holds(after.keys)
	switch {
	case !old && !now:
		return 0
	case !old:
		return writeUnits(i.size(after.record))
	case !now:
		return writeUnits(i.size(before.record))
	case i.encode(before.keys) != i.encode(after.keys):
		return writeUnits(i.size(before.record)) + writeUnits(i.size(after.record))
	case before.item().Keep(i.kept) == after.item().Keep(i.kept):
		return 0
	}
	return writeUnits(max(i.size(before.record), i.size(after.record)))
}

// axis says on which of its two sides, reading or writing, a capacity repeats
// its units. Only transactions do.
type axis int

const (
	noAxis axis = iota
	readAxis
	writeAxis
)

// capacity is a number of units in the form of an answer.
func (a axis) capacity(units float64) types.Capacity {
	c := types.Capacity{CapacityUnits: aws.Float64(units)}
	switch a {
	case readAxis:
		c.ReadCapacityUnits = aws.Float64(units)
	case writeAxis:
		c.WriteCapacityUnits = aws.Float64(units)
	}
	return c
}

// reported reports whether a request wants to know its price.
func reported(mode types.ReturnConsumedCapacity) bool {
	return mode == types.ReturnConsumedCapacityTotal || mode == types.ReturnConsumedCapacityIndexes
}

// report is the answer to ReturnConsumedCapacity, nil when nothing was asked.
func (u *usage) report(mode types.ReturnConsumedCapacity, a axis) *types.ConsumedCapacity {
	if !reported(mode) {
		return nil
	}
	units := u.units
	for _, n := range u.indexes {
		units += n
	}
	total := a.capacity(units)
	c := &types.ConsumedCapacity{
		TableName: aws.String(u.table.Name), CapacityUnits: total.CapacityUnits,
		ReadCapacityUnits: total.ReadCapacityUnits, WriteCapacityUnits: total.WriteCapacityUnits,
	}
	if mode == types.ReturnConsumedCapacityTotal {
		return c
	}
	table := a.capacity(u.units)
	c.Table = &table
	for i, n := range u.indexes {
		per := &c.LocalSecondaryIndexes
		if i.global {
			per = &c.GlobalSecondaryIndexes
		}
		if *per == nil {
			*per = map[string]types.Capacity{}
		}
		(*per)[i.Name] = a.capacity(n)
	}
	return c
}

// usages are the usages of several tables.
type usages map[*table]*usage

func (all usages) of(t *table) *usage {
	u := all[t]
	if u == nil {
		u = &usage{table: t}
		all[t] = u
	}
	return u
}

// report has one entry for each table, in the order of their names.
func (all usages) report(mode types.ReturnConsumedCapacity, a axis) []types.ConsumedCapacity {
	byName := map[string]*usage{}
	for t, u := range all {
		byName[t.Name] = u
	}
	var out []types.ConsumedCapacity
	for _, name := range sortedNames(byName) {
		if c := byName[name].report(mode, a); c != nil {
			out = append(out, *c)
		}
	}
	return out
}

func consumedByWrite(mode types.ReturnConsumedCapacity, c change) *types.ConsumedCapacity {
	if !reported(mode) {
		return nil
	}
	u := usage{table: c.table}
	u.addWrite(c, 1)
	return u.report(mode, noAxis)
}
