package repo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/fail"
)

// attrs is an item, or the key of one.
type attrs = map[string]types.AttributeValue

// get is one item to read.
type get struct {
	table string
	key   attrs
}

// projections limits what is read, by table; a table that is not in it is read
// whole. DynamoDB takes one projection per table of a batch.
type projections map[string]*projection

type projection struct {
	expr  string
	names map[string]string
}

func (p *projection) expression() (*string, map[string]string) {
	if p == nil {
		return nil, nil
	}
	return aws.String(p.expr), p.names
}

const batchGetKeys = 100 // DynamoDB's limit per request

// fetch reads items; the result is parallel to gets, nil where there is none.
// It is complete or an error: keys that DynamoDB hands back are asked again.
func (c *core) fetch(ctx context.Context, gets []get, strong bool, proj projections) ([]attrs, error) {
	if len(gets) == 1 {
		item, err := c.fetchOne(ctx, gets[0], strong, proj[gets[0].table])
		return []attrs{item}, err
	}
	out := make([]attrs, len(gets))
	for first := 0; first < len(gets); first += batchGetKeys {
		last := min(first+batchGetKeys, len(gets))
		if err := c.fetchBatch(ctx, gets[first:last], out[first:last], strong, proj); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (c *core) fetchOne(ctx context.Context, g get, strong bool, p *projection) (attrs, error) {
	expr, names := p.expression()
	out, err := c.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &g.table, Key: g.key, ConsistentRead: &strong,
		ProjectionExpression: expr, ExpressionAttributeNames: names,
	}, observed...)
	if err != nil {
		return nil, readError(err)
	}
	return out.Item, nil
}

func (c *core) fetchBatch(ctx context.Context, gets []get, out []attrs, strong bool, proj projections) error {
	request := map[string]types.KeysAndAttributes{}
	names := map[string]keyNames{}
	waiting := make(map[itemID]int, len(gets)) // which get an item answers
	for i, g := range gets {
		ka, ok := request[g.table]
		if !ok {
			ka.ConsistentRead = &strong
			ka.ProjectionExpression, ka.ExpressionAttributeNames = proj[g.table].expression()
			names[g.table] = namesOf(g.key)
		}
		ka.Keys = append(ka.Keys, g.key)
		request[g.table] = ka
		waiting[names[g.table].id(g.table, g.key)] = i
	}
	for attempt := 1; len(request) > 0; attempt++ {
		reply, err := c.client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: request}, observed...)
		if err != nil {
			return inTheWay(ErrThrottled, attempt-1, readError(err))
		}
		for table, items := range reply.Responses {
			for _, item := range items {
				// Answers come in any order; the key says whose it is.
				if i, ok := waiting[names[table].id(table, item)]; ok {
					out[i] = item
				}
			}
		}
		before := countKeys(request)
		request = reply.UnprocessedKeys
		if countKeys(request) < before {
			attempt = 0 // as long as some keys are answered, go on at once
			continue
		}
		if attempt == unprocessedAttempts {
			return fail.Withf(ErrThrottled, "DynamoDB left %d keys unprocessed", countKeys(request))
		}
		if err := sleep(ctx, attempt); err != nil {
			return inTheWay(ErrThrottled, attempt, err)
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

func (n keyNames) id(table string, item attrs) itemID {
	id := itemID{table: table}
	for i, name := range n {
		switch v := item[name].(type) {
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

const unprocessedAttempts = 10

func countKeys(request map[string]types.KeysAndAttributes) (n int) {
	for _, ka := range request {
		n += len(ka.Keys)
	}
	return n
}
