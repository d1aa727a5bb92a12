package verify

import (
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/dystore/dystore/internal/answer"
	"github.com/dystore/dystore/internal/tables"
)

// transactor is what Transactions needs of a client.
type transactor interface {
	TransactGetItems(context.Context, *dynamodb.TransactGetItemsInput, ...func(*dynamodb.Options)) (*dynamodb.TransactGetItemsOutput, error)
}

// Transactions adds to the findings of Tables whether the engine has transactions, by one
// that reads nothing: nobody has an object with its key. It asks only where the table of
// the roots has the key that it should have. A refusal for want of a permission is no
// finding: what knows permissions has transactions, and other keys may be allowed.
func Transactions(ctx context.Context, c transactor, root string, key tables.Columns, found []Finding) ([]Finding, error) {
	if slices.ContainsFunc(found, func(f Finding) bool { return f.Table == root && (f.Subject == "table" || f.Subject == "key") }) {
		return found, nil
	}
	at := map[string]types.AttributeValue{}
	for i, name := range key.Names {
		at[name] = probes[key.Kinds[i]]
	}
	_, err := c.TransactGetItems(ctx, &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{
		{Get: &types.Get{TableName: &root, Key: at, ProjectionExpression: new("#k"), ExpressionAttributeNames: map[string]string{"#k": key.Names[0]}}},
	}}, answer.Observed...)
	l := list{root, &found}
	const subject, wanted = "transactions", "TransactWriteItems and TransactGetItems"
	if err == nil {
		return found, nil
	}
	switch code := codeOf(err); code {
	case "UnknownOperationException", "UnsupportedOperationException", "NotImplemented":
		l.add(Finding{Subject: subject, Severity: Wrong, Found: "DynamoDB answers " + code, Wanted: wanted,
			Why: "writes fail, since nearly all of them are transactions", Mend: "give New the option WithoutTransactions, if the engine has none"})
	case "ValidationException": // the request is right, so it is the table that takes none
		l.add(Finding{Subject: subject, Severity: Wrong, Found: "DynamoDB refuses them: " + err.Error(), Wanted: wanted,
			Why:  "writes fail, since nearly all of them are transactions",
			Mend: "give New the option WithoutTransactions: global tables with strong consistency have none"})
	case "AccessDeniedException":
	default:
		return nil, answer.Error(err)
	}
	slices.SortStableFunc(found, Finding.order)
	return found, nil
}

// probes are values of keys.
var probes = map[types.ScalarAttributeType]types.AttributeValue{
	types.ScalarAttributeTypeS: &types.AttributeValueMemberS{Value: "~dystore.verify"},
	types.ScalarAttributeTypeN: &types.AttributeValueMemberN{Value: "-9e125"},
	types.ScalarAttributeTypeB: &types.AttributeValueMemberB{Value: []byte("~dystore.verify")},
}

// codeOf is the code of an error of DynamoDB, "" of another one.
func codeOf(err error) string {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return api.ErrorCode()
	}
	return ""
}
