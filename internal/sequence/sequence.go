// Package sequence is a second protocol, for tests: it shows that nothing but
// commit.Protocol decides how a write is sent.
package sequence

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/commit"
)

// Protocol sends each action alone and without a token. First it looks whether
// all conditions hold. Then it writes the parts, and the root item last; of an
// object that is deleted the root item goes first. So nobody finds a root item
// whose parts are not there yet, or not any more.
//
// It is no protocol for programs: another writer may come between two actions,
// and an attempt without an answer is not cleared up.
type Protocol struct {
	Client commit.Client
	Policy commit.Policy
}

// Check refuses single actions that DynamoDB would refuse. There is no limit to
// their number.
func (p *Protocol) Check(objects []*commit.Object, plans []*commit.Plan) error {
	var alone commit.Transactions
	for i, plan := range plans {
		each := []*commit.Plan{{Root: plan.Root}}
		for _, part := range plan.Parts {
			each = append(each, &commit.Plan{Parts: []commit.Part{part}})
		}
		for _, one := range each {
			if err := alone.Check(objects[i:i+1], []*commit.Plan{one}); err != nil {
				return err
			}
		}
	}
	return nil
}

// Begin returns a session, which remembers nothing.
func (p *Protocol) Begin([]*commit.Object) commit.Session { return session{p} }

type session struct{ *Protocol }

// Open reports that nothing can be settled.
func (session) Open() bool { return false }

// Settle finds nothing open.
func (session) Settle(context.Context) ([]*commit.Plan, bool) { return nil, true }

// Commit sends the plans one after the other, once all their conditions hold.
func (s session) Commit(ctx context.Context, plans []*commit.Plan, outcomes []commit.Outcome) {
	refused := false
	for i, plan := range plans {
		outcomes[i] = commit.Outcome{Plan: plan}
		if !s.holds(ctx, &outcomes[i]) {
			refused = true
		}
	}
	if refused {
		for i := range outcomes {
			if outcomes[i].Kind == commit.Committed {
				outcomes[i].Kind = commit.Refused // for the plan of another object
			}
		}
		return
	}
	for i := range outcomes {
		s.write(ctx, &outcomes[i])
		if o := &outcomes[i]; i > 0 && o.Kind != commit.Committed {
			o.Kind = commit.Unknown // what is done already is not undone
		}
	}
}

// holds looks whether all conditions of a plan hold.
func (s session) holds(ctx context.Context, o *commit.Outcome) bool {
	refuse := func(reply commit.Reply) (it map[string]types.AttributeValue) {
		switch {
		case reply.Kind == commit.Committed:
			return nil
		case reply.Kind == commit.Refused:
			it = reply.Items[0]
		}
		if o.Kind == commit.Committed || o.Kind == commit.Refused {
			o.Kind, o.Err = reply.Kind, reply.Err
		}
		return it
	}
	o.Root = refuse(s.send(ctx, condition(&o.Plan.Root)))
	o.Parts = make([]map[string]types.AttributeValue, len(o.Plan.Parts))
	for i := range o.Plan.Parts {
		o.Parts[i] = refuse(s.send(ctx, condition(&o.Plan.Parts[i].Action)))
	}
	return o.Kind == commit.Committed
}

// write does the actions of a plan, until one of them fails.
func (s session) write(ctx context.Context, o *commit.Outcome) {
	actions := []*commit.Action{}
	for i := range o.Plan.Parts {
		actions = append(actions, &o.Plan.Parts[i].Action)
	}
	if root := &o.Plan.Root; root.Op == commit.Delete {
		actions = append([]*commit.Action{root}, actions...)
	} else {
		actions = append(actions, root)
	}
	for n, a := range actions {
		reply := s.send(ctx, a)
		if reply.Kind == commit.Committed {
			continue
		}
		if o.Kind, o.Err = reply.Kind, reply.Err; n > 0 {
			o.Kind = commit.Unknown // what is done already is not undone
		}
		return
	}
}

// send sends one action; nil is none.
func (s session) send(ctx context.Context, a *commit.Action) commit.Reply {
	if a == nil {
		return commit.Reply{}
	}
	return commit.NewOperation(s.Client, s.Policy, tokenless{}).Send(ctx, &commit.Write{Actions: []commit.Action{*a}, Relaxed: true})
}

// tokenless makes no tokens.
type tokenless struct{}

func (tokenless) FirstToken() string           { return "" }
func (tokenless) Repeats() bool                { return false }
func (tokenless) NextToken() string            { return "" }
func (tokenless) Fence() (commit.Action, bool) { panic("without tokens nothing is open") }

// condition is the check of an action's condition alone, nil if it has none.
func condition(a *commit.Action) *commit.Action {
	if a.Cond == "" {
		return nil
	}
	check := a.Condition()
	return &check
}
