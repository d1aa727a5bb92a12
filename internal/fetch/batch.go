package fetch

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/answer"
	"github.com/dystore/dystore/internal/backoff"
	"github.com/dystore/dystore/internal/direct"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/parallel"
	"github.com/dystore/dystore/internal/traced"
	"github.com/dystore/dystore/internal/wire"
	"github.com/dystore/dystore/trace"
)

// BatchKeys is DynamoDB's limit per BatchGetItem.
const BatchKeys = 100

// unprocessedAttempts is how often in a row DynamoDB may hand back all keys.
const unprocessedAttempts = 10

// batches reads as many items as there are.
func (r Reader) batches(ctx context.Context, items []Item, out []*wire.Item, strong bool, proj Projections) error {
	return parallel.Each(ctx, (len(items)+BatchKeys-1)/BatchKeys, func(ctx context.Context, n int) error {
		first := n * BatchKeys
		last := min(first+BatchKeys, len(items))
		return r.batch(ctx, items[first:last], out[first:last], strong, proj)
	})
}

func (r Reader) batch(ctx context.Context, items []Item, out []*wire.Item, strong bool, proj Projections) error {
	request := map[string]types.KeysAndAttributes{}
	names := map[string]keyNames{}
	waiting := make(map[itemID]int, len(items)) // which of items an answer is for
	for i, it := range items {
		ka, ok := request[it.Table]
		if !ok {
			ka.ConsistentRead = &strong
			ka.ProjectionExpression, ka.ExpressionAttributeNames = parameters(proj[it.Table])
			names[it.Table] = namesOf(it.Key)
		}
		ka.Keys = append(ka.Keys, it.Key)
		request[it.Table] = ka
		waiting[names[it.Table].id(it.Table, func(name string) types.AttributeValue { return it.Key[name] })] = i
	}
	var keys wire.Keys
	within := ctx
	for attempt, sent := 1, 1; len(request) > 0; attempt++ {
		reply, err := r.Client.BatchGetItem(within, &dynamodb.BatchGetItemInput{RequestItems: request}, r.options()...)
		if err != nil {
			return fail.InTheWay(fail.ErrThrottled, attempt-1, answer.Error(err))
		}
		for table, answers := range reply.Responses {
			for _, it := range direct.Items(answers) {
				// Answers come in any order; the key says which item it is.
				if i, ok := waiting[names[table].id(table, func(name string) types.AttributeValue { return it.Key(name, nil, &keys) })]; ok {
					out[i] = it
				}
			}
		}
		before := countKeys(request)
		request = reply.UnprocessedKeys
		if len(request) > 0 {
			sent++
			within = traced.Again(ctx, sent, trace.Unprocessed)
		}
		if countKeys(request) < before {
			attempt = 0 // as long as some keys are answered, go on at once
			continue
		}
		if attempt == unprocessedAttempts {
			return fail.Withf(fail.ErrThrottled, "DynamoDB left %d keys unprocessed", countKeys(request))
		}
		if err := backoff.Read.Wait(ctx, attempt); err != nil {
			return fail.InTheWay(fail.ErrThrottled, attempt, err)
		}
	}
	return nil
}

// keyNames are the key attributes of a table, the second "" if there is one.
type keyNames [2]string

func namesOf(key attrs) (n keyNames) {
	i := 0
	for name := range key {
		n[i] = name
		i++
	}
	return n
}

// itemID tells items apart: table, and type and text of the values of its key
// attributes.
type itemID struct {
	table string
	key   [2]struct {
		kind byte
		text string
	}
}

func (n keyNames) id(table string, attr func(name string) types.AttributeValue) itemID {
	id := itemID{table: table}
	for i, name := range n {
		if name == "" {
			break
		}
		switch v := attr(name).(type) {
		case *types.AttributeValueMemberS:
			id.key[i].kind, id.key[i].text = 'S', v.Value
		case *types.AttributeValueMemberN:
			id.key[i].kind, id.key[i].text = 'N', v.Value
		case *types.AttributeValueMemberB:
			id.key[i].kind, id.key[i].text = 'B', string(v.Value)
		}
	}
	return id
}

func countKeys(request map[string]types.KeysAndAttributes) (n int) {
	for _, ka := range request {
		n += len(ka.Keys)
	}
	return n
}
