package keytable

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/answer"
	"github.com/dystore/dystore/internal/arn"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/tables"
)

// Client is what a Store needs of DynamoDB; *dynamodb.Client satisfies it. A client may repeat
// requests: every write has a condition under which it is made once.
type Client interface {
	GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
	UpdateItem(context.Context, *dynamodb.UpdateItemInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error)
	Scan(context.Context, *dynamodb.ScanInput, ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error)
	CreateTable(context.Context, *dynamodb.CreateTableInput, ...func(*dynamodb.Options)) (*dynamodb.CreateTableOutput, error)
	DescribeTable(context.Context, *dynamodb.DescribeTableInput, ...func(*dynamodb.Options)) (*dynamodb.DescribeTableOutput, error)
}

// Store is a [cipher.KeyStore] over a table of DynamoDB. It keeps nothing in memory:
// cipher.NewWrapped does that. It is safe for concurrent use. Make it with [New].
type Store struct {
	client   Client
	table    string
	wrapper  cipher.KeyWrapper
	onDemand bool
}

var _ cipher.KeyStore = (*Store)(nil)

// Option is an option of [New].
type Option func(*Store) error

// OnDemand lets Primary make the first key of a scope that has never had one. It makes none for
// a scope that is erased, and ByID makes none. Whoever chooses the scope of a value that is
// sealed then decides that a key is made.
func OnDemand() Option {
	return func(s *Store) error {
		s.onDemand = true
		return nil
	}
}

// New returns a store of the keys in a table, which it names by its name or ARN. The wrapper
// wraps keys that are made; give the same one to cipher.NewWrapped. New sends no request.
func New(client Client, table string, wrapper cipher.KeyWrapper, opts ...Option) (*Store, error) {
	const op = "New"
	switch {
	case model.IsNil(client):
		return nil, failed(op, invalid("no client"))
	case model.IsNil(wrapper):
		return nil, failed(op, invalid("no wrapper"))
	}
	if why := arn.Bad(table); why != "" {
		return nil, failed(op, invalid("%s", why))
	}
	s := &Store{client: client, table: table, wrapper: wrapper}
	for i, o := range opts {
		if o == nil {
			return nil, failed(op, invalid("option %d is nil", i+1))
		}
		if err := o(s); err != nil {
			return nil, failed(op, err)
		}
	}
	return s, nil
}

// CreateTable creates the table, unless it exists, and waits until it is active. For production
// a table is better created by what creates all others, with deletion protection and with
// backups that end in time: its key is the attribute scope of type S, and nothing else.
func (s *Store) CreateTable(ctx context.Context) error {
	const op = "CreateTable"
	if err := s.made(); err != nil {
		return failed(op, err)
	}
	columns := tables.Columns{Names: []string{atScope}, Kinds: []types.ScalarAttributeType{types.ScalarAttributeTypeS}}
	err := tables.Create(ctx, s.client, map[string]tables.Columns{s.table: columns})
	switch {
	case errors.Is(err, fail.ErrInvalid):
		return failed(op, fmt.Errorf("%w: %w", ErrInvalid, err))
	case err != nil:
		return failed(op, err)
	}
	return nil
}

// Primary implements [cipher.KeyStore] by one strongly consistent GetItem. Of a scope that is
// erased the error is cipher.ErrKeyDestroyed, and of one that has never had a key
// cipher.ErrUnknownKey, or with [OnDemand] none.
func (s *Store) Primary(ctx context.Context, scope string) (cipher.KeyID, error) {
	const op = "Primary"
	key, err := s.key(scope)
	if err != nil {
		return 0, failed(op, err)
	}
	var e expr.Builder
	raw, err := s.get(ctx, key, e.Project(e.Name(atScope), e.Name(atFormat), e.Name(atPrimary), e.Name(atErased)))
	switch {
	case err != nil:
		return 0, failed(op, err)
	case raw == nil && s.onDemand:
		id, err := s.mint(ctx, scope, key, 0, absent())
		if err != nil {
			return 0, failed(op, err)
		}
		return id, nil
	case raw == nil:
		return 0, failed(op, cipher.ErrUnknownKey)
	}
	id, err := primaryOf(raw, key)
	if err != nil {
		return 0, failed(op, err)
	}
	return id, nil
}

// ByID implements [cipher.KeyStore] by one strongly consistent GetItem. For any id of a scope
// that is erased the error is cipher.ErrKeyDestroyed.
func (s *Store) ByID(ctx context.Context, scope string, id cipher.KeyID) (wrapped []byte, err error) {
	const op = "ByID"
	key, err := s.key(scope)
	if err != nil {
		return nil, failedKey(op, id, err)
	}
	var e expr.Builder
	name := decimal(id)
	raw, err := s.get(ctx, key, e.Project(e.Name(atScope), e.Name(atFormat), e.Name(atLast), e.Name(atErased), e.Path(atKeys, name), e.Path(atWrapped, name)))
	if err == nil && raw == nil {
		err = cipher.ErrUnknownKey
	}
	if err == nil {
		wrapped, err = wrappedOf(raw, key, id)
	}
	if err != nil {
		return nil, failedKey(op, id, err)
	}
	return wrapped, nil
}

// made refuses a zero Store.
func (s *Store) made() error {
	if s == nil || s.client == nil {
		return invalid("a zero Store has no table; make one with New")
	}
	return nil
}

// get reads the item with a key, or what a projection says of it; nil if there is none.
func (s *Store) get(ctx context.Context, key string, p *expr.Projection) (row, error) {
	in := &dynamodb.GetItemInput{TableName: &s.table, Key: itemKey(key), ConsistentRead: aws.Bool(true)}
	if p != nil {
		in.ProjectionExpression, in.ExpressionAttributeNames = &p.Expression, p.Names
	}
	out, err := s.client.GetItem(ctx, in, answer.Observed...)
	if err != nil {
		return nil, err
	}
	return out.Item, nil
}
