package shard_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/shard"
)

type (
	Geo      struct{ Lat, Lon string }
	Location struct {
		City    string `dynamodbav:"city"`
		Country string `dynamodbav:"country"`
		Geo     Geo    `dynamodbav:"geolocation"`
	}
	Birth struct {
		Hospital string `dynamodbav:"hospital"`
		Geo      Geo    `dynamodbav:"geo"`
	}
	Person struct {
		ID       string              `dynamodbav:"ID"`
		Location Location            `dynamodbav:"location"`
		Birth    *Birth              `dynamodbav:"birth_details"`
		Past     []Location          `dynamodbav:"past"`
		Homes    map[string]Location `dynamodbav:"homes"`
		Friends  Friends             `dynamodbav:"friends"`
		Rooms    Rooms               `dynamodbav:"rooms"`
	}
	Friends []*Birth
	Room    string
	Rooms   map[Room]Location
	Line    struct {
		Note Location
		Subs []Line2
	}
	Line2 struct{ Geo Geo }
	Doc   struct {
		Lines  []Line
		ByName map[string]Line
	}
)

// modelOf has the shape of repo.TableOf: T follows from the key, and every
// part must be of it.
func modelOf[T any](key func(*T) *string, parts ...interface{ model.PartOf[T] }) []*model.Shard {
	var out []*model.Shard
	for _, p := range parts {
		out = append(out, p.ModelPart().(*model.Shard))
	}
	return out
}

// want is what a declaration must come to.
type want struct {
	Kind      model.ShardKind
	At, Elem  string
	Table     string
	Key       string
	WhenOver  int
	MovedFrom []string
	Parts     []want
}

func summary(shards []*model.Shard) []want {
	var out []want
	for _, s := range shards {
		out = append(out, want{s.Kind, s.At.Path.String(), s.Elem.Name(), s.Table, s.KeyName, s.WhenOver, s.MovedFrom, summary(s.Parts)})
	}
	return out
}

// The declarations of the manual, with nothing written out that the compiler
// can infer.
func TestListing(t *testing.T) {
	got := modelOf(func(p *Person) *string { return &p.ID },
		shard.Optional(shard.To("Shard1", shard.KeyName("IDX")), func(p *Person) **Birth { return &p.Birth }),
		shard.New(shard.To("Shard2", shard.KeyName("IDX")), func(p *Person) *Location { return &p.Location },
			shard.New(shard.To("Shard3"), func(l *Location) *Geo { return &l.Geo })),
		shard.Each(shard.To("Past"), func(p *Person) *[]Location { return &p.Past }),
		shard.EachValue(shard.To("Homes", shard.WhenOver(64<<10)), func(p *Person) *map[string]Location { return &p.Homes }),
		shard.EachPtr(shard.To("Friends", shard.MovedFrom("Old1", "Old2")), func(p *Person) *Friends { return &p.Friends }),
		shard.WithinValues(func(p *Person) *Rooms { return &p.Rooms },
			shard.New(shard.To("Geo"), func(l *Location) *Geo { return &l.Geo })),
	)
	exp := []want{
		{model.ShardOptional, "birth_details", "Birth", "Shard1", "IDX", 0, nil, nil},
		{model.ShardOne, "location", "Location", "Shard2", "IDX", 0, nil, []want{
			{model.ShardOne, "geolocation", "Geo", "Shard3", "_id", 0, nil, nil}}},
		{model.ShardEach, "past", "Location", "Past", "_id", 0, nil, nil},
		{model.ShardEachValue, "homes", "Location", "Homes", "_id", 65536, nil, nil},
		{model.ShardEachPtr, "friends", "Birth", "Friends", "_id", 0, []string{"Old1", "Old2"}, nil},
		{model.ShardWithinValues, "rooms", "Location", "", "", 0, nil, []want{
			{model.ShardOne, "geolocation", "Geo", "Geo", "_id", 0, nil, nil}}},
	}
	if diff := cmp.Diff(exp, summary(got)); diff != "" {
		t.Error(diff)
	}
	for _, s := range got {
		if s.Err != nil {
			t.Error(s.Err)
		}
	}
}

func TestWithinNests(t *testing.T) {
	geo := shard.New(shard.To("Geo"), func(l *Line2) *Geo { return &l.Geo })
	within := shard.Within(func(d *Doc) *[]Line { return &d.Lines },
		shard.New(shard.To("Notes"), func(l *Line) *Location { return &l.Note }),
		shard.Within(func(l *Line) *[]Line2 { return &l.Subs }, geo))
	if err := within.Err(); err != nil {
		t.Fatal(err)
	}
	exp := []want{{model.ShardWithin, "Lines", "Line", "", "", 0, nil, []want{
		{model.ShardOne, "Note", "Location", "Notes", "_id", 0, nil, nil},
		{model.ShardWithin, "Subs", "Line2", "", "", 0, nil, []want{{model.ShardOne, "Geo", "Geo", "Geo", "_id", 0, nil, nil}}}}}}
	if diff := cmp.Diff(exp, summary([]*model.Shard{within.ModelShard()})); diff != "" {
		t.Error(diff)
	}
	// A nested shard is the same declaration as the one made, for repo.Skip.
	if within.ModelShard().Parts[1].Parts[0] != geo.ModelShard() {
		t.Error("the nested shard is another value")
	}
}

// A shard below a pointer is fine: a nil on the way means there is no part.
func TestNewBelowPointer(t *testing.T) {
	s := shard.New(shard.To("Geo"), func(p *Person) *Geo { return &p.Birth.Geo })
	if err := s.Err(); err != nil {
		t.Error(err)
	}
	if got := s.ModelShard().At.Path.String(); got != "birth_details.geo" {
		t.Error(got)
	}
}

// Options affect their own placement, which may serve several shards.
func TestPlacementIsShared(t *testing.T) {
	old := []string{"Old1"}
	p := shard.To("Shard", shard.MovedFrom(old...), shard.MovedFrom("Old2"), shard.WhenOver(1), shard.WhenOver(2), shard.KeyName("A"), shard.KeyName("B"))
	old[0] = "changed"
	a := shard.New(p, func(p *Person) *Location { return &p.Location }).ModelShard()
	b := shard.Each(p, func(p *Person) *[]Location { return &p.Past }).ModelShard()
	a.MovedFrom[0] = "spoilt"
	for _, err := range []error{a.Err, b.Err} {
		if err != nil {
			t.Error(err)
		}
	}
	if diff := cmp.Diff([]string{"Old1", "Old2"}, b.MovedFrom); diff != "" {
		t.Error(diff)
	}
	if b.WhenOver != 2 || b.KeyName != "B" {
		t.Errorf("the later option counts: %+v", b)
	}
}

func TestZeroShard(t *testing.T) {
	var s shard.Shard[Person, Location]
	m := s.ModelShard()
	wantErr(t, s.Err(), "shard.Shard(shard_test.Person): a zero Shard has no place; make one with shard.New")
	if m.At == nil || m.At.Err == nil {
		t.Errorf("%+v", m)
	}
	if p, ok := s.ModelPart().(*model.Shard); !ok || p.Err == nil {
		t.Errorf("%+v", p)
	}
}
