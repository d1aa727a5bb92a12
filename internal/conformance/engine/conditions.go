package engine

import (
	"fmt"
	"testing"
)

// conditionItem is the item that the conditions below are asked of.
var conditionItem = row{
	"n": num("10"), "f": num("-1.5"), "s": str("banana"), "e": str(""), "b": bin("\x00\xff"), "t": boolean(true), "z": null(),
	"ss": strSet("a", "b"), "ns": numSet("1", "2.5"), "bs": bytesSet([]byte("a"), []byte("b")),
	"l": list(num("1"), str("x"), object(row{"k": str("v")})),
	"m": object(row{"a": num("1"), "b.c": num("2"), "d": object(row{"x": list(num("7"))})}),
	"h": str("é日"), "u": str("\U0001F600é"), "ids": list(bin("\x80\xfe"), bin("\x81\xff")),
}

// conditions are asked of conditionItem: the values are those of the item
// unless the condition names others.
var conditions = []struct {
	text   string
	values row
	want   bool
}{
	{"n = :v", row{":v": num("10.0")}, true},
	{"n = :v", row{":v": str("10")}, false},
	{"n <> :v", row{":v": str("10")}, true},
	{"n <> :v", row{":v": num("1E1")}, false},
	{"n < :v", row{":v": num("9")}, false},
	{"n < :v", row{":v": num("10.00000000000000000000000000000000001")}, true},
	{"n <= :v", row{":v": num("10")}, true},
	{"f > :v", row{":v": num("-1.50001")}, true},
	{"f >= :v", row{":v": num("-1.49999")}, false},
	{"n < :v", row{":v": str("a")}, false}, // another type orders neither way
	{"n >= :v", row{":v": str("a")}, false},
	{"s < :v", row{":v": str("banana ")}, true},
	{"s > :v", row{":v": str("Banana")}, true},
	{"h > :v", row{":v": str("z")}, true}, // bytes, not letters
	{"b > :v", row{":v": bin("\x00\x7f")}, true},
	{"e < s", nil, true},
	{"n > f", nil, true},

	// absent attributes: only <> and attribute_not_exists hold
	{"gone = :v", row{":v": num("1")}, false},
	{"gone <> :v", row{":v": num("1")}, true},
	{"gone < :v", row{":v": num("1")}, false},
	{"gone >= :v", row{":v": num("1")}, false},
	{"NOT gone = :v", row{":v": num("1")}, true},
	{"gone BETWEEN :v AND :v", row{":v": num("1")}, false},
	{"gone IN (:v)", row{":v": num("1")}, false},
	{"m.gone.deeper <> :v", row{":v": num("1")}, true},
	{"size(gone) < :v", row{":v": num("1")}, false},
	{"begins_with(gone, :v)", row{":v": str("a")}, false},
	{"contains(gone, :v)", row{":v": str("a")}, false},
	{"NOT contains(gone, :v)", row{":v": str("a")}, true},
	{"attribute_type(gone, :v)", row{":v": str("NULL")}, false},
	{"attribute_exists(gone)", nil, false},
	{"attribute_not_exists(gone)", nil, true},
	{"attribute_not_exists(n.deeper)", nil, true},
	{"attribute_not_exists(l[3])", nil, true},

	// documents
	{"attribute_exists(z)", nil, true},
	{"attribute_exists(m.d.x[0])", nil, true},
	{"m.d.x[0] = :v", row{":v": num("7")}, true},
	{"l[2].k = :v", row{":v": str("v")}, true},
	{"l[0] = m.a", nil, true},
	{"l = :v", row{":v": list(num("1.0"), str("x"), object(row{"k": str("v")}))}, true},
	{"l = :v", row{":v": list(str("x"), num("1"), object(row{"k": str("v")}))}, false},
	{"m = :v", row{":v": object(row{"d": object(row{"x": list(num("7"))}), "b.c": num("2"), "a": num("1")})}, true},
	{"ss = :v", row{":v": strSet("b", "a")}, true},
	{"ns = :v", row{":v": numSet("2.50", "1")}, true},
	{"ns = :v", row{":v": numSet("2.5")}, false},
	{"t = :v", row{":v": boolean(true)}, true},
	{"z = :v", row{":v": null()}, true},

	// functions
	{"attribute_type(n, :v)", row{":v": str("N")}, true},
	{"attribute_type(n, :v)", row{":v": str("S")}, false},
	{"attribute_type(z, :v)", row{":v": str("NULL")}, true},
	{"attribute_type(m.d, :v)", row{":v": str("M")}, true},
	{"attribute_type(b, :v)", row{":v": str("B")}, true},
	{"attribute_type(ss, :v)", row{":v": str("SS")}, true},
	{"begins_with(s, :v)", row{":v": str("ban")}, true},
	{"begins_with(s, :v)", row{":v": str("ana")}, false},
	{"begins_with(b, :v)", row{":v": bin("\x00")}, true},
	{"begins_with(n, :v)", row{":v": str("1")}, false},
	{"contains(s, :v)", row{":v": str("nan")}, true},
	{"contains(b, :v)", row{":v": bin("\xff")}, true},
	{"contains(ss, :v)", row{":v": str("a")}, true},
	{"contains(ss, :v)", row{":v": str("ab")}, false},
	{"contains(ns, :v)", row{":v": num("2.5")}, true},
	{"contains(ns, :v)", row{":v": str("1")}, false},
	{"contains(bs, :v)", row{":v": bin("b")}, true},
	{"contains(l, :v)", row{":v": num("1")}, true},
	{"contains(l, :v)", row{":v": object(row{"k": str("v")})}, true},
	{"contains(l, :v)", row{":v": str("1")}, false},
	{"contains(ids, :v)", row{":v": bin("\x81\xff")}, true},
	{"contains(ids, :v)", row{":v": bin("\x81\xfe")}, false},
	{"contains(m, :v)", row{":v": str("a")}, false},
	{"contains(n, :v)", row{":v": str("1")}, false},
	{"size(s) = :v", row{":v": num("6")}, true},
	{"size(h) = :v", row{":v": num("2")}, true},
	{"size(u) = :v", row{":v": num("3")}, true}, // of UTF-16
	{"size(b) = :v", row{":v": num("2")}, true},
	{"size(l) = :v", row{":v": num("3")}, true},
	{"size(m) = :v", row{":v": num("3")}, true},
	{"size(ss) = :v", row{":v": num("2")}, true},
	{"size(e) = :v", row{":v": num("0")}, true},
	{"size(n) > :v", row{":v": num("0")}, false}, // numbers have no size
	{":v = size(l)", row{":v": num("3")}, true},

	// lists, ranges, logic
	{"n BETWEEN :a AND :b", row{":a": num("10"), ":b": num("10")}, true},
	{"n BETWEEN :a AND :b", row{":a": num("10.1"), ":b": num("11")}, false},
	{":v BETWEEN f AND n", row{":v": num("0")}, true},
	{"n IN (:a, :b)", row{":a": num("1"), ":b": num("10")}, true},
	{"n IN (:a, s)", row{":a": num("1")}, false},
	{"NOT n = :v AND s = :v", row{":v": num("10")}, false},
	{"NOT (n = :v AND s = :v)", row{":v": num("10")}, true},
	{"t = :t OR t = :f AND n = :f", row{":t": boolean(true), ":f": boolean(false)}, true}, // AND binds tighter
	{"(t = :t OR t = :f) AND n = :f", row{":t": boolean(true), ":f": boolean(false)}, false},
	{"not n = :v aNd attribute_exists(s)", row{":v": num("1")}, true},
}

// runConditions asks each condition and its negation. An engine that ignores
// conditions fails one of the two.
func (x *fixture) runConditions(t *testing.T) {
	item := with(conditionItem, pkOf("conditions"))
	x.put(t, x.plain, item)
	for n, c := range conditions {
		name := conditionName(n)
		t.Run(name, func(t *testing.T) {
			x := x.in(t, "conditions/"+name)
			x.same(t, "the condition holds", x.holds(t, c.text, c.values), c.want)
			x.same(t, "its negation holds", x.holds(t, "NOT ("+c.text+") AND attribute_exists(pk)", c.values), !c.want)
		})
	}
	same(t, "the item after all conditions", x.get(t, x.plain, pkOf("conditions")), item)
}

// conditionName is the text of a condition. If others before have the same, it
// has a number too.
func conditionName(n int) string {
	text, before := conditions[n].text, 0
	for _, c := range conditions[:n] {
		if c.text == text {
			before++
		}
	}
	if before == 0 {
		return text
	}
	return fmt.Sprintf("%s, %d", text, before+1)
}

// holds puts conditionItem over itself if cond holds.
func (x *fixture) holds(t *testing.T, cond string, values row) bool {
	t.Helper()
	in := onlyIfInput(x.plain, with(conditionItem, pkOf("conditions")), exp{text: cond, values: values})
	_, err := x.Client.PutItem(t.Context(), in)
	if err != nil {
		x.refused(t, err, failedCondition, "The conditional request failed")
	}
	return err == nil
}
