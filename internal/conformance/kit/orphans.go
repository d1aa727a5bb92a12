package kit

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/stored"
)

// StoredTable is the content of a table.
type StoredTable struct {
	Name  string
	Key   string // the partition key attribute; there is no sort key
	Items []map[string]types.AttributeValue
}

// ReadTable reads a whole table.
func ReadTable(ctx context.Context, client dynamodb.ScanAPIClient, name, key string) (StoredTable, error) {
	t := StoredTable{Name: name, Key: key}
	pages := dynamodb.NewScanPaginator(client, &dynamodb.ScanInput{TableName: &name, ConsistentRead: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return t, err
		}
		t.Items = append(t.Items, page.Items...)
	}
	return t, nil
}

// address is where an item stands.
type address struct{ table, key string }

// Orphans compares the manifests of all objects with the items that there
// are, and returns what does not agree: parts that are missing, that carry
// another stamp or belong to somebody else, and items that say they are parts
// and that no manifest names. Items without a record are nobody's.
func Orphans(tables []StoredTable) []string {
	parts := map[address]map[string]types.AttributeValue{}
	var problems []string
	eachRecord(tables, func(t StoredTable, item, record map[string]types.AttributeValue) {
		if record["f"] == nil {
			key, _ := item[t.Key].(*types.AttributeValueMemberS)
			parts[address{t.Name, key.Value}] = item
		}
	})
	eachRecord(tables, func(t StoredTable, item, record map[string]types.AttributeValue) {
		if record["f"] != nil {
			problems = append(problems, claim(t, item, parts)...)
		}
	})
	for at := range parts {
		problems = append(problems, fmt.Sprintf("%s %q: no object names this part", at.table, at.key))
	}
	slices.SortFunc(problems, cmp.Compare)
	return problems
}

func eachRecord(tables []StoredTable, do func(t StoredTable, item, record map[string]types.AttributeValue)) {
	for _, t := range tables {
		for _, item := range t.Items {
			if m, ok := item["_meta"].(*types.AttributeValueMemberM); ok {
				do(t, item, m.Value)
			}
		}
	}
}

// claim takes the parts of one object out of parts.
func claim(t StoredTable, item map[string]types.AttributeValue, parts map[address]map[string]types.AttributeValue) (problems []string) {
	root, err := stored.Decode(item["_meta"])
	if err != nil {
		return []string{fmt.Sprintf("%s: %v", t.Name, err)}
	}
	key := []types.AttributeValue{item[t.Key]}
	owner := stored.Owner(root.Entity, key)
	problem := func(format string, args ...any) {
		problems = append(problems, owner+": "+fmt.Sprintf(format, args...))
	}
	record := item["_meta"].(*types.AttributeValueMemberM).Value
	if n, ok := record["n"].(*types.AttributeValueMemberN); ok && n.Value != fmt.Sprint(root.Dynamic) {
		problem("counts %s parts in lists and maps; there are %d", n.Value, root.Dynamic)
	}
	for inst, ref := range root.Parts {
		at := root.Locate(inst, key)
		part, ok := parts[address{at.Table, at.Key}]
		if !ok {
			problem("part %s is missing: table %s has no item %q", inst, at.Table, at.Key)
			continue
		}
		delete(parts, address{at.Table, at.Key})
		rec, err := stored.DecodePart(part["_meta"])
		switch want := (stored.Part{Stamp: ref.Stamp, Owner: owner, Inst: inst}); {
		case err != nil:
			problem("part %s: %v", inst, err)
		case rec != want:
			problem("part %s has the record %v; the object names %v", inst, rec, want)
		}
	}
	return problems
}
