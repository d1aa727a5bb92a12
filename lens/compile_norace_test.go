//go:build !race

package lens_test

import (
	"strings"
	"testing"

	"github.com/dystore/dystore/internal/compilefail"
)

// Programs are type-checked and not run, so the race detector has nothing to see here.

// program wraps statements in a file that declares a few lenses.
func program(body string) string {
	return strings.Replace(`package p

import "github.com/dystore/dystore/lens"

type Town struct{ City string }
type Person struct {
	Name  string
	Age   int
	Towns []Town
	Near  []*Town
	Homes map[string]Town
}
type Order struct{ Sum int }

var (
	name  = lens.Of(func(p *Person) *string { return &p.Name })
	age   = lens.Of(func(p *Person) *int { return &p.Age })
	towns = lens.Of(func(p *Person) *[]Town { return &p.Towns })
	near  = lens.Of(func(p *Person) *[]*Town { return &p.Near })
	homes = lens.Of(func(p *Person) *map[string]Town { return &p.Homes })
	city  = lens.Of(func(t *Town) *string { return &t.City })
	sum   = lens.Of(func(o *Order) *int { return &o.Sum })
)

func update[T any](changes ...lens.Change[T])   {}
func protect[T any](fields ...lens.Field[T])    {}
func when[T any](c lens.Condition[T])           {}
func updatePerson(c ...lens.Change[Person])     {}

func f() {
	BODY
}
`, "BODY", body, 1)
}

func TestCompiles(t *testing.T) {
	compilefail.OK(t, program(strings.Join([]string{
		`updatePerson(name.Set("x"), lens.Add(age, 1), lens.Append(towns, Town{}), lens.At(towns, 0).Remove())`,
		`update(name.Set("x"), age.SetIfAbsent(1))`,
		`protect[Person](name, age, lens.Each(towns, city), lens.EachValue(homes, city))`,
		`when(lens.And(age.Ge(18), lens.Not(name.In("a", "b"))))`,
		`_ = lens.Each(near, lens.Ptr(city))`,
		`var c []lens.Change[Person]; c = append(c, name.Remove()); update(c...)`,
	}, "\n")))
}

func TestDoesNotCompile(t *testing.T) {
	for body, want := range map[string]string{
		`name.Set(1)`:                                             "cannot use 1 (untyped int constant) as string value in argument to name.Set",
		`age.Ge("x")`:                                             `cannot use "x" (untyped string constant) as int value in argument to age.Ge`,
		`lens.Each(towns, city).Set("x")`:                         "lens.Each(towns, city).Set undefined (type lens.Many[Person, string] has no field or method Set)",
		`lens.Each(towns, city).Remove()`:                         "has no field or method Remove",
		`lens.Elems(towns).Eq(Town{})`:                            "has no field or method Eq",
		`lens.Add(name, 1)`:                                       "string does not satisfy lens.Number",
		`lens.Append(age, 1)`:                                     "L (type int) does not satisfy ~[]E",
		`lens.Append(towns, "x")`:                                 `cannot use "x" (untyped string constant) as Town value in argument to lens.Append`,
		`lens.At(homes, 0)`:                                       "L (type map[string]Town) does not satisfy ~[]E",
		`lens.Entry(homes, 1)`:                                    "(untyped int constant) as string value",
		`lens.Join(towns, city)`:                                  "type lens.Lens[Town, string] of city does not match inferred type lens.Lens[[]Town, V]",
		`lens.Each(towns, sum)`:                                   "in call to lens.Each, L (type []Town) does not satisfy ~[]E",
		`lens.Each(near, city)`:                                   "in call to lens.Each, L (type []*Town) does not satisfy ~[]E",
		`updatePerson(sum.Set(1))`:                                "cannot use sum.Set(1) (value of struct type lens.Edit[Order]) as lens.Change[Person] value",
		`updatePerson(name.Eq("x"))`:                              "does not implement lens.Change[Person]",
		`update(name.Set("x"), sum.Set(1))`:                       "type lens.Edit[Order] of sum.Set(1) does not match inferred type lens.Change[Person]",
		`protect(name, sum)`:                                      "type lens.Lens[Order, int] of sum does not match inferred type lens.Field[Person]",
		`protect[Person](sum)`:                                    "have ModelOf(*Order)",
		`lens.And(age.Ge(1), sum.Ge(1))`:                          "type lens.Predicate[Order] of sum.Ge(1) does not match inferred type lens.Condition[Person]",
		`when(name.Set("x"))`:                                     "type lens.Edit[Person] of name.Set(\"x\") does not match lens.Condition[T]",
		`lens.Of(func(p *Person) *string { return &p.Age })`:      "cannot use &p.Age (value of type *int) as *string value",
		`lens.Of(func(p *Person) *string { return &p.Nick })`:     "p.Nick undefined (type *Person has no field or method Nick)",
		`lens.Of(func(p *Person) string { return p.Name })`:       "does not match inferred type func(*Person) *V for func(*T) *V",
		`lens.Of(func(p *Person) *Town { return &p.Homes["x"] })`: "invalid operation: cannot take address of p.Homes",
	} {
		t.Run(body, func(t *testing.T) { compilefail.Check(t, program(body), want) })
	}
}
