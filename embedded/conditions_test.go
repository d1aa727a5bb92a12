package embedded

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func TestFailedConditionGivesTheItemWhenAsked(t *testing.T) {
	everyFace(t, func(t *testing.T, _ *DB, a api) {
		stored := item{"pk": str("k"), "v": num("1")}
		store(t, a, "plain", stored)
		for _, c := range []struct {
			mode types.ReturnValuesOnConditionCheckFailure
			want item
		}{
			{types.ReturnValuesOnConditionCheckFailureAllOld, stored},
			{types.ReturnValuesOnConditionCheckFailureNone, nil},
			{"", nil},
		} {
			_, put := a.PutItem(t.Context(), &dynamodb.PutItemInput{
				TableName: aws.String("plain"), Item: item{"pk": str("k")},
				ConditionExpression: aws.String("attribute_not_exists(pk)"), ReturnValuesOnConditionCheckFailure: c.mode,
			})
			_, update := a.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
				TableName: aws.String("plain"), Key: item{"pk": str("k")}, UpdateExpression: aws.String("SET v = :v"),
				ExpressionAttributeValues: item{":v": num("2")},
				ConditionExpression:       aws.String("v = :v"), ReturnValuesOnConditionCheckFailure: c.mode,
			})
			_, del := a.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{
				TableName: aws.String("plain"), Key: item{"pk": str("k")},
				ConditionExpression: aws.String("attribute_exists(nothing)"), ReturnValuesOnConditionCheckFailure: c.mode,
			})
			for _, err := range []error{put, update, del} {
				refused(t, err, "ConditionalCheckFailedException", "The conditional request failed")
				var failed *types.ConditionalCheckFailedException
				if errors.As(err, &failed) {
					same(t, failed.Item, c.want)
				}
			}
		}
		same(t, get(t, a, "plain", item{"pk": str("k")}), stored)
	})
}

// TestFailedConditionOnNoItemWritesNothing is C16: no ghost items.
func TestFailedConditionOnNoItemWritesNothing(t *testing.T) {
	everyFace(t, func(t *testing.T, _ *DB, a api) {
		key := item{"pk": str("ghost")}
		for condition, holds := range map[string]bool{
			"attribute_exists(pk)": false, "v > :x": false, "v = :x": false, "size(v) > :x": false,
			"v BETWEEN :x AND :x": false, "v IN (:x)": false, "contains(v, :x)": false,
			"v <> :x": true, "NOT v = :x": true, "attribute_not_exists(pk) AND v <> :x": true,
		} {
			names := item{":x": num("1")}
			update := "SET v = :x"
			_, err := a.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
				TableName: aws.String("plain"), Key: key, UpdateExpression: aws.String(update),
				ConditionExpression: aws.String(condition), ExpressionAttributeValues: names,
			})
			if holds {
				refused(t, err, "", "")
				if _, err := a.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: aws.String("plain"), Key: key}); err != nil {
					t.Fatal(err)
				}
				continue
			}
			refused(t, err, "ConditionalCheckFailedException", "")
			same(t, get(t, a, "plain", key), item(nil))
		}
	})
}

// TestUpdateThatOnlyClearsCreatesNothing is as the service does it, and as
// DynamoDB Local does not.
func TestUpdateThatOnlyClearsCreatesNothing(t *testing.T) {
	everyFace(t, func(t *testing.T, _ *DB, a api) {
		for update, created := range map[string]bool{
			"REMOVE a": false, "DELETE a :s": false, "REMOVE a DELETE b :s": false, "ADD a :s": true, "SET a = :s REMOVE b": true,
			"REMOVE a.b": false, "REMOVE a[0]": false, "REMOVE a.b[1].c, d": false, "DELETE a.b :s": false, "REMOVE a[0] DELETE b.c :s": false,
		} {
			in := &dynamodb.UpdateItemInput{
				TableName: aws.String("plain"), Key: item{"pk": str(update)}, UpdateExpression: aws.String(update), ReturnValues: types.ReturnValueAllNew,
			}
			if strings.Contains(update, ":s") {
				in.ExpressionAttributeValues = item{":s": texts("x")}
			}
			out, err := a.UpdateItem(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			if got := get(t, a, "plain", item{"pk": str(update)}) != nil; got != created || (out.Attributes != nil) != created {
				t.Errorf("%s: item %t, attributes %v, want %t", update, got, out.Attributes, created)
			}
			key := item{"pk": str("transacted " + update)}
			refused(t, transact(t, a, "", types.TransactWriteItem{Update: &types.Update{
				TableName: in.TableName, Key: key, UpdateExpression: in.UpdateExpression, ExpressionAttributeValues: in.ExpressionAttributeValues,
			}}), "", "")
			if got := get(t, a, "plain", key) != nil; got != created {
				t.Errorf("%s in a transaction: item %t, want %t", update, got, created)
			}
		}
	})
}

func TestReturnValues(t *testing.T) {
	everyFace(t, func(t *testing.T, _ *DB, a api) {
		before := item{"pk": str("k"), "v": num("1"), "m": object(item{"a": num("1"), "l": list(num("1"), num("2"), num("3"))})}
		for _, c := range []struct {
			update string
			mode   types.ReturnValue
			want   item
		}{
			{"SET v = :v", types.ReturnValueNone, nil},
			{"SET v = :v", types.ReturnValueAllOld, before},
			{"SET v = :v", types.ReturnValueAllNew, item{"pk": str("k"), "v": num("9"), "m": before["m"]}},
			{"SET v = :v", types.ReturnValueUpdatedOld, item{"v": num("1")}},
			{"SET v = :v", types.ReturnValueUpdatedNew, item{"v": num("9")}},
			{"SET m.a = :v", types.ReturnValueUpdatedOld, item{"m": object(item{"a": num("1")})}},
			{"SET m.l[1] = :v", types.ReturnValueUpdatedNew, item{"m": object(item{"l": list(num("9"))})}},
			{"SET m.l[1] = :v", types.ReturnValueUpdatedOld, item{"m": object(item{"l": list(num("2"))})}},
			{"SET m.l[77] = :v", types.ReturnValueUpdatedNew, nil},
			{"SET z = :v", types.ReturnValueUpdatedOld, nil},
			{"SET m.b = :v REMOVE v", types.ReturnValueUpdatedNew, item{"m": object(item{"b": num("9")})}},
		} {
			store(t, a, "plain", before)
			out, err := a.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
				TableName: aws.String("plain"), Key: item{"pk": str("k")}, UpdateExpression: aws.String(c.update),
				ExpressionAttributeValues: item{":v": num("9")}, ReturnValues: c.mode,
			})
			if err != nil {
				t.Fatal(err)
			}
			same(t, out.Attributes, c.want)
		}
		store(t, a, "plain", before)
		old, err := a.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("plain"), Item: item{"pk": str("k")}, ReturnValues: types.ReturnValueAllOld})
		if err != nil {
			t.Fatal(err)
		}
		same(t, old.Attributes, before)
		gone, err := a.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: aws.String("plain"), Key: item{"pk": str("k")}, ReturnValues: types.ReturnValueAllOld})
		if err != nil {
			t.Fatal(err)
		}
		same(t, gone.Attributes, item{"pk": str("k")})
		_, err = a.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("plain"), Item: item{"pk": str("k")}, ReturnValues: types.ReturnValueAllNew})
		refused(t, err, invalid, "Return values set to invalid value")
	})
}

// TestNumbersAreExact is C13.
func TestNumbersAreExact(t *testing.T) {
	everyFace(t, func(t *testing.T, _ *DB, a api) {
		store(t, a, "plain", item{"pk": str("k"), "a": num("1.0"), "b": num("1.5E2"), "c": num("00042"), "d": num("-0"),
			"e": num("99999999999999999999999999999999999998"), "f": num("9007199254740993")})
		_, err := a.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
			TableName: aws.String("plain"), Key: item{"pk": str("k")}, UpdateExpression: aws.String("SET e = e + :one"),
			ConditionExpression: aws.String("f <> :x"), ExpressionAttributeValues: item{":one": num("1"), ":x": num("9007199254740992")},
		})
		if err != nil {
			t.Fatal(err)
		}
		same(t, get(t, a, "plain", item{"pk": str("k")}), item{"pk": str("k"), "a": num("1"), "b": num("150"), "c": num("42"), "d": num("0"),
			"e": num("99999999999999999999999999999999999999"), "f": num("9007199254740993")})
	})
}
