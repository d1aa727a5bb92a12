package expr_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/expr"
)

func number(n int) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: fmt.Sprint(n)}
}

// Placeholders count on from one digit to two, and none occurs twice.
func TestPlaceholders(t *testing.T) {
	var b expr.Builder
	for i := range 25 {
		if got, want := b.Name(fmt.Sprint("n", i)), fmt.Sprint("#", i); got != want {
			t.Errorf("name %d is %s", i, got)
		}
		if got, want := b.Value(number(i)), fmt.Sprint(":", i); got != want {
			t.Errorf("value %d is %s", i, got)
		}
	}
	if b.Name("n3") != "#3" || len(b.Names) != 25 || b.Names["#24"] != "n24" {
		t.Errorf("%v", b.Names)
	}
	if b.Value(number(3)) != ":25" || len(b.Values) != 26 {
		t.Errorf("%v", b.Values)
	}
}

func TestPaths(t *testing.T) {
	var b expr.Builder
	if got := b.Path("_meta", "a.b", "_meta"); got != "#0.#1.#0" {
		t.Error(got)
	}
	path := attr.Path{{Kind: attr.Name, Name: "list"}, {Kind: attr.Index, Index: 12}, {Kind: attr.Key, Name: "a.b"}, {Kind: attr.Index}}
	if got := b.Doc(path); got != "#2[12].#1[0]" {
		t.Error(got)
	}
	if b.Doc(nil) != "" || b.Path() != "" {
		t.Error("no names are no path")
	}
}

func TestStatement(t *testing.T) {
	var s expr.Statement
	if s.Update() != "" || s.Condition() != "" || s.Names != nil || s.Values != nil {
		t.Errorf("the zero statement is %q if %q", s.Update(), s.Condition())
	}
	s.Remove(s.Name("a"))
	if got := s.Update(); got != "REMOVE #0" {
		t.Error(got)
	}
	s.Require("")
	s.Require("x = y OR z = y")
	s.Require("x = y OR z = y")
	if got := s.Condition(); got != "x = y OR z = y" {
		t.Error(got)
	}
	s.Set(s.Name("b"), s.Value(number(1)))
	s.SetAll(s.Name("c") + " = " + s.Value(number(2)) + ", #1 = #2")
	s.Remove(s.Name("d"))
	s.Require(s.Has("#0"))
	if got := s.Update(); got != "SET #1 = :0, #2 = :1, #1 = #2 REMOVE #0, #3" {
		t.Error(got)
	}
	if got := s.Condition(); got != "(x = y OR z = y) AND (attribute_exists(#0) AND NOT attribute_type(#0, :2))" {
		t.Error(got)
	}
	if d := cmp.Diff(map[string]string{"#0": "a", "#1": "b", "#2": "c", "#3": "d"}, s.Names); d != "" {
		t.Error(d)
	}
}

// What goes on from another builder gives no placeholder twice, and no name two.
func TestContinue(t *testing.T) {
	b := expr.Continue(map[string]string{"#0": "a", "#x": "b"}, map[string]types.AttributeValue{":0": number(0)})
	if got := b.Path("a", "b", "c", "d", "c"); got != "#0.#x.#1002.#1003.#1002" {
		t.Error(got)
	}
	if got := b.Value(number(1)); got != ":1001" || len(b.Names) != 4 || len(b.Values) != 2 {
		t.Errorf("%s, %v, %v", got, b.Names, b.Values)
	}
}

func TestAnd(t *testing.T) {
	if got := expr.And("", "a", "", "b"); got != "a AND b" {
		t.Error(got)
	}
	if got := expr.And("", ""); got != "" {
		t.Error(got)
	}
}
