package embedded

import (
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/anishathalye/porcupine"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// itemOp is an operation on one item.
type itemOp struct {
	verb, pk string
	old, v   int // expected and new value, of verbs with conditions and values
}

// itemModel is one item: its value, or absent. Every write returns the value
// before it, so hardly any order but the true one explains a history.
var itemModel = porcupine.Model{
	Init: func() any { return absent },
	Partition: func(ops []porcupine.Operation) [][]porcupine.Operation {
		byItem := map[string][]porcupine.Operation{}
		for _, op := range ops {
			pk := op.Input.(itemOp).pk
			byItem[pk] = append(byItem[pk], op)
		}
		var parts [][]porcupine.Operation
		for _, part := range byItem {
			parts = append(parts, part)
		}
		return parts
	},
	Step: func(state, input, output any) (bool, any) {
		is, op, out := state.(int), input.(itemOp), output.(outcome)
		if out.conflict {
			return op.verb != "get", is
		}
		holds := true // the condition
		switch op.verb {
		case "create":
			holds = is == absent
		case "swap", "remove if":
			holds = is == op.old
		}
		if out.failed[0] == holds || out.value[0] != is {
			return false, is
		}
		switch {
		case !holds || op.verb == "get":
			return true, is
		case op.verb == "remove" || op.verb == "remove if":
			return true, absent
		default:
			return true, op.v
		}
	},
}

func TestItemsAreLinearizable(t *testing.T) {
	step := func(t *testing.T) func(*history, api, int, *rand.Rand) {
		return func(h *history, a api, client int, r *rand.Rand) {
			verbs := []string{"put", "create", "get", "get", "swap", "swap", "swap", "remove", "remove if"}
			op := itemOp{verb: verbs[r.IntN(len(verbs))], pk: []string{"x", "y"}[r.IntN(2)], old: r.IntN(3), v: r.IntN(3)}
			h.observe(client, op, func() outcome { return op.do(t, a) })
		}
	}
	t.Run("a good day", func(t *testing.T) {
		linearizable(t, itemModel, observed(t, New(), step(t)), false)
	})
	t.Run("a bad day", func(t *testing.T) {
		linearizable(t, itemModel, observed(t, New(WithStrictness(7)), step(t)), true)
	})
}

func (op itemOp) do(t *testing.T, a api) (out outcome) {
	table, key := aws.String("plain"), item{"pk": str(op.pk)}
	expected := item{":old": valued(op.pk, op.old)["v"]}
	const onFailure = types.ReturnValuesOnConditionCheckFailureAllOld
	var seen item
	var err error
	switch op.verb {
	case "put", "create":
		in := &dynamodb.PutItemInput{TableName: table, Item: valued(op.pk, op.v), ReturnValues: types.ReturnValueAllOld, ReturnValuesOnConditionCheckFailure: onFailure}
		if op.verb == "create" {
			in.ConditionExpression = aws.String("attribute_not_exists(pk)")
		}
		var put *dynamodb.PutItemOutput
		if put, err = a.PutItem(background(), in); err == nil {
			seen = put.Attributes
		}
	case "get":
		var got *dynamodb.GetItemOutput
		if got, err = a.GetItem(background(), &dynamodb.GetItemInput{TableName: table, Key: key, ConsistentRead: aws.Bool(true)}); err == nil {
			seen = got.Item
		}
	case "swap":
		expected[":new"] = valued(op.pk, op.v)["v"]
		var updated *dynamodb.UpdateItemOutput
		if updated, err = a.UpdateItem(background(), &dynamodb.UpdateItemInput{
			TableName: table, Key: key, UpdateExpression: aws.String("SET v = :new"), ConditionExpression: aws.String("v = :old"), ExpressionAttributeValues: expected,
			ReturnValues: types.ReturnValueAllOld, ReturnValuesOnConditionCheckFailure: onFailure,
		}); err == nil {
			seen = updated.Attributes
		}
	default:
		in := &dynamodb.DeleteItemInput{TableName: table, Key: key, ReturnValues: types.ReturnValueAllOld, ReturnValuesOnConditionCheckFailure: onFailure}
		if op.verb == "remove if" {
			in.ConditionExpression, in.ExpressionAttributeValues = aws.String("v = :old"), expected
		}
		var deleted *dynamodb.DeleteItemOutput
		if deleted, err = a.DeleteItem(background(), in); err == nil {
			seen = deleted.Attributes
		}
	}
	var failed *types.ConditionalCheckFailedException
	switch {
	case conflicted(err):
		return outcome{conflict: true}
	case errors.As(err, &failed):
		out.failed[0], seen = true, failed.Item
	case err != nil:
		t.Errorf("%+v: %v", op, err)
	}
	out.value[0] = valueOf(seen)
	return out
}

// TestItemModelRefuses: a model that takes any history proves nothing.
func TestItemModelRefuses(t *testing.T) {
	put := func(old, v int, call, end int64) porcupine.Operation {
		return porcupine.Operation{Input: itemOp{verb: "put", pk: "x", v: v}, Output: outcome{value: [3]int{old}}, Call: call, Return: end}
	}
	got := func(v int, call, end int64) porcupine.Operation {
		return porcupine.Operation{Input: itemOp{verb: "get", pk: "x"}, Output: outcome{value: [3]int{v}}, Call: call, Return: end}
	}
	swapped := func(old, v int, call, end int64) porcupine.Operation {
		return porcupine.Operation{Input: itemOp{verb: "swap", pk: "x", old: old, v: v}, Output: outcome{value: [3]int{old}}, Call: call, Return: end}
	}
	for name, c := range map[string]struct {
		ops  []porcupine.Operation
		want bool
	}{
		"a read during the write, of the old value": {[]porcupine.Operation{put(absent, 1, 1, 4), got(absent, 2, 3)}, true},
		"a stale read":           {[]porcupine.Operation{put(absent, 1, 1, 2), got(absent, 3, 4)}, false},
		"a lost update":          {[]porcupine.Operation{put(absent, 1, 1, 2), swapped(1, 2, 3, 6), swapped(1, 2, 4, 5)}, false},
		"reads that go backward": {[]porcupine.Operation{put(absent, 1, 1, 8), got(1, 2, 3), got(absent, 4, 5)}, false},
	} {
		if got := porcupine.CheckOperations(itemModel, c.ops); got != c.want {
			t.Errorf("%s: linearizable %t, want %t", name, got, c.want)
		}
	}
}
