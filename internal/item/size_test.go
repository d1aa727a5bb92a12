package item_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/internal/item"
)

type (
	S    = types.AttributeValueMemberS
	N    = types.AttributeValueMemberN
	B    = types.AttributeValueMemberB
	BOOL = types.AttributeValueMemberBOOL
	NULL = types.AttributeValueMemberNULL
	SS   = types.AttributeValueMemberSS
	NS   = types.AttributeValueMemberNS
	BS   = types.AttributeValueMemberBS
	L    = types.AttributeValueMemberL
	M    = types.AttributeValueMemberM
	AV   = types.AttributeValue
	Item = map[string]types.AttributeValue
)

func TestValueSize(t *testing.T) {
	for _, c := range []struct {
		av   AV
		want int
	}{
		{&S{Value: ""}, 0}, {&S{Value: "é"}, 2},
		{&N{Value: "0"}, 1}, {&N{Value: "-0"}, 1}, {&N{Value: "1"}, 2}, {&N{Value: "42"}, 2}, {&N{Value: "-42"}, 3}, {&N{Value: "123"}, 3},
		{&N{Value: "100"}, 2}, {&N{Value: "1E100"}, 2}, {&N{Value: "101"}, 3}, {&N{Value: "0.0000001"}, 2}, {&N{Value: "1.5"}, 3},
		{&N{Value: "1.05"}, 3}, {&N{Value: "10.5"}, 3}, {&N{Value: "123.456"}, 5}, {&N{Value: "1.0"}, 2},
		{&N{Value: nines38}, 20}, {&N{Value: "-" + nines38}, 21}, {&N{Value: "x"}, 1},
		{&B{Value: []byte{1, 2, 3}}, 3}, {&BOOL{}, 1}, {&NULL{Value: true}, 1},
		{&SS{Value: []string{"a", "bc"}}, 3}, {&NS{Value: []string{"1", "-12"}}, 5}, {&BS{Value: [][]byte{{1}, {}}}, 1},
		{&L{}, 3}, {&L{Value: []AV{&S{Value: "ab"}, &BOOL{}}}, 3 + 2 + 1 + 2},
		{&M{}, 3}, {&M{Value: Item{"ab": &S{Value: "c"}}}, 3 + 2 + 1 + 1},
		{&M{Value: Item{"ab": &L{Value: []AV{&NULL{}}}}}, 3 + 2 + 1 + (3 + 1 + 1)},
		{nil, 0},
	} {
		if got := item.ValueSize(c.av); got != c.want {
			t.Errorf("ValueSize(%s) = %d, want %d", show(c.av), got, c.want)
		}
	}
}

func TestSize(t *testing.T) {
	if got := item.Size(Item{"id": &S{Value: "p1"}, "é": &N{Value: "7"}}); got != 2+2+2+2 {
		t.Errorf("Size = %d, want 8", got)
	}
	if got := item.Size(nil); got != 0 {
		t.Errorf("Size(nil) = %d, want 0", got)
	}
}

func nest(maps int, inner AV) AV {
	for range maps {
		inner = &M{Value: Item{"a": inner}}
	}
	return inner
}

func TestDepth(t *testing.T) {
	for _, c := range []struct {
		av   AV
		want int
	}{
		{&S{}, 1}, {&SS{Value: []string{"a"}}, 1}, {&L{}, 2}, {&M{}, 2},
		{&L{Value: []AV{&S{}}}, 2}, {&M{Value: Item{"a": &L{}, "b": &S{}}}, 3}, {&L{Value: []AV{&S{}, &M{}}}, 3},
		{nest(31, &S{}), 32}, {nest(31, &L{}), 33},
	} {
		if got := item.Depth(c.av); got != c.want {
			t.Errorf("Depth(%s) = %d, want %d", show(c.av), got, c.want)
		}
	}
}

func TestLargest(t *testing.T) {
	text := func(n int) AV { return &S{Value: strings.Repeat("x", n)} }
	m := Item{
		"big":     &M{Value: Item{"photo": text(900), "name": text(10)}},
		"even":    &M{Value: Item{"l": text(100), "r": text(100)}},
		"list":    &L{Value: []AV{text(1), &M{Value: Item{"a.b": text(300)}}}},
		"small":   text(3),
		"another": text(1),
	}
	want := []item.PathSize{
		{Path: "big.photo", Size: 905}, {Path: `list[1]["a.b"]`, Size: 303}, {Path: "even", Size: 4 + 3 + 2*(1+100+1)}, {Path: "another", Size: 8}, {Path: "small", Size: 8},
	}
	if diff := cmp.Diff(want, item.Largest(m, 9)); diff != "" {
		t.Errorf("Largest (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want[:2], item.Largest(m, 2)); diff != "" {
		t.Errorf("Largest of two (-want +got):\n%s", diff)
	}
	if got := item.Largest(m, -1); len(got) != 0 {
		t.Errorf("Largest of none = %v", got)
	}
}

func show(av AV) string {
	b, err := item.AppendCanonical(nil, av)
	if err != nil {
		return fmt.Sprintf("%T (%v)", av, err)
	}
	return fmt.Sprintf("%T %x", av, b)
}
