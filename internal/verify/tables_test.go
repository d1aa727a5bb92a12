package verify_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type (
	doc struct {
		P, S         string
		Status, Kind string
		At           time.Time
		N, Rank      int
		Part         section
	}
	section struct{ Text string }
)

var (
	docKey    = repo.CompositeKeyOf(func(d *doc) *string { return &d.P }, func(d *doc) *string { return &d.S })
	docStatus = lens.Of(func(d *doc) *string { return &d.Status })
	docKind   = lens.Of(func(d *doc) *string { return &d.Kind })
	docN      = lens.Of(func(d *doc) *int { return &d.N })
	docRank   = lens.Of(func(d *doc) *int { return &d.Rank })
	docPart   = shard.New(shard.To("Parts"), func(d *doc) *section { return &d.Part })
)

// docsModel is a model with an index of each kind, a part and a unique value.
func docsModel() repo.Model[doc] {
	return repo.TableOf("Docs", docKey, docPart,
		repo.IndexOf("by-status", func(d *doc) *string { return &d.Status }, func(d *doc) *int { return &d.N }),
		repo.SimpleIndexOf("keys", func(d *doc) *int { return &d.N }, repo.KeysOnly()),
		repo.LocalIndexOf("by-at", docKey, func(d *doc) *time.Time { return &d.At }, repo.Include(docStatus, docN)),
		repo.MultiKeyIndexOf("multi", repo.PartitionBy(docStatus, docKind), repo.SortBy(docRank, docN)),
		shard.Unique(shard.To("Claims", shard.KeyName("claim")), docStatus))
}

func keySchema(hash string, ranges ...string) []types.KeySchemaElement {
	all := []types.KeySchemaElement{{AttributeName: &hash, KeyType: types.KeyTypeHash}}
	for _, r := range ranges {
		all = append(all, types.KeySchemaElement{AttributeName: new(r), KeyType: types.KeyTypeRange})
	}
	return all
}

func defined(kinds ...string) (all []types.AttributeDefinition) {
	for i := 0; i < len(kinds); i += 2 {
		all = append(all, types.AttributeDefinition{AttributeName: new(kinds[i]), AttributeType: types.ScalarAttributeType(kinds[i+1])})
	}
	return all
}

var sdkTypes = cmpopts.IgnoreUnexported(dynamodb.CreateTableInput{}, types.KeySchemaElement{}, types.AttributeDefinition{},
	types.GlobalSecondaryIndex{}, types.LocalSecondaryIndex{}, types.Projection{})

// Tables has every table once, in order, with all that CreateTable takes.
func TestTables(t *testing.T) {
	client, net := fault.Wrap(embedded.New().Client())
	docs, err := repo.New(client, docsModel(), repo.TablePrefix("dev-"))
	if err != nil {
		t.Fatal(err)
	}
	want := []*dynamodb.CreateTableInput{
		{TableName: new("dev-Claims"), BillingMode: types.BillingModePayPerRequest, AttributeDefinitions: defined("claim", "S"), KeySchema: keySchema("claim")},
		{TableName: new("dev-Docs"), BillingMode: types.BillingModePayPerRequest,
			AttributeDefinitions: defined("P", "S", "S", "S", "Status", "S", "N", "N", "At", "S", "Kind", "S", "Rank", "N"), KeySchema: keySchema("P", "S"),
			GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{
				{IndexName: new("by-status"), KeySchema: keySchema("Status", "N"), Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll}},
				{IndexName: new("keys"), KeySchema: keySchema("N"), Projection: &types.Projection{ProjectionType: types.ProjectionTypeKeysOnly}},
				{IndexName: new("multi"), KeySchema: []types.KeySchemaElement{
					{AttributeName: new("Status"), KeyType: types.KeyTypeHash}, {AttributeName: new("Kind"), KeyType: types.KeyTypeHash},
					{AttributeName: new("Rank"), KeyType: types.KeyTypeRange}, {AttributeName: new("N"), KeyType: types.KeyTypeRange},
				}, Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll}},
			},
			LocalSecondaryIndexes: []types.LocalSecondaryIndex{
				{IndexName: new("by-at"), KeySchema: keySchema("P", "At"), Projection: &types.Projection{ProjectionType: types.ProjectionTypeInclude, NonKeyAttributes: []string{"Status", "N"}}},
			},
		},
		{TableName: new("dev-Parts"), BillingMode: types.BillingModePayPerRequest, AttributeDefinitions: defined("_id", "S"), KeySchema: keySchema("_id")},
	}
	got := docs.Tables()
	if d := cmp.Diff(want, got, sdkTypes); d != "" {
		t.Error(d)
	}
	// Changing an answer changes no other.
	*got[1].TableName, *got[1].KeySchema[0].AttributeName, got[1].LocalSecondaryIndexes[0].Projection.NonKeyAttributes[0] = "x", "x", "x"
	*got[1].GlobalSecondaryIndexes[0].IndexName, *got[1].AttributeDefinitions[0].AttributeName = "x", "x"
	if d := cmp.Diff(want, docs.Tables(), sdkTypes); d != "" {
		t.Error(d)
	}
	if n := len(docs.TimeToLive()); n != 0 {
		t.Errorf("%d tables expire, want none", n)
	}
	if ops := net.Operations(); len(ops) != 0 {
		t.Errorf("requests %v, want none", ops)
	}
}

// What a program creates from Tables is what CreateTables wants.
func TestTablesCreated(t *testing.T) {
	client, net := fault.Wrap(embedded.New().Client())
	docs, err := repo.New(client, docsModel())
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range docs.Tables() {
		in.DeletionProtectionEnabled = new(true)
		if _, err := client.CreateTable(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	net.Reset()
	if err := docs.CreateTables(t.Context()); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"CreateTable", "CreateTable", "CreateTable", "DescribeTable", "DescribeTable", "DescribeTable"}, net.Operations()); d != "" {
		t.Error(d)
	}
}
