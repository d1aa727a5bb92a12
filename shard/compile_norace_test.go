//go:build !race

package shard_test

import (
	"strings"
	"testing"

	"github.com/dystore/dystore/internal/compilefail"
)

// Programs are type-checked and not run, so the race detector has nothing to see here.

func program(expr string) string {
	return strings.Replace(`package p

import (
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/shard"
)

type Geo struct{ Lat string }
type Location struct{ Geo Geo }
type Person struct {
	City     string
	Location Location
	Birth    *Location
	Past     []Location
	Pals     []*Location
	Homes    map[string]Location
}
type Order struct{ Location Location }

var (
	to  = shard.To("Shard")
	geo = shard.New(to, func(l *Location) *Geo { return &l.Geo })
	loc = shard.New(to, func(p *Person) *Location { return &p.Location })
	city = lens.Of(func(p *Person) *string { return &p.City })
	one  = shard.Unique(to, city)
	none = lens.Of(func(o *Order) *Location { return &o.Location })
	out = shard.New(to, func(o *Order) *Location { return &o.Location })
)

func inPerson(parts ...shard.Part[Person]) {}

func f() {
	_ = EXPR
	inPerson(loc)
}
`, "EXPR", expr, 1)
}

func TestCompiles(t *testing.T) {
	for _, expr := range []string{
		`shard.New(to, func(p *Person) *Location { return &p.Location }, geo)`,
		`shard.Optional(to, func(p *Person) **Location { return &p.Birth }, geo)`,
		`shard.Each(to, func(p *Person) *[]Location { return &p.Past }, geo)`,
		`shard.EachPtr(to, func(p *Person) *[]*Location { return &p.Pals }, geo)`,
		`shard.EachValue(to, func(p *Person) *map[string]Location { return &p.Homes }, geo)`,
		`shard.Within(func(p *Person) *[]Location { return &p.Past }, geo)`,
		`shard.WithinValues(func(p *Person) *map[string]Location { return &p.Homes }, geo)`,
		`one.FoldCase(city).HashedBy(nil)`,
	} {
		compilefail.OK(t, program(expr))
	}
}

func TestDoesNotCompile(t *testing.T) {
	for expr, want := range map[string]string{
		// A shard of another type, on top and nested.
		`func() int { inPerson(out); return 0 }()`:                             "cannot use out (variable of type *shard.Shard[Order, Location]) as shard.Part[Person] value in argument to inPerson: *shard.Shard[Order, Location] does not implement shard.Part[Person] (wrong type for method ModelOf)",
		`shard.New(to, func(p *Person) *Location { return &p.Location }, loc)`: "type *shard.Shard[Person, Location] of loc does not match inferred type shard.Part[Location] for shard.Part[S]",
		`shard.Unique(to, city, none)`:                                         "type lens.Lens[Order, Location] of none does not match inferred type lens.Field[Person]",
		`one.FoldCase(none)`:                                                   "lens.Lens[Order, Location] does not implement lens.Field[Person] (wrong type for method ModelOf)",
		`func() int { inPerson(one); return 0 }()`:                             "shard.UniqueFields[Person] does not implement shard.Part[Person] (missing method ModelShard)",
		// A field that the constructor is not for.
		`shard.Optional(to, func(p *Person) *Location { return &p.Location })`:        "does not match inferred type func(*Person) **S",
		`shard.Each(to, func(p *Person) *Location { return &p.Location })`:            "L (type Location) does not satisfy ~[]S",
		`shard.EachPtr(to, func(p *Person) *[]Location { return &p.Past })`:           "L (type []Location) does not satisfy ~[]*S",
		`shard.EachValue(to, func(p *Person) *[]Location { return &p.Past })`:         "M (type []Location) does not satisfy ~map[K]S",
		`shard.Within(func(p *Person) *map[string]Location { return &p.Homes }, geo)`: "does not satisfy ~[]S",
		`shard.New("Shard", func(p *Person) *Location { return &p.Location })`:        `cannot use "Shard" (untyped string constant) as shard.Placement value`,
		`shard.To("Shard", func(*shard.Placement) {})`:                                "as shard.Option value in argument to shard.To",
		`shard.New(to, func(p *Person) *Location { return &p.Past })`:                 "cannot use &p.Past (value of type *[]Location) as *Location value",
	} {
		t.Run(expr, func(t *testing.T) { compilefail.Check(t, program(expr), want) })
	}
}
