package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
)

func (w *world) title(text string) { fmt.Fprintf(w.out, "\n%s\n", text) }

func (w *world) print(format string, args ...any) { fmt.Fprintf(w.out, "  "+format+"\n", args...) }

// show prints what the tables hold of the patients with number 2.
func (p *process) show(ctx context.Context) error {
	p.title("what the tables hold of patients 2")
	for _, table := range []string{"Patients", "Letters"} {
		out, err := p.db.Scan(ctx, &dynamodb.ScanInput{TableName: aws.String(table)})
		if err != nil {
			return err
		}
		var lines []string
		for _, it := range out.Items {
			if l := line(it); strings.Contains(l, "no=2") || strings.Contains(l, "/N2/") {
				lines = append(lines, l)
			}
		}
		slices.Sort(lines)
		for _, l := range lines {
			p.print("%-8s %s", table, l)
		}
	}
	return nil
}

// line is an item in short: its attributes but for records.
func line(it map[string]types.AttributeValue) string {
	var texts []string
	for name, av := range it {
		switch v := av.(type) {
		case *types.AttributeValueMemberS:
			texts = append(texts, name+"="+v.Value)
		case *types.AttributeValueMemberN:
			texts = append(texts, name+"="+v.Value)
		case *types.AttributeValueMemberB:
			said := "(a tag)"
			if h, err := cipher.Inspect(v.Value); err == nil {
				said = "(under key " + strconv.Itoa(int(h.KeyID)) + ")"
			}
			texts = append(texts, name+"="+said)
		}
	}
	slices.Sort(texts)
	return strings.Join(texts, " ")
}

// copyName copies the encrypted name of patient 1 of a clinic to patient 1 of another one, as
// somebody could who may write to the table. undo puts back what was there.
func (p *process) copyName(ctx context.Context, from, to string) (undo func() error, err error) {
	item := func(clinic string) map[string]types.AttributeValue {
		return map[string]types.AttributeValue{"clinic": &types.AttributeValueMemberS{Value: clinic}, "no": &types.AttributeValueMemberN{Value: "1"}}
	}
	stored := map[string]types.AttributeValue{}
	for _, of := range []string{from, to} {
		out, err := p.db.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String("Patients"), Key: item(of)})
		if err != nil {
			return nil, err
		}
		stored[of] = out.Item["name"]
	}
	put := func(name types.AttributeValue) error {
		_, err := p.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{TableName: aws.String("Patients"), Key: item(to), UpdateExpression: aws.String("SET #n = :n"),
			ExpressionAttributeNames: map[string]string{"#n": "name"}, ExpressionAttributeValues: map[string]types.AttributeValue{":n": name}})
		return err
	}
	return func() error { return put(stored[to]) }, put(stored[from])
}
