// Package counter adds to counters of objects.
//
// A counter is spread over slots, each of which is an object of its own, with a record. So
// adding to one is exact under all faults that a write of an object is exact under, and it
// leaves the object that is counted for alone.
package counter

import (
	"context"
	"errors"
	"hash/fnv"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/large"
	"github.com/dystore/dystore/internal/load"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/patch"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/internal/write"
	"github.com/dystore/dystore/lens"
)

var (
	sum  = lens.Of(func(s *schema.Slot) *int64 { return &s.Sum })
	most = lens.Of(func(s *schema.Slot) *int { return &s.Slots })
)

// Adder adds to the counters of a model.
type Adder struct {
	Tables   *tables.Tables // of the objects
	Get      fetch.Reader
	Protocol commit.Protocol
}

// Add adds a number to a counter of the object with a key, which must exist. The id is the
// write's.
func (a *Adder) Add(ctx context.Context, c *schema.Counter, key tables.Key, n int64, opts commit.Options) (stored.ID, error) {
	if opts.ID == (stored.ID{}) {
		opts.ID, opts.New = stored.NewID(), true
	}
	birth, err := a.birth(ctx, key)
	if err != nil {
		return opts.ID, err
	}
	read := load.NewTyped(a.Get.Client, c.Of, false)
	read.Fetch.Alone = a.Get.Alone
	w := write.New(read, a.Protocol)
	s := &slots{c: c, entity: a.Tables.Entity, of: key.Parts, birth: birth, get: read.Fetch, write: w, patch: patch.New(read.Fetch, c.Of, a.Protocol, w.Upgrade)}
	return opts.ID, s.add(ctx, number(c, opts.ID), n, opts)
}

// number is that of the slot that a write goes to. A repetition under its id goes to the
// same one.
func number(c *schema.Counter, id stored.ID) int {
	h := fnv.New64a() // callers make ids as they like
	h.Write(id[:])
	return int(h.Sum64() % uint64(c.Slots))
}

// birth tells the object that is stored from others that had or will have its key.
func (a *Adder) birth(ctx context.Context, key tables.Key) (id stored.ID, err error) {
	// The manifest does not matter: what of it is on pages stays there.
	root, err := a.Tables.ReadRecord(ctx, fetch.Reader{Client: large.Bare(a.Get.Client)}, key)
	if err != nil {
		return id, err
	}
	m, err := a.Tables.RootAlone(root)
	switch {
	case err != nil:
		return id, err
	case len(root) == 0, a.Tables.Gone(root, m):
		return id, fail.ErrNotFound
	case m == nil:
		return id, fail.Withf(fail.ErrInvalid, "the item has no record, which tells it from another one that has its key later; put the object once")
	}
	return m.Base().Birth, nil
}

// slots are those of a counter of one object.
type slots struct {
	c      *schema.Counter
	entity string
	of     []types.AttributeValue // key of the object
	birth  stored.ID

	get   fetch.Reader
	write *write.Writer
	patch *patch.Updater
}

func (s *slots) key(number int) tables.Key { return s.c.Key(s.entity, s.of, s.birth, number) }

// add adds to a slot, and makes it if there is none.
func (s *slots) add(ctx context.Context, number int, n int64, opts commit.Options) error {
	missing := false
	if !opts.New { // a change and a creation under one id would have one token
		found, err := s.get.One(ctx, s.c.Of.RootItem(s.key(number)), true, nil)
		if missing = found == nil; err != nil {
			return err
		}
	}
	for ; ; missing = false {
		if !missing {
			if err := s.update(ctx, number, opts, lens.Add(sum, n).ModelChange()); !errors.Is(err, fail.ErrNotFound) {
				return err
			}
		}
		if number > 0 {
			if err := s.announce(ctx); err != nil {
				return err
			}
		}
		if err := s.create(ctx, number, n, opts); !errors.Is(err, fail.ErrExists) {
			return err
		}
	}
}

// announce makes slot 0 say how many slots there may be, before there is another one: so
// programs that know of fewer read them too.
func (s *slots) announce(ctx context.Context) error {
	fewer := &model.Change{Op: model.If, Cond: most.Lt(s.c.Slots).ModelCond()}
	for {
		err := s.update(ctx, 0, commit.Options{}, most.Set(s.c.Slots).ModelChange(), fewer)
		if errors.Is(err, fail.ErrCondition) {
			return nil
		}
		if errors.Is(err, fail.ErrNotFound) {
			err = s.create(ctx, 0, 0, commit.Options{})
		}
		switch {
		case errors.Is(err, fail.ErrExists):
		case errors.Is(err, fail.ErrOutcomeUnknown): // of this, not of what is to be added
			return fail.Withf(fail.ErrContention, "nothing was added, because slot 0 could not be told of slot %d: %v", s.c.Slots-1, err)
		default:
			return err
		}
	}
}

func (s *slots) update(ctx context.Context, number int, opts commit.Options, changes ...*model.Change) error {
	_, _, err := s.patch.Update(ctx, s.key(number), changes, patch.Options{Options: opts})
	return err
}

func (s *slots) create(ctx context.Context, number int, n int64, opts commit.Options) error {
	of, err := item.AppendCanonical(nil, &types.AttributeValueMemberL{Value: s.of})
	if err != nil {
		return err
	}
	v := &schema.Slot{Sum: n, Key: of, Birth: s.birth[:]}
	if number == 0 {
		v.Slots = s.c.Slots
	}
	key, how := s.key(number), write.Options{Options: opts}
	d, err := s.write.Draft(ctx, reflect.ValueOf(v), &key, how)
	if err == nil {
		_, err = s.write.Create(ctx, d, how)
	}
	return err
}
