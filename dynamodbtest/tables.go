package dynamodbtest

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// TablePrefix is a random prefix for the names of a test's tables, such as
// "test-jvk2c7pmqh5wd-". The tables that have it are deleted when the test and
// its subtests are over, so tests that share a server do not meet.
func (s *Server) TablePrefix(t testing.TB) string {
	prefix := fmt.Sprintf("test-%s-", strings.ToLower(rand.Text()[:13]))
	t.Cleanup(func() {
		if err := deleteTables(context.Background(), s.Client(), prefix); err != nil {
			t.Errorf("dynamodbtest: deleting the tables of the test: %v", err)
		}
	})
	return prefix
}

func deleteTables(ctx context.Context, client *dynamodb.Client, prefix string) error {
	pages := dynamodb.NewListTablesPaginator(client, &dynamodb.ListTablesInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, name := range page.TableNames {
			if !strings.HasPrefix(name, prefix) {
				continue
			}
			if _, err := client.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: &name}); err != nil {
				return err
			}
		}
	}
	return nil
}
