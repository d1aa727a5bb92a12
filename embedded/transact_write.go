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
	if t.token != "" {
		defer db.tokens.claim(t.token)()
	}
	err := db.write(ctx, t.tables(), func(v view) (changes, *tokenChange, error) { return t.decide(db, v) })
	if err != nil {
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
	trouble     draw
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
	if w.kind == putItem {
		return w.size + attr.ItemSize(w.values)
	}
	return attr.ItemSize(w.item) + attr.ItemSize(w.values)
}

// tables are the names of the tables of all writes.
func (t *transaction) tables() []*string {
	names := make([]*string, len(t.writes))
	for n, w := range t.writes {
		names[n] = w.tableName
	}
	return names
}

// decide is what the transaction does, and the token that it leaves.
func (t *transaction) decide(db *DB, v view) (changes, *tokenChange, error) {
	t.done = nil
	for _, w := range t.writes {
		if err := w.bind(v); err != nil {
			return nil, nil, err
		}
	}
	now := db.config.now()
	if known, ok := db.tokens.find(t.token, now); ok && t.token != "" {
		if known.fingerprint != t.fingerprint {
			return nil, nil, &types.IdempotentParameterMismatchException{Message: message("Error message: ClientRequestToken is already in use with different parameters")}
		}
		t.replayed, t.sizes = true, known.sizes
		return nil, nil, nil
	}
	trouble := func() error { return firstError(db.throttled(), db.transactionConflict(len(t.writes))) }
	if err := t.trouble.once(trouble); err != nil {
		return nil, nil, err
	}
	if err := t.evaluate(); err != nil {
		return nil, nil, err
	}
	if t.token == "" {
		return t.done, nil, nil
	}
	token := &tokenChange{token: t.token, record: tokenRecord{fingerprint: t.fingerprint, until: now.Add(tokenWindow)}}
	for _, c := range t.done {
		token.record.sizes = append(token.record.sizes, max(c.before.size(), c.after.size()))
	}
	return t.done, token, nil
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
