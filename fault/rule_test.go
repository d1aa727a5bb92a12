package fault_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dystore/dystore/fault"
)

// struck sends the operations in order and returns the recorded faults.
func struck(t *testing.T, tr *fault.Transport, ops ...string) []string {
	t.Helper()
	for i, op := range ops {
		do(t, tr, op, fmt.Sprintf(`{"n":%d}`, i))
	}
	out := []string{}
	for _, r := range tr.Requests() {
		out = append(out, r.Fault)
	}
	return out
}

func TestSelection(t *testing.T) {
	lost := fault.ReplyLost()
	const x = "reply lost"
	ops := []string{"PutItem", "GetItem", "PutItem", "PutItem", "GetItem", "PutItem"}
	for _, c := range []struct {
		name  string
		where []fault.Where
		want  []string
	}{
		{"everything", nil, []string{x, x, x, x, x, x}},
		{"At", []fault.Where{fault.At(1, 4, 9)}, []string{"", x, "", "", x, ""}},
		{"From", []fault.Where{fault.From(4)}, []string{"", "", "", "", x, x}},
		{"Op", []fault.Where{fault.Op("GetItem", "Scan")}, []string{"", x, "", "", x, ""}},
		{"Skip", []fault.Where{fault.Op("PutItem"), fault.Skip(2)}, []string{"", "", "", x, "", x}},
		{"Times", []fault.Where{fault.Op("PutItem"), fault.Times(2)}, []string{x, "", x, "", "", ""}},
		{"Skip and Times", []fault.Where{fault.Times(1), fault.Skip(1), fault.Op("PutItem")}, []string{"", "", x, "", "", ""}},
		{"all conditions", []fault.Where{fault.Op("PutItem"), fault.At(1, 2), fault.From(2)}, []string{"", "", x, "", "", ""}},
		{"If", []fault.Where{fault.If(func(r fault.Request) bool {
			return string(r.Body) == fmt.Sprintf(`{"n":%d}`, r.Index) && r.Index%2 == 1 && r.Operation == "PutItem"
		})}, []string{"", "", "", x, "", x}},
	} {
		t.Run(c.name, func(t *testing.T) {
			rule := fault.Inject(lost, c.where...)
			equal(t, "faults", c.want, struck(t, fault.New(&engine{}, rule), ops...))
			equal(t, "faults in another transport", c.want, struck(t, fault.New(&engine{}, rule), ops...))
			tr := fault.New(&engine{}, rule)
			struck(t, tr, "PutItem", "GetItem")
			tr.Reset(rule)
			equal(t, "faults after Reset", c.want, struck(t, tr, ops...))
		})
	}
}

func TestFirstRuleWins(t *testing.T) {
	tr := fault.New(&engine{},
		fault.Inject(fault.InProgress()), // cannot happen to these operations
		fault.Inject(fault.Throttle(), fault.Op("PutItem"), fault.Times(1)),
		fault.Inject(fault.Conflict(), fault.Op("PutItem", "GetItem")),
		fault.Inject(fault.SendError()),
	)
	want := []string{"throttle", "conflict", "send error", "send error"}
	equal(t, "faults", want, struck(t, tr, "PutItem", "PutItem", "GetItem", "DeleteItem"))
}

func TestRandomIsReproducible(t *testing.T) {
	ops := slices.Repeat([]string{"PutItem", "TransactWriteItems", "GetItem"}, 100)
	faults := []fault.Fault{fault.ReplyLost(), fault.InProgress(), fault.Conflict()}
	run := func(seed uint64, rate float64) []string {
		return struck(t, fault.New(&engine{}, fault.Random(seed, rate, faults)), ops...)
	}
	first := run(1, 0.3)
	equal(t, "the same seed", first, run(1, 0.3))
	if slices.Equal(first, run(2, 0.3)) {
		t.Error("another seed makes the same schedule")
	}
	count := map[string]int{}
	for i, name := range first {
		count[name]++
		if name == "transaction in progress" && ops[i] != "TransactWriteItems" {
			t.Errorf("request %d, %s: %s", i, ops[i], name)
		}
	}
	for _, name := range []string{"", "reply lost", "transaction in progress", "conflict"} {
		if count[name] == 0 {
			t.Errorf("%q never happened", name)
		}
	}
	if n := len(first) - count[""]; n < 60 || n > 120 {
		t.Errorf("%d of 300 requests were struck at rate 0.3", n)
	}
	equal(t, "rate 0", slices.Repeat([]string{""}, 300), run(1, 0))
	if slices.Contains(run(1, 1), "") {
		t.Error("a request was spared at rate 1")
	}
	none := fault.New(&engine{}, fault.Random(1, 1, []fault.Fault{fault.InProgress()}))
	equal(t, "no fault that fits", []string{""}, struck(t, none, "GetItem"))
}

func TestEach(t *testing.T) {
	rec := fault.Record(&engine{})
	struck(t, rec, "GetItem", "TransactWriteItems")
	var names []string
	for name, rule := range fault.Each(rec.Requests(), fault.ReplyLost(), fault.Conflict(), fault.InProgress()) {
		names = append(names, name)
		got := struck(t, fault.New(&engine{}, rule), "GetItem", "TransactWriteItems")
		index, _, _ := strings.Cut(strings.TrimPrefix(name, "request "), ",")
		for i, f := range got {
			if want := index == fmt.Sprint(i); want != (f != "") || want && !strings.HasSuffix(name, ": "+f) {
				t.Errorf("%s: fault %q at request %d", name, f, i)
			}
		}
	}
	equal(t, "names", []string{
		"request 0, GetItem: reply lost",
		"request 1, TransactWriteItems: reply lost",
		"request 1, TransactWriteItems: conflict",
		"request 1, TransactWriteItems: transaction in progress",
	}, names)
	for name := range fault.Each(rec.Requests(), fault.Standard()...) {
		equal(t, "first", "request 0, GetItem: send error", name)
		break
	}
}
