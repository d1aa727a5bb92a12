package bench

import (
	"context"
	"crypto/rand"
	"maps"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// The contender "same guarantees" is what a careful program does by hand: as
// many items and actions as dystore needs, and the same conditions. A write is a
// transaction with a token, which the SDK adds, unless its condition can hold
// only once. Names and texts of expressions are built once.

type (
	// handRecord stands in the root: which version it is, which write made it,
	// and which write made each part.
	handRecord struct {
		Version int               `dynamodbav:"v"`
		Write   []byte            `dynamodbav:"w"`
		Stamps  map[string][]byte `dynamodbav:"m,omitempty"`
	}
	// handMark stands in a part: whose it is, and which write made it.
	handMark struct {
		Owner string `dynamodbav:"o"`
		Stamp []byte `dynamodbav:"w"`
	}
	guardedPerson struct {
		Person
		Record handRecord `dynamodbav:"_hand"`
	}
)

var (
	absentID  = aws.String("attribute_not_exists(ID)")
	unchanged = aws.String("#h.v = :v AND #h.w = :w")
	handName  = map[string]string{"#h": "_hand"}
)

// newStamp makes 16 random bytes, as dystore does.
func newStamp() []byte {
	s := make([]byte, 16)
	_, _ = rand.Read(s) // never fails
	return s
}

// next is the record of the next write, in which the named parts are new.
func (r handRecord) next(parts ...string) handRecord {
	n := handRecord{r.Version + 1, newStamp(), maps.Clone(r.Stamps)}
	for _, p := range parts {
		if n.Stamps == nil {
			n.Stamps = make(map[string][]byte, len(parts))
		}
		n.Stamps[p] = newStamp()
	}
	return n
}

// values are those of the condition that the object is still as r says.
func (r handRecord) values() item {
	return item{":v": numberValue(r.Version), ":w": &types.AttributeValueMemberB{Value: r.Write}}
}

// action puts a value whole. It fails with the item that was in the way.
func action(table *string, v any, cond *string, names map[string]string, values item) (types.TransactWriteItem, error) {
	it, err := attributevalue.MarshalMap(v)
	return types.TransactWriteItem{Put: &types.Put{
		TableName: table, Item: it, ConditionExpression: cond, ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}, err
}

func guardedCreate(_ context.Context, c *dynamodb.Client, table string) (Op, error) {
	return func(ctx context.Context) error { _, err := createGuarded(ctx, c, table); return err }, nil
}

func createGuarded(ctx context.Context, c *dynamodb.Client, table string) (*guardedPerson, error) {
	p := &guardedPerson{Person: NewPerson(), Record: handRecord{}.next()}
	p.ID = newID()
	put, err := action(&table, p, absentID, nil, nil)
	if err != nil {
		return nil, err
	}
	_, err = c.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{put}})
	return p, err
}

// guardedRewrite puts over the version that it has written last. That needs no
// token, because a version and a write are there once.
func guardedRewrite(ctx context.Context, c *dynamodb.Client, table string) (put, get Op, err error) {
	p, err := createGuarded(ctx, c, table)
	put = func(ctx context.Context) error {
		p.Visits ^= 1
		old := p.Record
		p.Record = old.next()
		it, err := attributevalue.MarshalMap(p)
		if err != nil {
			return err
		}
		_, err = c.PutItem(ctx, &dynamodb.PutItemInput{
			TableName: &table, Item: it, ConditionExpression: unchanged, ExpressionAttributeNames: handName, ExpressionAttributeValues: old.values(),
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		})
		return err
	}
	return put, func(ctx context.Context) error {
		it, err := sdkGet(ctx, c, table, p.ID)
		if err != nil {
			return err
		}
		return attributevalue.UnmarshalMap(it, new(guardedPerson))
	}, err
}

var (
	setCity      = aws.String("SET #l.city = :c, #h.v = #h.v + :one, #h.w = :w")
	presentHand  = aws.String("attribute_exists(#h.v)")
	setCityNames = map[string]string{"#l": "location", "#h": "_hand"}
	oneMore      = numberValue(1)
)

func guardedUpdate(ctx context.Context, c *dynamodb.Client, table string) (Op, error) {
	p, err := createGuarded(ctx, c, table)
	n := 0
	return func(ctx context.Context) error {
		n++
		_, err := c.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{{Update: &types.Update{
			TableName: &table, Key: stringKey("ID", p.ID), UpdateExpression: setCity, ConditionExpression: presentHand, ExpressionAttributeNames: setCityNames,
			ExpressionAttributeValues: item{":c": &types.AttributeValueMemberS{Value: cities[n%2]}, ":one": oneMore,
				":w": &types.AttributeValueMemberB{Value: newStamp()}},
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		}}}})
		return err
	}, err
}
