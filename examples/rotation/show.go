package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
)

// show prints what the tables hold, and which keys that needs.
func (s *service) show(ctx context.Context, title string) error {
	fmt.Fprintf(s.out, "\n%s\n", title)
	for _, table := range []string{"Visits", "Notes"} {
		out, err := s.client.Scan(ctx, &dynamodb.ScanInput{TableName: aws.String(table)})
		if err != nil {
			return err
		}
		lines := make([]string, len(out.Items))
		for i, it := range out.Items {
			lines[i] = line(it)
		}
		slices.Sort(lines)
		for _, l := range lines {
			fmt.Fprintf(s.out, "  %-6s %s\n", table, l)
		}
	}
	used, err := s.visits.KeysInUse(ctx)
	if err != nil {
		return err
	}
	for _, k := range used.Keys {
		fmt.Fprintf(s.out, "  %d values need key %d of %s\n", k.Values, k.ID, k.Scope)
	}
	return nil
}

// line is an item in short: its attributes but for keys of parts and records.
func line(it map[string]types.AttributeValue) string {
	var texts []string
	for name, av := range it {
		switch v := av.(type) {
		case *types.AttributeValueMemberS:
			if name != "_id" {
				texts = append(texts, name+"="+v.Value)
			}
		case *types.AttributeValueMemberN:
			texts = append(texts, name+"="+v.Value)
		case *types.AttributeValueMemberB:
			if h, err := cipher.Inspect(v.Value); err == nil {
				texts = append(texts, fmt.Sprintf("%s=(under key %d)", name, h.KeyID))
			}
		}
	}
	slices.Sort(texts)
	return strings.Join(texts, " ")
}
