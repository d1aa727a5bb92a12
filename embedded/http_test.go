package embedded_test

import (
	"net/http/httptest"
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
