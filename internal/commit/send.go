package commit

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/engine/evaluate"
	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/traced"
	"github.com/dystore/dystore/trace"
)

// send makes attempts until the outcome of w is known. begin is when the first
// request under its token was sent.
func (w *Write) send(ctx context.Context, c Client, p Policy, begin time.Time) verdict {
	if err := ctx.Err(); err != nil {
		return verdict{Reply: Reply{Kind: Stopped, Err: err}}
	}
	ambiguous := false // an attempt before may have been applied
	request := ctx
	for attempt := 1; ; attempt++ {
		v := w.once(request, c)
		v.Ambiguous = v.Ambiguous || ambiguous
		if v.moved && !v.Ambiguous {
			v.Kind, v.retry = Contended, true
		}
		if !v.retry || v.unknown && w.Once() {
			v.settle(w)
			return v
		}
		ambiguous = v.Ambiguous || v.unknown
		if attempt == p.Attempts || time.Since(begin) >= p.Within || p.Pauses().WaitAtLeast(ctx, attempt-1, v.pause) != nil {
			v.Ambiguous = ambiguous
			v.exhaust(ctx)
			return v
		}
		request = traced.Again(ctx, attempt+1, v.why())
	}
}

// why is why another attempt follows.
func (v *verdict) why() trace.Reason {
	switch v.Kind {
	case Throttled:
		return trace.Throttled
	case Contended:
		return trace.Contended
	case Stopped:
		return trace.NotSent
	}
	return trace.NoAnswer
}

// settle makes the last verdict that of the whole plan.
func (v *verdict) settle(w *Write) {
	// A request that is rejected now says nothing about the earlier ones. Under
	// a token the Operation can find out.
	if v.unknown || v.Ambiguous && (v.Kind == Stopped || v.Kind == Rejected && w.token == "") {
		v.Kind = Unknown
	}
}

// exhaust makes the last verdict that of the plan, when no further attempt
// follows.
func (v *verdict) exhaust(ctx context.Context) {
	if v.Ambiguous {
		v.Kind = Unknown
	}
	if err := ctx.Err(); err != nil {
		v.Err = errors.Join(err, v.Err)
	}
}

// maxRetryAfter is how much longer than its own pauses a write waits where the
// engine asks for it; the SDK's retryer has the same bound.
const maxRetryAfter = 5 * time.Second

// once makes one attempt.
func (w *Write) once(ctx context.Context, c Client) verdict {
	var a attempt
	err := w.request(ctx, c, a.options)
	v := a.classify(ctx, err, w)
	if v.Kind == Refused && (!a.watched || w.looks) {
		v.reread(ctx, c, w)
		v.moved = a.watched && v.Reread && w.would(v.Items)
	}
	return v
}

// would reports whether all conditions hold on items. Then others have changed them since
// the refusal, which the items do not explain.
func (w *Write) would(items []map[string]types.AttributeValue) bool {
	for i, a := range w.Actions {
		if holds, err := evaluate.Holds(items[i], a.Cond, a.Names, a.Values); err != nil || !holds {
			return false
		}
	}
	return true
}

// reread reads the items of a refusal that were not returned. Some clients
// return none, which with others means that nothing is stored. Where the first
// action was refused, the others say nothing.
func (v *verdict) reread(ctx context.Context, c Client, w *Write) {
	ctx = traced.Because(ctx, trace.Settled)
	for i, item := range v.Items {
		if item == nil || len(item) > 0 {
			continue
		}
		if root := w.root(i); i > root && v.Items[root] != nil {
			continue
		}
		if len(w.Actions[i].ItemKey()) == 0 {
			continue // a Put of the caller's own
		}
		item, err := w.Actions[i].stored(ctx, c)
		if err != nil {
			v.Kind, v.Err, v.Items = Unknown, err, nil // not all of its requests are known to be refused
			return
		}
		v.Items[i], v.Reread = item, true
	}
}

const allOld = types.ReturnValuesOnConditionCheckFailureAllOld

// request makes one call.
func (w *Write) request(ctx context.Context, c Client, options func(*dynamodb.Options)) error {
	if w.token == "" {
		switch a := &w.Actions[0]; a.Op {
		case Put:
			_, err := c.PutItem(ctx, &dynamodb.PutItemInput{
				TableName: &a.Table, Item: a.Item, ConditionExpression: text(&a.Cond),
				ExpressionAttributeNames: a.Names, ExpressionAttributeValues: a.Values,
				ReturnValuesOnConditionCheckFailure: allOld,
			}, options)
			return err
		case Update:
			in := &dynamodb.UpdateItemInput{
				TableName: &a.Table, Key: a.Key, UpdateExpression: text(&a.Change), ConditionExpression: text(&a.Cond),
				ExpressionAttributeNames: a.Names, ExpressionAttributeValues: a.Values,
				ReturnValuesOnConditionCheckFailure: allOld,
			}
			if w.returns {
				in.ReturnValues = types.ReturnValueAllNew
			}
			out, err := c.UpdateItem(ctx, in, options)
			if err == nil && w.returns && out != nil {
				w.left = out.Attributes
			}
			return err
		case Delete:
			return a.remove(ctx, c, options)
		}
	}
	token := w.token // it stays that of this request, which may be late
	_, err := c.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{
		TransactItems: w.transact(), ClientRequestToken: text(&token),
	}, options)
	return err
}

// remover is a Client that can delete one item without a transaction.
type remover interface {
	DeleteItem(context.Context, *dynamodb.DeleteItemInput, ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error)
}

// remove deletes the item of an action, in a request of its own if the client has one.
func (a *Action) remove(ctx context.Context, c Client, options func(*dynamodb.Options)) error {
	alone, ok := c.(remover)
	if !ok {
		_, err := c.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{a.transact()}}, options)
		return err
	}
	_, err := alone.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName: &a.Table, Key: a.Key, ConditionExpression: text(&a.Cond),
		ExpressionAttributeNames: a.Names, ExpressionAttributeValues: a.Values,
		ReturnValuesOnConditionCheckFailure: allOld,
	}, options)
	return err
}

// transact is the actions as one transaction. Most are Puts, which are made together.
func (w *Write) transact() []types.TransactWriteItem {
	n := 0
	for i := range w.Actions {
		if w.Actions[i].Op == Put {
			n++
		}
	}
	items, puts := make([]types.TransactWriteItem, len(w.Actions)), make([]types.Put, n)
	for i := range w.Actions {
		a := &w.Actions[i]
		if a.Op != Put {
			items[i] = a.transact()
			continue
		}
		puts[0] = a.put()
		items[i].Put, puts = &puts[0], puts[1:]
	}
	return items
}

func (a *Action) put() types.Put {
	return types.Put{
		TableName: &a.Table, Item: a.Item, ConditionExpression: text(&a.Cond),
		ExpressionAttributeNames: a.Names, ExpressionAttributeValues: a.Values,
		ReturnValuesOnConditionCheckFailure: allOld,
	}
}

// transact is an action other than a Put.
func (a *Action) transact() types.TransactWriteItem {
	switch a.Op {
	case Update:
		return types.TransactWriteItem{Update: &types.Update{
			TableName: &a.Table, Key: a.Key, UpdateExpression: text(&a.Change), ConditionExpression: text(&a.Cond),
			ExpressionAttributeNames: a.Names, ExpressionAttributeValues: a.Values,
			ReturnValuesOnConditionCheckFailure: allOld,
		}}
	case Delete:
		return types.TransactWriteItem{Delete: &types.Delete{
			TableName: &a.Table, Key: a.Key, ConditionExpression: text(&a.Cond),
			ExpressionAttributeNames: a.Names, ExpressionAttributeValues: a.Values,
			ReturnValuesOnConditionCheckFailure: allOld,
		}}
	default:
		return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
			TableName: &a.Table, Key: a.Key, ConditionExpression: text(&a.Cond),
			ExpressionAttributeNames: a.Names, ExpressionAttributeValues: a.Values,
			ReturnValuesOnConditionCheckFailure: allOld,
		}}
	}
}

// stored reads the item of an action.
func (a *Action) stored(ctx context.Context, c Client) (map[string]types.AttributeValue, error) {
	it, err := fetch.Reader{Client: c}.Get(ctx, fetch.Item{Table: a.Table, Key: a.ItemKey()}, true, nil)
	return Found(it), err
}

// text is nil for an empty expression, which DynamoDB would refuse.
func text(s *string) *string {
	if *s == "" {
		return nil
	}
	return s
}
