package condition_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/condition"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/item"
)

// drawn are values of all types, many of them equal.
var drawn = []types.AttributeValue{
	item.String("a"), item.String("ab"), item.String("😀ä"), item.String("S"), item.String("NULL"), item.Int(1), item.Int(2), item.Int(10),
	&types.AttributeValueMemberN{Value: "1.0"}, &types.AttributeValueMemberNULL{Value: true}, &types.AttributeValueMemberBOOL{Value: true},
	&types.AttributeValueMemberB{Value: []byte("a")}, &types.AttributeValueMemberB{Value: []byte("ab")},
	&types.AttributeValueMemberSS{Value: []string{"a", "b"}}, &types.AttributeValueMemberNS{Value: []string{"1", "2"}}, &types.AttributeValueMemberBS{Value: [][]byte{[]byte("a")}},
	&types.AttributeValueMemberL{Value: []types.AttributeValue{item.String("a"), item.Int(1)}},
	&types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"x": item.Int(1)}},
}

func drawOperand(t *rapid.T, depth int) expression.OperandBuilder {
	names := []string{"any", "any.x", "any[1]", "count", "name", "list[0]", "map.k"}
	n := name(rapid.SampledFrom(names).Draw(t, "name"))
	switch rapid.IntRange(0, 2+depth).Draw(t, "operand") {
	case 0:
		return n.Size()
	case 1, 2:
		return n
	}
	return val(rapid.SampledFrom(drawn).Draw(t, "value"))
}

func drawCond(t *rapid.T, depth int) expression.ConditionBuilder {
	n, v := name(rapid.SampledFrom([]string{"any", "any.x", "any[0]", "set"}).Draw(t, "name")), rapid.SampledFrom(drawn).Draw(t, "value")
	compare := []func(l, r expression.OperandBuilder) expression.ConditionBuilder{
		expression.Equal, expression.NotEqual, expression.LessThan, expression.LessThanEqual, expression.GreaterThan, expression.GreaterThanEqual,
	}
	switch rapid.IntRange(0, 8+3*min(depth, 1)).Draw(t, "kind") {
	case 0:
		return n.AttributeExists()
	case 1:
		return n.AttributeNotExists()
	case 2:
		return n.AttributeType(rapid.SampledFrom([]expression.DynamoDBAttributeType{"S", "N", "NULL", "L", "SS"}).Draw(t, "type"))
	case 3:
		return n.BeginsWith(rapid.SampledFrom([]string{"a", "😀"}).Draw(t, "prefix"))
	case 4:
		return n.Contains(v)
	case 5:
		return expression.Between(drawOperand(t, 1), drawOperand(t, 0), drawOperand(t, 1))
	case 6:
		return expression.In(drawOperand(t, 0), drawOperand(t, 1), drawOperand(t, 1))
	case 9:
		return drawCond(t, depth-1).Not()
	case 10:
		return drawCond(t, depth-1).And(drawCond(t, depth-1))
	case 11:
		return drawCond(t, depth-1).Or(drawCond(t, depth-1))
	}
	return compare[rapid.IntRange(0, 5).Draw(t, "operator")](drawOperand(t, 0), drawOperand(t, 1))
}

// A condition holds here when the engine's filter passes the item.
func TestHoldsAsInTheEngine(t *testing.T) {
	client := embedded.New().Client()
	_, err := client.CreateTable(t.Context(), &dynamodb.CreateTableInput{TableName: aws.String("Docs"), BillingMode: types.BillingModePayPerRequest,
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}},
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeS}}})
	if err != nil {
		t.Fatal(err)
	}
	held, compared := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		it := map[string]types.AttributeValue{"id": item.String("1")}
		for _, attribute := range []string{"any", "count", "name", "set"} {
			if rapid.IntRange(0, 3).Draw(t, attribute) > 0 {
				it[attribute] = rapid.SampledFrom(drawn).Draw(t, attribute)
			}
		}
		if _, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("Docs"), Item: it}); err != nil {
			t.Fatal(err)
		}
		for range 5 {
			c, wrong := condition.Of(docType, drawCond(t, 2))
			if wrong != nil {
				continue // compares given values, or between bounds the wrong way round
			}
			var b expr.Builder
			text := condition.Text(c, &b)
			out, err := client.Scan(t.Context(), &dynamodb.ScanInput{TableName: aws.String("Docs"), FilterExpression: &text,
				ExpressionAttributeNames: b.Names, ExpressionAttributeValues: b.Values})
			if err != nil {
				continue // operands that the engine refuses, such as two of one name
			}
			compared++
			if want := len(out.Items) == 1; condition.Holds(c, it) != want {
				t.Fatalf("%s with %v %v is %v of %v", text, b.Names, b.Values, want, it)
			} else if want {
				held++
			}
		}
	})
	if held < 20 || compared-held < 20 {
		t.Errorf("of %d conditions %d held", compared, held)
	}
}
