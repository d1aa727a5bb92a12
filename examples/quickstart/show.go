package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// tables are those of the model, with the repository's prefix.
var tables = []string{"quickstart-Root", "quickstart-Shard1", "quickstart-Shard2", "quickstart-Shard3", "quickstart-Past", "quickstart-Homes"}

// showTables prints every item of every table as DynamoDB has it.
func showTables(ctx context.Context, out io.Writer, client *dynamodb.Client) error {
	fmt.Fprintf(out, "\nstored\n")
	for _, table := range tables {
		pages := dynamodb.NewScanPaginator(client, &dynamodb.ScanInput{TableName: aws.String(table), ConsistentRead: aws.Bool(true)})
		empty := true
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return err
			}
			for _, item := range page.Items {
				showItem(out, table, item)
				empty = false
			}
		}
		if empty {
			fmt.Fprintf(out, "%-18s (empty)\n", table)
		}
	}
	return nil
}

func showItem(out io.Writer, table string, item map[string]types.AttributeValue) {
	label := table
	for _, name := range slices.Sorted(maps.Keys(item)) {
		text := value(item[name])
		if name == "_meta" {
			text = record(item[name])
		}
		fmt.Fprintf(out, "%-18s %-10s %s\n", label, name, text)
		label = ""
	}
}

// record shortens the record that dystore keeps with an item. It shows the
// version of a root and the parts that it names, and the object of a part.
func record(av types.AttributeValue) string {
	m, ok := av.(*types.AttributeValueMemberM)
	if !ok {
		return value(av)
	}
	if owner, ok := m.Value["o"].(*types.AttributeValueMemberS); ok {
		return fmt.Sprintf("{part %s of %s, …}", value(m.Value["p"]), value(owner))
	}
	parts, ok := m.Value["m"].(*types.AttributeValueMemberM)
	if !ok {
		return value(av)
	}
	return fmt.Sprintf("{version %s, parts %s, …}", value(m.Value["v"]), strings.Join(slices.Sorted(maps.Keys(parts.Value)), " "))
}

// sealed begins every encrypted value.
var sealed = []byte{0xD5, 0xEC}

// value prints an attribute value on one line.
func value(av types.AttributeValue) string {
	switch v := av.(type) {
	case *types.AttributeValueMemberS:
		return fmt.Sprintf("%q", v.Value)
	case *types.AttributeValueMemberN:
		return v.Value
	case *types.AttributeValueMemberB:
		if bytes.HasPrefix(v.Value, sealed) {
			return fmt.Sprintf("<encrypted, %d bytes>", len(v.Value))
		}
		return fmt.Sprintf("<%d bytes>", len(v.Value))
	case *types.AttributeValueMemberL:
		texts := make([]string, len(v.Value))
		for i, e := range v.Value {
			texts[i] = value(e)
		}
		return "[" + strings.Join(texts, " ") + "]"
	case *types.AttributeValueMemberM:
		var texts []string
		for _, name := range slices.Sorted(maps.Keys(v.Value)) {
			texts = append(texts, name+" "+value(v.Value[name]))
		}
		return "{" + strings.Join(texts, ", ") + "}"
	}
	return fmt.Sprintf("%T", av)
}
