package shard

import (
	"fmt"
	"reflect"

	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/lens"
)

// spreadOf keeps the methods that tie a value to its T out of the documentation.
type spreadOf[T any] = model.PartHandle[T]

// SpreadCounter is a counter and where it is kept, a part of a model of T. [Spread] makes
// one; it is immutable. The zero value is refused.
type SpreadCounter[T any] struct{ spreadOf[T] }

// Spread keeps a counter in slots, items of the placement's table, 1 to 256 for each
// object:
//
//	shard.Spread(shard.To("PageCounts"), 16, views)
//
// A change goes to one of the slots, and a read of the object reads all of them. So the
// number of slots is how many times as many changes a second there can be as one item
// takes, and how many items more a read costs. A slot is made by the first change that
// goes to it. The number may be raised, or lowered, while programs of both versions run:
// slots that exist count, whoever has made them.
//
// The table has a partition key of type S, and is in the region of the root's. It is for
// counters only, those of several models of different entities if need be. Of the options of [To] only
// [KeyName] has a meaning here.
func Spread[T any](p Placement, slots int, counter lens.Tally[T]) SpreadCounter[T] {
	s := &model.Spread{Root: reflect.TypeFor[T](), Tally: counter.ModelTally(), Table: p.table, KeyName: p.keyName, Slots: slots}
	refuse := func(reason string, args ...any) {
		s.Errs = append(s.Errs, &lens.Error{Func: "shard.Spread", Type: s.Root.String(), Path: s.Tally.Name, Reason: fmt.Sprintf(reason, args...)})
	}
	if err := counter.Err(); err != nil {
		s.Errs = append(s.Errs, err)
	}
	for _, f := range p.faults {
		refuse("%s", f)
	}
	switch {
	case p.keyName == "" && len(p.faults) == 0:
		refuse("the placement is empty; make one with shard.To")
	case p.whenOver != 0 || p.packed:
		refuse("WhenOver and Compressed are for parts; a slot is a number in its table")
	case len(p.movedFrom) > 0:
		refuse("MovedFrom is for parts; slots do not move")
	case p.region != "":
		refuse("Region is for parts; a counter is in the region of its root")
	}
	if slots < 1 || slots > stored.MaxSlots {
		refuse("a counter has 1 to %d slots, not %d", stored.MaxSlots, slots)
	}
	return SpreadCounter[T]{model.HandlePart[T](s)}
}

var _ model.PartOf[int] = SpreadCounter[int]{}
