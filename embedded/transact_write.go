package embedded

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/engine/attr"
)

// The limits of a transaction.
const (
	maxTransaction      = 100
	maxTransactionBytes = 4 << 20
	maxToken            = 36
)

// TransactWriteItems makes up to 100 writes on different items, or none of
// them. A request that repeats the token of an earlier one succeeds without
// effect.
func (db *DB) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput) (*dynamodb.TransactWriteItemsOutput, error) {
	in = orEmpty(in)
	var c constraints
	c.token(in.ClientRequestToken)
	c.consumedCapacity(in.ReturnConsumedCapacity)
	c.collectionMetrics(in.ReturnItemCollectionMetrics)
	c.length("transactItems", len(in.TransactItems), 1, maxTransaction)
	if err := firstError(ctx.Err(), db.transactional("TransactWriteItems"), c.err()); err != nil {
		return nil, err
	}
	t := transaction{}
	if err := t.parse(in); err != nil {
		return nil, err
	}
	if err := db.write(ctx, func() error { return t.run(db) }); err != nil {
		return nil, err
	}
	return &dynamodb.TransactWriteItemsOutput{
		ConsumedCapacity:      t.consumed(in.ReturnConsumedCapacity),
		ItemCollectionMetrics: t.done.collectionMetrics(in.ReturnItemCollectionMetrics),
	}, nil
}

func (c *constraints) token(token *string) {
	switch {
	case token == nil:
	case *token == "":
		c.add("Value '' at 'clientRequestToken' failed to satisfy constraint: Member must have length greater than or equal to 1")
	case len(*token) > maxToken:
		c.add("Value '%s' at 'clientRequestToken' failed to satisfy constraint: Member must have length less than or equal to %d", *token, maxToken)
	}
}

// transaction is one TransactWriteItems.
type transaction struct {
	writes      []*itemWrite
	token       string
	fingerprint [32]byte
	done        changes
	// A replay has the sizes of the writes that it repeats.
	replayed bool
	sizes    []int
}

func (t *transaction) parse(in *dynamodb.TransactWriteItemsInput) error {
	size := 0
	for n, action := range in.TransactItems {
		w, err := transactionWrite(action)
		if err != nil {
			return err
		}
		w.transacted = true
		if err := w.checkAction(n); err != nil {
			return err
		}
		if err := w.parse(); err != nil {
			return err
		}
		size += w.payload()
		t.writes = append(t.writes, w)
	}
	if size > maxTransactionBytes {
		return validation("Collection size cannot exceed 4MB: the total size of items in the transaction cannot exceed 4MB")
	}
	if in.ClientRequestToken != nil {
		t.token = *in.ClientRequestToken
		t.fingerprint = fingerprint(t.writes)
	}
	return nil
}

// transactionWrite is the one write of an action.
func transactionWrite(a types.TransactWriteItem) (*itemWrite, error) {
	var found []*itemWrite
	if p := a.Put; p != nil {
		found = append(found, &itemWrite{
			kind: putItem, tableName: p.TableName, item: p.Item, condition: p.ConditionExpression,
			names: p.ExpressionAttributeNames, values: p.ExpressionAttributeValues, returnItem: p.ReturnValuesOnConditionCheckFailure,
		})
	}
	if u := a.Update; u != nil {
		if u.UpdateExpression == nil {
			return nil, missing("transactItems.1.member.update.updateExpression")
		}
		found = append(found, &itemWrite{
			kind: updateItem, tableName: u.TableName, item: u.Key, condition: u.ConditionExpression, update: u.UpdateExpression,
			names: u.ExpressionAttributeNames, values: u.ExpressionAttributeValues, returnItem: u.ReturnValuesOnConditionCheckFailure,
		})
	}
	if d := a.Delete; d != nil {
		found = append(found, &itemWrite{
			kind: deleteItem, tableName: d.TableName, item: d.Key, condition: d.ConditionExpression,
			names: d.ExpressionAttributeNames, values: d.ExpressionAttributeValues, returnItem: d.ReturnValuesOnConditionCheckFailure,
		})
	}
	if c := a.ConditionCheck; c != nil {
		if c.ConditionExpression == nil {
			return nil, missing("transactItems.1.member.conditionCheck.conditionExpression")
		}
		found = append(found, &itemWrite{
			kind: checkItem, tableName: c.TableName, item: c.Key, condition: c.ConditionExpression,
			names: c.ExpressionAttributeNames, values: c.ExpressionAttributeValues, returnItem: c.ReturnValuesOnConditionCheckFailure,
		})
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return nil, validation("Invalid Request: TransactWriteRequest should contain Delete or Put or Update request")
	}
	return nil, validation("TransactItems can only contain one of Check, Put, Update or Delete")
}

// checkAction checks the parameters of the n-th action.
func (w *itemWrite) checkAction(n int) error {
	var c constraints
	c.table(w.tableName)
	c.onFailure(w.returnItem)
	if len(c) == 0 && w.item == nil {
		return missing(fmt.Sprintf("transactItems.%d.member.key", n+1))
	}
	return c.err()
}

// payload is what the write counts towards the 4 MB of a transaction: the size
// of the request, not of what is stored.
func (w *itemWrite) payload() int {
	return attr.ItemSize(w.item) + attr.ItemSize(w.values)
}

// run makes the transaction. The lock must be held.
func (t *transaction) run(db *DB) error {
	for _, w := range t.writes {
		if err := w.bind(db); err != nil {
			return err
		}
	}
	now := db.config.now()
	if known, ok := db.tokens.find(t.token, now); ok && t.token != "" {
		if known.fingerprint != t.fingerprint {
			return &types.IdempotentParameterMismatchException{Message: message("Error message: ClientRequestToken is already in use with different parameters")}
		}
		t.replayed, t.sizes = true, known.sizes
		return nil
	}
	if err := firstError(db.throttled(), db.transactionConflict(len(t.writes)), t.evaluate()); err != nil {
		return err
	}
	var token *tokenChange
	if t.token != "" {
		token = &tokenChange{
			token: t.token, record: tokenRecord{fingerprint: t.fingerprint, until: now.Add(tokenWindow)},
			forgotten: db.tokens.expired(now),
		}
		for _, c := range t.done {
			token.record.sizes = append(token.record.sizes, max(c.before.itemSize(), c.after.itemSize()))
		}
	}
	if err := db.commit(t.done, token); err != nil {
		return err
	}
	if token != nil {
		db.tokens.remember(*token)
	}
	return nil
}

// evaluate decides all writes: first whether their tables accept them, then
// what they do. If a table refuses one, no write is evaluated.
func (t *transaction) evaluate() error {
	outcome := newCancellation(len(t.writes))
	seen := map[itemID]bool{}
	for n, w := range t.writes {
		if err := w.locate(); err != nil {
			if err := outcome.invalid(n, err); err != nil {
				return err
			}
			continue
		}
		id := itemID{w.table, w.key}
		if seen[id] {
			return validation("Transaction request cannot include multiple operations on one item")
		}
		seen[id] = true
	}
	if err := outcome.err(); err != nil {
		return err
	}
	for n, w := range t.writes {
		c, failed, err := w.evaluate()
		t.done = append(t.done, c)
		if err != nil {
			if err := outcome.invalid(n, err); err != nil {
				return err
			}
		}
		if failed != nil {
			outcome.cancel(n, types.CancellationReason{Code: message("ConditionalCheckFailed"), Message: message("The conditional request failed"), Item: failed.item})
		}
	}
	return outcome.err()
}
