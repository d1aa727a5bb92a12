package commit

import (
	"context"
	"maps"
	"regexp"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/stored"
)

// One sends one action, without a token, until its outcome is known. A repetition must do
// no harm.
func (t *Transactions) One(ctx context.Context, a Action) Reply {
	op := Operation{client: t.Client, policy: t.Policy, alone: true}
	return op.Send(ctx, &Write{Actions: []Action{a}, Pinned: true, looks: t.Alone})
}

// Under sends one action under a token of its own, where the engine has transactions: then
// no copy of the request is executed a second time.
func (t *Transactions) Under(ctx context.Context, a Action) Reply {
	if t.Alone {
		return t.One(ctx, a)
	}
	op := Operation{client: t.Client, policy: t.Policy, source: &session{objects: []*Object{{ID: stored.NewID()}}}}
	return op.Send(ctx, &Write{Actions: []Action{a}})
}

var placeholder = regexp.MustCompile(`[#:]\w+`)

// Condition is the check of an action's condition alone.
func (a *Action) Condition() Action {
	check := Action{Op: Check, Table: a.Table, Key: a.ItemKey(), Cond: a.Cond, Names: maps.Clone(a.Names), Values: maps.Clone(a.Values), Foreign: a.Foreign}
	check.Trim()
	return check
}

// Trim removes placeholders that are not used, which DynamoDB refuses.
func (a *Action) Trim() {
	used := map[string]bool{}
	for _, text := range []string{a.Change, a.Cond} {
		for _, p := range placeholder.FindAllString(text, -1) {
			used[p] = true
		}
	}
	maps.DeleteFunc(a.Names, func(p, _ string) bool { return !used[p] })
	maps.DeleteFunc(a.Values, func(p string, _ types.AttributeValue) bool { return !used[p] })
	if len(a.Names) == 0 {
		a.Names = nil
	}
	if len(a.Values) == 0 {
		a.Values = nil
	}
}
