package expr

import (
	"slices"
	"strings"
	"testing"

	"github.com/dystore/dystore/internal/engine/attr"
	"github.com/dystore/dystore/internal/engine/packed"
)

func update(t *testing.T, text string, values attr.Item, item attr.Item) (attr.Item, error) {
	t.Helper()
	if len(values) == 0 {
		values = nil
	}
	scope, err := NewScope(nil, values)
	if err != nil {
		return nil, err
	}
	u, err := scope.Update(text)
	if err != nil {
		return nil, err
	}
	if err := scope.Done(); err != nil {
		return nil, err
	}
	return u.Apply(item)
}

func TestUpdates(t *testing.T) {
	one, list, set := attr.Item{":v": n("1")}, attr.Item{":v": l(n("9"))}, attr.Item{":v": ss("y", "z")}
	for _, c := range []struct {
		text   string
		values attr.Item
		before attr.Item
		after  attr.Item
	}{
		{"SET a = :v", one, attr.Item{}, attr.Item{"a": n("1")}},
		{"SET a = b, b = a", nil, attr.Item{"a": n("1"), "b": n("2")}, attr.Item{"a": n("2"), "b": n("1")}},
		{"SET a = a + :v", one, attr.Item{"a": n("5")}, attr.Item{"a": n("6")}},
		{"SET a = (:v - a)", one, attr.Item{"a": n("5")}, attr.Item{"a": n("-4")}},
		{"SET a = (a) + :v", one, attr.Item{"a": n("5")}, attr.Item{"a": n("6")}},
		{"SET a = a - (:v)", one, attr.Item{"a": n("5")}, attr.Item{"a": n("4")}},
		{"SET a = ((a) + (:v))", one, attr.Item{"a": n("5")}, attr.Item{"a": n("6")}},
		{"SET a = (if_not_exists(a, :v)) + :v", one, attr.Item{}, attr.Item{"a": n("2")}},
		{"SET a = if_not_exists((a), (:v))", one, attr.Item{}, attr.Item{"a": n("1")}},
		{"SET a = (list_append((a), (:v)))", list, attr.Item{"a": l(n("1"))}, attr.Item{"a": l(n("1"), n("9"))}},
		{"SET a = if_not_exists(a, :v) + :v", one, attr.Item{}, attr.Item{"a": n("2")}},
		{"SET a = if_not_exists(m.x, if_not_exists(b, :v))", one, attr.Item{"b": s("b")}, attr.Item{"a": s("b"), "b": s("b")}},
		{"SET a = list_append(a, :v)", list, attr.Item{"a": l(n("1"))}, attr.Item{"a": l(n("1"), n("9"))}},
		{"SET a = list_append(:v, if_not_exists(a, :v))", list, attr.Item{}, attr.Item{"a": l(n("9"), n("9"))}},
		{"SET m.a.b = :v", one, attr.Item{"m": m(attr.Item{"a": m(attr.Item{"c": n("3")})})}, attr.Item{"m": m(attr.Item{"a": m(attr.Item{"b": n("1"), "c": n("3")})})}},
		{"SET a[1] = :v", one, attr.Item{"a": l(n("5"), n("6"))}, attr.Item{"a": l(n("5"), n("1"))}},
		{"SET a[9] = :v, a[7] = b, a[0] = :v", one, attr.Item{"a": l(n("5")), "b": s("b")}, attr.Item{"a": l(n("1"), s("b"), n("1")), "b": s("b")}},
		{"REMOVE a[0], a[2], a[9]", nil, attr.Item{"a": l(n("0"), n("1"), n("2"))}, attr.Item{"a": l(n("1"))}},
		{"REMOVE a[0] SET a[1] = :v", one, attr.Item{"a": l(n("7"), n("8"), n("9"))}, attr.Item{"a": l(n("1"), n("9"))}},
		{"REMOVE a, absent", nil, attr.Item{"a": n("1"), "b": n("2")}, attr.Item{"b": n("2")}},
		{"REMOVE m.a", nil, attr.Item{"m": m(attr.Item{"a": n("1")})}, attr.Item{"m": m(attr.Item{})}},
		{"ADD a :v", one, attr.Item{}, attr.Item{"a": n("1")}},
		{"ADD a :v", one, attr.Item{"a": n("-1")}, attr.Item{"a": n("0")}},
		{"ADD m.a :v", one, attr.Item{"m": m(attr.Item{"a": n("2")})}, attr.Item{"m": m(attr.Item{"a": n("3")})}},
		{"ADD a :v", set, attr.Item{"a": ss("x", "y")}, attr.Item{"a": ss("x", "y", "z")}},
		{"ADD a[5] :v", one, attr.Item{"a": l()}, attr.Item{"a": l(n("1"))}},
		{"DELETE a :v", set, attr.Item{"a": ss("x", "y")}, attr.Item{"a": ss("x")}},
		{"DELETE a :v", set, attr.Item{"a": ss("y", "z")}, attr.Item{}},
		{"DELETE a :v", set, attr.Item{}, attr.Item{}},
		{"DELETE a[0] :v", set, attr.Item{"a": l(ss("y"), n("1"))}, attr.Item{"a": l(n("1"))}},
		{"set a = :v remove b add c :v", one, attr.Item{"b": n("1")}, attr.Item{"a": n("1"), "c": n("1")}},
	} {
		original := attr.CopyItem(c.before)
		after, err := update(t, c.text, c.values, c.before)
		if err != nil || !attr.EqualItems(after, c.after) {
			t.Errorf("%s: %v, %v", c.text, packed.Encode(after), err)
		}
		if !slices.Equal(packed.Encode(c.before), packed.Encode(original)) {
			t.Errorf("%s changed the item", c.text)
		}
	}
}

func TestUpdateRefusals(t *testing.T) {
	const prefix = "Invalid UpdateExpression: "
	one := attr.Item{":v": n("1")}
	item := attr.Item{"a": n("5"), "s": s("x"), "l": l(n("1")), "m": m(attr.Item{"b": n("1")}), "big": n("99999999999999999999999999999999999999"), "huge": n("9E125"), "tiny": n("1E-130")}
	for _, c := range []struct {
		text   string
		values attr.Item
		want   string
	}{
		{"", nil, prefix + "The expression can not be empty;"},
		{"FOO a", nil, prefix + `Syntax error; token: "FOO", near: "FOO a"`},
		{"SET", nil, prefix + `Syntax error; token: "<EOF>", near: "SET"`},
		{"SET a = :v,", one, prefix + `Syntax error; token: "<EOF>", near: ","`},
		{"SET a = -:v", one, prefix + `Syntax error; token: "-", near: "= -:v"`},
		{"SET a = :v + :v + :v", one, prefix + `Syntax error; token: "+", near: ":v + :v"`},
		{"SET a = (:v + :v) + :v", one, prefix + `Syntax error; token: "+", near: ") + :v"`},
		{"SET a = :v + (:v + :v)", one, prefix + `Syntax error; token: "+", near: ":v + :v"`},
		{"SET a = if_not_exists(a, :v + :v)", one, prefix + `Syntax error; token: "+", near: ":v + :v"`},
		{"SET a = if_not_exists(a, (:v + :v))", one, prefix + `Syntax error; token: "+", near: ":v + :v"`},
		{"SET a = (:v", one, prefix + `Syntax error; token: "<EOF>", near: ":v"`},
		{"SET a = ()", nil, prefix + `Syntax error; token: ")", near: "()"`},
		{"SET a = (list_append(l, l)) + a", nil, prefix + "The function is not allowed to be used this way in an expression; function: list_append"},
		{"SET a = if_not_exists((:v), a)", one, prefix + "Operator or function requires a document path; operator or function: if_not_exists"},
		{"SET (a) = :v", one, prefix + `Syntax error; token: "(", near: "SET (a"`},
		{"ADD a (:v)", one, prefix + `Syntax error; token: "(", near: "a (:v"`},
		{"SET a = ((:v))", one, prefix + "The expression has redundant parentheses;"},
		{"SET a = ((:v + :v))", one, prefix + "The expression has redundant parentheses;"},
		{"SET a = :v + ((:v))", one, prefix + "The expression has redundant parentheses;"},
		{"SET :v = a", one, prefix + `Syntax error; token: ":v", near: "SET :v ="`},
		{"ADD a a", nil, prefix + `Syntax error; token: "a", near: "a a"`},
		{"SET a = :v SET b = :v", one, prefix + `The "SET" section can only be used once in an update expression;`},
		{"SET a = size(a)", nil, prefix + "The function is not allowed in an update expression; function: size"},
		{"SET a = foo(a)", nil, prefix + "Invalid function name; function: foo"},
		{"SET a = if_not_exists(:v, a)", one, prefix + "Operator or function requires a document path; operator or function: if_not_exists"},
		{"SET a = if_not_exists(b, b)", nil, prefix + "The first operand must be distinct from the remaining operands for this operator or function; operator: if_not_exists, first operand: [b]"},
		{"SET a = list_append(l)", nil, prefix + "Incorrect number of operands for operator or function; operator or function: list_append, number of operands: 1"},
		{"SET a = list_append(l, :v)", one, prefix + "Incorrect operand type for operator or function; operator or function: list_append, operand type: N"},
		{"SET a = list_append(list_append(l, l), l)", nil, prefix + "The function is not allowed to be used this way in an expression; function: list_append"},
		{"SET a = a + list_append(l, l)", nil, prefix + "The function is not allowed to be used this way in an expression; function: list_append"},
		{"SET a = a + :v", attr.Item{":v": s("x")}, prefix + "Incorrect operand type for operator or function; operator or function: +, operand type: S"},
		{"ADD a :v", attr.Item{":v": l()}, prefix + "Incorrect operand type for operator or function; operator: ADD, operand type: LIST, typeSet: ALLOWED_FOR_ADD_OPERAND"},
		{"DELETE a :v", one, prefix + "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER, typeSet: ALLOWED_FOR_DELETE_OPERAND"},
		{"SET a = :v, a.b = :v", one, prefix + "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a, b]"},
		{"SET m.b = :v REMOVE m.b", one, prefix + "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [m, b], path two: [m, b]"},
		{"SET m.b = :v, m[0] = :v", one, prefix + "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [m, b], path two: [m, [0]]"},
		{"SET a = absent", nil, string(errAbsent)},
		{"SET a = absent + :v", one, string(errAbsent)},
		{"SET a = if_not_exists(s, absent)", nil, string(errAbsent)},
		{"SET a = s + :v", one, string(errOperand)},
		{"SET a = list_append(a, l)", nil, string(errOperand)},
		{"ADD s :v", one, string(errOperand)},
		{"ADD a :v", attr.Item{":v": ns("1")}, string(errOperand)},
		{"DELETE a :v", attr.Item{":v": ns("1")}, string(errOperand)},
		{"SET absent.b = :v", one, string(errPath)},
		{"SET absent[0] = :v", one, string(errPath)},
		{"SET a.b = :v", one, string(errPath)},
		{"SET m[0] = :v", one, string(errPath)},
		{"SET l.b = :v", one, string(errPath)},
		{"SET l[9].b = :v", one, string(errPath)},
		{"REMOVE m.x.y", nil, string(errPath)},
		{"ADD m.x.y :v", one, string(errPath)},
		{"SET a = big + big", nil, "Number overflow. Attempting to store a number with magnitude larger than supported range"},
		{"SET a = huge + huge", nil, "Number overflow. Attempting to store a number with magnitude larger than supported range"},
		{"SET a = tiny - :v", attr.Item{":v": n("1.1E-130")}, "Number underflow. Attempting to store a number with magnitude smaller than supported range"},
	} {
		if _, err := update(t, c.text, c.values, item); err == nil || err.Error() != c.want {
			t.Errorf("%s:\n  %v, want\n  %s", c.text, err, c.want)
		}
	}
}

// TestWhatUpdatesCost has the figures that were measured on AWS: what the text
// adds to the 3 bytes that every update costs.
func TestWhatUpdatesCost(t *testing.T) {
	ten, hundred := s(strings.Repeat("y", 10)), s(strings.Repeat("y", 100))
	for _, c := range []struct {
		text   string
		values attr.Item
		want   int
	}{
		{"SET b = :v", attr.Item{":v": ten}, 19 + 1 + 10},
		{"SET b = :v, c = :v", attr.Item{":v": ten}, 2 * (19 + 1 + 10)},
		{"SET d.leaf = :v", attr.Item{":v": ten}, 19 + 1 + 4 + 4 + 10},
		{"SET d[0] = :v", attr.Item{":v": ten}, 19 + 1 + 4 + 1 + 10},
		{"SET c = abcdefghij", nil, 19 + 1 + 1 + 14 + 10},
		{"SET c = m.z", nil, 19 + 1 + 1 + 14 + 1 + 14 + 1},
		{"SET c = l[10]", nil, 19 + 1 + 1 + 14 + 1 + 14 + 2},
		{"SET l = list_append(l, :v)", attr.Item{":v": l(ten)}, 19 + 1 + 37 + (1 + 14 + 1) + (3 + 1 + 10)},
		{"SET l = list_append(:v, :w)", attr.Item{":v": l(s("e")), ":w": l(ten)}, 19 + 1 + 37 + (3 + 1 + 1) + (3 + 1 + 10)},
		{"SET c = if_not_exists(c, :v)", attr.Item{":v": m(attr.Item{"a": hundred})}, 19 + 1 + 39 + (1 + 14 + 1) + (3 + 1 + 1 + 100)},
		{"SET c = if_not_exists(c, :v), d = if_not_exists(d, :v)", attr.Item{":v": hundred}, 2 * (19 + 1 + 39 + (1 + 14 + 1) + 100)},
		{"SET n = n + :v", attr.Item{":v": n("1")}, 19 + 1 + 34 + (1 + 14 + 1) + 2},
		{"SET n = n - :v", attr.Item{":v": n("1")}, 19 + 1 + 37 + (1 + 14 + 1) + 2},
		{"SET n = (if_not_exists(n, :v)) + :v", attr.Item{":v": n("1")}, 19 + 1 + 34 + (39 + (1 + 14 + 1) + 2) + 2},
		{"ADD abcdefghij :v", attr.Item{":v": n("1")}, 19 + 10 + 2},
		{"ADD ss :v", attr.Item{":v": ss(strings.Repeat("s", 500))}, 19 + 2 + 500},
		{"REMOVE r", nil, 2},
		{"REMOVE abcdefghij", nil, 1 + 10},
		{"REMOVE m.yyyyyyyyyy", nil, 1 + 1 + 4 + 10},
		{"REMOVE abcdefghij[1]", nil, 1 + 10 + 4 + 1},
		{"REMOVE l[10]", nil, 1 + 1 + 4 + 2},
		{"DELETE abcdefghij :v", attr.Item{":v": ss(strings.Repeat("q", 20))}, 1 + 10},
		{"DELETE ss :v", attr.Item{":v": ss("q", "r")}, 1 + 2},
		{"SET b = :v REMOVE r", attr.Item{":v": ten}, (19 + 1 + 10) + 2},
	} {
		scope, err := NewScope(nil, c.values)
		if err != nil {
			t.Fatal(err)
		}
		u, err := scope.Update(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if got := u.Cost(); got != 3+c.want {
			t.Errorf("%s costs %d, want 3+%d", c.text, got, c.want)
		}
	}
}

func TestUpdatesThatOnlyClear(t *testing.T) {
	for text, want := range map[string]bool{
		"REMOVE a": true, "DELETE a :s": true, "REMOVE a.b[1] DELETE c :s": true, "ADD a :s": false, "SET a = :s REMOVE b": false,
	} {
		scope, err := NewScope(nil, attr.Item{":s": ss("x")})
		if err != nil {
			t.Fatal(err)
		}
		if u, err := scope.Update(text); err != nil || u.OnlyClears() != want {
			t.Errorf("%s: %v, want %t", text, err, want)
		}
	}
}
