package commit_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/stored"
)

// counting is an operation on one object: it adds 1 to a number in the root item
// as long as the state of that is the one it knows, and stores a part with the
// number of the plan. From a refusal it learns the state.
type counting struct {
	obj    commit.Object
	state  string
	pinned bool
	idle   func(n int) bool      // nothing is left to be written by plan n
	react  func(*commit.Outcome) // to what is judged

	plans []*commit.Plan
	met   []*commit.Outcome
	done  []*commit.Plan
}

func (c *counting) Object() *commit.Object { return &c.obj }

func (c *counting) Plan(context.Context) (*commit.Plan, error) {
	n := len(c.plans)
	id := c.obj.Owner
	if c.idle != nil && c.idle(n) {
		c.plans = append(c.plans, &commit.Plan{Idle: true, Root: commit.Action{Op: commit.Check, Table: "Roots", Key: c.obj.Item().Key,
			Cond: "#s = :s", Names: map[string]string{"#s": "s"}, Values: attrs{":s": str(c.state)}}})
		return c.plans[n], nil
	}
	plan := &commit.Plan{
		Pinned: c.pinned,
		Root: commit.Action{Op: commit.Update, Table: "Roots", Key: c.obj.Item().Key, Change: "ADD #n :one", Cond: "#s = :s",
			Names: map[string]string{"#n": "n", "#s": "s"}, Values: attrs{":one": &types.AttributeValueMemberN{Value: "1"}, ":s": str(c.state)}},
		Parts: []commit.Part{{Inst: stored.Inst("P" + id), Action: commit.Action{Op: commit.Put, Table: "Parts", KeyIn: [2]string{"ID"},
			Item: attrs{"ID": str(id), "o": str(id), "plan": str(fmt.Sprint(n))}, Cond: "attribute_not_exists(ID) OR #o = :o",
			Names: map[string]string{"#o": "o"}, Values: attrs{":o": str(id)}}}},
	}
	c.plans = append(c.plans, plan)
	return plan, nil
}

func (c *counting) Judge(_ context.Context, out *commit.Outcome) (commit.Next, error) {
	c.met = append(c.met, out)
	if c.react != nil {
		c.react(out)
	}
	switch {
	case out.Kind == commit.Rejected:
		return commit.End, out.Rejection()
	case out.Root == nil:
		return commit.End, out.PartRefused()
	}
	c.state = out.Root["s"].(*types.AttributeValueMemberS).Value
	return commit.Beaten, nil
}

func (c *counting) Recall(context.Context) (bool, error) { return false, nil }

func (c *counting) Done(plan *commit.Plan) { c.done = append(c.done, plan) }

// pair is two objects that are written by one Run, in the state "A" both.
type pair struct {
	t      *testing.T
	clean  *dynamodb.Client // of other programs: without faults, not recorded
	client commit.Client
	net    *fault.Transport
	a, b   *counting
}

func newPair(t *testing.T, rules ...fault.Rule) *pair {
	p := &pair{t: t}
	p.clean, _ = engine(t)
	p.client, p.net = fault.Wrap(p.clean, rules...)
	id := stored.NewID()
	for i, op := range []**counting{&p.a, &p.b} {
		name := string(rune('1' + i))
		*op = &counting{state: "A", obj: commit.NewObject(commit.Object{Table: "Roots", KeyNames: [2]string{"ID"}, Key: []types.AttributeValue{str(name)}, MetaAttr: "_meta", Owner: name}, commit.Options{})}
		(*op).obj.ID = id
		p.set(name, "A")
	}
	return p
}

// set brings about a state of an object, as another program does.
func (p *pair) set(name, state string) {
	p.t.Helper()
	_, err := p.clean.UpdateItem(context.Background(), &dynamodb.UpdateItemInput{
		TableName: ptr("Roots"), Key: attrs{"ID": str(name)}, UpdateExpression: ptr("SET #s = :s"),
		ExpressionAttributeNames: map[string]string{"#s": "s"}, ExpressionAttributeValues: attrs{":s": str(state)},
	})
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *pair) run() error {
	return commit.Run(p.t.Context(), &commit.Transactions{Client: p.client, Policy: quick}, p.a, p.b)
}

// holds says what is stored: of each object how often it was written, and by which
// plan its part was.
func (p *pair) holds() (s string) {
	for _, name := range []string{"1", "2"} {
		n, plan := "0", "none"
		if v, ok := p.item("Roots", name)["n"].(*types.AttributeValueMemberN); ok {
			n = v.Value
		}
		if v, ok := p.item("Parts", name)["plan"].(*types.AttributeValueMemberS); ok {
			plan = v.Value
		}
		s += fmt.Sprintf("%s: %s times, part of %s; ", name, n, plan)
	}
	return s[:len(s)-2]
}

func (p *pair) item(table, name string) attrs {
	out, err := p.clean.GetItem(context.Background(), &dynamodb.GetItemInput{TableName: &table, Key: attrs{"ID": str(name)}})
	if err != nil {
		p.t.Fatal(err)
	}
	return out.Item
}

// tokens are those of the requests, "" for one that has none.
func (p *pair) tokens() (tokens []string) {
	for _, r := range p.net.Requests() {
		var in struct{ ClientRequestToken string }
		if err := json.Unmarshal(r.Body, &in); err != nil {
			p.t.Fatal(err)
		}
		tokens = append(tokens, in.ClientRequestToken)
	}
	return tokens
}
