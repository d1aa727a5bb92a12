// Package slots reads counters: the items that each is spread over.
package slots

import (
	"context"
	"math/big"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/stored"
)

// Count is the counters of one object, and what they add up to.
type Count struct {
	Counters []*schema.Counter
	Entity   string // of the object
	Key      []types.AttributeValue
	Birth    stored.ID
	Sums     []int64 // of each counter
	Err      error   // why there are none

	exact []big.Int // slots of both signs may be larger than their sum
}

// Read reads the counters of objects. The error of one is in its Err. Slots beyond those
// that a counter has today are read if slot 0 says that another program has made some.
func Read(ctx context.Context, get fetch.Reader, all []*Count, strong bool) error {
	r := &reader{proj: fetch.Projections{}}
	for _, c := range all {
		c.exact = make([]big.Int, len(c.Counters))
		for i, counter := range c.Counters {
			r.ask(c, i, 0, counter.Slots)
		}
	}
	for len(r.gets) > 0 {
		items, err := get.Items(ctx, r.gets, strong, r.proj)
		if err != nil {
			return err
		}
		asked := r.asked
		r.gets, r.asked = nil, nil
		for n, it := range items {
			if it != nil && asked[n].of.Err == nil {
				r.take(asked[n], it)
			}
		}
	}
	for _, c := range all {
		if c.Err == nil {
			c.sum()
		}
	}
	return nil
}

// sum settles what the slots that were read add up to.
func (c *Count) sum() {
	c.Sums = make([]int64, len(c.Counters))
	for i, counter := range c.Counters {
		if !c.exact[i].IsInt64() || counter.At.Value.OverflowInt(c.exact[i].Int64()) {
			c.Err = fail.At(fail.Text(counter.Name), fail.Withf(fail.ErrInvalid, "the sum %s is beyond the range of %s", &c.exact[i], counter.At.Value))
			return
		}
		c.Sums[i] = c.exact[i].Int64()
	}
}

// Fill puts the counters into the value of the object; c is nil if they were not read.
func (c *Count) Fill(ptr reflect.Value) {
	if c == nil {
		return
	}
	for i, counter := range c.Counters {
		counter.At.Set(ptr.Elem(), reflect.ValueOf(c.Sums[i]).Convert(counter.At.Value))
	}
}

// reader is one Read.
type reader struct {
	gets  []fetch.Item
	asked []slot // parallel to gets
	proj  fetch.Projections
}

// slot is a slot that is read.
type slot struct {
	of      *Count
	counter int // of its Counters
	number  int
}

// ask asks for the slots of a counter from one number on, before another.
func (r *reader) ask(c *Count, counter, from, to int) {
	declared := c.Counters[counter]
	for n := from; n < to; n++ {
		it := declared.Of.RootItem(declared.Key(c.Entity, c.Key, c.Birth, n))
		r.gets, r.asked = append(r.gets, it), append(r.asked, slot{c, counter, n})
		if r.proj[it.Table] == nil {
			var e expr.Builder
			r.proj[it.Table] = e.Project(e.Name(declared.KeyName), e.Name("n"), e.Name("slots"), e.Path(declared.Of.MetaAttr, "x"))
		}
	}
}

// take adds up a slot that there is. One that is being made has a placeholder.
func (r *reader) take(s slot, it map[string]types.AttributeValue) {
	c, counter := s.of, s.of.Counters[s.counter]
	if it[counter.Of.MetaAttr] != nil {
		return
	}
	n, ok := number(it["n"])
	if !ok {
		c.Err = fail.At(fail.Text(counter.Name), fail.Withf(fail.ErrCorrupt, "slot %d of the counter has no number", s.number))
		return
	}
	c.exact[s.counter].Add(&c.exact[s.counter], n)
	if most, ok := number(it["slots"]); ok && s.number == 0 && most.IsInt64() && most.Int64() > int64(counter.Slots) {
		r.ask(c, s.counter, counter.Slots, int(min(most.Int64(), stored.MaxSlots)))
	}
}

// number is an integer of a slot. The sum in one may be larger than any of int64.
func number(av types.AttributeValue) (*big.Int, bool) {
	text, ok := av.(*types.AttributeValueMemberN)
	if !ok {
		return nil, false
	}
	return new(big.Int).SetString(text.Value, 10)
}
