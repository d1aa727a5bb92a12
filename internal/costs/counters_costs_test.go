package costs_test

import (
	"hash/fnv"
	"testing"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// tune is an item of less than 1 KB, and a counter of 16 slots.
type tune struct {
	ID    string `dynamodbav:"id"`
	Plays int64  `dynamodbav:"-"`
}

var (
	tuneID = repo.KeyOf(func(t *tune) *string { return &t.ID })
	plays  = lens.Counter("plays", func(t *tune) *int64 { return &t.Plays })
	aTune  = tuneID.Of("t")
)

// played is an operation on an object with some slots of its counter.
func played(made int, do func(t *testing.T, r *repo.Repo[tune]) error) func(*testing.T, *world) func() error {
	return func(t *testing.T, w *world) func() error {
		r := must(repo.New(w.client, repo.TableOf("Tunes", tuneID, shard.Spread(shard.To("Plays"), 16, plays))))(t)
		if err := r.CreateTables(t.Context()); err != nil {
			t.Fatal(err)
		}
		must(r.Create(t.Context(), &tune{ID: "t"}))(t)
		for slot := range made {
			if err := r.Add(t.Context(), aTune, plays, 1, inSlot(slot)); err != nil {
				t.Fatal(err)
			}
		}
		return func() error { return do(t, r) }
	}
}

// inSlot is an id of which the slot follows.
func inSlot(slot int) repo.CallOption {
	for id := (meta.WriteID{15: 1}); ; id[0]++ {
		h := fnv.New64a()
		h.Write(id[:])
		if h.Sum64()%16 == uint64(slot) {
			return repo.WithWriteID(id)
		}
	}
}

// The section about counters.
var counters = []section{{"A counter of 16 slots", []cost{
	{"Add", played(16, func(t *testing.T, r *repo.Repo[tune]) error { return r.Add(t.Context(), aTune, plays, 1) })},
	{"Add, Relaxed", played(16, func(t *testing.T, r *repo.Repo[tune]) error {
		return r.Add(t.Context(), aTune, plays, 1, repo.Relaxed())
	})},
	{"the first Add", played(0, func(t *testing.T, r *repo.Repo[tune]) error { return r.Add(t.Context(), aTune, plays, 1, inSlot(0)) })},
	{"the first Add, to another slot", played(0, func(t *testing.T, r *repo.Repo[tune]) error { return r.Add(t.Context(), aTune, plays, 1, inSlot(1)) })},
	{"the first Add to a slot", played(1, func(t *testing.T, r *repo.Repo[tune]) error { return r.Add(t.Context(), aTune, plays, 1, inSlot(1)) })},
	{"Get", played(16, func(t *testing.T, r *repo.Repo[tune]) error { return second(r.Get(t.Context(), aTune)) })},
	{"Get, Eventually", played(16, func(t *testing.T, r *repo.Repo[tune]) error {
		return second(r.Get(t.Context(), aTune, repo.Eventually()))
	})},
	{"Get, when nobody has added", played(0, func(t *testing.T, r *repo.Repo[tune]) error { return second(r.Get(t.Context(), aTune)) })},
}}}
