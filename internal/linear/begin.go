package linear

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/linear/ids"
)

// newSchedule makes the tables, what is stored at first, and the clients.
func newSchedule(w *world, p plan, o Options) *schedule {
	epoch := time.Now()
	rng := p.rand(0, 0)
	s := &schedule{options: o, plan: p, world: w, rng: p.shuffled(), began: map[turn]bool{}, moments: map[int]moments{}, tokens: map[string]bool{}, prompt: rng.IntN(3) == 0}
	behind := 3
	if s.prompt {
		behind = 0
	}
	engine := []embedded.Option{embedded.WithSeed(p.seed), embedded.WithStaleReads(behind), embedded.WithShuffledBatches(),
		embedded.WithClock(func() time.Time { return epoch.Add(time.Duration(s.passed.Load())) })}
	if w.alone {
		engine = append(engine, embedded.WithoutTransactions())
	}
	s.db = embedded.New(engine...)
	s.engine = s.db.Transport()
	for _, table := range w.estate.rootTables() {
		s.table(table, "ID", indexed{overRanks, "Rank", types.ProjectionTypeAll}, indexed{overNs, "N", types.ProjectionTypeAll}, indexed{overKeys, "N", types.ProjectionTypeKeysOnly})
	}
	s.table(countTable, "ID")
	for name, key := range partTables {
		s.table(name, key)
	}
	s.objects, s.ids = pick(rng, []int{1, pair, pair}), ids.New()
	s.rate, s.hurry = pick(rng, []float64{0.05, 0.15, 0.3, 0.5}), pick(rng, []int{0, 1, 4})
	s.forgetful = pick(rng, []int{1, 3, 6})
	s.tickets = s.leaning(rng)
	for _, f := range fates {
		if rng.IntN(2) == 0 && o.Mutation.knows(f) && !(f.late && o.without(Late)) {
			s.fates = append(s.fates, f)
		}
	}
	if rng.IntN(3) == 0 && !o.without(Foreign) {
		s.foreign = 2 + rng.IntN(4)
	}
	s.hire(rng)
	for n := range s.objects {
		switch begins := rng.IntN(4); {
		case s.foreign > 0 && begins < 2:
			s.foreignWrite(foreignPut)
		case begins > 0:
			s.found(rng, n)
		}
	}
	if s.calls(walk) || s.calls(query) {
		for range rng.IntN(4) {
			s.found(rng, pair+len(s.bystanders))
		}
	}
	return s
}

// indexed is an index of a table.
type indexed struct {
	over scope
	sort string
	has  types.ProjectionType
}

func (s *schedule) table(name, key string, indexes ...indexed) {
	in := &dynamodb.CreateTableInput{
		TableName: &name, BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: &key, AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: &key, KeyType: types.KeyTypeHash}},
	}
	kind, defined := "Kind", map[string]bool{}
	define := func(name string, is types.ScalarAttributeType) {
		if !defined[name] {
			defined[name] = true
			in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{AttributeName: &name, AttributeType: is})
		}
	}
	for _, x := range indexes {
		define(kind, types.ScalarAttributeTypeS)
		define(x.sort, types.ScalarAttributeTypeN)
		in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, types.GlobalSecondaryIndex{IndexName: (*string)(&x.over), Projection: &types.Projection{ProjectionType: x.has},
			KeySchema: []types.KeySchemaElement{{AttributeName: &kind, KeyType: types.KeyTypeHash}, {AttributeName: &x.sort, KeyType: types.KeyTypeRange}}})
	}
	if _, err := s.db.CreateTable(context.Background(), in); err != nil {
		panic(err)
	}
}

// longest is the largest number of operations of a client.
const longest = 18

// hire starts the clients.
func (s *schedule) hire(rng *rand.Rand) {
	releases := s.world.declarations // any of them, or two
	if rng.IntN(2) == 0 {
		releases = []*declaration{pick(rng, releases), pick(rng, releases)}
	}
	length := 3 + rng.IntN(pick(rng, []int{6, 10, longest - 2}))
	for i := range 2 + rng.IntN(3) {
		c := &client{s: s, number: i + 1, releases: releases, left: length, leave: make(chan struct{})}
		c.restart(rng)
		s.clients = append(s.clients, c)
		go c.run()
	}
}

// found lets the schedule begin with an object.
func (s *schedule) found(rng *rand.Rand, object int) {
	c := &client{s: s, releases: s.world.declarations, rng: rng}
	c.restart(rng)
	s.ops++
	o := c.about(s.ops, create, object)
	o.named, o.value = true, c.fresh(o.id, object)
	if object >= pair { // it is in the repository of object a, under a key of its own
		if o.object = 0; o.untracked {
			return
		}
	}
	r, _ := c.release.program.do(s.calmly(), o, nil)
	if object >= pair {
		if r.kind != done {
			panic(r.err)
		}
		s.bystanders = append(s.bystanders, o.value)
		return
	}
	s.records = append(s.records, &record{op: o, result: r})
	s.log(nil, "%v → %v", o, r)
}
