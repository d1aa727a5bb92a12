package recipes_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
)

// engine returns a client of the DynamoDB at DYNAMODB_ENDPOINT, or of an
// in-process one, and a prefix for the test's tables.
func engine(t *testing.T) (*dynamodb.Client, repo.Option) {
	endpoint := os.Getenv("DYNAMODB_ENDPOINT")
	if endpoint == "" {
		return embedded.New().Client(), repo.TablePrefix("")
	}
	client := dynamodb.New(dynamodb.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(endpoint),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}, nil
		}),
	})
	prefix := fmt.Sprintf("test-%x-", rand.Uint64())
	t.Cleanup(func() { dropTables(t, client, prefix) })
	return client, repo.TablePrefix(prefix)
}

// dropTables deletes the tables of a test after its end, when its context has
// ended.
func dropTables(t *testing.T, client *dynamodb.Client, prefix string) {
	ctx := context.Background()
	pages := dynamodb.NewListTablesPaginator(client, &dynamodb.ListTablesInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			t.Error(err)
			return
		}
		for _, name := range page.TableNames {
			if !strings.HasPrefix(name, prefix) {
				continue
			}
			if _, err := client.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: &name}); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestReports(t *testing.T) {
	client, prefix := engine(t)
	r, err := repo.New(client, divided(), prefix)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.CreateTables(t.Context()); err != nil {
		t.Fatal(err)
	}
	key, err := r.Create(t.Context(), &Report{ID: "r1", Title: "On Go", Body: Body{"Once upon a time."}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := r.Get(t.Context(), key)
	if err != nil || got.Title != "On Go" || got.Body.Text != "Once upon a time." {
		t.Errorf("got %+v, %v", got, err)
	}
}

// TestReportsOverHTTP runs the same against a server, as DYNAMODB_ENDPOINT
// does; this one ends with the test.
func TestReportsOverHTTP(t *testing.T) {
	db := embedded.New()
	server := httptest.NewServer(db)
	defer server.Close()
	t.Setenv("DYNAMODB_ENDPOINT", server.URL)
	t.Run("reports", TestReports)

	left, err := db.ListTables(t.Context(), &dynamodb.ListTablesInput{})
	if err != nil || len(left.TableNames) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
