package integration

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"pgregory.net/rapid"
)

// scan reads the table or its index, page by page and segment by segment.
// Engines may differ in the order and in which item is in which segment.
func (g *generator) scan() request {
	g.expressions()
	in := dynamodb.ScanInput{TableName: &g.table, FilterExpression: g.conditional(), IndexName: g.index()}
	in.Limit = g.limit()
	switch pick(g, "select", "all", "count", "projection") {
	case "count":
		in.Select = types.SelectCount
	case "projection":
		in.ProjectionExpression = aws.String(g.projection())
	}
	segments := rapid.Int32Range(1, 3).Draw(g.t, "segments")
	in.ExpressionAttributeValues = g.used()
	text := fmt.Sprint("scan of ", segments, " by ", aws.ToString(in.IndexName), " filter ", aws.ToString(in.FilterExpression), " project ", aws.ToString(in.ProjectionExpression), " ", show(g.values))
	return request{text, func(c *dynamodb.Client) answer {
		a := answer{Counts: []int32{0, 0}}
		for segment := range segments {
			in := in
			if segments > 1 {
				in.Segment, in.TotalSegments = &segment, &segments
			}
			for pages := dynamodb.NewScanPaginator(c, &in); pages.HasMorePages(); {
				page, err := pages.NextPage(background)
				if err != nil {
					return failure(err)
				}
				a.Items = append(a.Items, showAll(page.Items)...)
				a.Counts[0] += page.Count
				a.Counts[1] += page.ScannedCount
			}
		}
		slices.Sort(a.Items)
		return a
	}}
}

// transactGet reads one to three items at one moment.
func (g *generator) transactGet() request {
	in := &dynamodb.TransactGetItemsInput{}
	var text []string
	for range rapid.IntRange(1, 3).Draw(g.t, "gets") {
		get := &types.Get{TableName: &g.table, Key: g.key()}
		if rapid.Bool().Draw(g.t, "projected") {
			get.ProjectionExpression = aws.String("pk, " + g.projection()) // dynoxide adds the whole key
		}
		in.TransactItems = append(in.TransactItems, types.TransactGetItem{Get: get})
		text = append(text, show(get.Key)+" "+aws.ToString(get.ProjectionExpression))
	}
	return request{"transact get " + strings.Join(text, "; "), func(c *dynamodb.Client) answer {
		out, err := c.TransactGetItems(background, in)
		if err != nil {
			return failure(err)
		}
		var a answer
		for _, r := range out.Responses {
			a.Items = append(a.Items, show(r.Item))
		}
		return a
	}}
}

// limit draws the size of a page, or none.
func (g *generator) limit() *int32 {
	if limit := rapid.Int32Range(0, 3).Draw(g.t, "limit"); limit > 0 {
		return &limit
	}
	return nil
}

// keyRange draws a condition on a sort key; an empty one is all of them.
func (g *generator) keyRange() string {
	bound := func() string {
		return g.ref(&types.AttributeValueMemberN{Value: pick(g, "bound", "-1", "0", "2.0", "10")})
	}
	switch op := pick(g, "range", "", "=", "<", "<=", ">", ">=", "BETWEEN"); op {
	case "":
		return ""
	case "BETWEEN":
		return " AND sk BETWEEN " + bound() + " AND " + bound()
	default:
		return " AND sk " + op + " " + bound()
	}
}

// named replaces some attributes of expressions by names: "a" becomes "#a". It
// returns the expression unchanged if it replaces none.
func (g *generator) named(expression *string) (*string, map[string]string) {
	if expression == nil || !rapid.Bool().Draw(g.t, "by names") {
		return expression, nil
	}
	names := map[string]string{}
	text := attribute.ReplaceAllStringFunc(*expression, func(path string) string {
		name := path[len(path)-1:]
		names["#"+name] = name
		return path[:len(path)-1] + "#" + name
	})
	if len(names) == 0 {
		return expression, nil
	}
	return &text, names
}

// adopt makes the items of a sequence in to equal to those in from.
func (g *generator) adopt(from, to *dynamodb.Client) {
	for _, sk := range sortKeys {
		key := g.keyOf(sk)
		out, err := from.GetItem(background, &dynamodb.GetItemInput{TableName: &g.table, Key: key, ConsistentRead: aws.Bool(true)})
		if err == nil && out.Item != nil {
			_, err = to.PutItem(background, &dynamodb.PutItemInput{TableName: &g.table, Item: out.Item})
		} else if err == nil {
			_, err = to.DeleteItem(background, &dynamodb.DeleteItemInput{TableName: &g.table, Key: key})
		}
		if err != nil {
			g.t.Fatal(err)
		}
	}
}

// cleanUp removes the items of a sequence from both engines, so that scans
// stay short.
func (g *generator) cleanUp(clients ...*dynamodb.Client) {
	var writes []types.WriteRequest
	for _, sk := range sortKeys {
		writes = append(writes, types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: maps.Clone(g.keyOf(sk))}})
	}
	for _, c := range clients {
		if _, err := c.BatchWriteItem(background, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{g.table: writes}}); err != nil {
			g.t.Fatal(err)
		}
	}
}
