package verify_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/repo"
)

// An engine that has no transactions is found before the first write is, and what to do
// about it is said. A repository that knows does not ask.
func TestVerifyWithoutTransactions(t *testing.T) {
	client, net := fault.Wrap(embedded.New(embedded.WithoutTransactions()).Client())
	created(t, client, nil)
	wantFindings(t, open(t, client, docsModel()).Verify(t.Context()),
		"error: table Docs, transactions: found DynamoDB answers UnknownOperationException, wanted TransactWriteItems and TransactGetItems: "+
			"writes fail, since nearly all of them are transactions; give New the option WithoutTransactions, if the engine has none")
	r, err := repo.New(client, docsModel(), repo.WithoutTransactions())
	if err != nil {
		t.Fatal(err)
	}
	net.Reset()
	if err := r.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	for _, op := range net.Operations() {
		if op == "TransactGetItems" {
			t.Error("it asks for what it does without")
		}
	}
}

// notTransacting refuses transactions with a code.
type notTransacting struct {
	*dynamodb.Client
	code string
}

func (n notTransacting) TransactGetItems(context.Context, *dynamodb.TransactGetItemsInput, ...func(*dynamodb.Options)) (*dynamodb.TransactGetItemsOutput, error) {
	return nil, &smithy.GenericAPIError{Code: n.code, Message: "no"}
}

// A table may refuse what its engine has. A program without the permission learns nothing.
func TestVerifyRefusedTransactions(t *testing.T) {
	client := embedded.New().Client()
	created(t, client, nil)
	wantFindings(t, open(t, notTransacting{client, "ValidationException"}, docsModel()).Verify(t.Context()),
		"error: table Docs, transactions: found DynamoDB refuses them: api error ValidationException: no, wanted TransactWriteItems and TransactGetItems: "+
			"writes fail, since nearly all of them are transactions; give New the option WithoutTransactions: global tables with strong consistency have none")
	if err := open(t, notTransacting{client, "AccessDeniedException"}, docsModel()).Verify(t.Context()); err != nil {
		t.Errorf("without the permission: %v", err)
	}
	if err := open(t, notTransacting{client, "InternalServerError"}, docsModel()).Verify(t.Context()); err == nil {
		t.Error("no answer is no finding")
	}
}
