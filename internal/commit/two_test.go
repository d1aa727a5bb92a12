package commit_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
)

// expect checks what is stored and what the operations have met: how often each
// has planned and judged, and by which of its plans each was done.
func (p *pair) expect(what, holds, met string) {
	p.t.Helper()
	if got := p.holds(); got != holds {
		p.t.Errorf("%s: stored is %q, want %q", what, got, holds)
	}
	tell := func(c *counting) string {
		s := fmt.Sprintf("planned %d, judged %d", len(c.plans), len(c.met))
		for _, d := range c.done {
			n := "nothing"
			for i, plan := range c.plans {
				if d != nil && d == plan {
					n = fmt.Sprint(i)
				}
			}
			s += ", done by " + n
		}
		return s
	}
	if got := tell(p.a) + "; " + tell(p.b); got != met {
		p.t.Errorf("%s: %q, want %q", what, got, met)
	}
}

// wantErr checks the kind of an error; nil wants none.
func wantErr(t *testing.T, what string, err, kind error) {
	t.Helper()
	if kind == nil && err != nil || !errors.Is(err, kind) {
		t.Errorf("%s: %v, want %v", what, err, kind)
	}
}

// Two objects are written in one transaction under one token.
func TestTwoObjects(t *testing.T) {
	p := newPair(t)
	wantErr(t, "run", p.run(), nil)
	p.expect("run", "1: 1 times, part of 0; 2: 1 times, part of 0", "planned 1, judged 0, done by 0; planned 1, judged 0, done by 0")
	if d := cmp.Diff([]string{"TransactWriteItems"}, p.net.Operations()); d != "" {
		t.Fatal(d)
	}
	if n := bytes.Count(p.net.Requests()[0].Body, []byte(`"TableName"`)); n != 4 || len(p.tokens()[0]) != 36 {
		t.Errorf("%d actions under the token %q", n, p.tokens()[0])
	}
}

// The token is that of these objects: another set of objects has another one, also
// with the same id.
func TestTokenOfTwoObjects(t *testing.T) {
	seen := map[string]string{}
	for name, ops := range map[string]func(*pair) []commit.Op{
		"both":      func(p *pair) []commit.Op { return []commit.Op{p.a, p.b} },
		"the first": func(p *pair) []commit.Op { return []commit.Op{p.a} },
		"reversed":  func(p *pair) []commit.Op { return []commit.Op{p.b, p.a} },
	} {
		p := newPair(t)
		p.a.obj.ID, p.b.obj.ID = [16]byte{1}, [16]byte{1}
		wantErr(t, name, commit.Run(t.Context(), &commit.Transactions{Client: p.client, Policy: quick}, ops(p)...), nil)
		token := p.tokens()[0]
		if other, ok := seen[token]; ok {
			t.Errorf("%s and %s have one token", name, other)
		}
		seen[token] = name
	}
}

// If the second object's root refuses, only that operation is asked; nothing of the
// first was written, and both are planned again.
func TestSecondRefused(t *testing.T) {
	for _, pinned := range []bool{false, true} {
		p := newPair(t)
		p.a.pinned, p.b.pinned = pinned, pinned
		p.set("2", "B")
		p.b.react = func(out *commit.Outcome) {
			if got := p.holds(); got != "1: 0 times, part of none; 2: 0 times, part of none" {
				t.Errorf("refused, and stored is %s", got)
			}
			if d := cmp.Diff(attrs{"ID": str("2"), "s": str("B")}, out.Root, cmp.Comparer(item.Equal)); d != "" || len(out.Parts) != 1 || out.Parts[0] != nil {
				t.Errorf("met %s, parts %v", d, out.Parts)
			}
		}
		wantErr(t, "run", p.run(), nil)
		p.expect("run", "1: 1 times, part of 1; 2: 1 times, part of 1", "planned 2, judged 0, done by 1; planned 2, judged 1, done by 1")
		if d := cmp.Diff([]string{"TransactWriteItems", "TransactWriteItems"}, p.net.Operations()); d != "" {
			t.Error(d)
		}
		// Only what can come back needs the token that it had.
		if tokens := p.tokens(); (tokens[0] == tokens[1]) == pinned {
			t.Errorf("pinned %v: tokens %q", pinned, tokens)
		}
	}
}

// If both roots refuse, both are asked.
func TestBothRefused(t *testing.T) {
	p := newPair(t)
	p.set("1", "B")
	p.set("2", "C")
	wantErr(t, "run", p.run(), nil)
	p.expect("run", "1: 1 times, part of 1; 2: 1 times, part of 1", "planned 2, judged 1, done by 1; planned 2, judged 1, done by 1")
}

// A part of the second object refuses: the error names it, and nothing was written.
func TestPartOfSecondRefused(t *testing.T) {
	p := newPair(t)
	store(t, p.clean, "Parts", attrs{"ID": str("2"), "o": str("another"), "plan": str("its own")})
	err := p.run()
	wantErr(t, "run", err, fail.ErrCorrupt)
	if path, _ := fail.Path(err); path != "P2" {
		t.Errorf("the error is about %q: %v", path, err)
	}
	p.expect("run", "1: 0 times, part of none; 2: 0 times, part of its own", "planned 1, judged 0; planned 1, judged 1")
	if out := p.b.met[0]; out.Root != nil || len(out.Parts) != 1 || len(out.Parts[0]) != 3 {
		t.Errorf("met root %v, parts %v", out.Root, out.Parts)
	}
}

// A failed condition is read beside the root of its own object. Whether another
// object's root was evaluated does not matter for it.
func TestRefusedBesideAConflict(t *testing.T) {
	const refuse, conflict, throttle = "ConditionalCheckFailed", "TransactionConflict", "ThrottlingError"
	for name, c := range map[string]struct {
		reasons []string // root and part of the first, root and part of the second
		met     string   // of the first plan
	}{
		"root of the second, the first root in conflict":    {[]string{conflict, "", refuse, ""}, "judged 0; judged 1"},
		"root of the second, the first root throttled":      {[]string{throttle, "", refuse, ""}, "judged 0; judged 1"},
		"part of the second, the first root in conflict":    {[]string{conflict, "", "", refuse}, "judged 0; judged 1"},
		"part of the second, the second root in conflict":   {[]string{"", "", conflict, refuse}, "judged 0; judged 0"},
		"part of the first, the second root in conflict":    {[]string{"", refuse, conflict, ""}, "judged 1; judged 0"},
		"part of the first, the first root in conflict":     {[]string{conflict, refuse, "", ""}, "judged 0; judged 0"},
		"parts of both, the first root in conflict":         {[]string{conflict, refuse, "", refuse}, "judged 0; judged 1"},
		"parts of both, the second root throttled":          {[]string{"", refuse, throttle, refuse}, "judged 1; judged 0"},
		"part of the first and root of the second, one not": {[]string{conflict, refuse, refuse, ""}, "judged 0; judged 1"},
	} {
		p := newPair(t, fault.Inject(fault.CancelTransaction(c.reasons...), fault.Times(1)))
		asked := func(op *counting) *scripted {
			return &scripted{t: t, obj: op.obj, judge: next(commit.Learnt, nil), plan: func(int) (*commit.Plan, error) { return op.Plan(t.Context()) }}
		}
		a, b := asked(p.a), asked(p.b)
		wantErr(t, name, commit.Run(t.Context(), &commit.Transactions{Client: p.client, Policy: quick}, a, b), nil)
		if got := fmt.Sprintf("judged %d; judged %d", a.asked, b.asked); got != c.met {
			t.Errorf("%s: %s, want %s", name, got, c.met)
		}
		plans := 2
		if c.met == "judged 0; judged 0" { // sent again as it was
			plans = 1
		}
		if len(a.plans) != plans || len(b.plans) != plans || len(p.net.Requests()) != 2 {
			t.Errorf("%s: planned %d and %d times, %d requests", name, len(a.plans), len(b.plans), len(p.net.Requests()))
		}
		if got, want := p.holds(), fmt.Sprintf("1: 1 times, part of %d; 2: 1 times, part of %[1]d", plans-1); got != want {
			t.Errorf("%s: stored is %q, want %q", name, got, want)
		}
	}
}

// DynamoDB finds an action of the second object wrong: that object's operation
// explains it, by its own plan.
func TestSecondRejected(t *testing.T) {
	p := newPair(t, fault.Inject(fault.CancelTransaction("", "", "", "ValidationError")))
	err := p.run()
	wantErr(t, "run", err, fail.ErrInvalid)
	p.expect("run", "1: 0 times, part of none; 2: 0 times, part of none", "planned 1, judged 0; planned 1, judged 1")

	// Of a part that is deleted only its place can be wrong.
	gone := func(op *counting) *scripted {
		return &scripted{t: t, obj: op.obj, plan: func(int) (*commit.Plan, error) {
			plan, err := op.Plan(t.Context())
			plan.Parts[0].Action = commit.Action{Op: commit.Delete, Table: "Parts", Key: attrs{"ID": str(op.obj.Owner)}}
			return plan, err
		}}
	}
	p.net.Reset(fault.Inject(fault.CancelTransaction("", "", "", "ValidationError")))
	a, b := gone(p.a), gone(p.b)
	var told error
	b.met = func(o *commit.Outcome) { told = o.Rejection() }
	b.judge = func(int) (commit.Next, error) { return commit.End, told }
	err = commit.Run(t.Context(), &commit.Transactions{Client: p.client, Policy: quick}, a, b)
	wantErr(t, "deleted", err, fail.ErrCorrupt)
	if path, _ := fail.Path(err); path != "P2" || a.asked != 0 || b.asked != 1 {
		t.Errorf("the error is about %q, judged %d and %d: %v", path, a.asked, b.asked, err)
	}
}

// DynamoDB finds the request wrong, and does not say for which action: no operation
// is asked, and none is blamed.
func TestTwoRejectedAsAWhole(t *testing.T) {
	p := newPair(t)
	wrong := &scripted{t: t, obj: p.b.obj, plan: func(int) (*commit.Plan, error) {
		plan, err := p.b.Plan(t.Context())
		plan.Root.Cond = "#s ="
		return plan, err
	}}
	err := commit.Run(t.Context(), &commit.Transactions{Client: p.client, Policy: quick}, p.a, wrong)
	wantErr(t, "run", err, fail.ErrInvalid)
	if len(p.a.met) != 0 || wrong.asked != 0 || errors.As(err, new(*fail.OpError)) {
		t.Errorf("judged %d and %d times: %v", len(p.a.met), wrong.asked, err)
	}
}

// What changes nothing is sent beside others, and alone it is not. So what it has
// found still holds when they commit.
func TestIdleBesideAnother(t *testing.T) {
	p := newPair(t)
	p.a.idle = func(int) bool { return true }
	wantErr(t, "run", p.run(), nil)
	p.expect("run", "1: 0 times, part of none; 2: 1 times, part of 0", "planned 1, judged 0, done by 0; planned 1, judged 0, done by 0")
	if n := bytes.Count(p.net.Requests()[0].Body, []byte(`"TableName"`)); n != 3 || len(p.net.Requests()) != 1 {
		t.Errorf("%d actions in %d requests", n, len(p.net.Requests()))
	}

	// It does not hold any more: both are planned again.
	p = newPair(t)
	p.a.idle = func(n int) bool { return n == 0 }
	p.set("1", "B")
	wantErr(t, "run", p.run(), nil)
	p.expect("run", "1: 1 times, part of 1; 2: 1 times, part of 1", "planned 2, judged 1, done by 1; planned 2, judged 0, done by 1")

	p = newPair(t)
	p.a.idle = func(int) bool { return true }
	wantErr(t, "alone", commit.Run(t.Context(), &commit.Transactions{Client: p.client, Policy: quick}, p.a), nil)
	if len(p.net.Requests()) != 0 {
		t.Errorf("sent %v", p.net.Operations())
	}
}

// The limits of a transaction are over the sum of both objects.
func TestLimitsOfTwo(t *testing.T) {
	big := attrs{"ID": str("x"), "v": str(strings.Repeat("v", 390_000))}
	for name, c := range map[string]struct {
		parts int
		item  attrs
		want  string // "" if it is sent
	}{
		"100 actions": {49, nil, ""},
		"102 actions": {50, nil, "the write has 102 actions (root and parts, old and new); a transaction has at most 100"},
		"8 items":     {4, big, ""},
		"10 items":    {5, big, "the write is 3900040 bytes in 12 items; a transaction takes 3900000"},
	} {
		plan := func(int) (*commit.Plan, error) {
			plan := &commit.Plan{}
			for range c.parts {
				plan.Parts = append(plan.Parts, commit.Part{Inst: "p", Action: commit.Action{Item: c.item}})
			}
			return plan, nil
		}
		a, b := &scripted{t: t, plan: plan}, &scripted{t: t, plan: plan}
		err := new(commit.Transactions).Check([]*commit.Object{&a.obj, &b.obj}, []*commit.Plan{must(plan(0)), must(plan(0))})
		if c.want == "" {
			wantErr(t, name, err, nil)
			continue
		}
		if of, ok := errors.AsType[*fail.OpError](err); !ok || of.Index != 1 || err.Error() != fail.Withf(fail.ErrTooLarge, "%s", c.want).Error() || !errors.Is(err, fail.ErrTooLarge) {
			t.Errorf("%s: %v", name, err)
		}
		if one := new(commit.Transactions).Check([]*commit.Object{&a.obj}, []*commit.Plan{must(plan(0))}); one != nil {
			t.Errorf("%s: one of them alone: %v", name, one)
		}
		p := newPair(t)
		err = commit.Run(t.Context(), &commit.Transactions{Client: p.client, Policy: quick}, a, b)
		if !errors.Is(err, fail.ErrTooLarge) || len(p.net.Requests()) != 0 {
			t.Errorf("%s: %v after %v", name, err, p.net.Operations())
		}
	}
}

// Two objects do not write one item, whichever way it is named. What is not known of
// a table's key is left to DynamoDB.
func TestOneItemOfTwo(t *testing.T) {
	put := func(it attrs, keys ...string) commit.Action {
		a := commit.Action{Op: commit.Put, Table: "Parts", Item: it}
		copy(a.KeyIn[:], keys)
		return a
	}
	check := func(table string, key attrs) commit.Action {
		return commit.Action{Op: commit.Check, Table: table, Key: key, Cond: "x"}
	}
	n := func(s string) types.AttributeValue { return &types.AttributeValueMemberN{Value: s} }
	for name, c := range map[string]struct {
		a, b commit.Action
		want bool
	}{
		"a part of both":              {put(attrs{"ID": str("1")}, "ID"), put(attrs{"ID": str("1"), "x": str("x")}, "ID"), true},
		"a key and an attribute":      {check("Parts", attrs{"ID": str("1")}), put(attrs{"ID": str("1")}), true},
		"by its ARN":                  {check("arn:aws:dynamodb:eu-west-1:1:table/Parts", attrs{"ID": str("1")}), check("Parts", attrs{"ID": str("1")}), true},
		"one number":                  {check("Parts", attrs{"ID": n("10")}), check("Parts", attrs{"ID": n("1E1")}), true},
		"other numbers":               {check("Parts", attrs{"ID": n("10")}), check("Parts", attrs{"ID": n("1")}), false},
		"a number and a text":         {check("Parts", attrs{"ID": n("1")}), check("Parts", attrs{"ID": str("1")}), false},
		"other tables":                {check("Parts", attrs{"ID": str("1")}), check("Other", attrs{"ID": str("1")}), false},
		"other sort keys":             {put(attrs{"ID": str("1"), "S": str("1")}, "ID", "S"), put(attrs{"ID": str("1"), "S": str("2")}, "ID", "S"), false},
		"one sort key":                {put(attrs{"ID": str("1"), "S": str("1")}, "ID", "S"), check("Parts", attrs{"S": str("1"), "ID": str("1")}), true},
		"keys that nobody has named":  {put(attrs{"ID": str("1")}), put(attrs{"ID": str("1")}), false},
		"a key that an item does not": {check("Parts", attrs{"ID": str("1")}), put(attrs{"x": str("1")}), false},
	} {
		a := &commit.Plan{Root: commit.Action{Op: commit.Check, Table: "Roots", Key: attrs{"ID": str("1")}}, Parts: []commit.Part{{Inst: "p", Action: c.a}}}
		b := &commit.Plan{Root: c.b}
		err := new(commit.Transactions).Check([]*commit.Object{{}, {}}, []*commit.Plan{a, b})
		if !c.want {
			wantErr(t, name, err, nil)
			continue
		}
		of, ok := errors.AsType[*fail.OpError](err)
		if !ok || of.Index != 1 || !errors.Is(err, fail.ErrInvalid) || err.Error() != "invalid: operation 0 writes or checks the same item of table Parts; a transaction may do that once" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func must(p *commit.Plan, err error) *commit.Plan {
	if err != nil {
		panic(err)
	}
	return p
}

// A client that returns no items with refusals: those of the second object are read.
// Where its root was refused, its parts say nothing.
func TestSecondReread(t *testing.T) {
	theirs := attrs{"ID": str("2"), "o": str("another")}
	for name, c := range map[string]struct {
		states [2]string
		part   bool // of the second belongs to another
		read   []string
		root   attrs
		parts  []attrs
		first  int // how often the first is asked
	}{
		"root":                {[2]string{"A", "B"}, false, []string{"GetItem"}, attrs{"ID": str("2"), "s": str("B")}, []attrs{nil}, 0},
		"part":                {[2]string{"A", "A"}, true, []string{"GetItem"}, nil, []attrs{theirs}, 0},
		"root and part":       {[2]string{"A", "B"}, true, []string{"GetItem"}, attrs{"ID": str("2"), "s": str("B")}, []attrs{{}}, 0},
		"part, and the first": {[2]string{"C", "A"}, true, []string{"GetItem", "GetItem"}, nil, []attrs{theirs}, 1},
	} {
		p := newPair(t)
		p.client = fault.Opaque(p.client.(*dynamodb.Client), 1)
		p.set("1", c.states[0])
		p.set("2", c.states[1])
		if c.part {
			store(t, p.clean, "Parts", theirs)
		}
		end := errors.New("end")
		var met *commit.Outcome
		a := &scripted{t: t, obj: p.a.obj, judge: next(commit.Beaten, nil), plan: func(int) (*commit.Plan, error) { return p.a.Plan(t.Context()) }}
		b := &scripted{t: t, obj: p.b.obj, judge: next(commit.End, end), plan: func(int) (*commit.Plan, error) { return p.b.Plan(t.Context()) }}
		b.met = func(o *commit.Outcome) { met = o }
		wantErr(t, name, commit.Run(t.Context(), &commit.Transactions{Client: p.client, Policy: quick}, a, b), end)
		// The client may have made a request before the one that was answered: it is
		// made certain that this is not applied.
		if d := cmp.Diff(slices.Concat([]string{"TransactWriteItems"}, c.read, []string{"TransactWriteItems"}), p.net.Operations()); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		if d := cmp.Diff(c.root, met.Root, cmp.Comparer(item.Equal)) + cmp.Diff(c.parts, met.Parts, cmp.Comparer(item.Equal)); d != "" || !met.Reread {
			t.Errorf("%s: reread %v, %s", name, met.Reread, d)
		}
		if a.asked != c.first || b.asked != 1 {
			t.Errorf("%s: judged %d and %d", name, a.asked, b.asked)
		}
	}
}
