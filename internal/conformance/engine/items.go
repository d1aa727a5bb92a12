package engine

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var itemChecks = []check{
	{"every type round trips", func(t *testing.T, x *fixture, pk string) {
		item := with(pkOf(pk), conditionItem, row{
			"emptyB": bin(""), "emptyL": list(), "emptyM": object(row{}), "setOfEmpty": strSet("", "a"),
			"utf8": str("\x00\u2028\U0001F600"), "deep": list(list(object(row{" .": num("1")}))), "false": boolean(false),
		})
		x.put(t, x.plain, item)
		same(t, "item", x.get(t, x.plain, pkOf(pk)), item)
	}},
	{"put replaces, delete is idempotent", func(t *testing.T, x *fixture, pk string) {
		x.put(t, x.plain, with(pkOf(pk), row{"a": num("1")}), with(pkOf(pk), row{"b": num("2")}))
		same(t, "item", x.get(t, x.plain, pkOf(pk)), with(pkOf(pk), row{"b": num("2")}))
		for range 2 {
			if _, err := x.Client.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: &x.plain, Key: pkOf(pk)}); err != nil {
				t.Fatal(err)
			}
			if got := x.get(t, x.plain, pkOf(pk)); got != nil {
				t.Errorf("got %v after the delete; want no item", got)
			}
		}
	}},
	{"keys of every type", func(t *testing.T, x *fixture, pk string) {
		x.put(t, x.numbers, row{"pk": str(pk), "sk": num("1.50"), "v": num("1")})
		same(t, "number", x.get(t, x.numbers, row{"pk": str(pk), "sk": num("15e-1")}), row{"pk": str(pk), "sk": num("1.5"), "v": num("1")})
		x.put(t, x.bytes, row{"pk": bin("\x00"), "sk": bin("\xff\x00"), "v": num("1")})
		same(t, "bytes", x.get(t, x.bytes, row{"pk": bin("\x00"), "sk": bin("\xff\x00")}), row{"pk": bin("\x00"), "sk": bin("\xff\x00"), "v": num("1")})
	}},
	{"C01 item of 409600 bytes", func(t *testing.T, x *fixture, pk string) {
		item := with(pkOf(pk), filler(pk, maxItem))
		x.put(t, x.plain, item)
		same(t, "item", x.get(t, x.plain, pkOf(pk)), item)
	}},
	{"C06 keys of 2048 and 1024 bytes", func(t *testing.T, x *fixture, pk string) {
		item := skOf(pk+text(2048-len(pk)), text(1024))
		x.put(t, x.sorted, item)
		same(t, "item", x.get(t, x.sorted, item), item)
	}},
	{"C13 numbers are normal and exact", func(t *testing.T, x *fixture, pk string) {
		for given, want := range map[string]string{
			"1.0": "1", "1.5E2": "150", "00042": "42", "-0": "0", "0.00": "0", "-1.50e-3": "-0.0015", "1E2": "100",
			"9007199254740993": "9007199254740993", "0.1": "0.1", ".5": "0.5",
			"12345678901234567890123456789012345678":    "12345678901234567890123456789012345678",
			"-0.12345678901234567890123456789012345678": "-0.12345678901234567890123456789012345678",
		} {
			x.put(t, x.plain, with(pkOf(pk), row{"n": num(given)}))
			same(t, given, x.get(t, x.plain, pkOf(pk)), with(pkOf(pk), row{"n": num(want)}))
		}
	}},
	{"C13 a number with a plus sign", func(t *testing.T, x *fixture, pk string) {
		err := x.putInto(t.Context(), x.plain, with(pkOf(pk), row{"n": num("+7")}))
		if x.accepted(t, err); err == nil {
			same(t, "+7", x.get(t, x.plain, pkOf(pk)), with(pkOf(pk), row{"n": num("7")}))
		}
	}},
	{"C13 2^53+1 is not 2^53", func(t *testing.T, x *fixture, pk string) {
		x.put(t, x.plain, with(pkOf(pk), row{"n": num("9007199254740993")}))
		_, err := x.Client.PutItem(t.Context(), onlyIfInput(x.plain, pkOf(pk), exp{text: "n = :n", values: row{":n": num("9007199254740992")}}))
		x.refused(t, err, failedCondition, "The conditional request failed")
		same(t, "item", x.get(t, x.plain, pkOf(pk)), with(pkOf(pk), row{"n": num("9007199254740993")}))
	}},
	{"C14 31 nested maps", func(t *testing.T, x *fixture, pk string) {
		item := with(pkOf(pk), row{"a": nested(31)})
		x.put(t, x.plain, item)
		same(t, "item", x.get(t, x.plain, pkOf(pk)), item)
	}},
	{"values go in and out by copy", func(t *testing.T, x *fixture, pk string) {
		given := []byte("given")
		item := with(pkOf(pk), row{"b": &types.AttributeValueMemberB{Value: given}, "m": object(row{"l": list(num("1"))})})
		want := with(pkOf(pk), row{"b": bin("given"), "m": object(row{"l": list(num("1"))})})
		x.put(t, x.plain, item)
		spoil := func(r row) {
			r["b"].(*types.AttributeValueMemberB).Value[0] = 'X'
			m := r["m"].(*types.AttributeValueMemberM).Value
			m["l"].(*types.AttributeValueMemberL).Value[0] = str("X")
			m["more"] = str("X")
		}
		spoil(item)
		got := x.get(t, x.plain, pkOf(pk))
		same(t, "after the input was changed", got, want)
		spoil(got)
		same(t, "after the output was changed", x.get(t, x.plain, pkOf(pk)), want)
	}},
	{"projection", func(t *testing.T, x *fixture, pk string) {
		x.put(t, x.plain, with(pkOf(pk), conditionItem))
		out, err := x.Client.GetItem(t.Context(), &dynamodb.GetItemInput{
			TableName: &x.plain, Key: pkOf(pk), ProjectionExpression: aws.String("s, m.d.x[0], m.#bc, l[2], l[0], gone, m.gone, #pk"),
			ExpressionAttributeNames: map[string]string{"#bc": "b.c", "#pk": "pk"},
		})
		if err != nil {
			t.Fatal(err)
		}
		same(t, "item", out.Item, row{
			"pk": str(pk), "s": str("banana"), "l": list(num("1"), object(row{"k": str("v")})),
			"m": object(row{"b.c": num("2"), "d": object(row{"x": list(num("7"))})}),
		})
	}},
	{"projection of nothing that is there", func(t *testing.T, x *fixture, pk string) {
		x.put(t, x.plain, with(pkOf(pk), conditionItem))
		out, err := x.Client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &x.plain, Key: pkOf(pk), ProjectionExpression: aws.String("gone, n.x")})
		if err != nil {
			t.Fatal(err)
		}
		if out.Item == nil || len(out.Item) != 0 {
			t.Errorf("got %v; want an item without attributes, which is not the same as no item", out.Item)
		}
	}},
	{"REMOVE alone creates nothing", func(t *testing.T, x *fixture, pk string) {
		if err := updating(exp{text: "REMOVE a"})(t.Context(), x, pk); err != nil {
			t.Fatal(err)
		}
		x.same(t, "the item", x.get(t, x.plain, pkOf(pk)), row(nil))
	}},
	{"returned values", returnedValues},
	{"cancelled context", func(t *testing.T, x *fixture, pk string) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := x.putInto(ctx, x.plain, pkOf(pk)); !errors.Is(err, ctx.Err()) {
			t.Errorf("got %v; want %v", err, ctx.Err())
		}
		if got := x.get(t, x.plain, pkOf(pk)); got != nil {
			t.Errorf("got %v; want no item", got)
		}
	}},
}

// returnedValues covers ReturnValues of all three single writes.
func returnedValues(t *testing.T, x *fixture, pk string) {
	seed := with(pkOf(pk), row{"a": num("1"), "m": object(row{"x": num("1"), "y": num("2")}), "l": list(num("0"), num("1"), num("2"))})
	after := with(pkOf(pk), row{"a": num("2"), "m": object(row{"x": num("9"), "y": num("2")}), "l": list(num("0"), num("7"), num("2")), "new": num("1")})
	updatedOld := row{"a": num("1"), "m": object(row{"x": num("1")}), "l": list(num("1"))}
	updatedNew := row{"a": num("2"), "m": object(row{"x": num("9")}), "l": list(num("7")), "new": num("1")}
	for _, c := range []struct {
		ask  types.ReturnValue
		want row
	}{
		{types.ReturnValueNone, nil},
		{types.ReturnValueAllOld, seed},
		{types.ReturnValueAllNew, after},
		{types.ReturnValueUpdatedOld, updatedOld},
		{types.ReturnValueUpdatedNew, updatedNew},
	} {
		x.put(t, x.plain, seed)
		out, err := x.Client.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
			TableName: &x.plain, Key: pkOf(pk), ReturnValues: c.ask, UpdateExpression: aws.String("SET a = a + :one, m.x = :x, l[1] = :l, #n = :one"),
			ExpressionAttributeNames:  map[string]string{"#n": "new"},
			ExpressionAttributeValues: row{":one": num("1"), ":x": num("9"), ":l": num("7")},
		})
		if err != nil {
			t.Fatalf("%s: %v", c.ask, err)
		}
		x.same(t, "update returning "+string(c.ask), out.Attributes, c.want)
	}
	put, err := x.Client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &x.plain, Item: seed, ReturnValues: types.ReturnValueAllOld})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "put returning ALL_OLD", put.Attributes, after)
	for _, want := range []row{seed, nil} {
		del, err := x.Client.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: &x.plain, Key: pkOf(pk), ReturnValues: types.ReturnValueAllOld})
		if err != nil {
			t.Fatal(err)
		}
		same(t, "delete returning ALL_OLD", del.Attributes, want)
	}
}
