package embedded

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// vandalise overwrites every value that can be changed in place.
func vandalise(i item) {
	for name, v := range i {
		switch v := v.(type) {
		case *types.AttributeValueMemberS:
			v.Value = "vandalised"
		case *types.AttributeValueMemberB:
			for n := range v.Value {
				v.Value[n] = 0
			}
		case *types.AttributeValueMemberSS:
			v.Value[0] = "vandalised"
		case *types.AttributeValueMemberL:
			v.Value[0] = str("vandalised")
		case *types.AttributeValueMemberM:
			vandalise(v.Value)
			v.Value["more"] = str("vandalised")
		}
		if name == "m" {
			delete(i, name)
		}
	}
}

func TestValuesAreNeverShared(t *testing.T) {
	db := New()
	createTables(t, db)
	fresh := func() item {
		return item{"pk": str("k"), "b": bin("bytes"), "s": texts("a"), "l": list(str("e")), "m": object(item{"b": bin("in")})}
	}
	key := item{"pk": str("k")}
	unchanged := func(after string) {
		t.Helper()
		if got, want := show(get(t, db, "plain", key)), show(fresh()); got != want {
			t.Fatalf("after %s: %s", after, got)
		}
	}
	in := fresh()
	store(t, db, "plain", in)
	vandalise(in)
	unchanged("a put")
	vandalise(get(t, db, "plain", key))
	unchanged("a get")
	scan, err := db.Scan(t.Context(), &dynamodb.ScanInput{TableName: aws.String("plain")})
	if err != nil {
		t.Fatal(err)
	}
	vandalise(scan.Items[0])
	unchanged("a scan")
	out, err := db.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String("plain"), Key: key, UpdateExpression: aws.String("SET s = s"), ReturnValues: types.ReturnValueAllNew,
	})
	if err != nil {
		t.Fatal(err)
	}
	vandalise(out.Attributes)
	unchanged("an update")
	_, err = db.PutItem(t.Context(), &dynamodb.PutItemInput{
		TableName: aws.String("plain"), Item: item{"pk": str("k")}, ConditionExpression: aws.String("attribute_not_exists(pk)"),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	var failed *types.ConditionalCheckFailedException
	if !errors.As(err, &failed) {
		t.Fatal(err)
	}
	vandalise(failed.Item)
	unchanged("a failed condition")
	values := item{":l": list(str("e"))}
	if _, err := db.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{TableName: aws.String("plain"), Key: key, UpdateExpression: aws.String("SET l = :l"), ExpressionAttributeValues: values}); err != nil {
		t.Fatal(err)
	}
	vandalise(values)
	unchanged("an update from values")
}

func TestCancelledContext(t *testing.T) {
	everyFace(t, func(t *testing.T, db *DB, a api) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		k := item{"pk": str("k")}
		table := aws.String("plain")
		for name, call := range map[string]func() error{
			"PutItem": func() error { _, err := a.PutItem(ctx, &dynamodb.PutItemInput{TableName: table, Item: k}); return err },
			"GetItem": func() error { _, err := a.GetItem(ctx, &dynamodb.GetItemInput{TableName: table, Key: k}); return err },
			"UpdateItem": func() error {
				_, err := a.UpdateItem(ctx, &dynamodb.UpdateItemInput{TableName: table, Key: k})
				return err
			},
			"DeleteItem": func() error {
				_, err := a.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: table, Key: k})
				return err
			},
			"Query": func() error {
				_, err := a.Query(ctx, &dynamodb.QueryInput{TableName: table, KeyConditionExpression: aws.String("pk = :p"), ExpressionAttributeValues: item{":p": str("k")}})
				return err
			},
			"Scan": func() error { _, err := a.Scan(ctx, &dynamodb.ScanInput{TableName: table}); return err },
			"BatchGetItem": func() error {
				_, err := a.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{"plain": {Keys: []item{k}}}})
				return err
			},
			"BatchWriteItem": func() error {
				_, err := a.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{"plain": {{PutRequest: &types.PutRequest{Item: k}}}}})
				return err
			},
			"TransactWriteItems": func() error {
				_, err := a.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{count("k")}})
				return err
			},
			"TransactGetItems": func() error {
				_, err := a.TransactGetItems(ctx, &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{{Get: &types.Get{TableName: table, Key: k}}}})
				return err
			},
		} {
			if err := call(); !errors.Is(err, context.Canceled) {
				t.Errorf("%s: error %v", name, err)
			}
		}
		if n := items(db, "plain"); n != 0 {
			t.Errorf("%d items were written", n)
		}
	})
}
