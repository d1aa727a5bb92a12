package embedded

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/engine/attr"
	"github.com/dystore/dystore/internal/engine/expr"
	"github.com/dystore/dystore/internal/engine/packed"
)

// itemWrite is one write of one item, in a PutItem, UpdateItem, DeleteItem,
// batch or transaction. It goes through three stages: parse needs only the
// request, bind needs the table, evaluate needs the item.
type itemWrite struct {
	kind      writeKind
	tableName *string
	// item is the whole item of a put, as it came, or the key of the others.
	item       attr.Item
	condition  *string
	update     *string
	names      map[string]string
	values     attr.Item
	returnItem types.ReturnValuesOnConditionCheckFailure

	// transacted is set for the actions of transactions, batched for those of
	// batches.
	transacted, batched bool

	// The results of the stages.
	parsedCondition *expr.Condition
	conditionNames  packed.Names
	parsedUpdate    *expr.Update
	packed          []byte // of a put
	size            int
	table           *table
	key             string
}

type writeKind int

const (
	putItem writeKind = iota
	updateItem
	deleteItem
	checkItem
)

// parse reads the values and expressions of the request.
func (w *itemWrite) parse() error {
	if err := w.parseExpressions(); err != nil {
		return asValidation(err)
	}
	var err error
	if w.kind != putItem {
		w.item, err = attr.ReadItem(w.item)
		return asValidation(err)
	}
	if w.packed, w.size, err = packed.Append(make([]byte, 0, usualItem), w.item); err != nil {
		return asValidation(err)
	}
	if w.size > attr.MaxItemSize {
		return validation("Item size has exceeded the maximum allowed size")
	}
	return nil
}

// usualItem is the room for an item in which most find room.
const usualItem = 256

func (w *itemWrite) parseExpressions() error {
	if w.condition == nil && w.update == nil {
		if w.names != nil {
			return validation("ExpressionAttributeNames can only be specified when using expressions")
		}
		if w.values != nil {
			return validation("ExpressionAttributeValues can only be specified when using expressions: %s", w.absent())
		}
		return nil
	}
	scope, err := expr.NewScope(w.names, w.values)
	if err != nil {
		return err
	}
	if w.update != nil {
		if w.parsedUpdate, err = scope.Update(*w.update); err != nil {
			return err
		}
	}
	if w.condition != nil {
		if w.parsedCondition, err = scope.Condition("ConditionExpression", *w.condition); err != nil {
			return err
		}
		w.conditionNames = namesIn(w.parsedCondition.Paths())
	}
	return scope.Done()
}

// absent says which expressions the request does not have.
func (w *itemWrite) absent() string {
	if w.kind == updateItem {
		return "UpdateExpression and ConditionExpression are null"
	}
	return "ConditionExpression is null"
}

// bind finds the table.
func (w *itemWrite) bind(v view) error {
	t, err := v.table(w.tableName)
	if err != nil {
		return err
	}
	w.table = t
	return nil
}

// locate checks what can be checked without the item, above all the key, and
// finds the storage key.
func (w *itemWrite) locate() error {
	if err := w.table.scalarKeys(w.parsedCondition.Paths()); err != nil {
		return err
	}
	if w.kind == putItem {
		if w.batched && !w.table.key.matches(w.item) {
			return errSchema()
		}
		if err := w.table.checkItem(w.item); err != nil {
			return err
		}
		w.key = w.table.key.encode(w.item)
		return nil
	}
	key, err := w.table.key.locate(w.item)
	if err != nil {
		return err
	}
	if w.parsedUpdate != nil {
		for _, path := range w.parsedUpdate.Paths() {
			if w.table.key.has(path[0].Name) {
				return validation("One or more parameter values were invalid: Cannot update attribute %s. This attribute is part of the key", path[0].Name)
			}
		}
		if err := w.table.scalarKeys(w.parsedUpdate.Paths()); err != nil {
			return err
		}
	}
	w.key = key
	return w.checkCost()
}

// failedCondition is the outcome of a false condition.
type failedCondition struct{ item attr.Item }

// evaluate decides what the write does to the stored item. A false condition is
// not an error.
func (w *itemWrite) evaluate() (change, *failedCondition, error) {
	before := w.table.get(w.key)
	c := change{table: w.table, key: w.key, before: before}
	if w.parsedCondition != nil && !w.parsedCondition.Holds(before.values(w.conditionNames)) {
		failed := &failedCondition{}
		if w.returnItem == types.ReturnValuesOnConditionCheckFailureAllOld {
			failed.item = before.values(nil)
		}
		return c, failed, nil
	}
	switch w.kind {
	case putItem:
		c.after = newRecord(w.key, w.size, w.packed)
	case updateItem:
		after, err := w.updated(before)
		if err != nil {
			return c, nil, err
		}
		c.after = after
	case checkItem:
		c.after = before
	}
	return c, nil, nil
}

// updated is the record after an update of the stored item, or of the bare key
// if there is none.
func (w *itemWrite) updated(before record) (record, error) {
	if before == "" && w.parsedUpdate != nil && w.parsedUpdate.OnlyClears() {
		// An update that only removes creates no item. Then its paths need not
		// be valid either.
		return "", nil
	}
	old := before.values(nil)
	item := old
	if before == "" {
		item = w.item
	}
	if w.parsedUpdate != nil {
		changed, err := w.parsedUpdate.Apply(item)
		if err != nil {
			return "", asValidation(err)
		}
		item = changed
	}
	for _, i := range w.table.indexes {
		if err := i.checkUpdated(old, item); err != nil {
			return "", err
		}
	}
	size := attr.ItemSize(item)
	if size > attr.MaxItemSize {
		return "", tooLargeUpdate()
	}
	if attr.Depth(item) > attr.MaxDepth {
		return "", validation("%s", attr.ErrDepth)
	}
	return newRecord(w.key, size, packed.Encode(item)), nil
}

// checkCost reports an update that counts more than an item may have. Outside
// transactions DynamoDB applies the limit to the item, but first, before the
// condition, to what the request writes, together with a cost for each part of
// its expression. So an item of nearly 400 KB can be put, but one update cannot
// write it.
func (w *itemWrite) checkCost() error {
	if w.transacted || w.parsedUpdate == nil || w.parsedUpdate.Cost() <= attr.MaxItemSize {
		return nil
	}
	return tooLargeUpdate()
}

func tooLargeUpdate() error {
	return validation("Item size to update has exceeded the maximum allowed size")
}
