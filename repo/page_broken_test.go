package repo_test

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// TestBrokenObjectsOfAPage: an object that cannot be read is one error, which
// names it, and those after it follow.
func TestBrokenObjectsOfAPage(t *testing.T) {
	ctx := context.Background()
	client := embedded.New().Client()
	docs, err := repo.New(client, repo.TableOf("Docs", pgKey, shard.Optional(shard.To("Notes"), func(d *pgDoc) **pgNote { return &d.Note }),
		meta.Keep(func(d *pgDoc) *meta.Record { return &d.Meta })))
	if err == nil {
		err = docs.CreateTables(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	const n = 7
	for i := range n {
		if _, err := docs.Create(ctx, &pgDoc{Owner: "o", No: i, Note: &pgNote{"text"}}); err != nil {
			t.Fatal(err)
		}
	}
	root := func(no string) map[string]types.AttributeValue {
		return map[string]types.AttributeValue{"Owner": &types.AttributeValueMemberS{Value: "o"}, "No": &types.AttributeValueMemberN{Value: no}}
	}
	set := func(no, path string) {
		_, err := client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName: aws.String("Docs"), Key: root(no), UpdateExpression: aws.String("SET " + path + " = :v"),
			ExpressionAttributeValues: map[string]types.AttributeValue{":v": &types.AttributeValueMemberN{Value: "99"}},
			ExpressionAttributeNames:  map[string]string{"#m": "_meta"}})
		if err != nil {
			t.Fatal(err)
		}
	}
	set("1", "#m.m")
	set("3", "#m.f")
	part := map[string]types.AttributeValue{"_id": &types.AttributeValueMemberS{Value: "Docs/So/N5/Note"}}
	gone, err := client.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: aws.String("Notes"), Key: part, ReturnValues: types.ReturnValueAllOld})
	if err != nil || len(gone.Attributes) == 0 {
		t.Fatal("no part was removed", err)
	}

	want := map[int]error{1: repo.ErrCorrupt, 3: repo.ErrSchemaTooNew, 5: repo.ErrCorrupt}
	for verb, objects := range map[string]func(func(*pgDoc, error) bool){
		"query": docs.Query(ctx, pgKey.In("o")),
		"scan":  docs.Scan(ctx), // the order within one partition is the same
	} {
		i := 0
		for d, err := range objects {
			var where *repo.Error
			switch kind := want[i]; {
			case kind == nil && (err != nil || d.No != i || d.Note.Text != "text"):
				t.Errorf("%s: object %d is %+v, %v", verb, i, d, err)
			case kind != nil && (d != nil || !errors.Is(err, kind) || !errors.As(err, &where) || where.Key != pgKey.Of("o", i).String()):
				t.Errorf("%s: object %d is %+v, %v; want %v", verb, i, d, err, kind)
			}
			i++
		}
		if i != n {
			t.Errorf("%s: %d objects and errors; want %d", verb, i, n)
		}
	}
}
