package trees

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// drawCondition joins conditions of the suite at random.
func drawCondition(t *rapid.T, of []ifCase, depth int) lens.Condition[Tree] {
	switch kind := rapid.IntRange(0, 5).Draw(t, "kind"); {
	case depth == 0 || kind < 3:
		return rapid.SampledFrom(of).Draw(t, "condition").cond
	case kind == 3:
		return lens.Not(drawCondition(t, of, depth-1))
	default:
		join := lens.And[Tree]
		if kind == 4 {
			join = lens.Or[Tree]
		}
		var all []lens.Condition[Tree]
		for range rapid.IntRange(2, 3).Draw(t, "conditions") {
			all = append(all, drawCondition(t, of, depth-1))
		}
		return join(all...)
	}
}

// What If and IfExpr can both say, they decide alike, in every layout and on
// objects that were written under another one.
func TestIfAndIfExprAgree(t *testing.T) {
	var writtenAs []map[string]*repo.Repo[Tree] // by layout, of the same objects
	for _, l := range Layouts {
		client := embedded.New().Client()
		as := map[string]*repo.Repo[Tree]{}
		for _, l := range Layouts {
			as[l.Name] = open(t, client, l.Model())
		}
		for _, v := range []Tree{New("full"), {ID: "bare"}} {
			if _, err := as[l.Name].Create(t.Context(), &v); err != nil {
				t.Fatal(err)
			}
		}
		writtenAs = append(writtenAs, as)
	}
	rapid.Check(t, func(t *rapid.T) {
		r := rapid.SampledFrom(writtenAs).Draw(t, "written as")[rapid.SampledFrom(Layouts).Draw(t, "layout").Name]
		id, of := "full", conditionCases
		if rapid.Bool().Draw(t, "bare") {
			id, of = "bare", absentConditions
		}
		for range 3 {
			cond := drawCondition(t, of, 3)
			typed := r.Update(t.Context(), ID.Of(id), tMark.Set("typed"), repo.If(cond))
			said := r.Update(t.Context(), ID.Of(id), tMark.Set("expression"), repo.IfExpr[Tree](Said(cond)))
			for _, kind := range []error{repo.ErrCondition, repo.ErrInvalid} {
				if errors.Is(typed, kind) != errors.Is(said, kind) || (typed == nil) != (said == nil) {
					t.Fatalf("If: %v, IfExpr: %v", typed, said)
				}
			}
		}
	})
}

// open makes a repository, and the tables that are not there yet.
func open(t *testing.T, client *dynamodb.Client, m repo.Model[Tree]) *repo.Repo[Tree] {
	t.Helper()
	r, err := repo.New(client, m, Tables)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.CreateTables(t.Context()); err != nil {
		t.Fatal(err)
	}
	return r
}

// What only IfExpr can say holds in every layout alike, too.
func TestIfExprInEveryLayout(t *testing.T) {
	name := func(l lens.Field[Tree]) expression.NameBuilder { return lens.Name(l) }
	value := expression.Value
	opt, inPtrs := lens.Join(tOpt, lens.Ptr(bName)), lens.Join(lens.At(tPtrs, 0), lens.Ptr(lText))
	entry := lens.Join(lens.Join(tOne, lens.Entry(bByName, "b.c#d:e~f")), lText)
	for _, c := range []struct {
		name string
		cond expression.ConditionBuilder
		want bool
	}{
		{"size of a list", name(tWords).Size().Equal(value(2)), true},
		{"size in a part", name(opt).Size().Equal(value(3)), true},
		{"size in a part, other", name(opt).Size().GreaterThan(value(3)), false},
		{"contains", name(tWords).Contains("two"), true},
		{"contains in a nested part", name(lens.Join(lens.Join(tOne, bLeaf), lTags)).Contains("one leaf"), true},
		{"contains, not", name(lens.Join(lens.Join(tOne, bLeaf), lTags)).Contains("two"), false},
		{"begins with", name(inPtrs).BeginsWith("fir"), true},
		{"begins with in an entry", name(entry).BeginsWith("one b, "), true},
		{"type", name(tCount).AttributeType(expression.Number), true},
		{"size of no element", name(lens.Join(lens.At(tList, 9), bName)).Size().NotEqual(value(0)), true},
		{"contains of no element", name(lens.Join(lens.At(tList, 9), bName)).Contains("a"), false},
		{"no element among", value("x").In(name(lens.Join(lens.At(tList, 9), bName)), name(tTitle)), false},
		{"value between two attributes", value(4).Between(name(tGirth), name(tCount)), true},
		{"two attributes", name(tGirth).LessThan(name(tCount)), true},
		{"two attributes, not so", name(tGirth).Equal(name(tCount)), false},
		{"two attributes of a part", name(lens.Join(tOne, bName)).NotEqual(name(lens.Join(tOne, bCount))), true},
		{"by names", expression.Name("one.name").BeginsWith("on").And(expression.Name("list[1].count").Equal(value(6))), true},
		{"key", expression.Equal(expression.Key("id"), value("full")), true},
	} {
		for _, l := range Layouts {
			holds(t, c.name+", "+l.Name, open(t, embedded.New().Client(), l.Model()), nil, c.cond, c.want)
		}
	}
}

// An element that is nil is NULL where it stands in its list. Where the manifest
// knows it, of an object that was written under another layout, it is the same.
func TestIfExprOfNilElement(t *testing.T) {
	value, noPtr := expression.Value, lens.Name(lens.At(tPtrs, 1))
	for _, c := range []struct {
		name string
		cond expression.ConditionBuilder
		want bool
	}{
		{"type of an element that is nil", noPtr.AttributeType(expression.Null), true},
		{"other type of an element that is nil", noPtr.AttributeType(expression.Map), false},
		{"element that is nil equals NULL", noPtr.Equal(value(nil)), true},
		{"element that is nil differs from NULL", noPtr.NotEqual(value(nil)), false},
		{"element that is nil among", noPtr.In(value(1), value(nil)), true},
		{"element that is nil less", noPtr.LessThan(value(1)), false},
		{"value equals an element that is nil", value(nil).Equal(noPtr), true},
		{"size of an element that is nil", noPtr.Size().Equal(value(0)), false},
	} {
		holds(t, c.name, open(t, embedded.New().Client(), Flat()), nil, c.cond, c.want)
		client := embedded.New().Client()
		holds(t, c.name+", divided", open(t, client, Flat()), open(t, client, Divided(0)), c.cond, c.want)
	}
}

// holds checks whether a condition holds for a tree, which writer has written if
// it is not nil.
func holds(t *testing.T, name string, r, writer *repo.Repo[Tree], cond expression.ConditionBuilder, want bool) {
	t.Helper()
	if writer == nil {
		writer = r
	}
	v := New("full")
	key, err := writer.Create(t.Context(), &v)
	if err != nil {
		t.Fatal(err)
	}
	err = r.Update(t.Context(), key, tMark.Set("x"), repo.IfExpr[Tree](cond))
	if (err == nil) != want || err != nil && !errors.Is(err, repo.ErrCondition) {
		t.Errorf("%s: %v", name, err)
	}
}
