package commit_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/internal/commit"
)

// course is an operation and what happens around it, step by step:
//
//	=A      another writer brings about the state A
//	A       the plan for the state A is sent; it adds 1 to a number
//	A late  the same, and its first request gets no answer and arrives later
//	A never the same, and all its requests do
//	A lost  the same, and all its answers are lost
//	A pin   the same plan as one over a version, "A pin two" with another item
//	0 now   the first request that is late arrives
//	settle  no attempt may be left that could be applied
//	again   another operation begins, which repeats this one
type course struct {
	t      *testing.T
	clean  *dynamodb.Client
	client *dynamodb.Client
	op     *commit.Operation
	plans  map[*commit.Write]string

	sent []string // operations and tokens of the requests
	late int      // so many requests are
	lost bool     // all answers are
	held []func()
	keep bool // the engine keeps the tokens of cancelled transactions
	kept map[string]string
}

func newCourse(t *testing.T) *course {
	c := &course{t: t, plans: map[*commit.Write]string{}, kept: map[string]string{}}
	c.clean, _ = engine(t)
	next := c.clean.Options().HTTPClient
	c.client = dynamodb.New(c.clean.Options(), func(o *dynamodb.Options) {
		o.HTTPClient = doer(func(r *http.Request) (*http.Response, error) { return c.do(next, r) })
	})
	c.op = operation(c.client, quick)
	return c
}

func (c *course) do(next dynamodb.HTTPClient, r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	var in struct{ ClientRequestToken, UpdateExpression string }
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, err
	}
	_, op, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	c.sent = append(c.sent, strings.TrimSpace(op+" "+in.ClientRequestToken))
	send := func() (*http.Response, error) {
		again := r.Clone(r.Context())
		again.Body = io.NopCloser(bytes.NewReader(body))
		return next.Do(again)
	}
	if c.late > 0 {
		c.late--
		c.held = append(c.held, func() { send() })
		return nil, errors.New("no answer")
	}
	if state, ok := c.kept[in.ClientRequestToken]; ok && !bytes.Contains(body, []byte(state)) {
		return answer(400, `{"__type":"IdempotentParameterMismatchException"}`), nil
	}
	res, err := send()
	if c.lost {
		return nil, errors.New("no answer")
	}
	if c.keep && err == nil && res.StatusCode == 400 {
		c.kept[in.ClientRequestToken] = string(body[bytes.Index(body, []byte(`":s"`)):][:16])
	}
	return res, err
}

// run is what the operation says at the steps where it is asked.
func (c *course) run(steps string) (says []string) {
	for step := range strings.SplitSeq(steps, "; ") {
		if s := c.step(step); s != "" {
			says = append(says, s)
		}
	}
	return says
}

// step returns what the operation says, "" where it is not asked.
func (c *course) step(step string) string {
	words := strings.Fields(step)
	switch {
	case step[0] == '=':
		c.put("s", str(step[1:]))
		return ""
	case words[0] == "settle":
		w, certain := c.op.Settle(c.t.Context())
		return strings.TrimSpace(map[bool]string{true: "certain ", false: "uncertain "}[certain] + c.plans[w])
	case step == "again":
		c.op = commit.NewOperation(c.client, quick, &source{repeats: true})
		return ""
	case strings.HasSuffix(step, " now"):
		c.held[step[0]-'0']()
		return ""
	}
	w := &commit.Write{Pinned: strings.Contains(step, " pin"), Actions: []commit.Action{{
		Op: commit.Update, Table: "Roots", Key: attrs{"ID": str("1")}, Change: "ADD #n :one SET #u = :u", Cond: "#s = :s",
		Names:  map[string]string{"#n": "n", "#s": "s", "#u": "u"},
		Values: attrs{":one": &types.AttributeValueMemberN{Value: "1"}, ":s": str(words[0]), ":u": str(fmt.Sprint(len(c.plans)))}, // no two plans are the same
	}}}
	c.plans[w] = words[0]
	if strings.HasSuffix(step, " two") {
		w.Actions = append(w.Actions, commit.Action{Op: commit.Put, Table: "Parts", KeyIn: [2]string{"ID"}, Item: attrs{"ID": str("1")}})
	}
	c.late = map[string]int{"late": 1, "never": quick.Attempts}[words[len(words)-1]]
	c.lost = strings.HasSuffix(step, " lost")
	o := c.op.Send(c.t.Context(), w)
	c.lost = false
	return strings.TrimSpace(kinds[o.Kind] + " " + c.plans[o.Write] + map[bool]string{true: "taken"}[o.Taken])
}

// put sets one attribute of the item.
func (c *course) put(name string, v types.AttributeValue) {
	_, err := c.clean.UpdateItem(c.t.Context(), &dynamodb.UpdateItemInput{
		TableName: ptr("Roots"), Key: attrs{"ID": str("1")}, UpdateExpression: ptr("SET #a = :a"),
		ExpressionAttributeNames: map[string]string{"#a": name}, ExpressionAttributeValues: attrs{":a": v},
	})
	if err != nil {
		c.t.Fatal(err)
	}
}

// applied is how often a plan was.
func (c *course) applied() string {
	out, err := c.clean.GetItem(c.t.Context(), &dynamodb.GetItemInput{TableName: ptr("Roots"), Key: attrs{"ID": str("1")}})
	if err != nil {
		c.t.Fatal(err)
	}
	if n, ok := out.Item["n"].(*types.AttributeValueMemberN); ok {
		return n.Value
	}
	return "0"
}

func ptr(s string) *string { return &s }

const (
	transact = "TransactWriteItems "
	update   = "UpdateItem"
)

// Whatever the order in which the requests of several plans arrive, one of them
// is applied, and the operation knows which.
func TestLateRequestsOfSeveralPlans(t *testing.T) {
	for _, c := range []struct {
		name    string
		steps   string
		says    []string
		applied string
		sent    []string // nil: not of interest
	}{
		{"all answered", "=B; A; =C; B; C; =A", []string{"refused", "refused", "committed C"}, "1",
			[]string{transact + "first", transact + "first", transact + "first"}},
		{"late after the second plan", "=B; A late; B; =A; 0 now", []string{"refused", "committed B"}, "1",
			[]string{transact + "first", transact + "first", transact + "first"}},
		{"late before the second plan", "=B; A late; =A; 0 now; =B; B; =A; 0 now", []string{"refused", "committed A"}, "1",
			[]string{transact + "first", transact + "first", transact + "first", transact + "first"}},
		{"late before the second plan, and refused", "=B; A late; 0 now; B; =A; 0 now", []string{"refused", "committed B"}, "1", nil},
		{"the second plan is over a version: a transaction all the same", "=B; A late; B pin; =A; 0 now", []string{"refused", "committed B"}, "1",
			[]string{transact + "first", transact + "first", transact + "first"}},
		{"over a version, all answered: no transaction", "=B; A; B pin", []string{"refused", "committed B"}, "1",
			[]string{transact + "first", update}},
		{"over a version and of two items, all answered: a token of its own", "=B; A; B pin two", []string{"refused", "committed B"}, "1",
			[]string{transact + "first", transact + "t1"}},
		{"two plans late, the third commits", "=C; A late; B late; C; =A; 0 now; =B; 1 now", []string{"refused", "refused", "committed C"}, "1", nil},
		{"two plans late, the first arrives", "=C; A late; B late; =A; 0 now; =C; C; =B; 1 now", []string{"refused", "refused", "committed A"}, "1", nil},
		{"two plans late, the second arrives", "=C; A late; B late; =B; 1 now; =C; C; =A; 0 now", []string{"refused", "refused", "committed B"}, "1", nil},
		{"the second plan is late itself, and commits when it is repeated", "=B; A late; B late; =B; 1 now; =A; 0 now", []string{"refused", "committed B"}, "1", nil},

		{"settled: nothing is open", "=B; A; settle", []string{"refused", "certain"}, "0", []string{transact + "first"}},
		{"settled: late afterwards", "=B; A late; settle; =A; 0 now", []string{"refused", "certain"}, "0",
			[]string{transact + "first", transact + "first", transact + "first"}},
		{"settled: it was applied before", "=B; A late; =A; 0 now; settle; 0 now", []string{"refused", "certain A"}, "1", nil},
		{"settled: of two the second was applied", "=C; A late; B late; =B; 1 now; settle; =A; 0 now", []string{"refused", "refused", "certain B"}, "1", nil},
		// The operation before ended with an unknown outcome.
		{"again, and the first arrives afterwards", "=A; A never; again; A; 0 now", []string{"unknown", "committed A"}, "1", nil},
		{"again, and the first has arrived", "=A; A never; 0 now; again; A; 1 now", []string{"unknown", "unknown taken"}, "1", nil},
		{"again, and the first was done", "=A; A lost; again; A; settle", []string{"unknown", "unknown taken", "certain"}, "1", nil},
		// The token of the first ends first: what is late of the second may come after that.
		{"again, late, and the first was done", "=A; A lost; again; A late; settle", []string{"unknown", "unknown taken", "uncertain"}, "1", nil},
		// It was free meanwhile, so what has taken it excludes all that is late.
		{"again, late, and the first arrives between its plans", "=A; A never; =B; again; A late; =A; 0 now; =B; B; settle", []string{"unknown", "refused", "unknown taken", "certain"}, "1", nil},
		{"again, late, and itself arrives between its plans", "=A; A never; =B; again; A late; =A; 4 now; =B; B; settle; =A; 0 now", []string{"unknown", "refused", "committed A", "certain"}, "1", nil},
		{"again, all answered, and the first arrives between its plans", "=A; A never; =B; again; C; =A; 0 now; =B; B", []string{"unknown", "refused", "unknown taken"}, "1", nil},
		{"again, over another version, and the first was done", "=A; A; =B; again; B pin; settle", []string{"committed A", "unknown taken", "certain"}, "1",
			[]string{transact + "first", transact + "first"}},
		{"again, over a version, all answered", "=A; A never; =B; again; C; B pin; =A; 0 now", []string{"unknown", "refused", "committed B"}, "1", nil},
		{"again, all answered", "=A; A never; =B; again; C; B; =A; 0 now", []string{"unknown", "refused", "committed B"}, "1", nil},
		{"again, over a version", "=A; A never; =B; again; C; B pin; =A; 0 now", []string{"unknown", "refused", "committed B"}, "1", nil},

		// A version never comes back: what was for it is gone with it.
		{"a plan over a version leaves nothing open", "=B; A pin late; settle", []string{"refused", "certain"}, "0", []string{update, update}},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := newCourse(t)
			if d := cmp.Diff(c.says, x.run(c.steps)); d != "" {
				t.Error(d)
			}
			if got := x.applied(); got != c.applied {
				t.Errorf("applied %s times, want %s", got, c.applied)
			}
			if d := cmp.Diff(c.sent, x.sent); c.sent != nil && d != "" {
				t.Error(d)
			}
		})
	}
}

// An engine that keeps the tokens of cancelled transactions refuses a second
// plan. If nothing is open another token does; otherwise it refuses the first
// plan as well when it is sent again, and nothing is known.
func TestTokensOfCancelledTransactions(t *testing.T) {
	for steps, c := range map[string]struct {
		says    []string
		applied string
	}{
		"=B; A; B":                     {[]string{"refused", "committed B"}, "1"},
		"=B; A late; B; settle; =A":    {[]string{"refused", "unknown", "uncertain"}, "0"},
		"=A; A never; =B; again; C; B": {[]string{"unknown", "refused", "unknown taken"}, "0"},
	} {
		x := newCourse(t)
		x.keep = true
		if d := cmp.Diff(c.says, x.run(steps)); d != "" {
			t.Errorf("%s: %s", steps, d)
		}
		if x.applied() != c.applied {
			t.Errorf("%s: applied %s times", steps, x.applied())
		}
	}
}

// A plan whose first action was as planned is open still, also over a version:
// what another action met may go away.
func TestOpenBesideAPart(t *testing.T) {
	client, net := engine(t)
	store(t, client, "Parts", attrs{"ID": str("b")})
	net.Reset(once(holding)...)
	op, w := operation(client, quick), both()
	w.Pinned = true
	if o := op.Send(t.Context(), w); o.Kind != commit.Refused || o.Items[0] != nil || !op.Open() {
		t.Fatalf("%s, items %v, open %v", kinds[o.Kind], o.Items, op.Open())
	}
	if w, certain := op.Settle(t.Context()); w != nil || !certain || op.Open() {
		t.Errorf("settled as %v, %v", w, certain)
	}
}

// A token is used for five minutes, over all plans.
func TestTokenIsUsedInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := newCourse(t)
		x.step("=B")
		if got := x.step("A late"); got != "refused" {
			t.Fatal(got)
		}
		time.Sleep(quick.Within)
		sent := len(x.sent)
		if got := x.step("B"); got != "unknown" || len(x.sent) != sent {
			t.Errorf("%s, sent %v", got, x.sent[sent:])
		}
		if got := x.step("settle"); got != "uncertain" || len(x.sent) != sent {
			t.Errorf("%s, sent %v", got, x.sent[sent:])
		}
	})
}
