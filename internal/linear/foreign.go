package linear

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/linear/aggregate"
)

// Another program writes the item of the object without any library. It never
// writes items that have a record.

var foreignVerbs = []verb{foreignPut, foreignPut, foreignSet, foreignSet, foreignDelete}

// another is who writes without the library.
const another = "another program"

// foreignWrite lets the other program write once.
func (s *schedule) foreignWrite(v verb) {
	s.foreign--
	s.ops++
	n := s.rng.IntN(s.objects)
	o := &op{id: s.ops, verb: v, object: n, by: another, value: &aggregate.Content{N: 1, Serial: fmt.Sprint("f", s.ops), Alien: fmt.Sprint("alien", s.ops), Rank: rank(n)}}
	if s.plan.without[turn{0, s.foreign}] {
		return
	}
	s.began[turn{0, s.foreign}] = true
	r := &result{kind: done}
	if err := s.write(o); err != nil {
		var failed *types.ConditionalCheckFailedException
		if !errors.As(err, &failed) {
			panic(err)
		}
		if r.kind = condition; s.standing()[n].void {
			r.kind = nothing // it would do that to an object as well
		}
	}
	s.records = append(s.records, &record{op: o, result: r, from: s.step*2 - 1, to: s.step * 2})
	s.log(nil, "%v → %v", o, r)
}

// write is the request of the other program.
func (s *schedule) write(o *op) error {
	ctx, table := context.Background(), s.world.estate.tables[o.object]
	key := s.world.estate.key(o.object)
	names, bare := map[string]string{"#m": "_meta"}, "attribute_not_exists(#m)"
	here := bare + " AND attribute_exists(ID)"
	switch o.verb {
	case foreignPut:
		item := map[string]types.AttributeValue{"ID": key["ID"], "N": number(1), "Serial": text(o.value.Serial), "Alien": text(o.value.Alien),
			"Kind": text(aggregate.KindOfAll), "Rank": number(o.value.Rank)}
		_, err := s.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &table, Item: item, ConditionExpression: &bare, ExpressionAttributeNames: names})
		return err
	case foreignSet:
		change := "SET Serial = :s ADD N :one"
		_, err := s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{TableName: &table, Key: key, UpdateExpression: &change, ConditionExpression: &here, ExpressionAttributeNames: names,
			ExpressionAttributeValues: map[string]types.AttributeValue{":s": text(o.value.Serial), ":one": number(1)}})
		return err
	}
	_, err := s.db.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &table, Key: key, ConditionExpression: &here, ExpressionAttributeNames: names})
	return err
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
func number(n int) types.AttributeValue  { return &types.AttributeValueMemberN{Value: fmt.Sprint(n)} }
