package values

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// Times are compared as instants. They are stored as whole seconds under
// unixtime, and otherwise as a text in some zone.
type (
	clock struct {
		Unix time.Time    `dynamodbav:"unix,unixtime"`
		Ptr  *time.Time   `dynamodbav:"ptr,unixtime"`
		Both []time.Time  `dynamodbav:"both,unixtime"`
		Text time.Time    `dynamodbav:"text"`
		Many []time.Time  `dynamodbav:"many"`
		Ptrs []*time.Time `dynamodbav:"ptrs"`
	}
	clocks struct {
		ID   string      `dynamodbav:"id"`
		N    int         `dynamodbav:"n"`
		Root clock       `dynamodbav:"root"`
		Part clock       `dynamodbav:"part"`
		Meta meta.Record `dynamodbav:"-"`
	}
	tick struct {
		Name string    `dynamodbav:"name"`
		At   time.Time `dynamodbav:"at,unixtime"`
		N    int       `dynamodbav:"n"`
	}
)

var (
	clocksID = repo.KeyOf(func(v *clocks) *string { return &v.ID })
	clocksN  = lens.Of(func(v *clocks) *int { return &v.N })
	inRoot   = lens.Of(func(v *clocks) *clock { return &v.Root })
	inPart   = lens.Of(func(v *clocks) *clock { return &v.Part })
	cUnix    = lens.Of(func(c *clock) *time.Time { return &c.Unix })
	cPtr     = lens.Of(func(c *clock) *time.Time { return c.Ptr })
	cBoth    = lens.Of(func(c *clock) *[]time.Time { return &c.Both })
	cText    = lens.Of(func(c *clock) *time.Time { return &c.Text })
	cMany    = lens.Of(func(c *clock) *[]time.Time { return &c.Many })
	cPtrs    = lens.Of(func(c *clock) *[]*time.Time { return &c.Ptrs })

	tickKey = repo.CompositeKeyOf(func(v *tick) *string { return &v.Name }, func(v *tick) *time.Time { return &v.At })
	tickAt  = lens.Of(func(v *tick) *time.Time { return &v.At })
	tickN   = lens.Of(func(v *tick) *int { return &v.N })
)

// clockModel keeps the part in a second table.
func clockModel() repo.Model[clocks] {
	return repo.TableOf("Clocks", clocksID, meta.Keep(func(v *clocks) *meta.Record { return &v.Meta }),
		shard.New(shard.To("Parts"), func(v *clocks) *clock { return &v.Part }))
}

// fractions are distances from a whole second.
var fractions = []time.Duration{-time.Second, -time.Second / 2, -1, 0, 1, time.Second / 2, time.Second}

// timeCase is a condition, and whether it holds.
type timeCase[T any] struct {
	name string
	cond lens.Condition[T]
	want bool
}

// ordered are the conditions of order between at, which is stored at a path, and
// another time.
func ordered[T any](l lens.Lens[T, time.Time], at, b time.Time) []timeCase[T] {
	c, tenth := at.Compare(b), 100*time.Millisecond
	return append(equals(l, at, b), []timeCase[T]{
		{"Lt", l.Lt(b), c < 0}, {"Le", l.Le(b), c <= 0}, {"Gt", l.Gt(b), c > 0}, {"Ge", l.Ge(b), c >= 0},
		{"Between, low", l.Between(b, at.Add(time.Hour)), c >= 0}, {"Between, high", l.Between(at.Add(-time.Hour), b), c <= 0},
		{"Between, in no second", l.Between(at.Add(tenth), at.Add(2*tenth)), false},
		{"Between, around it", l.Between(at.Add(-tenth), at.Add(tenth)), true},
	}...)
}

// equals are the conditions of equality.
func equals[T any](l lens.Lens[T, time.Time], at, b time.Time) []timeCase[T] {
	same, far := at.Equal(b), at.Add(time.Hour)
	return []timeCase[T]{
		{"Eq", l.Eq(b), same}, {"Ne", l.Ne(b), !same}, {"In", l.In(far, b), same}, {"not in", lens.Not(l.In(b, far)), !same},
	}
}

// asks updates an object under each condition.
func asks[T any](t *testing.T, r *repo.Repo[T], key repo.Key[T], change lens.Change[T], what string, cases []timeCase[T]) {
	t.Helper()
	for _, c := range cases {
		err := r.Update(t.Context(), key, change, repo.If(c.cond))
		if c.want && err != nil || !c.want && !errors.Is(err, repo.ErrCondition) {
			t.Errorf("%s, %s: got %v; the condition holds: %v", what, c.name, err, c.want)
		}
	}
}

var timeChecks = []kit.Check{
	{Name: "seconds in conditions", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, clockModel())
		for _, sec := range []int64{10, 0, -10} {
			at := time.Unix(sec, 0).UTC()
			c := clock{Unix: at, Ptr: &at, Both: []time.Time{at, at}}
			v := clocks{ID: at.String(), Root: c, Part: c}
			key, err := r.Create(ctx, &v)
			kit.Must(t, err)
			for _, in := range []lens.Lens[clocks, clock]{inRoot, inPart} {
				for _, l := range []lens.Lens[clocks, time.Time]{lens.Join(in, cUnix), lens.Join(in, cPtr), lens.At(lens.Join(in, cBoth), 1)} {
					for _, d := range fractions {
						asks(t, r, key, clocksN.Set(1), l.String()+" at "+at.String()+" and "+d.String(), ordered(l, at, at.Add(d)))
					}
					_, err := r.Get(ctx, key)
					kit.Must(t, err)
					kit.WantErr(t, "Between", r.Update(ctx, key, clocksN.Set(1), repo.If(l.Between(at.Add(2), at.Add(1)))), repo.ErrInvalid, "the lower bound is greater")
				}
				both := lens.Join(in, cBoth)
				asks(t, r, key, clocksN.Set(1), "a list", []timeCase[clocks]{
					{"Eq", both.Eq([]time.Time{at, at}), true}, {"Eq, a fraction", both.Eq([]time.Time{at, at.Add(1)}), false},
					{"Ne, a fraction", both.Ne([]time.Time{at, at.Add(1)}), true},
				})
			}
		}
	}},
	{Name: "seconds in ranges", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, repo.TableOf("Ticks", tickKey))
		sec := func(s float64) time.Time { return time.Unix(0, int64(s*1e9)).UTC() }
		var stored []tick
		for _, s := range []float64{-11, -10, -1, 0, 1, 10, 11} {
			v := tick{Name: "a", At: sec(s)}
			stored = append(stored, v)
			_, err := r.Create(ctx, &v)
			kit.Must(t, err)
		}
		in := tickKey.In("a")
		for n, b := range []time.Time{sec(-11.5), sec(-10.5), sec(-9.5), sec(-0.5), sec(0.5), sec(9.5), sec(10.5), sec(11.5)} {
			low, high := stored[:n], stored[n:]
			for name, c := range map[string]struct {
				in   repo.Range[tick]
				want []tick
			}{
				"Before": {in.Before(b), low}, "UpTo": {in.UpTo(b), low}, "After": {in.After(b), high}, "From": {in.From(b), high},
				"Between, low": {in.Between(b, sec(1e3)), high}, "Between, high": {in.Between(sec(-1e3), b), low},
				"Between, in no second": {in.Between(b.Add(-1), b), nil},
			} {
				kit.Equal(t, name+" "+b.String(), kit.All(t, r.Query(ctx, c.in)), append([]tick{}, c.want...))
			}
		}
		kit.Equal(t, "a nanosecond later", kit.All(t, r.Query(ctx, in.From(sec(10).Add(1)))), stored[6:])
		kit.Equal(t, "a nanosecond earlier", kit.All(t, r.Query(ctx, in.UpTo(sec(-10).Add(-1)))), stored[:1])
		kit.Equal(t, "whole seconds", kit.All(t, r.Query(ctx, in.Between(sec(-10), sec(10)))), stored[1:6])
		for _, err := range r.Query(ctx, in.Between(sec(10.5), sec(10.25))) {
			kit.WantErr(t, "the wrong way round", err, repo.ErrInvalid, "the lower bound is greater")
		}
		// A key is what a Put would store: the whole second.
		key := tickKey.Of("a", sec(-9.75))
		kit.Equal(t, "key", key.String(), `"a"/-10`)
		for _, d := range fractions {
			asks(t, r, key, tickN.Set(0), d.String(), ordered(tickAt, sec(-10), sec(-10).Add(d)))
		}
	}},
	{Name: "zones", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, clockModel())
		n := 0
		for _, stored := range []time.Time{zoned[0], zoned[1], zoned[5]} {
			c := clock{Text: stored, Many: []time.Time{{}, stored}, Ptrs: []*time.Time{nil, &stored}}
			v := clocks{ID: stored.String(), Root: c, Part: c}
			key, err := r.Create(ctx, &v)
			kit.Must(t, err)
			for _, in := range []lens.Lens[clocks, clock]{inRoot, inPart} {
				text := lens.Join(in, cText)
				for _, b := range zoned {
					n++
					what := text.String() + " " + stored.String() + " and " + b.String()
					asks(t, r, key, clocksN.Set(n), what, equals(text, stored, b))
					asks(t, r, key, lens.Join(inPart, cUnix).Set(b), what+", the part changes", equals(text, stored, b))
					asks(t, r, key, clocksN.Set(n), what+", an element", equals(lens.At(lens.Join(in, cMany), 1), stored, b))
					ptrs := lens.Join(in, cPtrs)
					asks(t, r, key, clocksN.Set(n), what+", joined", []timeCase[clocks]{
						{"Or", lens.Or(text.Eq(b), text.NotExists()), stored.Equal(b)},
						{"And", lens.And(text.Ne(zoned[3]), text.Eq(b)), stored.Equal(b) && !b.Equal(zoned[3])},
						{"pointer Eq", lens.At(ptrs, 1).Eq(&b), stored.Equal(b)}, {"pointer In", lens.At(ptrs, 1).In(nil, &b), stored.Equal(b)},
						{"Not And", lens.Not(lens.And(text.Ne(b), text.Exists())), stored.Equal(b)},
					})
				}
			}
		}
	}},
	{Name: "zones, what it costs", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, clockModel())
		utc, east := zoned[0], zoned[1]
		v := clocks{ID: "1", Root: clock{Text: utc}, Part: clock{Text: east}}
		key, err := r.Create(ctx, &v)
		kit.Must(t, err)
		x.Net.Reset()
		root, part := lens.Join(inRoot, cText), lens.Join(inPart, cText)
		kit.Must(t, r.Update(ctx, key, clocksN.Set(1), repo.If(root.Eq(east))))
		x.WantSent(t, "UTC is stored", "TransactWriteItems: Update Clocks")
		kit.WantErr(t, "another instant", r.Update(ctx, key, clocksN.Set(1), repo.If(root.Eq(east.Add(1)))), repo.ErrCondition, "")
		x.WantSent(t, "UTC is stored, another instant", "TransactWriteItems: Update Clocks")
		kit.Must(t, r.Update(ctx, key, clocksN.Set(1), repo.If(part.Eq(east))))
		x.WantSent(t, "the zone that is stored", "TransactWriteItems: Update Clocks, ConditionCheck Parts")
		kit.Must(t, r.Update(ctx, key, clocksN.Set(1), repo.If(part.Eq(utc))))
		x.WantSent(t, "another zone", "TransactWriteItems: Update Clocks, ConditionCheck Parts", "GetItem: Clocks", "TransactWriteItems: Update Clocks, ConditionCheck Parts")
	}},
	{Name: "texts of other programs", Run: func(t *testing.T, x *kit.World) {
		utc := zoned[0]
		tracked, plain := kit.Open(t, x, clockModel()), kit.Open(t, x, repo.TableOf("Plain", clocksID), repo.Plain())
		for _, text := range foreignTexts {
			for _, b := range []time.Time{zoned[1], utc.Add(time.Hour)} {
				at := utc
				if text == "2026-01-02T04:04:05.5+00:00" {
					at = utc.Add(time.Hour)
				}
				cases := equals(lens.Join(inRoot, cText), at, b)
				if strings.HasPrefix(text, "yesterd") {
					cases[0].want, cases[1].want, cases[2].want, cases[3].want = false, true, false, true
				}
				for _, c := range cases {
					x.Plant(t, "Clocks", kit.Row{"id": kit.Str("1"), "root": kit.Object(kit.Row{"text": kit.Str(text)})}) // without a record again
					x.Plant(t, "Plain", kit.Row{"id": kit.Str("1"), "root": kit.Object(kit.Row{"text": kit.Str(text)})})
					asks(t, tracked, clocksID.Of("1"), clocksN.Set(1), text+" "+b.String(), []timeCase[clocks]{c})
					asks(t, plain, clocksID.Of("1"), clocksN.Set(1), text+" "+b.String()+", Plain", []timeCase[clocks]{c})
				}
			}
		}
		x.Plant(t, "Clocks", kit.Row{"id": kit.Str("1"), "root": kit.Object(kit.Row{"text": kit.Null()})})
		asks(t, tracked, clocksID.Of("1"), clocksN.Set(1), "NULL", []timeCase[clocks]{{"Eq", lens.Join(inRoot, cText).Eq(utc), false}, {"Ne", lens.Join(inRoot, cText).Ne(utc), true}})
		x.Plant(t, "Clocks", kit.Row{"id": kit.Str("1"), "root": kit.Object(kit.Row{})})
		asks(t, tracked, clocksID.Of("1"), clocksN.Set(1), "none", []timeCase[clocks]{{"Eq", lens.Join(inRoot, cText).Eq(utc), false}, {"Ne", lens.Join(inRoot, cText).Ne(utc), true}})
	}},
	{Name: "stored before unixtime came or went", Run: func(t *testing.T, x *kit.World) {
		tracked, plain := kit.Open(t, x, clockModel()), kit.Open(t, x, repo.TableOf("Plain", clocksID), repo.Plain())
		at := time.Unix(1767323045, 0).UTC()
		check := func(root kit.Row, what string, cases []timeCase[clocks]) {
			for _, c := range cases {
				x.Plant(t, "Clocks", kit.Row{"id": kit.Str("1"), "root": kit.Object(root)}) // without a record again
				x.Plant(t, "Plain", kit.Row{"id": kit.Str("1"), "root": kit.Object(root)})
				asks(t, tracked, clocksID.Of("1"), clocksN.Set(1), what, []timeCase[clocks]{c})
				asks(t, plain, clocksID.Of("1"), clocksN.Set(1), what+", Plain", []timeCase[clocks]{c})
			}
		}
		unix, ptr, text := lens.Join(inRoot, cUnix), lens.Join(inRoot, cPtr), lens.Join(inRoot, cText)
		for _, d := range fractions {
			for _, s := range []string{"2026-01-02T03:04:05Z", "2026-01-02T12:04:05.0+09:00"} {
				check(kit.Row{"unix": kit.Str(s)}, s+" and "+d.String(), ordered(unix, at, at.Add(d)))
				check(kit.Row{"ptr": kit.Str(s)}, s+", a pointer, and "+d.String(), ordered(ptr, at, at.Add(d)))
			}
			check(kit.Row{"text": kit.Num("1767323045")}, "a number and "+d.String(), equals(text, at, at.Add(d)))
		}
		check(kit.Row{"unix": kit.Str("2026-01-02T03:04:05.5Z")}, "with a fraction", ordered(unix, at.Add(5e8), at))
		check(kit.Row{"unix": kit.Str("yesterday")}, "no time", []timeCase[clocks]{
			{"Eq", unix.Eq(at), false}, {"Ne", unix.Ne(at), true}, {"In", unix.In(at), false}, {"Lt", unix.Lt(at), false}, {"Le", unix.Le(at), false},
			{"Gt", unix.Gt(at), false}, {"Ge", unix.Ge(at), false}, {"Between", unix.Between(at, at), false},
		})
	}},
	{Name: "a hundred times", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, clockModel())
		v := clocks{ID: "1", Root: clock{Text: zoned[2]}}
		key, err := r.Create(ctx, &v)
		kit.Must(t, err)
		var many []time.Time
		for n := range 100 {
			many = append(many, zoned[1].Add(time.Duration(n)*time.Second))
		}
		text := lens.Join(inRoot, cText)
		asks(t, r, key, clocksN.Set(1), "many", []timeCase[clocks]{
			{"In", text.In(many...), true}, {"not in", lens.Not(text.In(slices.Clone(many[1:])...)), true}, {"In others", text.In(many[1:]...), false},
		})
	}},
}

// zoned are one instant in several zones, and other instants.
var zoned = func() []time.Time {
	utc := time.Date(2026, 1, 2, 3, 4, 5, 5e8, time.UTC)
	east, west := time.FixedZone("east", 9*3600), time.FixedZone("west", -3*3600-1800)
	return []time.Time{utc, utc.In(east), utc.In(west), utc.Add(time.Nanosecond), {}, time.Time{}.In(east)}
}()

// foreignTexts are texts of one instant, except for two.
var foreignTexts = []string{
	"2026-01-02T03:04:05.5Z", "2026-01-02T03:04:05.500Z", "2026-01-02T03:04:05.500000000Z", "2026-01-02T03:04:05.5000000000000Z",
	"2026-01-02T03:04:05.5+00:00", "2026-01-02T03:04:05.500-00:00", "2026-01-01T22:04:05.50-05:00",
	"2026-01-02T03:04:05.5000000001Z", "2026-01-02T12:04:05.50000000049+09:00", "2026-01-02T03:04:05,5Z",
	"2026-01-02T04:04:05.5+00:00", "yesterday", "yesterdäy, at 3:04 Z",
}
