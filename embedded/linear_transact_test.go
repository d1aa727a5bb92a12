package embedded

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/anishathalye/porcupine"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// registerKeys are the items that together are one register.
var registerKeys = [3]string{"x", "y", "z"}

// registerOp is one request about the register: an action for each item, or the
// zero action for an item without one.
type registerOp struct {
	verb    string // read, read one, write one, transact
	actions [3]itemOp
}

// registerModel is all three items at one moment.
var registerModel = porcupine.Model{
	Init: func() any { return [3]int{absent, absent, absent} },
	Step: func(state, input, output any) (bool, any) {
		is, op, out := state.([3]int), input.(registerOp), output.(outcome)
		if out.conflict {
			return true, is
		}
		next, cancelled := is, false
		for i, action := range op.actions {
			holds := true
			switch action.verb {
			case "swap", "check", "remove if":
				holds = is[i] == action.old
			}
			if out.failed[i] == holds {
				return false, is
			}
			// A read returns the value, and so does a failed condition.
			if (action.verb == "get" || !holds) && out.value[i] != is[i] {
				return false, is
			}
			cancelled = cancelled || !holds
			switch action.verb {
			case "put", "swap":
				next[i] = action.v
			case "remove if":
				next[i] = absent
			}
		}
		if cancelled {
			next = is
		}
		return true, next
	},
}

func TestTransactionsAreLinearizable(t *testing.T) {
	step := func(t *testing.T) func(*history, api, int, *rand.Rand) {
		return func(h *history, a api, client int, r *rand.Rand) {
			op := drawRegisterOp(r)
			token := ""
			if op.verb == "transact" && r.IntN(2) == 0 {
				token = fmt.Sprintf("%d-%08x", client, r.Uint32())
			}
			h.observe(client, op, func() outcome {
				out := op.do(t, a, token)
				if token != "" && !out.conflict && out.failed == [3]bool{} {
					// Again, as after a lost reply: there is no second effect.
					// On a bad day a conflict may refuse the repetition.
					if again := op.do(t, a, token); !again.conflict && again != out {
						t.Errorf("the repeated transaction: %+v, want %+v", again, out)
					}
				}
				return out
			})
		}
	}
	t.Run("a good day", func(t *testing.T) {
		linearizable(t, registerModel, observed(t, New(), step(t)), false)
	})
	t.Run("a bad day", func(t *testing.T) {
		linearizable(t, registerModel, observed(t, New(WithStrictness(7)), step(t)), true)
	})
}

func drawRegisterOp(r *rand.Rand) registerOp {
	var op registerOp
	op.verb = []string{"read", "read", "read one", "write one", "transact", "transact", "transact"}[r.IntN(7)]
	i := r.IntN(3)
	switch op.verb {
	case "read":
		for i := range op.actions {
			op.actions[i].verb = "get"
		}
	case "read one":
		op.actions[i].verb = "get"
	case "write one":
		op.actions[i] = itemOp{verb: "put", v: r.IntN(2)}
	case "transact":
		verbs := []string{"put", "put", "swap", "check", "remove if", ""}
		for i := range op.actions {
			op.actions[i] = itemOp{verb: verbs[r.IntN(len(verbs))], old: r.IntN(2), v: r.IntN(2)}
		}
		op.actions[i] = itemOp{verb: "put", v: r.IntN(2)} // one at least
	}
	return op
}

func (op registerOp) do(t *testing.T, a api, token string) (out outcome) {
	table := aws.String("plain")
	var err error
	var positions []int // of the items, by action
	for i, action := range op.actions {
		if action.verb != "" {
			positions = append(positions, i)
		}
	}
	key := func(i int) item { return item{"pk": str(registerKeys[i])} }
	switch op.verb {
	case "read":
		in := &dynamodb.TransactGetItemsInput{}
		for i := range registerKeys {
			in.TransactItems = append(in.TransactItems, types.TransactGetItem{Get: &types.Get{TableName: table, Key: key(i)}})
		}
		var got *dynamodb.TransactGetItemsOutput
		if got, err = a.TransactGetItems(background(), in); err == nil {
			for i, r := range got.Responses {
				out.value[i] = valueOf(r.Item)
			}
		}
	case "read one":
		var got *dynamodb.GetItemOutput
		if got, err = a.GetItem(background(), &dynamodb.GetItemInput{TableName: table, Key: key(positions[0]), ConsistentRead: aws.Bool(true)}); err == nil {
			out.value[positions[0]] = valueOf(got.Item)
		}
	case "write one":
		_, err = a.PutItem(background(), &dynamodb.PutItemInput{TableName: table, Item: valued(registerKeys[positions[0]], op.actions[positions[0]].v)})
	case "transact":
		in := &dynamodb.TransactWriteItemsInput{}
		if token != "" {
			in.ClientRequestToken = aws.String(token)
		}
		for _, i := range positions {
			in.TransactItems = append(in.TransactItems, op.actions[i].transactional(registerKeys[i]))
		}
		_, err = a.TransactWriteItems(background(), in)
	}
	var cancelled *types.TransactionCanceledException
	switch {
	case conflicted(err):
		return outcome{conflict: true}
	case errors.As(err, &cancelled):
		for n, r := range cancelled.CancellationReasons {
			if *r.Code == "ConditionalCheckFailed" {
				out.failed[positions[n]], out.value[positions[n]] = true, valueOf(r.Item)
			}
		}
		if out.failed == [3]bool{} {
			t.Errorf("%+v: %v", op, err)
		}
	case err != nil:
		t.Errorf("%+v: %v", op, err)
	}
	return out
}

// transactional is the action as part of a transaction.
func (op itemOp) transactional(pk string) types.TransactWriteItem {
	const onFailure = types.ReturnValuesOnConditionCheckFailureAllOld
	table, key := aws.String("plain"), item{"pk": str(pk)}
	condition, expected := aws.String("v = :old"), item{":old": valued(pk, op.old)["v"]}
	switch op.verb {
	case "put":
		return types.TransactWriteItem{Put: &types.Put{TableName: table, Item: valued(pk, op.v)}}
	case "check":
		return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
			TableName: table, Key: key, ConditionExpression: condition, ExpressionAttributeValues: expected, ReturnValuesOnConditionCheckFailure: onFailure,
		}}
	case "remove if":
		return types.TransactWriteItem{Delete: &types.Delete{
			TableName: table, Key: key, ConditionExpression: condition, ExpressionAttributeValues: expected, ReturnValuesOnConditionCheckFailure: onFailure,
		}}
	default:
		expected[":new"] = valued(pk, op.v)["v"]
		return types.TransactWriteItem{Update: &types.Update{
			TableName: table, Key: key, UpdateExpression: aws.String("SET v = :new"), ConditionExpression: condition,
			ExpressionAttributeValues: expected, ReturnValuesOnConditionCheckFailure: onFailure,
		}}
	}
}

// TestRegisterModelRefuses: half a transaction is not linearizable.
func TestRegisterModelRefuses(t *testing.T) {
	both := registerOp{verb: "transact", actions: [3]itemOp{{verb: "put", v: 1}, {verb: "put", v: 1}}}
	read := registerOp{verb: "read", actions: [3]itemOp{{verb: "get"}, {verb: "get"}, {verb: "get"}}}
	ops := func(seen [3]int) []porcupine.Operation {
		return []porcupine.Operation{
			{Input: both, Output: outcome{}, Call: 1, Return: 4},
			{Input: read, Output: outcome{value: seen}, Call: 2, Return: 3},
		}
	}
	for seen, want := range map[[3]int]bool{
		{1, 1, absent}: true, {absent, absent, absent}: true, {1, absent, absent}: false, {1, 1, 1}: false,
	} {
		if got := porcupine.CheckOperations(registerModel, ops(seen)); got != want {
			t.Errorf("%v seen: linearizable %t, want %t", seen, got, want)
		}
	}
}
