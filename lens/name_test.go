package lens_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/lens"
)

type nameDoc struct {
	Plain string              `dynamodbav:"plain"`
	Dots  string              `dynamodbav:"a.b.c"`
	Index string              `dynamodbav:"x[1]"`
	Open  string              `dynamodbav:"x["`
	List  [][]nameDoc         `dynamodbav:"list.s"`
	Map   map[string]*nameDoc `dynamodbav:"map"`
}

var (
	namedPlain = lens.Of(func(n *nameDoc) *string { return &n.Plain })
	namedDots  = lens.Of(func(n *nameDoc) *string { return &n.Dots })
	namedIndex = lens.Of(func(n *nameDoc) *string { return &n.Index })
	namedOpen  = lens.Of(func(n *nameDoc) *string { return &n.Open })
	namedList  = lens.Of(func(n *nameDoc) *[][]nameDoc { return &n.List })
	namedMap   = lens.Of(func(n *nameDoc) *map[string]*nameDoc { return &n.Map })
	badLens    = lens.Of(func(n *nameDoc) *string { return nil })
)

// What is built of a name is the path, name by name.
func TestNamePaths(t *testing.T) {
	for _, c := range []struct {
		field lens.Field[nameDoc]
		text  string
		names map[string]string
	}{
		{namedPlain, "attribute_exists (#0)", map[string]string{"#0": "plain"}},
		{namedDots, "attribute_exists (#0)", map[string]string{"#0": "a.b.c"}},
		{lens.Join(lens.At(lens.At(namedList, 3), 12), namedDots), "attribute_exists (#0[3][12].#1)", map[string]string{"#0": "list.s", "#1": "a.b.c"}},
		{lens.Join(lens.Entry(namedMap, "k.l m"), lens.Ptr(namedPlain)), "attribute_exists (#0.#1.#2)", map[string]string{"#0": "map", "#1": "k.l m", "#2": "plain"}},
	} {
		built, err := expression.NewBuilder().WithCondition(lens.Name(c.field).AttributeExists()).Build()
		if err != nil {
			t.Errorf("%v: %v", c.field, err)
			continue
		}
		if got := *built.Condition(); got != c.text {
			t.Errorf("%v: %s", c.field, got)
		}
		if d := cmp.Diff(c.names, built.Names()); d != "" {
			t.Error(d)
		}
	}
}

// A lens without a name gives one that no request can be built of, whatever is
// appended to it.
func TestNameRefuses(t *testing.T) {
	for _, l := range []lens.Field[nameDoc]{
		namedIndex, namedOpen, badLens, lens.Lens[nameDoc, string]{}, nil, lens.Entry(namedMap, ""), lens.Entry(namedMap, "]["), lens.Entry(namedMap, "[0]"),
		lens.Elems(namedList), lens.ElemValues(namedMap),
	} {
		for _, name := range []expression.NameBuilder{
			lens.Name(l), lens.Name(l).AppendName(expression.Name("[0].x")), expression.Name("x").AppendName(lens.Name(l)),
		} {
			for _, cond := range []expression.ConditionBuilder{name.AttributeExists(), name.Size().Equal(expression.Value(1)), expression.Value(1).In(expression.Value(2), name)} {
				var wrong expression.InvalidParameterError
				if _, err := expression.NewBuilder().WithFilter(cond).Build(); !errors.As(err, &wrong) || !strings.Contains(err.Error(), "NameBuilder") {
					t.Errorf("%v: %v", l, err)
				}
			}
		}
	}
}
