package expr

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"github.com/dystore/dystore/internal/engine/attr"
	"github.com/dystore/dystore/internal/engine/packed"
)

// try parses a text as every kind of expression and applies the results to the
// sample.
func try(t interface{ Fatalf(string, ...any) }, text string) {
	names := map[string]string{"#n": "n", "#a": "a"}
	values := attr.Item{":v": n("1"), ":s": ss("x"), ":l": l(n("1"))}
	check := func(err error) {
		var invalid attr.Invalid
		if err != nil && !errors.As(err, &invalid) {
			t.Fatalf("%q: %T %v", text, err, err)
		}
	}
	scope := func() *Scope {
		s, err := NewScope(names, values)
		if err != nil {
			t.Fatalf("%v", err)
		}
		return s
	}
	item := sample()
	before := string(packed.Encode(item))
	c, err := scope().Condition("ConditionExpression", text)
	check(err)
	if err == nil {
		c.Holds(item)
		c.Holds(nil)
		c.Paths()
	}
	p, err := scope().Projection(text)
	check(err)
	if err == nil {
		for name := range p.Apply(item) {
			if _, ok := item[name]; !ok {
				t.Fatalf("%q: projected %s out of nothing", text, name)
			}
		}
	}
	u, err := scope().Update(text)
	check(err)
	if err == nil {
		_, err := u.Apply(item)
		check(err)
		u.Touched(item)
	}
	_, err = scope().KeyCondition(text)
	check(err)
	if string(packed.Encode(item)) != before {
		t.Fatalf("%q changed the item", text)
	}
}

func FuzzExpressions(f *testing.F) {
	for _, text := range []string{
		"n = :v", "NOT (n < :v OR size(s) IN (:v, m.k))", "n BETWEEN :v AND :v AND begins_with(s, #n)", "attribute_exists(m.l[0].d)",
		"SET n = n + :v, l[9] = list_append(l, :l) REMOVE m.k ADD ss :s DELETE ss :s", "m.l[0], n, #a", "((((", "SET a = (", "a[", "a.", "#", ":", "\x00é",
		"n = :v AND pk > :v", "SET a = if_not_exists(a.b, (:v)",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { try(t, text) })
}

// TestRandomTokens throws well-formed words at the parser in any order.
func TestRandomTokens(t *testing.T) {
	word := rapid.SampledFrom([]string{
		"n", "s", "m.k", "l[0]", "l[9]", "m.l[0].d", "#n", "#a.x", ":v", ":s", ":l", "=", "<>", "<", "<=", ">", ">=", "+", "-", ",", "(", ")", ".", "[", "]", "0", "7",
		"AND", "OR", "NOT", "BETWEEN", "IN", "SET", "REMOVE", "ADD", "DELETE", "size(", "attribute_exists(", "attribute_type(", "begins_with(", "contains(", "if_not_exists(", "list_append(", "!", "é",
	})
	rapid.Check(t, func(t *rapid.T) {
		text := ""
		for _, w := range rapid.SliceOfN(word, 1, 20).Draw(t, "words") {
			text += w + " "
		}
		try(t, text)
	})
}

// condition generates valid conditions.
func condition(depth int) *rapid.Generator[string] {
	path := rapid.SampledFrom([]string{"n", "big", "s", "b", "t", "z", "ss", "ns", "l", "m", "l[0]", "m.k", "m.l[0].d", "absent", "m.absent", "l[7]"})
	value := rapid.SampledFrom([]string{":v", ":w"})
	simple := rapid.Custom(func(t *rapid.T) string {
		p, v := path.Draw(t, "path"), value.Draw(t, "value")
		switch rapid.IntRange(0, 4).Draw(t, "kind") {
		case 0:
			return "attribute_exists(" + p + ")"
		case 1:
			return p + rapid.SampledFrom([]string{" = ", " <> ", " < ", " >= "}).Draw(t, "operator") + v
		case 2:
			return "size(" + p + ") <= " + v
		case 3:
			return p + " IN (" + v + ", :w)"
		}
		return p + " BETWEEN :v AND :w"
	})
	if depth == 0 {
		return simple
	}
	inner := rapid.Deferred(func() *rapid.Generator[string] { return condition(depth - 1) })
	return rapid.OneOf(simple, rapid.Custom(func(t *rapid.T) string {
		x, y := inner.Draw(t, "x"), inner.Draw(t, "y")
		return rapid.SampledFrom([]string{"NOT (" + x + ")", x + " AND " + y, x + " OR " + y, "(" + x + " OR " + y + ") AND " + x}).Draw(t, "form")
	}))
}

// TestLogic: negation, De Morgan and the precedence of AND over OR.
func TestLogic(t *testing.T) {
	holds := func(t *rapid.T, text string) bool {
		scope, err := NewScope(nil, attr.Item{":v": n("1"), ":w": n("7")})
		if err != nil {
			t.Fatal(err)
		}
		c, err := scope.Condition("FilterExpression", text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		return c.Holds(sample())
	}
	rapid.Check(t, func(t *rapid.T) {
		x, y, z := condition(2).Draw(t, "x"), condition(1).Draw(t, "y"), condition(0).Draw(t, "z")
		a, b, c := holds(t, x), holds(t, y), holds(t, z)
		for text, want := range map[string]bool{
			"NOT (" + x + " OR " + y + ")":                   !(a || b),
			"NOT ((" + x + ") AND (" + y + "))":              !(a && b),
			z + " OR " + z + " AND attribute_exists(absent)": c,
			"NOT " + z + " AND " + z:                         false,
		} {
			if got := holds(t, text); got != want {
				t.Fatalf("%s is %t, want %t", text, got, want)
			}
		}
	})
}
