package expr

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/engine/attr"
)

func s(v string) attr.Value        { return &types.AttributeValueMemberS{Value: v} }
func n(v string) attr.Value        { return &types.AttributeValueMemberN{Value: v} }
func b(v string) attr.Value        { return &types.AttributeValueMemberB{Value: []byte(v)} }
func yes() attr.Value              { return &types.AttributeValueMemberBOOL{Value: true} }
func null() attr.Value             { return &types.AttributeValueMemberNULL{Value: true} }
func l(v ...attr.Value) attr.Value { return &types.AttributeValueMemberL{Value: v} }
func m(v attr.Item) attr.Value     { return &types.AttributeValueMemberM{Value: v} }
func ss(v ...string) attr.Value    { return &types.AttributeValueMemberSS{Value: v} }
func ns(v ...string) attr.Value    { return &types.AttributeValueMemberNS{Value: v} }

// sample has a value of each kind.
func sample() attr.Item {
	return attr.Item{
		"n": n("5"), "big": n("9007199254740993"), "s": s("abc"), "b": b("abc"), "t": yes(), "z": null(),
		"ss": ss("x", "y"), "ns": ns("1", "2"), "l": l(n("1"), s("a"), l(n("2"))), "m": m(attr.Item{"k": n("7"), "l": l(m(attr.Item{"d": s("deep")}))}),
		"odd.name": s("dotted"),
	}
}

func holds(t *testing.T, text string, names map[string]string, values attr.Item) (bool, error) {
	t.Helper()
	if len(values) == 0 {
		values = nil
	}
	scope, err := NewScope(names, values)
	if err != nil {
		return false, err
	}
	c, err := scope.Condition("ConditionExpression", text)
	if err != nil {
		return false, err
	}
	if err := scope.Done(); err != nil {
		return false, err
	}
	return c.Holds(sample()), nil
}

func TestConditions(t *testing.T) {
	v := func(x attr.Value) attr.Item { return attr.Item{":v": x} }
	two := func(x, y attr.Value) attr.Item { return attr.Item{":v": x, ":w": y} }
	for _, c := range []struct {
		text   string
		values attr.Item
		want   bool
	}{
		{"attribute_exists(n)", nil, true},
		{"attribute_exists(m.l[0].d)", nil, true},
		{"attribute_exists(m.l[1].d)", nil, false},
		{"attribute_exists(s.x)", nil, false},
		{"attribute_not_exists(absent)", nil, true},
		{"attribute_type(z, :v)", v(s("NULL")), true},
		{"attribute_type(l[2], :v)", v(s("L")), true},
		{"attribute_type(absent, :v)", v(s("S")), false},
		{"begins_with(s, :v)", v(s("ab")), true},
		{"begins_with(s, :v)", v(s("b")), false},
		{"begins_with(b, :v)", v(b("ab")), true},
		{"begins_with(n, :v)", v(s("5")), false},
		{"contains(s, :v)", v(s("bc")), true},
		{"contains(ss, :v)", v(s("y")), true},
		{"contains(ns, :v)", v(n("2.0")), true},
		{"contains(ns, :v)", v(s("2")), false},
		{"contains(l, :v)", v(l(n("2"))), true},
		{"contains(l, :v)", v(n("2")), false},
		{"contains(:v, s)", v(s("xabcx")), true},
		{"size(s) = :v", v(n("3")), true},
		{"size(:v) = :w", two(s("😀é"), n("3")), true},
		{"size(:v) = :w", two(s("e\u0301x"), n("3")), true},
		{"size(:v) = :w", two(s("日本語"), n("3")), true},
		{"size(m) < size(l)", nil, true},
		{"size(ss) >= :v", v(n("2")), true},
		{"size(n) = :v", v(n("1")), false},
		{"size(absent) <> :v", v(n("1")), true},
		{"n = :v", v(n("5.0")), true},
		{"big = :v", v(n("9007199254740992")), false},
		{"big > :v", v(n("9007199254740992")), true},
		{"n = :v", v(s("5")), false},
		{"n <> :v", v(s("5")), true},
		{"n < :v", v(s("6")), false},
		{"absent = absent2", nil, false},
		{"absent <> absent2", nil, true},
		{"NOT absent < :v", v(n("1")), true},
		{"ss = :v", v(ss("y", "x")), true},
		{"m = :v", v(m(attr.Item{"k": n("7.0"), "l": l(m(attr.Item{"d": s("deep")}))})), true},
		{"n BETWEEN :v AND :w", two(n("5"), n("6")), true},
		{"n BETWEEN :v AND :w", two(n("6"), n("7")), false},
		{":v BETWEEN n AND big", v(n("6")), true},
		{"n IN (:v, :w)", two(s("5"), n("5")), true},
		{"n IN (s, :v)", v(n("4")), false},
		{"absent IN (:v)", v(n("4")), false},
		{"n = :v OR s = :w AND n = :w", two(n("5"), s("no")), true},
		{"(n = :v OR s = :w) AND n = :w", two(n("5"), s("no")), false},
		{"NOT n = :w AND n = :v", two(n("5"), n("6")), true},
		{"NOT (n = :w AND n = :v)", two(n("5"), n("6")), true},
		{"not (n = :v) or attribute_exists (s)", v(n("5")), true},
		{"(n) = (:v)", v(n("5")), true},
		{"n=:v AND(s<>:v)", v(n("5")), true},
	} {
		got, err := holds(t, c.text, nil, c.values)
		if err != nil || got != c.want {
			t.Errorf("%s: %t, %v, want %t", c.text, got, err, c.want)
		}
	}
	if got, err := holds(t, "#o = :v AND #m.#k = :w", map[string]string{"#o": "odd.name", "#m": "m", "#k": "k"}, two(s("dotted"), n("7"))); err != nil || !got {
		t.Errorf("placeholders: %t, %v", got, err)
	}
}

func TestConditionRefusals(t *testing.T) {
	const prefix = "Invalid ConditionExpression: "
	v := attr.Item{":v": n("5")}
	for _, c := range []struct {
		text   string
		names  map[string]string
		values attr.Item
		want   string
	}{
		{"", nil, nil, prefix + "The expression can not be empty;"},
		{"n", nil, nil, prefix + `Syntax error; token: "<EOF>", near: "n"`},
		{"n =", nil, nil, prefix + `Syntax error; token: "<EOF>", near: "="`},
		{"n == :v", nil, v, prefix + `Syntax error; token: "=", near: "== :v"`},
		{"n != :v", nil, v, prefix + `Syntax error; token: "!", near: "n !="`},
		{"n = 5", nil, nil, prefix + `Syntax error; token: "5", near: "= 5"`},
		{"n = :v s", nil, v, prefix + `Syntax error; token: "s", near: ":v s"`},
		{"l[00] = :v", nil, v, prefix + `Syntax error; token: "0", near: "00]"`},
		{"l[-1] = :v", nil, v, prefix + `Syntax error; token: "-", near: "[-1"`},
		{"_n = :v", nil, v, prefix + `Syntax error; token: "_", near: "_n"`},
		{"m..k = :v", nil, v, prefix + `Syntax error; token: ".", near: "..k"`},
		{"n IN ()", nil, nil, prefix + `Syntax error; token: ")", near: "()"`},
		{"é = :v", nil, v, prefix + `Syntax error; token: "é", near: "é ="`},
		{"l[99999999999] = :v", nil, v, prefix + "List index is not within the allowable range; index: [99999999999]"},
		{"((n = :v))", nil, v, prefix + "The expression has redundant parentheses;"},
		{"size(n)", nil, nil, prefix + "The function is not allowed to be used this way in an expression; function: size"},
		{"attribute_exists(n) = :v", nil, v, prefix + "The function is not allowed to be used this way in an expression; function: attribute_exists"},
		{"if_not_exists(n, :v) = :v", nil, v, prefix + "The function is not allowed in a condition expression; function: if_not_exists"},
		{"Size(n) = :v", nil, v, prefix + "Invalid function name; function: Size"},
		{"attribute_exists(n, s)", nil, nil, prefix + "Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 2"},
		{"attribute_exists(:v)", nil, v, prefix + "Operator or function requires a document path; operator or function: attribute_exists"},
		{"begins_with(n, :v)", nil, v, prefix + "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N"},
		{"attribute_type(n, :v)", nil, v, prefix + "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: N"},
		{"attribute_type(n, :v)", nil, attr.Item{":v": s("X")}, prefix + "Invalid attribute type name found; type: X, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}"},
		{"size(size(s)) = :v", nil, v, prefix + "Incorrect operand type for operator or function; operator or function: size, operand type: N"},
		{"n < :v", nil, attr.Item{":v": yes()}, prefix + "Incorrect operand type for operator or function; operator or function: <, operand type: BOOL"},
		{"n = n", nil, nil, prefix + "The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [n]"},
		{"m.l[0] IN (:v, m.l[0])", nil, v, prefix + "The first operand must be distinct from the remaining operands for this operator or function; operator: IN, first operand: [m, l, [0]]"},
		{"n BETWEEN :v AND :w", nil, attr.Item{":v": n("5"), ":w": n("4")}, prefix + "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:5}, upper bound operand: AttributeValue: {N:4}"},
		{"n BETWEEN :v AND :w", nil, attr.Item{":v": n("5"), ":w": s("6")}, prefix + "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {N:5}, upper bound operand: AttributeValue: {S:6}"},
		{"Name = :v", nil, v, prefix + "Attribute name is a reserved keyword; reserved keyword: Name"},
		{"m.size = :v", nil, v, prefix + "Attribute name is a reserved keyword; reserved keyword: size"},
		{"#n = :v", nil, v, prefix + "An expression attribute name used in the document path is not defined; attribute name: #n"},
		{"n = :w", nil, v, prefix + "An expression attribute value used in expression is not defined; attribute value: :w"},
		{"n = :w AND", nil, v, prefix + `Syntax error; token: "<EOF>", near: "AND"`},
		{"n = :v", map[string]string{"#b": "b", "#a": "a"}, v, "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #b}"},
		{"n = :v", nil, attr.Item{":v": n("1"), ":w": n("2")}, "Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}"},
		{"n = :v", map[string]string{}, v, "ExpressionAttributeNames must not be empty"},
		{"n = :v", map[string]string{"n": "n"}, v, `ExpressionAttributeNames contains invalid key: Syntax error; key: "n"`},
		{"n = :v", map[string]string{"#n-n": "n"}, v, `ExpressionAttributeNames contains invalid key: Syntax error; key: "#n-n"`},
		{"n = :v", map[string]string{"#n": ""}, v, "ExpressionAttributeNames contains invalid value: Empty attribute name for key #n"},
		{"n = :v", nil, attr.Item{"v": n("1")}, `ExpressionAttributeValues contains invalid key: Syntax error; key: "v"`},
		{"n = :v", nil, attr.Item{":v": ss()}, "ExpressionAttributeValues contains invalid value: One or more parameter values were invalid: An string set  may not be empty for key :v"},
	} {
		if _, err := holds(t, c.text, c.names, c.values); err == nil || err.Error() != c.want {
			t.Errorf("%s:\n  %v, want\n  %s", c.text, err, c.want)
		}
	}
}
