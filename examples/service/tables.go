package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/examples/service/internal/shop"
	"github.com/dystore/dystore/repo"
)

// printTables prints what makes the tables: requests for the AWS CLI
// (--cli-input-json), or resources for Terraform (tables.tf.json); or the policy for IAM
// that the service needs on them.
func printTables(out io.Writer, format, prefix string) error {
	secrets, err := shop.RandomSecrets() // they are not in the tables' definitions
	if err != nil {
		return err
	}
	store, err := shop.New(embedded.New().Client(), secrets, repo.TablePrefix(prefix)) // no request is sent
	if err != nil {
		return err
	}
	var tables any
	switch format {
	case "aws":
		if tables, err = withoutEmpty(store.Tables()); err != nil {
			return err
		}
	case "terraform":
		tables = terraform(store.Tables())
	case "iam":
		if tables, err = store.Policy(); err != nil {
			return err
		}
	default:
		return fmt.Errorf("-tables is aws, terraform or iam, not %q", format)
	}
	enc := json.NewEncoder(out)
	enc.SetIndent("", "  ")
	return enc.Encode(tables)
}

// withoutEmpty leaves out parameters that are not set, which the AWS CLI refuses.
func withoutEmpty(v any) (any, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var all any
	err = json.Unmarshal(text, &all)
	return prune(all), err
}

func prune(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, value := range v {
			if value == nil || value == "" {
				delete(v, name)
			} else {
				v[name] = prune(value)
			}
		}
	case []any:
		for i := range v {
			v[i] = prune(v[i])
		}
	}
	return v
}

// object is a JSON object.
type object = map[string]any

// terraform has a resource for each table, with backups: the parts of an object
// lie in several tables, and are restored to one moment.
func terraform(t shop.Tables) object {
	expires := map[string]string{}
	for _, in := range t.UpdateTimeToLive {
		expires[*in.TableName] = *in.TimeToLiveSpecification.AttributeName
	}
	resources := object{}
	for _, in := range t.CreateTable {
		r := resource(in)
		if attribute, ok := expires[*in.TableName]; ok {
			r["ttl"] = object{"attribute_name": attribute, "enabled": true}
		}
		resources[*in.TableName] = r
	}
	return object{"resource": object{"aws_dynamodb_table": resources}}
}

func resource(in *dynamodb.CreateTableInput) object {
	r := object{
		"name": *in.TableName, "billing_mode": in.BillingMode, "deletion_protection_enabled": true,
		"point_in_time_recovery": object{"enabled": true},
	}
	keys(r, in.KeySchema)
	var attributes, global, local []object
	for _, a := range in.AttributeDefinitions {
		attributes = append(attributes, object{"name": *a.AttributeName, "type": a.AttributeType})
	}
	r["attribute"] = attributes
	for _, i := range in.GlobalSecondaryIndexes {
		index := object{"name": *i.IndexName, "projection_type": i.Projection.ProjectionType}
		keys(index, i.KeySchema)
		global = append(global, index)
	}
	for _, i := range in.LocalSecondaryIndexes {
		index := object{"name": *i.IndexName, "projection_type": i.Projection.ProjectionType}
		keys(index, i.KeySchema)
		delete(index, "hash_key") // the table's
		local = append(local, index)
	}
	if len(global) > 0 {
		r["global_secondary_index"] = global
	}
	if len(local) > 0 {
		r["local_secondary_index"] = local
	}
	return r
}

func keys(r object, schema []types.KeySchemaElement) {
	for _, k := range schema {
		if k.KeyType == types.KeyTypeHash {
			r["hash_key"] = *k.AttributeName
		} else {
			r["range_key"] = *k.AttributeName
		}
	}
}
