package bench

import (
	"context"
	"crypto/sha256"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/uuid"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/repo"
)

type item = map[string]types.AttributeValue

// table creates a table with string keys and returns its real name. dystore
// creates its tables with CreateTables.
func (e Engine) table(ctx context.Context, name string, keys ...string) (string, error) {
	in := &dynamodb.CreateTableInput{TableName: aws.String(e.Prefix + name), BillingMode: types.BillingModePayPerRequest}
	kinds := []types.KeyType{types.KeyTypeHash, types.KeyTypeRange}
	for i, k := range keys {
		in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{AttributeName: aws.String(k), AttributeType: "S"})
		in.KeySchema = append(in.KeySchema, types.KeySchemaElement{AttributeName: aws.String(k), KeyType: kinds[i]})
	}
	_, err := e.Client.CreateTable(ctx, in)
	return *in.TableName, err
}

// repository makes a repository on an engine, with its tables.
func repository[T any](ctx context.Context, e Engine, m repo.Model[T], opts ...repo.Option) (*repo.Repo[T], error) {
	var client repo.Client = e.Client
	if e.Tape != nil {
		client = e.Tape
	}
	if e.Lean {
		opts = append(opts, repo.Lean())
	}
	r, err := repo.New(client, m, append(opts, repo.TablePrefix(e.Prefix))...)
	if err != nil {
		return nil, err
	}
	return r, r.CreateTables(ctx)
}

// newID makes keys as keygen.UUIDv7 does, for contenders without a generator.
func newID() string { return uuid.Must(uuid.NewV7()).String() }

// Keys returns a cipher with one key.
func Keys() (*cipher.AES, error) {
	secret := sha256.Sum256([]byte("a key for benchmarks"))
	key, err := cipher.NewKey(1, secret[:])
	if err != nil {
		return nil, err
	}
	ring, err := cipher.NewKeyset(cipher.Primary(key))
	if err != nil {
		return nil, err
	}
	return cipher.New(ring)
}

// stringKey is a key of string attributes, given as name, value, name, value.
func stringKey(pairs ...string) item {
	k := item{}
	for i := 0; i < len(pairs); i += 2 {
		k[pairs[i]] = &types.AttributeValueMemberS{Value: pairs[i+1]}
	}
	return k
}

func numberValue(n int) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.Itoa(n)}
}
