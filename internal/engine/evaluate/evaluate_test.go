package evaluate

import (
	"slices"
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
func bs(v ...string) attr.Value {
	set := make([][]byte, len(v))
	for i, e := range v {
		set[i] = []byte(e)
	}
	return &types.AttributeValueMemberBS{Value: set}
}

// Two neighbours that no float64 tells apart.
const (
	long   = "12345678901234567890123456789012345678"
	longer = "12345678901234567890123456789012345679"
)

// stored has a value of each kind.
func stored() attr.Item {
	return attr.Item{
		"id": s("1"), "n": n("5"), "wide": n(long), "s": s("abc"), "b": b("abc"), "t": yes(), "z": null(),
		"ss": ss("x", "y"), "ns": ns("1", "2"), "bs": bs("p", "q"), "l": l(n("1"), s("a")),
		"m": m(attr.Item{"k": n("7"), "l": l(m(attr.Item{"d": s("deep")}))}), "odd.name": s("dotted"),
	}
}

// names and values serve every expression of the tests. Each uses some of them.
func names() map[string]string { return map[string]string{"#odd": "odd.name", "#size": "size"} }

func values() attr.Item {
	return attr.Item{
		":1": n("1"), ":5": n("5.00"), ":9": n("9"), ":longer": n(longer), ":ab": s("ab"), ":y": s("y"), ":S": s("S"), ":dotted": s("dotted"),
		":list": l(n("9")), ":map": m(attr.Item{}), ":ss": ss("y", "z"), ":ns": ns("2.0", "3"), ":bs": bs("q"), ":yx": ss("y", "x"),
	}
}

func TestHolds(t *testing.T) {
	for condition, want := range map[string]bool{
		"":                                       true,
		"n = :5":                                 true,
		"n <> :5":                                false,
		"n < :9":                                 true,
		"n <= :5":                                true,
		"n > :9":                                 false,
		"n >= :5":                                true,
		"n BETWEEN :1 AND :9":                    true,
		"n IN (:1, :9)":                          false,
		"n = :1 OR n = :5":                       true,
		"n = :1 AND n = :5":                      false,
		"NOT (n = :1)":                           true,
		"absent = :1":                            false,
		"absent <> :1":                           true,
		"wide < :longer":                         true,
		"wide = :longer":                         false,
		"attribute_exists(m.l[0].d)":             true,
		"attribute_exists(m.l[1].d)":             false,
		"attribute_not_exists(absent.x)":         true,
		"attribute_type(s, :S)":                  true,
		"begins_with(s, :ab)":                    true,
		"contains(ss, :y)":                       true,
		"contains(s, :ab)":                       true,
		"contains(l, :1)":                        true,
		"size(l) < size(s) AND size(z) <> :1":    true,
		"m.k BETWEEN :5 AND :9 AND l[0] = :1":    true,
		"#odd = :dotted AND m.l[0].d <> :dotted": true,
	} {
		got, err := Holds(stored(), condition, names(), values())
		if err != nil || got != want {
			t.Errorf("%q: %v, %v", condition, got, err)
		}
	}
}

func TestHoldsWithoutItem(t *testing.T) {
	for condition, want := range map[string]bool{"": true, "attribute_not_exists(id)": true, "attribute_exists(id)": false, "n = :5": false} {
		got, err := Holds(nil, condition, names(), values())
		if err != nil || got != want {
			t.Errorf("%q: %v, %v", condition, got, err)
		}
	}
}

// TestHoldsInAnyForm: what an engine has stored as it was written compares as
// its value.
func TestHoldsInAnyForm(t *testing.T) {
	item := attr.Item{"n": n("50E-1"), "ss": ss("y", "x"), "ns": ns("3.0", "2")}
	for _, condition := range []string{"n = :5", "ss = :yx", "ns = :ns"} {
		given := values()
		given[":yx"] = ss("x", "y")
		if got, err := Holds(item, condition, nil, given); !got || err != nil {
			t.Errorf("%s: %v, %v", condition, got, err)
		}
	}
}

func TestApply(t *testing.T) {
	for update, want := range map[string]attr.Item{
		"":                                             {},
		"SET n = :9":                                   {"n": n("9")},
		"SET n = n + :1":                               {"n": n("6")},
		"SET n = n - :9":                               {"n": n("-4")},
		"SET wide = wide + :1":                         {"wide": n(longer)},
		"SET fresh = if_not_exists(n, :9)":             {"fresh": n("5")},
		"SET n = if_not_exists(absent, :9)":            {"n": n("9")},
		"SET l = list_append(l, :list)":                {"l": l(n("1"), s("a"), n("9"))},
		"SET l[1] = :9":                                {"l": l(n("1"), n("9"))},
		"SET l[7] = :9":                                {"l": l(n("1"), s("a"), n("9"))},
		"SET m.k = :9, m.fresh = n":                    {"m": m(attr.Item{"k": n("9"), "fresh": n("5"), "l": l(m(attr.Item{"d": s("deep")}))})},
		"SET m.l[0].d = s":                             {"m": m(attr.Item{"k": n("7"), "l": l(m(attr.Item{"d": s("abc")}))})},
		"SET n = wide, wide = n":                       {"n": n(long), "wide": n("5")},
		"SET #odd = :9, #size = :1":                    {"odd.name": n("9"), "size": n("1")},
		"REMOVE s, l[0], m.absent":                     {"s": nil, "l": l(s("a"))},
		"ADD n :1, fresh :9":                           {"n": n("6"), "fresh": n("9")},
		"ADD ss :ss, ns :ns, bs :bs":                   {"ss": ss("x", "y", "z"), "ns": ns("1", "2", "3")},
		"DELETE ss :ss, ns :ns, absent :bs":            {"ss": ss("x"), "ns": ns("1")},
		"DELETE ss :yx":                                {"ss": nil},
		"SET n = :1 REMOVE s ADD ns :ns DELETE bs :bs": {"n": n("1"), "s": nil, "ns": ns("1", "2", "3"), "bs": bs("p")},
	} {
		item, expected := stored(), stored()
		for name, v := range want {
			expected[name] = v
			if v == nil {
				delete(expected, name)
			}
		}
		got, err := Apply(item, update, names(), values())
		if err != nil || !attr.EqualItems(got, expected) {
			t.Errorf("%q: %v, %v", update, difference(got, expected), err)
		}
		if !attr.EqualItems(item, stored()) {
			t.Errorf("%q changed the item", update)
		}
	}
}

// difference names the attributes that differ.
func difference(got, want attr.Item) (differ []string) {
	for name := range got {
		if want[name] == nil {
			differ = append(differ, name)
		}
	}
	for name, v := range want {
		if got[name] == nil || !attr.Equal(got[name], v) {
			differ = append(differ, name)
		}
	}
	return differ
}

func TestApplyToKey(t *testing.T) {
	got, err := Apply(attr.Item{"id": s("1")}, "SET n = :9", nil, values())
	if want := (attr.Item{"id": s("1"), "n": n("9")}); err != nil || !attr.EqualItems(got, want) {
		t.Errorf("%v, %v", difference(got, want), err)
	}
}

// TestApplySharesNothing: whoever changes a value of the result changes neither
// what it was made of nor another value of it.
func TestApplySharesNothing(t *testing.T) {
	for _, update := range []string{"", "SET a = m, c = m, d = :map, e = :map"} {
		item, given := stored(), values()
		result := func() attr.Item {
			got, err := Apply(item, update, nil, given)
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		whole := result()
		for name := range whole {
			if name == "z" {
				continue // nothing in a NULL can change
			}
			got := result()
			spoil(got[name])
			if differ := difference(got, whole); !slices.Equal(differ, []string{name}) {
				t.Errorf("%q: %s shares with %s", update, name, differ)
			}
		}
		if !attr.EqualItems(item, stored()) || !attr.EqualItems(given, values()) {
			t.Errorf("%q: the result shares with the item or the values", update)
		}
	}
}

// spoil changes a value in place, and all in it.
func spoil(v attr.Value) {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		v.Value += "!"
	case *types.AttributeValueMemberN:
		v.Value += "0"
	case *types.AttributeValueMemberB:
		v.Value[0]++
	case *types.AttributeValueMemberBOOL:
		v.Value = !v.Value
	case *types.AttributeValueMemberSS:
		v.Value[0] += "!"
	case *types.AttributeValueMemberNS:
		v.Value[0] += "0"
	case *types.AttributeValueMemberBS:
		v.Value[0][0]++
	case *types.AttributeValueMemberL:
		for _, e := range v.Value {
			spoil(e)
		}
	case *types.AttributeValueMemberM:
		for _, e := range v.Value {
			spoil(e)
		}
		v.Value["spoilt"] = yes()
	}
}

func TestErrors(t *testing.T) {
	const (
		path    = "The document path provided in the update expression is invalid for update"
		absent  = "The provided expression refers to an attribute that does not exist in the item"
		operand = "An operand in the update expression has an incorrect data type"
	)
	for update, want := range map[string]string{
		"SET absent.x = :9":             path,
		"SET s.x = :9":                  path,
		"SET m[0] = :9":                 path,
		"REMOVE absent.x":               path,
		"SET n = absent":                absent,
		"SET n = absent + :1":           absent,
		"SET s = s + :1":                operand,
		"SET n = list_append(n, :list)": operand,
		"ADD s :1":                      operand,
		"DELETE ss :ns":                 operand,
		"SET n = :undefined":            "Invalid UpdateExpression: An expression attribute value used in expression is not defined; attribute value: :undefined",
	} {
		got, err := Apply(stored(), update, names(), values())
		if got != nil || err == nil || err.Error() != want {
			t.Errorf("%s: %v", update, err)
		}
	}
	if holds, err := Holds(stored(), "n = :undefined", names(), values()); holds || err == nil {
		t.Errorf("an undefined value: %v, %v", holds, err)
	}
	if holds, err := Holds(attr.Item{"n": n("five")}, "n = :5", nil, values()); holds || err == nil {
		t.Errorf("a malformed number: %v, %v", holds, err)
	}
}

// TestNoPlaceholders: a statement that needs none may have an empty map.
func TestNoPlaceholders(t *testing.T) {
	if holds, err := Holds(stored(), "attribute_exists(n)", map[string]string{}, attr.Item{}); !holds || err != nil {
		t.Errorf("%v, %v", holds, err)
	}
	if _, err := Apply(stored(), "REMOVE n", map[string]string{}, attr.Item{}); err != nil {
		t.Error(err)
	}
}
