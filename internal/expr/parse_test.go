package expr_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/item"
)

type value = types.AttributeValue

// saying builds conditions of the package expression from bytes.
type saying struct{ rest []byte }

func (s *saying) pick(n int) int {
	if len(s.rest) == 0 {
		return 0
	}
	b := s.rest[0]
	s.rest = s.rest[1:]
	return int(b) % n
}

func (s *saying) name() expression.NameBuilder {
	names := []string{"a", "b.c", "a[1]", "a[0][12].b", "size", "a:b", "AND", "x y", "ä", "#0"}
	n := expression.Name(names[s.pick(len(names))])
	switch s.pick(4) {
	case 0:
		return n.AppendName(expression.NameNoDotSplit("d.e[7]"))
	case 1:
		return n.AppendName(expression.Name("[3].f"))
	}
	return n
}

func (s *saying) operand(depth int) expression.OperandBuilder {
	switch kind := s.pick(9); {
	case depth == 0 || kind < 3:
		return s.name()
	case kind == 3:
		return expression.Value(s.pick(256))
	case kind == 4:
		return s.name().Size()
	case kind == 5:
		return expression.Key("k.l")
	case kind == 6:
		return expression.Plus(s.operand(depth-1), s.operand(0))
	case kind == 7:
		return expression.Minus(s.operand(depth-1), s.operand(0))
	}
	return expression.IfNotExists(s.name(), expression.ListAppend(s.operand(depth-1), s.operand(depth-1)))
}

func (s *saying) operands(n int) (all []expression.OperandBuilder) {
	for range n {
		all = append(all, s.operand(1))
	}
	return all
}

func (s *saying) condition(depth int) expression.ConditionBuilder {
	compare := []func(l, r expression.OperandBuilder) expression.ConditionBuilder{
		expression.Equal, expression.NotEqual, expression.LessThan, expression.LessThanEqual, expression.GreaterThan, expression.GreaterThanEqual,
	}
	kind := s.pick(12)
	if depth == 0 {
		kind %= 8
	}
	switch kind {
	case 0:
		return s.name().AttributeExists()
	case 1:
		return s.name().AttributeNotExists()
	case 2:
		return s.name().AttributeType(expression.Null)
	case 3:
		return s.name().BeginsWith("p")
	case 4:
		return s.name().Contains("c")
	case 5:
		return expression.Between(s.operand(2), s.operand(2), s.operand(2))
	case 6:
		return expression.In(s.operand(2), s.operand(2), s.operands(s.pick(3))...)
	case 7:
		return compare[s.pick(len(compare))](s.operand(2), s.operand(2))
	case 8:
		return s.condition(depth - 1).Not()
	case 9:
		return expression.And(s.condition(depth-1), s.condition(depth-1), s.condition(depth-1))
	case 10:
		return expression.And(s.condition(depth-1), s.condition(depth-1))
	}
	return expression.Or(s.condition(depth-1), s.condition(depth-1))
}

// Every condition that the package can build comes back the same: its
// placeholders are numbered as those of a Builder are.
func FuzzParse(f *testing.F) {
	f.Add([]byte{})
	for i := range 12 {
		f.Add([]byte{byte(i), 7, 3, 5, byte(i), 8, 2, 1, 4, 6, 9, byte(i), 11, 3, 2, 6, 8, 1, 0, 255, 4, 5})
	}
	f.Add([]byte{9, 10, 7, 2, 4, 1, 3, 8, 5, 6, 7, 7, 8, 11, 6, 8, 1, 2, 3, 9, 0, 1, 2, 3})
	f.Fuzz(func(t *testing.T, data []byte) {
		s := &saying{data}
		built, err := expression.NewBuilder().WithCondition(s.condition(4)).Build()
		if err != nil {
			t.Fatal(err)
		}
		c, err := expr.Parse(*built.Condition(), built.Names(), built.Values())
		if err != nil {
			t.Fatal(err)
		}
		var b expr.Builder
		if got := c.Text(&b); got != *built.Condition() {
			t.Errorf("%s comes back as %s", *built.Condition(), got)
		}
		if d := cmp.Diff(built.Names(), b.Names); d != "" {
			t.Error(d)
		}
		if !maps.EqualFunc(built.Values(), b.Values, item.Equal) {
			t.Errorf("%v, want %v", b.Values, built.Values())
		}
	})
}

// Any text is parsed or refused.
func FuzzParseText(f *testing.F) {
	for _, text := range []string{"", "#0 = :0", "(", "NOT (#0", "#0[1].#0 IN (:0, :0)", "size (#0) BETWEEN :0 AND :0", "#0 <", "\xff", "#0[-1] = :0"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if c, err := expr.Parse(text, map[string]string{"#0": "a"}, map[string]value{":0": number(1)}); err == nil {
			var b expr.Builder
			if c.Text(&b) == "" {
				t.Errorf("%q is nothing", text)
			}
		}
	})
}

func TestParseRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                                     `a name is expected, not ""`,
		"#0":                                   `an operator is expected, not ""`,
		"#1 = :0":                              `a name is expected, not "#1 = :0"`,
		"#0 = :1":                              `:1 has no value`,
		"#0 = :0 :0":                           `the end is expected, not ":0"`,
		"(#0 = :0)":                            `AND or OR is expected, not ""`,
		"(#0 = :0) AND (#0 = :0":               `")" is expected, not ""`,
		"(#0 = :0) AND (#0 = :0) OR (#0 = :0)": `the end is expected, not "OR (#0 = :0)"`,
		"NOT #0 = :0":                          `"(" is expected, not "#0 = :0"`,
		"contains (#0)":                        `1 arguments instead of 2`,
		"#0 BETWEEN :0 OR :0":                  `"AND" is expected, not "OR :0"`,
		"#0[x] = :0":                           `"x" is no position in a list`,
		"#0[99999999999999999999] = :0":        `"99999999999999999999" is no position in a list`,
		"#0[1 = :0":                            `"]" is expected, not "= :0"`,
	} {
		c, err := expr.Parse(text, map[string]string{"#0": "a"}, map[string]value{":0": number(1)})
		if c != nil || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestReplace(t *testing.T) {
	c, err := expr.Parse("(size (#0[1].#1) > :0) AND (#1 = #0)", map[string]string{"#0": "a", "#1": "b.c"}, map[string]value{":0": number(1)})
	if err != nil {
		t.Fatal(err)
	}
	want := []attr.Path{{attr.Field("a"), attr.At(1), attr.Field("b.c")}, attr.Names("b.c"), attr.Names("a")}
	if d := cmp.Diff(want, c.Paths()); d != "" {
		t.Error(d)
	}
	under, err := c.Replace(func(p attr.Path) (expr.Operand, error) {
		if len(p) == 1 && p[0].Name == "a" {
			return expr.Operand{Value: number(2)}, nil
		}
		return expr.Operand{Path: attr.Join(attr.Names("x"), p)}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var b expr.Builder
	if got := under.Text(&b); got != "(size (#0.#1[1].#2) > :0) AND (#0.#2 = :1)" {
		t.Error(got)
	}
}
