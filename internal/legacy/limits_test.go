package legacy

import (
	"errors"
	"slices"
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/fetch"
)

func str(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func object(m attrs) types.AttributeValue { return &types.AttributeValueMemberM{Value: m} }

// layoutOf is the metadata of an item of table Root, with a shard there.
func layoutOf(path types.AttributeValue) types.AttributeValue {
	of := func(path types.AttributeValue, shards ...types.AttributeValue) types.AttributeValue {
		return object(attrs{"table_name": str("Root"), "region_name": str("r"), "primary_key_name": str("ID"), "path": path, "shards": &types.AttributeValueMemberL{Value: shards}})
	}
	return of(path, of(str("$.part")))
}

// TestLimits: objects that are small in DynamoDB and large in memory.
func TestLimits(t *testing.T) {
	ctx, client := t.Context(), embedded.New().Client()
	_, err := client.CreateTable(ctx, &dynamodb.CreateTableInput{TableName: new("Root"), BillingMode: types.BillingModePayPerRequest,
		KeySchema:            []types.KeySchemaElement{{AttributeName: new("ID"), KeyType: types.KeyTypeHash}},
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: new("ID"), AttributeType: types.ScalarAttributeTypeS}}})
	if err != nil {
		t.Fatal(err)
	}
	put := func(item attrs) {
		if _, err := client.PutItem(ctx, &dynamodb.PutItemInput{TableName: new("Root"), Item: item}); err != nil {
			t.Fatal(err)
		}
	}
	nulls := make([]types.AttributeValue, 100)
	for i := range nulls {
		nulls[i] = &types.AttributeValueMemberNULL{Value: true}
	}
	put(attrs{"ID": str("part"), "n": &types.AttributeValueMemberL{Value: nulls}, metadata: layoutOf(str("$.part"))})
	var want []string
	for i := range 7 {
		id := "o" + strconv.Itoa(i)
		want = append(want, id)
		ref := attrs{refKey: str("part"), refTable: str("Root"), refRegion: str("r")}
		put(attrs{"ID": str(id), "part": object(ref), metadata: layoutOf(&types.AttributeValueMemberNULL{Value: true})})
	}

	r := &Reader{Fetch: fetch.Reader{Client: client}, Table: "Root", KeyName: "ID"}
	r.Init()
	r.limit = 10_000 // a part weighs more than its 100 nulls do
	var got []string
	pages := 0
	for next := attrs(nil); ; pages++ {
		objects, after, err := r.Page(ctx, next, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range objects {
			if list := o.Value["part"].(*types.AttributeValueMemberM).Value["n"].(*types.AttributeValueMemberL); o.Err != nil || len(list.Value) != 100 {
				t.Errorf("%v: %v", o.Key, o.Err)
			}
			got = append(got, o.Key.(*types.AttributeValueMemberS).Value)
		}
		if next = after; next == nil {
			break
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) || pages != 3 {
		t.Errorf("%d pages of %v", pages+1, got)
	}

	r.limit = 5_000
	o, err := r.Get(ctx, str("o1"))
	if !errors.Is(err, ErrTooDeep) || !errors.Is(err, fail.ErrCorrupt) || o.Value != nil {
		t.Errorf("Get: %v", err)
	}
}
