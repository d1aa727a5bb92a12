package attr

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"pgregory.net/rapid"
)

func s(v string) Value     { return &types.AttributeValueMemberS{Value: v} }
func n(v string) Value     { return &types.AttributeValueMemberN{Value: v} }
func b(v string) Value     { return &types.AttributeValueMemberB{Value: []byte(v)} }
func l(v ...Value) Value   { return &types.AttributeValueMemberL{Value: v} }
func m(v Item) Value       { return &types.AttributeValueMemberM{Value: v} }
func ss(v ...string) Value { return &types.AttributeValueMemberSS{Value: v} }
func ns(v ...string) Value { return &types.AttributeValueMemberNS{Value: v} }
func bs(v ...string) Value {
	set := make([][]byte, len(v))
	for i, e := range v {
		set[i] = []byte(e)
	}
	return &types.AttributeValueMemberBS{Value: set}
}

// anyValue generates valid values of every type.
func anyValue(depth int) *rapid.Generator[Value] {
	number := rapid.Map(rapid.StringMatching(`-?[0-9]{1,20}(\.[0-9]{1,10})?`), n)
	set := rapid.SliceOfNDistinct(rapid.StringN(0, 5, -1), 1, 4, rapid.ID[string])
	options := []*rapid.Generator[Value]{
		rapid.Map(rapid.String(), s), number, rapid.Map(rapid.String(), b),
		rapid.Map(rapid.Bool(), func(v bool) Value { return &types.AttributeValueMemberBOOL{Value: v} }),
		rapid.Just[Value](&types.AttributeValueMemberNULL{Value: true}),
		rapid.Map(set, func(v []string) Value { return ss(v...) }),
		rapid.Map(set, func(v []string) Value { return bs(v...) }),
		rapid.Map(rapid.SliceOfNDistinct(rapid.IntRange(-99, 99), 1, 4, rapid.ID[int]), func(v []int) Value {
			set := make([]string, len(v))
			for i, e := range v {
				set[i] = strconv.Itoa(e)
			}
			return ns(set...)
		}),
	}
	if depth > 0 {
		inner := rapid.Deferred(func() *rapid.Generator[Value] { return anyValue(depth - 1) })
		options = append(options,
			rapid.Map(rapid.SliceOfN(inner, 0, 3), func(v []Value) Value { return l(v...) }),
			rapid.Map(rapid.MapOfN(rapid.StringN(1, 3, -1), inner, 0, 3), func(v map[string]Value) Value { return m(v) }),
		)
	}
	return rapid.OneOf(options...)
}

func TestReadIsIdempotentAndKeepsTheValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := anyValue(3).Draw(t, "value")
		once, err := Read(v)
		if err != nil {
			t.Fatal(err)
		}
		twice, err := Read(once)
		if err != nil || !Equal(once, twice) {
			t.Fatalf("%v reads as %v, %v", once, twice, err)
		}
		if c := CopyItem(Item{"v": once})["v"]; !Equal(once, c) || Size(once) != Size(c) {
			t.Fatal("the copy is another value")
		}
	})
}

func TestEqualIgnoresTheOrderOfSetsOnly(t *testing.T) {
	for _, c := range []struct {
		a, b Value
		want bool
	}{
		{ss("a", "b"), ss("b", "a"), true},
		{ns("1", "2"), ns("2", "1"), true},
		{bs("a", "b"), bs("b", "a"), true},
		{ss("a"), ss("a", "b"), false},
		{ss("1"), ns("1"), false},
		{l(s("a"), s("b")), l(s("b"), s("a")), false},
		{m(Item{"a": ss("x", "y")}), m(Item{"a": ss("y", "x")}), true},
		{m(Item{"a": n("1")}), m(Item{"b": n("1")}), false},
		{n("1"), s("1"), false},
		{b("x"), b("x"), true},
		{&types.AttributeValueMemberNULL{Value: true}, &types.AttributeValueMemberNULL{Value: true}, true},
	} {
		if Equal(c.a, c.b) != c.want || Equal(c.b, c.a) != c.want {
			t.Errorf("Equal(%v, %v) is not %t", c.a, c.b, c.want)
		}
	}
}

// TestOrderedEncoding: the encodings of keys are in the order of the keys, also
// with other bytes after them.
func TestOrderedEncoding(t *testing.T) {
	text := rapid.OneOf(rapid.StringOfN(rapid.RuneFrom([]rune{0, 1, 'a', 0x7f, 0xff, 'é'}), 0, 6, -1), rapid.String())
	rapid.Check(t, func(t *rapid.T) {
		var x, y Value
		switch rapid.IntRange(0, 2).Draw(t, "type") {
		case 0:
			x, y = s(text.Draw(t, "x")), s(text.Draw(t, "y"))
		case 1:
			x, y = b(text.Draw(t, "x")), b(text.Draw(t, "y"))
		default:
			number := rapid.StringMatching(`-?[0-9]{1,4}(\.[0-9]{1,3})?`)
			x, y = n(number.Draw(t, "x")), n(number.Draw(t, "y"))
		}
		want, ok := Compare(x, y)
		if !ok {
			t.Fatal("no order")
		}
		tails := rapid.SliceOfN(rapid.Byte(), 0, 3)
		kx := append(AppendOrdered(nil, x), tails.Draw(t, "tail x")...)
		ky := append(AppendOrdered(nil, y), tails.Draw(t, "tail y")...)
		if got := bytes.Compare(kx, ky); want != 0 && got != want {
			t.Fatalf("order of the encodings %d, of the values %d", got, want)
		}
		if want == 0 && !bytes.Equal(AppendOrdered(nil, x), AppendOrdered(nil, y)) {
			t.Fatal("equal keys with different encodings")
		}
		if text, ok := x.(*types.AttributeValueMemberS); ok {
			prefix := AppendPrefix(nil, x)
			whole := AppendOrdered(nil, s(text.Value+rapid.String().Draw(t, "rest")))
			if !bytes.HasPrefix(whole, prefix) {
				t.Fatal("a string does not begin with its prefix")
			}
			if other := y.(*types.AttributeValueMemberS).Value; bytes.HasPrefix(AppendOrdered(nil, y), prefix) != strings.HasPrefix(other, text.Value) {
				t.Fatalf("prefix %q of %q", text.Value, other)
			}
		}
	})
}

func TestSize(t *testing.T) {
	for _, c := range []struct {
		item Item
		want int
	}{
		{Item{"é": s("é")}, 4},
		{Item{"a": n("-12.5")}, 1 + 4},
		{Item{"a": b("abc")}, 4},
		{Item{"a": ss("x", "yz")}, 4},
		{Item{"a": ns("1", "100")}, 1 + 2 + 2},
		{Item{"a": bs("x", "yz")}, 4},
		{Item{"a": &types.AttributeValueMemberBOOL{}}, 2},
		{Item{"a": &types.AttributeValueMemberNULL{Value: true}}, 2},
		{Item{"a": l()}, 4},
		{Item{"a": l(s("x"), n("1"))}, 1 + 3 + 2 + 1 + 2},
		{Item{"a": m(Item{})}, 4},
		{Item{"a": m(Item{"bc": s("x")})}, 1 + 3 + 1 + 2 + 1},
	} {
		if got := ItemSize(c.item); got != c.want {
			t.Errorf("size %d, want %d", got, c.want)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	deep := s("leaf")
	for range MaxDepth {
		deep = l(deep)
	}
	var typedNil *types.AttributeValueMemberS
	for _, c := range []struct {
		v    Value
		want string
	}{
		{nil, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"},
		{typedNil, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"},
		{&types.UnknownUnionMember{Tag: "X"}, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"},
		{l(nil), "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"},
		{deep, "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"},
		{ss(), "One or more parameter values were invalid: An string set  may not be empty"},
		{ns(), "One or more parameter values were invalid: An number set  may not be empty"},
		{bs(), "One or more parameter values were invalid: Binary sets should not be empty"},
		{ss("b", "a", "b"), "One or more parameter values were invalid: Input collection [b, a, b] contains duplicates."},
		{ns("1", "1.0"), "One or more parameter values were invalid: Input collection contains duplicates."},
		{bs("x", "\x00", "x"), "One or more parameter values were invalid: Input collection [eA==, AA==, eA==]of type BS contains duplicates."},
		{m(Item{"a": l(&types.AttributeValueMemberNULL{})}), "One or more parameter values were invalid: Null attribute value types must have the value of true"},
		{m(Item{"": n("1")}), "Empty attribute name"},
		{m(Item{strings.Repeat("x", MaxName+1): n("1")}), "Attribute name is too large, must be less than 65536 bytes"},
		{n(""), "The parameter cannot be converted to a numeric value"},
		{n("0e126"), "Number overflow. Attempting to store a number with magnitude larger than supported range"},
		{n("0e-131"), "Number underflow. Attempting to store a number with magnitude smaller than supported range"},
		{ns("1", "0e126"), "Number overflow. Attempting to store a number with magnitude larger than supported range"},
		{n("1e9223372036854775808"), "The parameter cannot be converted to a numeric value: 1e9223372036854775808"},
		{n("1 "), "The parameter cannot be converted to a numeric value: 1 "},
	} {
		if _, err := Read(c.v); err == nil || err.Error() != c.want {
			t.Errorf("error %v, want %s", err, c.want)
		}
	}
}

func TestSetsAreSorted(t *testing.T) {
	v, err := Read(ns("10", "9", "-1"))
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(Elements(v), " "); got != "-1 9 10" {
		t.Error(got)
	}
	if got := strings.Join(Elements(Union(v, ns("9", "9.5"))), " "); got != "-1 9 9.5 10" {
		t.Error(got)
	}
	if got := strings.Join(Elements(Difference(v, ns("9", "8"))), " "); got != "-1 10" {
		t.Error(got)
	}
	if Difference(v, v) != nil {
		t.Error("an empty set")
	}
}
