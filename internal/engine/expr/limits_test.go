package expr

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dystore/dystore/internal/engine/attr"
)

func repeat(text, separator string, times int) string {
	return strings.TrimSuffix(strings.Repeat(text+separator, times), separator)
}

// TestOperatorLimit is C21: what counts as an operator.
func TestOperatorLimit(t *testing.T) {
	const tooMany = "The expression contains too many operators; operator count: 301"
	v := attr.Item{":v": n("5")}
	for _, c := range []struct {
		name, text string
		ok         bool
	}{
		{"150 comparisons and 149 ORs", repeat("n=:v", " OR ", 150), true},
		{"151 comparisons and 150 ORs", repeat("n=:v", " OR ", 151), false},
		{"299 NOTs", strings.Repeat("NOT ", 299) + "n=:v", true},
		{"300 NOTs", strings.Repeat("NOT ", 300) + "n=:v", false},
		{"100 sizes", repeat("size(s)=:v", " OR ", 100), true},
		{"101 sizes", repeat("size(s)=:v", " OR ", 101), false},
		{"150 BETWEENs", repeat("n BETWEEN :v AND :v", " OR ", 150), true},
		{"151 BETWEENs", repeat("n BETWEEN :v AND :v", " OR ", 151), false},
		{"150 INs", repeat("n IN(:v)", " OR ", 150), true},
		{"151 INs", repeat("n IN(:v)", " OR ", 151), false},
	} {
		_, err := holds(t, c.text, nil, v)
		if c.ok && err != nil || !c.ok && (err == nil || err.Error() != "Invalid ConditionExpression: "+tooMany) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	var sets, removes, sums []string
	for i := range 302 {
		sets = append(sets, fmt.Sprintf("x%d=:v", i))
		removes = append(removes, fmt.Sprintf("x%d", i))
		sums = append(sums, fmt.Sprintf("x%d=:v+:v", i))
	}
	for _, text := range []string{"SET " + strings.Join(sets, ","), "REMOVE " + strings.Join(removes, ",")} {
		values := v
		if strings.HasPrefix(text, "REMOVE") {
			values = nil
		}
		if _, err := update(t, text, values, attr.Item{}); err != nil {
			t.Error(err)
		}
	}
	if _, err := update(t, "SET "+strings.Join(sums, ","), v, attr.Item{}); err == nil || err.Error() != "Invalid UpdateExpression: "+tooMany {
		t.Error(err)
	}
}

func TestOtherLimits(t *testing.T) {
	v := attr.Item{":v": n("5")}
	long := ":" + strings.Repeat("x", 255)
	for _, c := range []struct {
		name, text string
		values     attr.Item
		want       string
	}{
		{"100 operands of IN", "n IN (" + repeat(":v", ",", 100) + ")", v, ""},
		{"101 operands of IN", "n IN (" + repeat(":v", ",", 101) + ")", v, "The IN operator is provided with too many operands; number of operands: 101"},
		{"4096 bytes", "n = :v" + strings.Repeat(" ", 4090), v, ""},
		{"4097 bytes", "n = :v" + strings.Repeat(" ", 4091), v, "Expression size has exceeded the maximum allowed size; expression size: 4097"},
		{"placeholder of 255 bytes", "n = " + long[:255], attr.Item{long[:255]: n("5")}, ""},
		{"placeholder of 256 bytes", "n = " + long, attr.Item{long: n("5")}, "The expression attribute map contains a key that is too long"},
		{"2 MB of values", "n = :v", attr.Item{":v": s(strings.Repeat("x", 2<<20-2))}, ""},
		{"more than 2 MB of values", "n = :v", attr.Item{":v": s(strings.Repeat("x", 2<<20-1))}, "exceeded the maximum allowed size of 2097152 bytes"},
		{"32 steps", "n" + strings.Repeat(".x", 31) + " = :v", v, ""},
		{"33 steps", "n" + strings.Repeat(".x", 32) + " = :v", v, "The document path has too many nesting elements; nesting levels: 33"},
	} {
		_, err := holds(t, c.text, nil, c.values)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestReservedWords(t *testing.T) {
	if n := len(strings.Fields(reservedWords)); n != 573 {
		t.Errorf("%d reserved words", n)
	}
	for word, want := range map[string]bool{"name": true, "NAME": true, "Zone": true, "abort": true, "names": true, "namex": false, "pk": false, "value_": false} {
		if reserved(word) != want {
			t.Errorf("%s is not reserved as expected", word)
		}
	}
}
