package embedded

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// UpdateTable changes the definition of a table.
func (db *DB) UpdateTable(ctx context.Context, in *dynamodb.UpdateTableInput) (*dynamodb.UpdateTableOutput, error) {
	return nil, unsupported("UpdateTable")
}
