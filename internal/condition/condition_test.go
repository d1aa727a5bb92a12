package condition_test

import (
	"math"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/condition"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/lens"
)

type doc struct {
	Name  string            `dynamodbav:"name"`
	Count int               `dynamodbav:"count"`
	Set   []string          `dynamodbav:"set,stringset"`
	List  []*inner          `dynamodbav:"list"`
	Map   map[string]inner  `dynamodbav:"map"`
	Any   any               `dynamodbav:"any"`
	Ints  map[int][]float64 `dynamodbav:"ints"`
}

type inner struct {
	City string `dynamodbav:"ci.ty"`
}

var (
	name, val = expression.Name, expression.Value
	docType   = reflect.TypeFor[doc]()
)

// Names become paths of the type: entries of maps are told from attributes.
func TestPaths(t *testing.T) {
	for _, c := range []struct {
		name expression.NameBuilder
		want attr.Path
	}{
		{name("name"), attr.Names("name")},
		{name("list[3]").AppendName(expression.NameNoDotSplit("ci.ty")), attr.Path{attr.Field("list"), attr.At(3), attr.Field("ci.ty")}},
		{name("map.name").AppendName(expression.NameNoDotSplit("ci.ty")), attr.Path{attr.Field("map"), attr.Entry("name"), attr.Field("ci.ty")}},
		{name("ints.7[0]"), attr.Path{attr.Field("ints"), attr.Entry("7"), attr.At(0)}},
		{name("any.x[0].y"), attr.Path{attr.Field("any"), attr.Field("x"), attr.At(0), attr.Field("y")}},
	} {
		for _, cond := range []expression.ConditionBuilder{c.name.Equal(val(1)), c.name.Size().LessThan(val(1)), val(1).In(val(2), c.name), c.name.BeginsWith("x")} {
			got, err := condition.Of(docType, cond)
			if err != nil {
				t.Errorf("%v: %v", c.want, err)
				continue
			}
			if d := cmp.Diff([]attr.Path{c.want}, got.Said.Paths()); d != "" {
				t.Error(d)
			}
		}
		got, err := condition.Of(docType, c.name.AttributeNotExists())
		if err != nil || got.Op != model.NotExists || got.Said != nil || cmp.Diff(c.want, got.Lens.Path) != "" {
			t.Errorf("%v: %+v, %v", c.want, got, err)
		}
	}
}

func TestTree(t *testing.T) {
	got, err := condition.Of(docType, name("name").Equal(val("x")).And(name("count").LessThan(val(1)), name("any").AttributeExists().Or(name("set").Contains("y")).Not()))
	if err != nil {
		t.Fatal(err)
	}
	ops := func(c *model.Cond) (ops []model.CondOp) {
		for _, s := range c.Subs {
			ops = append(ops, s.Op)
		}
		return ops
	}
	if got.Op != model.And || !reflect.DeepEqual(ops(got), []model.CondOp{model.Said, model.Said, model.Not}) {
		t.Errorf("%+v", got)
	}
	if or := got.Subs[2].Subs[0]; or.Op != model.Or || !reflect.DeepEqual(ops(or), []model.CondOp{model.Exists, model.Said}) {
		t.Errorf("%+v", or)
	}
}

func TestRefuses(t *testing.T) {
	many := []expression.OperandBuilder{}
	for range 100 {
		many = append(many, val(1))
	}
	for _, c := range []struct {
		name string
		cond expression.ConditionBuilder
		want condition.Error
	}{
		{"nothing", expression.ConditionBuilder{}, condition.Error{Reason: "buildTree error: unset parameter: ConditionBuilder"}},
		{"no name", name("").Equal(val(1)), condition.Error{Reason: "BuildOperand error: unset parameter: NameBuilder"}},
		{"record", name("_meta.v").Equal(val(1)), condition.Error{Path: "_meta", Reason: "condition_test.doc has no such attribute"}},
		{"unknown", name("list[1].city").AttributeExists(), condition.Error{Path: "list[1].city", Reason: "condition_test.inner has no such attribute"}},
		{"unknown deep in a join", name("name").Equal(val(1)).Or(val(1).Between(name("count"), name("Name"))).Not(), condition.Error{Path: "Name", Reason: "condition_test.doc has no such attribute"}},
		{"inside a value", name("name.x").Equal(val(1)), condition.Error{Path: "name.x", Reason: "string is stored as string, which has no attributes"}},
		{"element of a set", name("set[0]").Equal(val(1)), condition.Error{Path: "set[0]", Reason: "[]string is stored as string set, which has no elements by position"}},
		{"element of a map", name("map[0]").Equal(val(1)), condition.Error{Path: "map[0]", Reason: "map[string]condition_test.inner is stored as map, which has no elements by position"}},
		{"sum", name("count").Equal(name("count").Plus(val(1))), condition.Error{Path: "count", Reason: "DynamoDB computes + in updates only; in a condition it has size, and compares"}},
		{"default", expression.Equal(name("count").IfNotExists(val(1)), val(1)), condition.Error{Path: "count", Reason: "DynamoDB computes if_not_exists in updates only; in a condition it has size, and compares"}},
		{"values", val(1).Equal(val(1)), condition.Error{Reason: "it compares values that are given; name an attribute"}},
		{"not a number", name("count").Equal(val(math.NaN())), condition.Error{Path: "count", Reason: `a value that is compared cannot be stored: item: not a number`}},
		{"between backwards", name("count").Between(val(2), val(1)), condition.Error{Path: "count", Reason: "BETWEEN: the lower bound is greater than the upper one"}},
		{"IN of 101", name("count").In(val(1), many...), condition.Error{Path: "count", Reason: "IN has more than 100 operands"}},
	} {
		got, err := condition.Of(docType, c.cond)
		if err == nil || got != nil {
			t.Errorf("%s: %v, %v", c.name, got, err)
			continue
		}
		if d := cmp.Diff(c.want, *err); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
	if _, err := condition.Of(docType, name("count").In(val(1), many[1:]...)); err != nil {
		t.Errorf("IN of 100: %v", err)
	}
}

// The mistake of a lens is found wherever its name is, and not in values.
func TestRefusedLens(t *testing.T) {
	elems := lens.Name(lens.Elems(lens.Of(func(d *doc) *[]*inner { return &d.List })))
	want := &condition.Error{Lens: &model.Refusal{Func: "lens.Name", Type: "condition_test.doc", Path: "List[]", Reason: "the lens leads to many values; a condition names one, by lens.At or lens.Entry"}}
	for _, cond := range []expression.ConditionBuilder{
		elems.AttributeExists(), name("count").Equal(elems), elems.Size().Equal(val(1)), expression.Equal(name("count"), val(1).Plus(elems)),
		name("x").AttributeExists().And(name("y").AttributeExists(), expression.Not(elems.AppendName(name("x")).Contains(1))),
	} {
		_, err := condition.Of(docType, cond)
		if d := cmp.Diff(want, err); d != "" {
			t.Error(d)
		}
	}
	_, err := condition.Of(docType, name("").Equal(val(model.Refusal{Func: "f"}.Name())))
	if d := cmp.Diff(&condition.Error{Reason: "BuildOperand error: unset parameter: NameBuilder"}, err); d != "" {
		t.Error(d)
	}
}
