package embedded_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/embedded"
)

// TestServesHTTP: the same engine answers over a socket.
func TestServesHTTP(t *testing.T) {
	server := httptest.NewServer(embedded.New())
	defer server.Close()
	client := embedded.New().Client(func(o *dynamodb.Options) {
		o.BaseEndpoint, o.HTTPClient = aws.String(server.URL), server.Client()
	})
	out, err := client.ListTables(t.Context(), &dynamodb.ListTablesInput{})
	if err != nil || len(out.TableNames) != 0 {
		t.Errorf("%+v, %v", out, err)
	}
}

// TestUnknownOperationOnTheWire: what clients in other languages get.
func TestUnknownOperationOnTheWire(t *testing.T) {
	server := httptest.NewServer(embedded.New(embedded.WithoutTransactions()))
	defer server.Close()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, strings.NewReader(`{"TransactItems":[]}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-amz-json-1.0")
	req.Header.Set("X-Amz-Target", "DynamoDB_20120810.TransactWriteItems")
	res, err := server.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	const want = `{"__type":"com.amazon.coral.service#UnknownOperationException","message":"Unsupported operation TransactWriteItems"}`
	if err != nil || res.StatusCode != http.StatusBadRequest || string(body) != want {
		t.Errorf("%d %s, %v", res.StatusCode, body, err)
	}
}
