package schema

import (
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/keys"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/lens"
)

// Counter is a counter of a model, and the slots that it is spread over.
type Counter struct {
	*model.Tally
	Slots   int
	KeyName string  // of the table of slots
	Of      *Schema // that of the slots, which are objects of their own
}

// Slot is one of the items that a counter is spread over.
type Slot struct {
	Sum   int64  `dynamodbav:"n"`
	Slots int    `dynamodbav:"slots,omitempty"` // of slot 0: how many there may be
	Key   []byte `dynamodbav:"key"`             // of the object: the canonical form of its values, a list
	Birth []byte `dynamodbav:"birth"`           // of the object
}

// Key is the key of a slot of an object's counter.
func (c *Counter) Key(entity string, key []types.AttributeValue, birth stored.ID, slot int) tables.Key {
	return tables.Key{Parts: []types.AttributeValue{&types.AttributeValueMemberS{Value: stored.SlotKey(entity, key, c.Name, birth, slot)}}}
}

// CounterOf is the declared counter, nil if it is not of the model.
func CounterOf(s *Schema, t *model.Tally) *Counter {
	i := slices.IndexFunc(s.Counters, func(c *Counter) bool { return c.Tally == t })
	if i < 0 {
		return nil
	}
	return s.Counters[i]
}

// counters checks the counters of a model.
func counters(c *compiler, all []*model.Spread) {
	for _, m := range all {
		before := len(c.errs)
		c.decl(errors.Join(m.Errs...))
		if len(c.errs) > before {
			continue
		}
		counter := &Counter{Tally: m.Tally, Slots: m.Slots, KeyName: m.KeyName}
		refuse := func(reason string, args ...any) {
			c.errs = append(c.errs, &lens.Error{Func: "shard.Spread", Type: m.Root.String(), Path: m.Tally.Name, Reason: fmt.Sprintf(reason, args...)})
		}
		counterTable(c, m, refuse)
		for _, other := range c.s.Counters {
			switch {
			case other.Name == m.Tally.Name:
				refuse("the model has another counter of that name")
			case other.At.GoPath() == m.Tally.At.GoPath():
				refuse("the field %s receives another counter", m.Tally.At.GoPath())
			}
		}
		if c.s.Plain {
			refuse("repo.Plain stores no record, which tells an object from one that had its key before")
		}
		if len(c.errs) == before {
			counter.Of = slots(c, m)
		}
		c.s.Counters = append(c.s.Counters, counter)
	}
}

// counterTable checks where the slots of a counter are.
func counterTable(c *compiler, m *model.Spread, refuse func(string, ...any)) {
	table := c.s.called[m.Table]
	_, parts := c.s.Parts[table]
	switch why := bad(c, table); {
	case tables.InRegion(table):
		refuse("table %q is in another region; a counter is in the region of its root", table)
	case why != "":
		refuse("%s", why)
	case table == c.s.Root || parts:
		refuse("table %q holds roots, parts or claims; counters have a table of their own", table)
	}
	if why := tables.BadName(m.KeyName); why != "" {
		refuse("shard.KeyName: %s", why)
	}
	if m.KeyName == c.s.MetaAttr {
		refuse("the key attribute %q also holds the stored record; see shard.KeyName and repo.MetaAttribute", m.KeyName)
	}
	for _, other := range c.s.Counters {
		if other.Of != nil && other.Of.Root == table && other.KeyName != m.KeyName {
			refuse("table %q has the key attribute %q here and %q in another counter", table, m.KeyName, other.KeyName)
		}
	}
}

// slots is the schema of the slots of a counter.
func slots(c *compiler, m *model.Spread) *Schema {
	var key keys.Spec
	key.AddDetached("shard.Spread", m.Root, m.KeyName, reflect.TypeFor[string]())
	s, err := Compile(Declaration{Typ: reflect.TypeFor[Slot](), Table: c.s.called[m.Table], Key: &key},
		&Settings{Prefix: c.s.Prefix, MetaAttr: c.s.MetaAttr, Entity: stored.SlotEntity(c.s.Entity, m.Tally.Name)})
	c.decl(err)
	return s
}
