package engine

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/conformance/kit"
)

var tableChecks = []check{
	{"describe", func(t *testing.T, x *fixture, _ string) {
		out, err := x.Client.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: &x.sorted})
		if err != nil {
			t.Fatal(err)
		}
		table := out.Table
		if table.TableStatus != types.TableStatusActive || *table.TableName != x.sorted {
			t.Errorf("got %s %s; want %s ACTIVE", *table.TableName, table.TableStatus, x.sorted)
		}
		var schema []string
		for _, k := range table.KeySchema {
			schema = append(schema, string(k.KeyType)+" "+*k.AttributeName)
		}
		same(t, "key schema", schema, []string{"HASH pk", "RANGE sk"})
		kinds := map[string]string{}
		for _, a := range table.AttributeDefinitions {
			kinds[*a.AttributeName] = string(a.AttributeType)
		}
		same(t, "attribute definitions", kinds, map[string]string{"pk": "S", "sk": "S", "a": "S", "n": "N"})
		indexes := map[string]string{}
		for _, i := range table.GlobalSecondaryIndexes {
			indexes[*i.IndexName] = string(i.Projection.ProjectionType)
		}
		same(t, "indexes", indexes, map[string]string{"byA": "ALL", "keysOnly": "KEYS_ONLY"})
	}},
	{"create a second time", func(t *testing.T, x *fixture, pk string) {
		x.put(t, x.plain, pkOf(pk))
		in := &dynamodb.CreateTableInput{TableName: &x.plain, BillingMode: types.BillingModePayPerRequest}
		key("pk", "S")(in)
		_, err := x.Client.CreateTable(t.Context(), in)
		x.refused(t, err, "ResourceInUseException", "")
		same(t, "its content", x.get(t, x.plain, pkOf(pk)), pkOf(pk))
	}},
	{"create without a definition of the key", func(t *testing.T, x *fixture, _ string) {
		name := kit.TableName("undefined")
		in := &dynamodb.CreateTableInput{TableName: &name, BillingMode: types.BillingModePayPerRequest}
		key("pk", "S")(in)
		in.AttributeDefinitions[0].AttributeName = aws.String("other")
		_, err := x.Client.CreateTable(t.Context(), in)
		x.refused(t, err, "ValidationException", "")
	}},
	{"names have at least three characters", func(t *testing.T, x *fixture, _ string) {
		in := &dynamodb.CreateTableInput{TableName: aws.String("ab"), BillingMode: types.BillingModePayPerRequest}
		key("pk", "S")(in)
		_, err := x.Client.CreateTable(t.Context(), in)
		x.refused(t, err, "ValidationException", "3")
	}},
	{"an index includes an attribute once", func(t *testing.T, x *fixture, _ string) {
		name := kit.TableName("twice")
		in := &dynamodb.CreateTableInput{TableName: &name, BillingMode: types.BillingModePayPerRequest}
		key("pk", "S")(in)
		in.GlobalSecondaryIndexes = []types.GlobalSecondaryIndex{{
			IndexName: aws.String("byPK"), KeySchema: in.KeySchema,
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeInclude, NonKeyAttributes: []string{"v", "v"}},
		}}
		_, err := x.Client.CreateTable(t.Context(), in)
		x.refused(t, err, "ValidationException", "two attributes with the same name")
	}},
	{"the request for an index defines its key", func(t *testing.T, x *fixture, _ string) {
		_, err := x.Client.UpdateTable(t.Context(), &dynamodb.UpdateTableInput{
			TableName: &x.sorted, GlobalSecondaryIndexUpdates: []types.GlobalSecondaryIndexUpdate{{Create: &types.CreateGlobalSecondaryIndexAction{
				IndexName: aws.String("again"), KeySchema: []types.KeySchemaElement{{AttributeName: aws.String("a"), KeyType: types.KeyTypeHash}},
				Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll},
			}}},
		})
		x.refused(t, err, "ValidationException", "AttributeDefinitions")
	}},
	{"delete what is not there", func(t *testing.T, x *fixture, _ string) {
		_, err := x.Client.DeleteTable(t.Context(), &dynamodb.DeleteTableInput{TableName: aws.String(kit.TableName("gone"))})
		x.refused(t, err, notFound, "")
	}},
	{"a table made again is empty", func(t *testing.T, x *fixture, pk string) {
		name := x.create(t, "again", key("pk", "S"))
		x.put(t, name, pkOf(pk))
		if _, err := x.Client.DeleteTable(t.Context(), &dynamodb.DeleteTableInput{TableName: &name}); err != nil {
			t.Fatal(err)
		}
		wait := dynamodb.NewTableNotExistsWaiter(x.Client, func(o *dynamodb.TableNotExistsWaiterOptions) { o.MinDelay = 50 * time.Millisecond })
		if err := wait.Wait(t.Context(), &dynamodb.DescribeTableInput{TableName: &name}, tableWait); err != nil {
			t.Fatal(err)
		}
		in := &dynamodb.CreateTableInput{TableName: &name, BillingMode: types.BillingModePayPerRequest}
		key("pk", "S")(in)
		if _, err := x.Client.CreateTable(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		x.awaitTable(t, name)
		if got := x.get(t, name, pkOf(pk)); got != nil {
			t.Errorf("got %v; want no item", got)
		}
	}},
	{"time to live", func(t *testing.T, x *fixture, _ string) {
		name := x.create(t, "ttl", key("pk", "S"))
		err := x.expireBy(t, name, "expires")
		if x.accepted(t, err); err != nil {
			return
		}
		out, err := x.Client.DescribeTimeToLive(t.Context(), &dynamodb.DescribeTimeToLiveInput{TableName: &name})
		if err != nil {
			t.Fatal(err)
		}
		ttl := out.TimeToLiveDescription
		if aws.ToString(ttl.AttributeName) != "expires" {
			t.Errorf("got attribute %q; want expires", aws.ToString(ttl.AttributeName))
		}
		if s := ttl.TimeToLiveStatus; s != types.TimeToLiveStatusEnabled && s != types.TimeToLiveStatusEnabling {
			t.Errorf("got %s; want ENABLED, or ENABLING on the way", s)
		}
	}},
	{"time to live by another attribute", func(t *testing.T, x *fixture, _ string) {
		name := x.create(t, "ttl", key("pk", "S"))
		err := x.expireBy(t, name, "expires")
		if err == nil {
			err = x.expireBy(t, name, "other")
		}
		x.refused(t, err, "ValidationException", "TimeToLive is active on a different AttributeName")
	}},
}

func (x *fixture) expireBy(t *testing.T, table, attribute string) error {
	_, err := x.Client.UpdateTimeToLive(t.Context(), &dynamodb.UpdateTimeToLiveInput{TableName: &table,
		TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: &attribute, Enabled: aws.Bool(true)}})
	return err
}
