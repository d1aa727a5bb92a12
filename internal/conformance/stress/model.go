package stress

import (
	"fmt"
	"strings"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// The object of the race. Each of its parts has the generation of the last whole
// write. The generation also decides which parts exist.
type (
	racingPart struct {
		Gen, Hits int
		Pad       string
	}
	racingEntry struct{ By string }
	racingDoc   struct {
		ID    string
		Gen   int
		Total int // whole writes
		Added int // updates of this item
		One   racingPart
		Two   *racingPart
		Past  []racingPart
		Rooms map[string]racingPart
		Log   []racingEntry
		Meta  meta.Record `dynamodbav:"-"`
	}
)

var (
	racingID    = repo.KeyOf(func(d *racingDoc) *string { return &d.ID })
	racingGen   = lens.Of(func(d *racingDoc) *int { return &d.Gen })
	racingAdded = lens.Of(func(d *racingDoc) *int { return &d.Added })
	racingHits  = lens.Of(func(d *racingDoc) *int { return &d.One.Hits })
	racingOne   = lens.Of(func(d *racingDoc) *int { return &d.One.Gen })
	racingPast  = lens.Of(func(d *racingDoc) *[]racingPart { return &d.Past })
	racingLog   = lens.Of(func(d *racingDoc) *[]racingEntry { return &d.Log })
	racingIn    = lens.Of(func(p *racingPart) *int { return &p.Gen })

	racingTables = map[string]string{"Race": "ID", "RaceOne": "_id", "RaceTwo": "PK", "RacePast": "_id", "RaceRooms": "_id", "RaceLog": "_id"}

	// The hot objects always exist. The others are created and deleted.
	hot  = []string{"hot/1", "hot/2"}
	cold = []string{"cold/1", "cold/2"}
)

func racingModel() repo.Model[racingDoc] {
	return repo.TableOf("Race", racingID,
		shard.New(shard.To("RaceOne"), func(d *racingDoc) *racingPart { return &d.One }),
		shard.Optional(shard.To("RaceTwo", shard.KeyName("PK")), func(d *racingDoc) **racingPart { return &d.Two }),
		shard.Each(shard.To("RacePast"), func(d *racingDoc) *[]racingPart { return &d.Past }),
		shard.EachValue(shard.To("RaceRooms", shard.WhenOver(64)), func(d *racingDoc) *map[string]racingPart { return &d.Rooms }),
		shard.Each(shard.To("RaceLog"), func(d *racingDoc) *[]racingEntry { return &d.Log }),
		meta.Keep(func(d *racingDoc) *meta.Record { return &d.Meta }))
}

// atGeneration makes d generation n. It leaves the counters of updates alone.
func atGeneration(d *racingDoc, n int) *racingDoc {
	part := racingPart{Gen: n}
	d.Gen, d.One.Gen = n, n
	d.Two, d.Past = nil, nil
	if n%3 != 0 {
		two := part
		d.Two = &two
	}
	for range n % 4 {
		d.Past = append(d.Past, part)
	}
	big := part
	big.Pad = strings.Repeat("x", n%2*64) // a part item in every other generation
	d.Rooms = map[string]racingPart{"a": big, fmt.Sprint(n % 2): part}
	return d
}

// whole returns an error unless all parts of an object are of one generation.
func (d *racingDoc) whole() error {
	want := atGeneration(&racingDoc{ID: d.ID}, d.Gen)
	got := *d
	got.Total, got.Added, got.One.Hits, got.Log, got.Meta = 0, 0, 0, nil, want.Meta
	if a, b := got.show(), want.show(); a != b {
		return fmt.Errorf("a mix of versions at version %d: %s; generation %d is %s", d.Meta.Version, a, d.Gen, b)
	}
	return nil
}

func (d *racingDoc) show() string {
	two := "nil"
	if d.Two != nil {
		two = fmt.Sprint(*d.Two)
	}
	return fmt.Sprint(d.ID, d.Gen, d.One, two, d.Past, d.Rooms)
}
