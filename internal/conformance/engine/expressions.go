package engine

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var expressionChecks = []check{
	{"C15 old item only when asked for", func(t *testing.T, x *fixture, pk string) {
		stored := with(pkOf(pk), row{"v": num("1"), "m": object(row{"w": bin("id")})})
		x.put(t, x.plain, stored)
		fails := exp{text: "v = :v", values: row{":v": num("2")}}
		for _, ask := range []types.ReturnValuesOnConditionCheckFailure{"", types.ReturnValuesOnConditionCheckFailureNone, allOld} {
			put := onlyIfInput(x.plain, pkOf(pk), fails)
			put.ReturnValuesOnConditionCheckFailure = ask
			_, putErr := x.Client.PutItem(t.Context(), put)
			_, updateErr := x.Client.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
				TableName: &x.plain, Key: pkOf(pk), ReturnValuesOnConditionCheckFailure: ask,
				ConditionExpression: &fails.text, ExpressionAttributeValues: fails.values,
			})
			_, deleteErr := x.Client.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{
				TableName: &x.plain, Key: pkOf(pk), ReturnValuesOnConditionCheckFailure: ask,
				ConditionExpression: &fails.text, ExpressionAttributeValues: fails.values,
			})
			var want row
			if ask == allOld {
				want = stored
			}
			for verb, err := range map[string]error{"put": putErr, "update": updateErr, "delete": deleteErr} {
				x.refused(t, err, failedCondition, "The conditional request failed")
				var failed *types.ConditionalCheckFailedException
				if !errors.As(err, &failed) {
					t.Fatalf("%s asking for %q: %T is no ConditionalCheckFailedException", verb, ask, err)
				}
				x.same(t, verb+" asking for "+string(ask), row(failed.Item), want)
			}
		}
		same(t, "the item", x.get(t, x.plain, pkOf(pk)), stored)
	}},
	{"C15 no old item where there is none", func(t *testing.T, x *fixture, pk string) {
		in := onlyIfInput(x.plain, pkOf(pk), exp{text: "attribute_exists(pk)"})
		in.ReturnValuesOnConditionCheckFailure = allOld
		_, err := x.Client.PutItem(t.Context(), in)
		var failed *types.ConditionalCheckFailedException
		if !errors.As(err, &failed) || len(failed.Item) != 0 {
			t.Errorf("got %v; want a failed condition without an item", err)
		}
	}},
	{"C16 an absent attribute differs from everything", func(t *testing.T, x *fixture, pk string) {
		if err := updatingIf(exp{text: "v <> :v", values: one})(t.Context(), x, pk); err != nil {
			t.Fatal(err)
		}
		same(t, "the item", x.get(t, x.plain, pkOf(pk)), with(pkOf(pk), row{"done": boolean(true)}))
	}},
	{"C19 one name for many places", func(t *testing.T, x *fixture, pk string) {
		e := exp{text: "#n.#n = :v OR attribute_not_exists(#n.#n)", names: map[string]string{"#n": "name"}, values: one}
		if err := onlyIf(e)(t.Context(), x, pk); err != nil {
			t.Fatal(err)
		}
	}},
	{"C21 expression of 4096 bytes", func(t *testing.T, x *fixture, pk string) {
		cond := "attribute_not_exists(pk)"
		if err := onlyIf(exp{text: cond + strings.Repeat(" ", 4096-len(cond))})(t.Context(), x, pk); err != nil {
			t.Fatal(err)
		}
	}},
	{"C21 300 operators", func(t *testing.T, x *fixture, pk string) {
		x.put(t, x.plain, with(pkOf(pk), row{"v": num("1")}))
		if err := onlyIf(exp{text: equalities(149) + " OR NOT v<>:v", values: one})(t.Context(), x, pk); err != nil {
			t.Fatal(err)
		}
	}},
	{"100 values of IN", func(t *testing.T, x *fixture, pk string) {
		x.put(t, x.plain, with(pkOf(pk), row{"v": num("1")}))
		if err := onlyIf(exp{text: "v IN (" + strings.TrimSuffix(strings.Repeat(":v,", 100), ",") + ")", values: one})(t.Context(), x, pk); err != nil {
			t.Fatal(err)
		}
		x.refused(t, onlyIf(exp{text: "v IN (" + strings.TrimSuffix(strings.Repeat(":v,", 101), ",") + ")", values: one})(t.Context(), x, pk),
			"ValidationException", "101")
	}},
}
