package kit

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// StoredTable is the content of a table.
type StoredTable struct {
	Name  string
	Key   string // the partition key attribute; there is no sort key
	Items []map[string]types.AttributeValue
}

// ReadTable reads a whole table.
func ReadTable(ctx context.Context, client dynamodb.ScanAPIClient, name, key string) (StoredTable, error) {
	items, err := scan(ctx, client, name)
	return StoredTable{Name: name, Key: key, Items: items}, err
}

// Orphans compares the manifests of all objects with the items of tables, as
// [Dump.Problems] does.
func Orphans(tables []StoredTable) []string { return dumpOf(tables).Problems("") }

func dumpOf(tables []StoredTable) *Dump {
	var d Dump
	for _, t := range tables {
		d.Tables = append(d.Tables, DumpTable{Name: t.Name, Key: []string{t.Key}, Items: t.Items})
	}
	return &d
}
