package repo

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/dystore/dystore/internal/commit"
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
	})
	if err != nil {
		return nil, readError(err)
	}
	return out.Item, nil
}

func (c *core) fetchBatch(ctx context.Context, gets []get, out []attrs, strong bool, proj projections) error {
	request := map[string]types.KeysAndAttributes{}
	index := map[string]map[string]int{}
	for i, g := range gets {
		ka, ok := request[g.table]
		if !ok {
			ka.ConsistentRead = &strong
			ka.ProjectionExpression, ka.ExpressionAttributeNames = proj[g.table].expression()
			index[g.table] = map[string]int{}
		}
		ka.Keys = append(ka.Keys, g.key)
		request[g.table] = ka
		index[g.table][keyText(g.key, g.key)] = i
	}
	for attempt := 1; len(request) > 0; attempt++ {
		reply, err := c.client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: request})
		if err != nil {
			return readError(err)
		}
		for table, items := range reply.Responses {
			for _, item := range items {
				// Answers come in any order; the key says whose it is.
				if i, ok := index[table][keyText(item, gets[0].keyOf(gets, table))]; ok {
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
			return failf(ErrThrottled, "DynamoDB left %d keys unprocessed", countKeys(request))
		}
		if err := sleep(ctx, attempt); err != nil {
			return err
		}
	}
	return nil
}

const unprocessedAttempts = 10

// sleep backs off with full jitter; the error is the context's.
func sleep(ctx context.Context, attempt int) error {
	d := min(2*time.Second, 10*time.Millisecond<<min(attempt, 10))
	timer := time.NewTimer(rand.N(d) + time.Millisecond)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// keyOf returns the key of any get on table: all have the same attributes.
func (get) keyOf(gets []get, table string) attrs {
	for _, g := range gets {
		if g.table == table {
			return g.key
		}
	}
	return nil
}

// keyText identifies an item among those of one table by the attributes that
// like has.
func keyText(item, like attrs) string {
	names := sortedKeys(like)
	k := storedKey{parts: make([]types.AttributeValue, len(names))}
	for i, n := range names {
		k.parts[i] = item[n]
	}
	return k.text()
}

func countKeys(request map[string]types.KeysAndAttributes) (n int) {
	for _, ka := range request {
		n += len(ka.Keys)
	}
	return n
}

// readError gives a failed read its kind.
func readError(err error) error {
	var api smithy.APIError
	switch {
	case !errors.As(err, &api):
	case commit.Throttle(api.ErrorCode()):
		return failf(ErrThrottled, "%w", err)
	}
	return rejection(err) // as for the key of another table
}
