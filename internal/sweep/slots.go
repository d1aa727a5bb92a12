package sweep

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
)

// Slots of counters. A slot says which object it counts for. Once that is deleted it never
// comes back: another one under the key has another birth.

// counted are the tables of counters.
func (s *Sweep) counted() (all []string) {
	for _, c := range s.Counters {
		if !slices.Contains(all, c.Of.Root) {
			all = append(all, c.Of.Root)
		}
	}
	slices.Sort(all)
	return all
}

// counters are those of a table.
func (s *Sweep) counters(table string) (all []*schema.Counter) {
	for _, c := range s.Counters {
		if c.Of.Root == table {
			all = append(all, c)
		}
	}
	return all
}

// slots are the items of a table that are slots of counters.
func (s *Sweep) slots(of []*schema.Counter, items []attrs) (all []*found) {
	for _, it := range items {
		for _, c := range of {
			m, err := c.Of.RootMeta(it)
			if err != nil || m == nil {
				continue // it is another counter's, or another program's
			}
			obj := commit.ObjectOf(&c.Of.Tables, tables.Key{Parts: c.Of.KeyIn(it)}, commit.Options{})
			f := &found{table: c.Of.Root, item: it, slot: &slot{remove: obj.Remove(m), void: m.Void}}
			birth, ok := it["birth"].(*types.AttributeValueMemberB)
			if f.key.Parts = keyIn(it["key"]); ok && len(birth.Value) == len(stored.ID{}) && s.Tables.CheckRootKey(f.key) == nil {
				f.slot.birth = stored.ID(birth.Value)
			}
			if m.Void || f.slot.birth != (stored.ID{}) {
				all = append(all, f)
			}
			break
		}
	}
	return all
}

// slot is what a slot counts for, and how it is deleted.
type slot struct {
	birth  stored.ID
	remove commit.Action
	void   bool // there is none: it is being made, or its writer has died
}

// keyIn is the key of the object that a slot is of, nil if it does not say.
func keyIn(av types.AttributeValue) []types.AttributeValue {
	text, ok := av.(*types.AttributeValueMemberB)
	if !ok {
		return nil
	}
	of, err := item.ParseCanonical(text.Value)
	if l, ok := of.(*types.AttributeValueMemberL); ok && err == nil {
		return l.Value
	}
	return nil
}

// judge decides what becomes of the slot; m is the record that its key has, nil if there is
// none.
func (s *slot) judge(m *stored.Root) verdict {
	if m == nil || m.Void || m.Base().Birth != s.birth {
		return goes
	}
	return stays
}
