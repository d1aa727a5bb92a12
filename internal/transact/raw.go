package transact

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/sorted"
)

// raw is an action of the caller's own. Nothing is known of its item but what the
// action says.
type raw struct {
	obj    commit.Object
	action commit.Action
}

// CheckRaw refuses what is not one action.
func CheckRaw(it *types.TransactWriteItem) error {
	_, err := actionOf(it)
	return err
}

// TableOf is the table that an action names, "" if it names none.
func TableOf(it *types.TransactWriteItem) string {
	a, _ := actionOf(it)
	return a.Table
}

// RawOp is the operation of an action.
func RawOp(it *types.TransactWriteItem, opts commit.Options) (commit.Op, error) {
	a, err := actionOf(it)
	if err != nil {
		return nil, err
	}
	opts.Relaxed = false
	return &raw{commit.NewObject(commit.Object{Table: a.Table}, opts), a}, nil
}

func actionOf(it *types.TransactWriteItem) (a commit.Action, err error) {
	n := 0
	take := func(op commit.ActionOp, table, cond *string, names map[string]string, values map[string]types.AttributeValue) {
		n++
		a.Op, a.Table, a.Cond, a.Names, a.Values = op, text(table), text(cond), names, values
	}
	if p := it.Put; p != nil {
		take(commit.Put, p.TableName, p.ConditionExpression, p.ExpressionAttributeNames, p.ExpressionAttributeValues)
		a.Item = p.Item
	}
	if u := it.Update; u != nil {
		take(commit.Update, u.TableName, u.ConditionExpression, u.ExpressionAttributeNames, u.ExpressionAttributeValues)
		a.Key, a.Change = u.Key, text(u.UpdateExpression)
	}
	if d := it.Delete; d != nil {
		take(commit.Delete, d.TableName, d.ConditionExpression, d.ExpressionAttributeNames, d.ExpressionAttributeValues)
		a.Key = d.Key
	}
	if c := it.ConditionCheck; c != nil {
		take(commit.Check, c.TableName, c.ConditionExpression, c.ExpressionAttributeNames, c.ExpressionAttributeValues)
		a.Key = c.Key
	}
	switch {
	case n == 0:
		return a, fail.Withf(fail.ErrInvalid, "the TransactWriteItem is empty; set one of Put, Update, Delete and ConditionCheck")
	case n > 1:
		return a, fail.Withf(fail.ErrInvalid, "the TransactWriteItem has %d actions; set one of Put, Update, Delete and ConditionCheck", n)
	case a.Table == "":
		return a, fail.Withf(fail.ErrInvalid, "the action names no table")
	case a.Op == commit.Put && len(a.Item) == 0:
		return a, fail.Withf(fail.ErrInvalid, "the Put has no item")
	case a.Op != commit.Put && len(a.Key) == 0:
		return a, fail.Withf(fail.ErrInvalid, "the action names no key")
	case a.Op == commit.Update && a.Change == "":
		return a, fail.Withf(fail.ErrInvalid, "the Update has no UpdateExpression; DynamoDB would create an empty item")
	case a.Op == commit.Check && a.Cond == "":
		return a, fail.Withf(fail.ErrInvalid, "the ConditionCheck has no condition")
	}
	return a, nil
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// locate finds out which item the action is on.
func (o *raw) locate(names commit.KeyNames) {
	if o.action.Key == nil {
		o.action.KeyIn = names.Of(o.action.Table)
	}
	id, ok := names.Item(&o.action)
	if !ok {
		return // DynamoDB knows
	}
	o.obj.Owner = id
	key := o.action.ItemKey()
	for i, name := range sorted.Keys(key) {
		if i < len(o.obj.KeyNames) {
			o.obj.KeyNames[i] = name
			o.obj.Key = append(o.obj.Key, key[name])
		}
	}
}

// Object returns what is written. The token names it, so that a repetition by another
// process has the same token.
func (o *raw) Object() *commit.Object { return &o.obj }

func (o *raw) Plan(context.Context) (*commit.Plan, error) {
	return &commit.Plan{Root: o.action}, nil
}

// Judge reports a refusal with the item as the service does it for one action.
func (o *raw) Judge(_ context.Context, out *commit.Outcome) (commit.Next, error) {
	if out.Kind == commit.Rejected {
		return commit.End, out.Rejection()
	}
	message := "the conditional request failed"
	refusal := &types.ConditionalCheckFailedException{Message: &message}
	if len(out.Root) > 0 {
		refusal.Item = out.Root
	}
	return commit.End, fail.Withf(fail.ErrCondition, "%w", refusal)
}

// Recall finds nothing: an item of the caller's own has no record of the write.
func (*raw) Recall(context.Context) (bool, error) { return false, nil }

// Done has nothing to tell.
func (*raw) Done(*commit.Plan) {}
