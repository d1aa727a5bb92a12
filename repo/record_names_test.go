package repo_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

type (
	rnOne struct {
		ID, Name string
		Meta     meta.Record `dynamodbav:"-"`
	}
	rnOther struct {
		ID, Name string
		Meta     meta.Record `dynamodbav:"-"`
	}
)

// Objects of models whose records have other names are read together: an attribute of one
// that is named as the record of the other is no record.
func TestTogetherOfOtherRecords(t *testing.T) {
	ctx := context.Background()
	client := embedded.New().Client()
	one := must(repo.New(client, repo.TableOf("Ones", repo.KeyOf(func(d *rnOne) *string { return &d.ID }), meta.Keep(func(d *rnOne) *meta.Record { return &d.Meta }))))(t)
	other := must(repo.New(client, repo.TableOf("Others", repo.KeyOf(func(d *rnOther) *string { return &d.ID }), meta.Keep(func(d *rnOther) *meta.Record { return &d.Meta })), repo.MetaAttribute("record")))(t)
	if err := one.CreateTables(ctx); err != nil {
		t.Fatal(err)
	}
	if err := other.CreateTables(ctx); err != nil {
		t.Fatal(err)
	}
	k := must(one.Create(ctx, &rnOne{ID: "1", Name: "one"}))(t)
	l := must(other.Create(ctx, &rnOther{ID: "1", Name: "other"}))(t)
	first := must(client.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String("Ones"), Key: rawItem{"ID": avS("1")}}))(t).Item
	second := must(client.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String("Others"), Key: rawItem{"ID": avS("1")}}))(t).Item
	second["_meta"] = first["_meta"] // of a program that knows the default only
	if _, err := client.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String("Others"), Item: second}); err != nil {
		t.Fatal(err)
	}
	if got, err := other.Get(ctx, l); err != nil || got.Name != "other" {
		t.Fatalf("%v, %v", got, err)
	}
	var a *rnOne
	var b *rnOther
	if err := repo.TransactGet(ctx, one.GetOp(k, &a), other.GetOp(l, &b)); err != nil {
		t.Fatalf("together: %v", err)
	}
	if a.Name != "one" || b.Name != "other" {
		t.Errorf("%+v, %+v", a, b)
	}
}
