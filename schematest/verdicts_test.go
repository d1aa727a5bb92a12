package schematest_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/schematest"
	"github.com/dystore/dystore/shard"
)

// box is an object with one field of any type, by the name V.
type box[V any] struct {
	ID   string      `dynamodbav:"id"`
	Name string      `dynamodbav:"name"`
	V    V           `dynamodbav:"v"`
	Meta meta.Record `dynamodbav:"-"`

	Count int64 `dynamodbav:"-"`
}

// bare is an object without that field.
type bare struct {
	ID   string      `dynamodbav:"id"`
	Name string      `dynamodbav:"name"`
	Meta meta.Record `dynamodbav:"-"`
}

func keep[V any]() repo.Part[box[V]] {
	return meta.Keep(func(b *box[V]) *meta.Record { return &b.Meta })
}

// boxes is a program of boxes.
func boxes[V any](v V, parts ...repo.Part[box[V]]) program { return boxesOf(v, nil, parts...) }

func boxesOf[V any](v V, opts []repo.Option, parts ...repo.Part[box[V]]) program {
	return of(repo.TableOf("Boxes", repo.KeyOf(func(b *box[V]) *string { return &b.ID }), append(parts, keep[V]())...), box[V]{Name: "n", V: v}, opts...)
}

func bares(opts ...repo.Option) program {
	return of(repo.TableOf("Boxes", repo.KeyOf(func(b *bare) *string { return &b.ID }), meta.Keep(func(b *bare) *meta.Record { return &b.Meta })), bare{Name: "n"}, opts...)
}

// untracked is a bare object without a record, and grown one with an attribute more.
type (
	untracked struct {
		ID   string `dynamodbav:"id"`
		Name string `dynamodbav:"name"`
	}
	grown struct {
		ID   string `dynamodbav:"id"`
		Name string `dynamodbav:"name"`
		V    string `dynamodbav:"v"`
	}
)

func loose(name string, opts ...repo.Option) program {
	return of(repo.TableOf("Boxes", repo.KeyOf(func(b *untracked) *string { return &b.ID })), untracked{Name: name}, opts...)
}

func looseGrown(opts ...repo.Option) program {
	return of(repo.TableOf("Boxes", repo.KeyOf(func(b *grown) *string { return &b.ID })), grown{Name: "n", V: "x"}, opts...)
}

type (
	one           struct{ A string }
	two           struct{ A, B string }
	tagged[V any] struct {
		ID   string      `dynamodbav:"id"`
		Name string      `dynamodbav:"name"`
		V    V           `dynamodbav:"v,unixtime"`
		Meta meta.Record `dynamodbav:"-"`
	}
	setOf struct {
		ID   string      `dynamodbav:"id"`
		Name string      `dynamodbav:"name"`
		V    []string    `dynamodbav:"v,stringset"`
		Meta meta.Record `dynamodbav:"-"`
	}
	spelled struct {
		ID   string      `dynamodbav:"id"`
		Name string      `dynamodbav:"name"`
		V    int64       `dynamodbav:"v,string"`
		Meta meta.Record `dynamodbav:"-"`
	}
	renamed struct {
		ID   string      `dynamodbav:"id"`
		Name string      `dynamodbav:"name"`
		V    string      `dynamodbav:"value"`
		Meta meta.Record `dynamodbav:"-"`
	}
	needed struct {
		ID   string      `dynamodbav:"id"`
		Name string      `dynamodbav:"name"`
		V    string      `dynamodbav:"v" validate:"required"`
		Meta meta.Record `dynamodbav:"-"`
	}
	short struct {
		ID   string      `dynamodbav:"id"`
		Name string      `dynamodbav:"name"`
		V    string      `dynamodbav:"v" validate:"max=3"`
		Meta meta.Record `dynamodbav:"-"`
	}
)

// like is a program of a struct that has the fields of a box.
func like[T any](sample T, id func(*T) *string, rec func(*T) *meta.Record, parts ...repo.Part[T]) program {
	return of(repo.TableOf("Boxes", repo.KeyOf(id), append(parts, meta.Keep(rec))...), sample)
}

func homes(table string, opts ...shard.Option) repo.Part[box[one]] {
	return shard.New(shard.To(table, opts...), func(b *box[one]) *one { return &b.V })
}

func allow(tables ...string) []repo.Option { return []repo.Option{repo.AllowTables(tables...)} }

func field[V any]() lens.Lens[box[V], V] { return lens.Of(func(b *box[V]) *V { return &b.V }) }

type change struct {
	name     string
	old, new program
	want     []schematest.Verdict
}

const (
	safe    = schematest.Safe
	allowed = schematest.NeedsAllowTables
	moved   = schematest.NeedsMovedFrom
	upgrade = schematest.NeedsUpgrade
	readers = schematest.BreaksOldReaders
	data    = schematest.BreaksStoredData
)

var day = time.Date(2026, 11, 29, 8, 0, 0, 0, time.UTC)

func verdicts() []change {
	secondsProgram := like(tagged[time.Time]{Name: "n", V: day}, func(b *tagged[time.Time]) *string { return &b.ID }, func(b *tagged[time.Time]) *meta.Record { return &b.Meta })
	spelledProgram := like(spelled{Name: "n", V: 5}, func(b *spelled) *string { return &b.ID }, func(b *spelled) *meta.Record { return &b.Meta })
	renamedProgram := like(renamed{Name: "n", V: "x"}, func(b *renamed) *string { return &b.ID }, func(b *renamed) *meta.Record { return &b.Meta })
	neededProgram := like(needed{Name: "n", V: "x"}, func(b *needed) *string { return &b.ID }, func(b *needed) *meta.Record { return &b.Meta })
	shortProgram := like(short{Name: "n", V: "x"}, func(b *short) *string { return &b.ID }, func(b *short) *meta.Record { return &b.Meta })
	shortV := lens.Of(func(b *box[[]one]) *[]one { return &b.V })
	byA := repo.Identity(lens.Each(shortV, lens.Of(func(o *one) *string { return &o.A })))
	seal := func() repo.Part[box[string]] { return cipher.Protect(aes(1), field[string]()) }
	return []change{
		{"nothing", boxes("x"), boxes("x"), nil},
		{"an attribute added", bares(), boxes("x"), []schematest.Verdict{safe}},
		{"an attribute removed", boxes("x"), bares(), []schematest.Verdict{safe}},
		{"an encrypted attribute bound as another", boxes("x", seal()), boxes("x", cipher.Protect(aes(1), cipher.BindAs(field[string](), "old"))), []schematest.Verdict{data}},
		{"an encrypted attribute added", bares(), boxes("x", seal()), []schematest.Verdict{safe}},
		{"a struct grows", boxes(one{"x"}), boxes(two{"x", "y"}), []schematest.Verdict{safe}},
		{"elements grow, with an identity", boxes([]one{{"x"}, {"z"}}, byA), boxes([]two{{"x", "y"}, {"z", "y"}}), []schematest.Verdict{safe, safe}},
		{"entries grow", boxes(map[string]one{"k": {"x"}}), boxes(map[string]two{"k": {"x", "y"}}), []schematest.Verdict{safe}},
		{"an attribute renamed", boxes("x"), renamedProgram, []schematest.Verdict{upgrade}},
		{"a required attribute added", bares(), neededProgram, []schematest.Verdict{upgrade, safe}},
		{"a required attribute removed", neededProgram, bares(), []schematest.Verdict{readers}},
		{"a rule added", boxes("long"), shortProgram, []schematest.Verdict{upgrade}},
		{"a rule removed", shortProgram, boxes("long"), []schematest.Verdict{readers}},
		{"tracking added", loose("n"), bares(), []schematest.Verdict{safe}},

		{"an attribute added, untracked", loose("n"), looseGrown(), []schematest.Verdict{readers}},
		{"an attribute removed, untracked", looseGrown(), loose("n"), []schematest.Verdict{readers}},

		{"a number to text", boxes(1), boxes("x"), []schematest.Verdict{data}},
		{"text to a number", boxes("x"), boxes(1), []schematest.Verdict{data}},
		{"an integer to a float", boxes(int32(5)), boxes(1.5), []schematest.Verdict{readers}},
		{"a float to an integer", boxes(1.5), boxes(5), []schematest.Verdict{data}},
		{"a large integer to a float", boxes(int64(math.MaxInt64)), boxes(1.5), []schematest.Verdict{data}},
		{"a wider integer", boxes(int8(1)), boxes(int64(1000)), []schematest.Verdict{readers}},
		{"a narrower integer", boxes(int64(1000)), boxes(int8(1)), []schematest.Verdict{data}},
		{"without a sign", boxes(-1), boxes(uint(1)), []schematest.Verdict{data}},
		{"a number to one as text", boxes(int64(5)), spelledProgram, []schematest.Verdict{readers}},
		{"a number as text to one", spelledProgram, boxes(int64(5)), []schematest.Verdict{data}},
		{"a time to seconds", boxes(day), secondsProgram, []schematest.Verdict{safe}},
		{"seconds to a time", secondsProgram, boxes(day), []schematest.Verdict{safe}},
		{"a time to text", boxes(day), boxes("x"), []schematest.Verdict{readers}},
		{"text to a time", boxes("x"), boxes(day), []schematest.Verdict{data}},
		{"to any", boxes(true), boxes[any]("x"), []schematest.Verdict{readers}},
		{"from any", boxes[any]("x"), boxes(true), []schematest.Verdict{data}},
		{"a list to a map", boxes([]string{"x"}), boxes(map[string]string{"k": "x"}), []schematest.Verdict{data}},
		{"a map to a list", boxes(map[string]string{"k": "x"}), boxes([]string{"x"}), []schematest.Verdict{data}},
		{"another key of a map", boxes(map[string]int{"k": 1}), boxes(map[int]int{1: 1}), []schematest.Verdict{data}},
		{"a free key of a map", boxes(map[int]int{1: 1}), boxes(map[string]int{"k": 1}), []schematest.Verdict{readers}},
		{"bytes of a length", boxes([]byte("abcde")), boxes([4]byte{1}), []schematest.Verdict{data}},
		{"bytes of any length", boxes([4]byte{1}), boxes([]byte("abcde")), []schematest.Verdict{readers}},

		{"encrypted", boxes("x"), boxes("x", seal()), []schematest.Verdict{data}},
		{"encrypted no longer", boxes("x", seal()), boxes("x"), []schematest.Verdict{data}},

		{"a new shard", boxes(one{"x"}), boxes(one{"x"}, homes("Homes")), []schematest.Verdict{allowed}},
		{"a new shard, allowed before", boxesOf(one{"x"}, allow("Homes")), boxes(one{"x"}, homes("Homes")), []schematest.Verdict{safe}},
		{"a new shard of a new attribute", bares(), boxes(one{"x"}, homes("Homes")), []schematest.Verdict{allowed, safe}},
		{"a new shard of a new attribute, allowed before", bares(allow("Homes")...), boxes(one{"x"}, homes("Homes")), []schematest.Verdict{safe, safe}},
		{"a shard gone", boxes(one{"x"}, homes("Homes")), boxes(one{"x"}), []schematest.Verdict{allowed}},
		{"a shard gone, allowed", boxes(one{"x"}, homes("Homes")), boxesOf(one{"x"}, allow("Homes")), []schematest.Verdict{safe}},
		{"a shard gone with its attribute", boxes(one{"x"}, homes("Homes")), bares(), []schematest.Verdict{allowed, safe}},
		{"a shard moved", boxes(one{"x"}, homes("Homes")), boxes(one{"x"}, homes("Other")), []schematest.Verdict{moved, allowed}},
		{"a shard moved, and says so", boxes(one{"x"}, homes("Homes")), boxes(one{"x"}, homes("Other", shard.MovedFrom("Homes"))), []schematest.Verdict{allowed}},
		{"a shard moved, and both know", boxesOf(one{"x"}, allow("Other"), homes("Homes")), boxes(one{"x"}, homes("Other", shard.MovedFrom("Homes"))), []schematest.Verdict{safe}},
		{"a shard that may stay", boxes(one{"x"}, homes("Homes")), boxes(one{"x"}, homes("Homes", shard.WhenOver(100))), []schematest.Verdict{safe}},
		{"a shard that may not stay", boxes(one{"x"}, homes("Homes", shard.WhenOver(100))), boxes(one{"x"}, homes("Homes")), []schematest.Verdict{safe}},
		{"a shard that may be absent", boxes(one{"x"}, homes("Homes")),
			boxes(&one{"x"}, shard.Optional(shard.To("Homes"), func(b *box[*one]) **one { return &b.V })), []schematest.Verdict{safe}},
		{"elements become shards", boxes([]one{{"x"}, {"y"}}), boxes([]one{{"x"}, {"y"}}, shard.Each(shard.To("Homes"), func(b *box[[]one]) *[]one { return &b.V })), []schematest.Verdict{allowed}},

		{"the entity", boxes("x"), boxesOf("x", []repo.Option{repo.Entity("crate")}), []schematest.Verdict{data}},
		{"the record", boxes(one{"x"}, homes("Homes")), boxesOf(one{"x"}, []repo.Option{repo.MetaAttribute("rec")}, homes("Homes")), []schematest.Verdict{data}},
	}
}

// TestVerdicts runs programs of both declarations side by side: they do to each other
// what the verdict says.
func TestVerdicts(t *testing.T) { judge(t, verdicts()) }

func judge(t *testing.T, all []change) {
	for _, c := range all {
		t.Run(c.name, func(t *testing.T) {
			f, changes := run(t, c.old, c.new)
			var got []schematest.Verdict
			worst := safe
			for _, x := range changes {
				got, worst = append(got, x.Verdict), max(worst, x.Verdict)
			}
			if fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("verdicts %v, want %v: %v", got, c.want, changes)
			}
			if !f.bears(worst) {
				t.Errorf("%v, but the old program %v, and the new one %v", worst, f.old, f.new)
			}
			for _, x := range changes {
				if x.What == "" || strings.HasPrefix(x.String(), "Verdict(") || x.Verdict != safe && (x.Why == "" || x.Do == "") {
					t.Errorf("a change says too little: %v", x)
				}
			}
		})
	}
}
