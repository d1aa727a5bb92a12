package commit_test

import (
	"bytes"
	"encoding/json"
	"errors"
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
//	A pin   the same plan as one over a version; "A pin late" as well
//	0 now   the first request that is late arrives
//	settle  no attempt may be left that could be applied
type course struct {
	t     *testing.T
	clean *dynamodb.Client
	op    *commit.Operation
	plans map[*commit.Write]string

	sent []string // operations and tokens of the requests
	late bool     // the next request is
	held []func()
	keep bool // the engine keeps the tokens of cancelled transactions
	kept map[string]string
}

func newCourse(t *testing.T) *course {
	c := &course{t: t, plans: map[*commit.Write]string{}, kept: map[string]string{}}
	c.clean, _ = engine(t)
	next := c.clean.Options().HTTPClient
	client := dynamodb.New(c.clean.Options(), func(o *dynamodb.Options) {
		o.HTTPClient = doer(func(r *http.Request) (*http.Response, error) { return c.do(next, r) })
	})
	c.op = operation(client, quick)
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
	if c.late {
		c.late = false
		c.held = append(c.held, func() { send() })
		return nil, errors.New("no answer")
	}
	if state, ok := c.kept[in.ClientRequestToken]; ok && !bytes.Contains(body, []byte(state)) {
		return answer(400, `{"__type":"IdempotentParameterMismatchException"}`), nil
	}
	res, err := send()
	if c.keep && err == nil && res.StatusCode == 400 {
		c.kept[in.ClientRequestToken] = string(body[bytes.Index(body, []byte(`":s"`)):][:16])
	}
	return res, err
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
	case strings.HasSuffix(step, " now"):
		c.held[step[0]-'0']()
		return ""
	}
	w := &commit.Write{Pinned: strings.Contains(step, " pin"), Actions: []commit.Action{{
		Op: commit.Update, Table: "Roots", Key: attrs{"ID": str("1")}, Change: "ADD #n :one", Cond: "#s = :s",
		Names:  map[string]string{"#n": "n", "#s": "s"},
		Values: attrs{":one": &types.AttributeValueMemberN{Value: "1"}, ":s": str(words[0])},
	}}}
	c.plans[w] = words[0]
	c.late = strings.HasSuffix(step, " late")
	o := c.op.Send(c.t.Context(), w)
	return strings.TrimSpace(kinds[o.Kind] + " " + c.plans[o.Write])
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
		{"all answered: each plan has its token", "=B; A; =C; B; C; =A", []string{"refused", "refused", "committed C"}, "1",
			[]string{transact + "t1", transact + "t2", transact + "t3"}},
		{"late after the second plan", "=B; A late; B; =A; 0 now", []string{"refused", "committed B"}, "1",
			[]string{transact + "t1", transact + "t1", transact + "t1"}},
		{"late before the second plan", "=B; A late; =A; 0 now; =B; B; =A; 0 now", []string{"refused", "committed A"}, "1",
			[]string{transact + "t1", transact + "t1", transact + "t1", transact + "t1"}},
		{"late before the second plan, and refused", "=B; A late; 0 now; B; =A; 0 now", []string{"refused", "committed B"}, "1", nil},
		{"the second plan is over a version: a transaction all the same", "=B; A late; B pin; =A; 0 now", []string{"refused", "committed B"}, "1",
			[]string{transact + "t1", transact + "t1", transact + "t1"}},
		{"over a version, all answered: no transaction", "=B; A; B pin", []string{"refused", "committed B"}, "1",
			[]string{transact + "t1", update}},
		{"two plans late, the third commits", "=C; A late; B late; C; =A; 0 now; =B; 1 now", []string{"refused", "refused", "committed C"}, "1", nil},
		{"two plans late, the first arrives", "=C; A late; B late; =A; 0 now; =C; C; =B; 1 now", []string{"refused", "refused", "committed A"}, "1", nil},
		{"two plans late, the second arrives", "=C; A late; B late; =B; 1 now; =C; C; =A; 0 now", []string{"refused", "refused", "committed B"}, "1", nil},
		{"the second plan is late itself, and commits when it is repeated", "=B; A late; B late; =B; 1 now; =A; 0 now", []string{"refused", "committed B"}, "1", nil},
		{"after a commit everything begins again", "=B; A late; B; C; =C; C", []string{"refused", "committed B", "refused", "committed C"}, "2",
			[]string{transact + "t1", transact + "t1", transact + "t1", transact + "t2", transact + "t3"}},

		{"settled: nothing is open", "=B; A; settle", []string{"refused", "certain"}, "0", []string{transact + "t1"}},
		{"settled: late afterwards", "=B; A late; settle; =A; 0 now", []string{"refused", "certain"}, "0",
			[]string{transact + "t1", transact + "t1", transact + "t1"}},
		{"settled: it was applied before", "=B; A late; =A; 0 now; settle; 0 now", []string{"refused", "certain A"}, "1", nil},
		{"settled: of two the second was applied", "=C; A late; B late; =B; 1 now; settle; =A; 0 now", []string{"refused", "refused", "certain B"}, "1", nil},
		{"settled, and another plan", "=B; A late; settle; B; =A; 0 now", []string{"refused", "certain", "committed B"}, "1", nil},
		// A version never comes back: what was for it is gone with it.
		{"a plan over a version leaves nothing open", "=B; A pin late; settle", []string{"refused", "certain"}, "0", []string{update, update}},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := newCourse(t)
			var says []string
			for step := range strings.SplitSeq(c.steps, "; ") {
				if s := x.step(step); s != "" {
					says = append(says, s)
				}
			}
			if d := cmp.Diff(c.says, says); d != "" {
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
// plan, and the first one when it is sent again. Nothing is known then.
func TestTokensOfCancelledTransactions(t *testing.T) {
	x := newCourse(t)
	x.keep = true
	var says []string
	for _, step := range []string{"=B", "A late", "B", "settle"} {
		says = append(says, x.step(step))
	}
	if d := cmp.Diff([]string{"", "refused", "unknown", "uncertain"}, says); d != "" {
		t.Error(d)
	}
	if x.applied() != "0" {
		t.Errorf("applied %s times", x.applied())
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
