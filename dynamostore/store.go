package dynamostore

import (
	"context"
	"errors"
	"iter"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/arn"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/keys"
	"github.com/dystore/dystore/internal/legacy"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/repo"
)

// Store reads the objects of a table that dynamo-store has written. It is safe for
// concurrent use.
type Store struct{ r *legacy.Reader }

// Open returns access to the objects of a table of dynamo-store. keyName is the name of
// its key. It sends no request. The error joins all that is wrong.
func Open(client repo.Client, table, keyName string, opts ...Option) (*Store, error) {
	cfg := &config{Reader: legacy.Reader{Table: table, KeyName: keyName, Allowed: map[string]bool{}, Regions: map[string]fetch.Reader{}}}
	if model.IsNil(client) {
		cfg.refuse("the client is nil")
	}
	cfg.Fetch = fetch.Reader{Client: client}
	for i, o := range opts {
		if o == nil {
			cfg.refuse("option %d is nil", i+1)
			continue
		}
		o(cfg)
	}
	for _, t := range append([]string{table}, cfg.tables...) {
		if why := arn.Bad(cfg.Prefix + t); why != "" {
			cfg.refuse("%s", why)
		}
		cfg.Allowed[t] = true
	}
	if why := tables.BadName(keyName); why != "" {
		cfg.refuse("the key: %s", why)
	}
	if len(cfg.wrong) > 0 {
		return nil, &Error{Op: "Open", Table: cfg.RootTable(), Err: errors.Join(cfg.wrong...)}
	}
	cfg.Init()
	return &Store{&cfg.Reader}, nil
}

// Get returns a whole object: repo.ErrNotFound if there is none, also if the item is a
// part of another object. The id is a string; where a program gave other keys, an
// integer, attributevalue.Number or []byte. It is not in the object.
func (s *Store) Get(ctx context.Context, id any) (map[string]any, error) {
	o, key, err := s.get(ctx, id)
	if err != nil {
		return nil, s.fail("Get", key, err)
	}
	return plain(o), nil
}

func (s *Store) get(ctx context.Context, id any) (*legacy.Object, types.AttributeValue, error) {
	key := keys.Plain(id)
	switch {
	case key.Err != nil:
		return nil, nil, fail.Withf(repo.ErrInvalid, "key: %w", key.Err)
	case ctx == nil:
		return nil, nil, fail.Withf(repo.ErrInvalid, "the context is nil")
	case ctx.Err() != nil:
		return nil, key.Parts[0], ctx.Err()
	}
	o, err := s.r.Get(ctx, key.Parts[0])
	return o, key.Parts[0], err
}

// plain is a document as Go values.
func plain(o *legacy.Object) map[string]any {
	return codec.Generic(legacy.Plain(&types.AttributeValueMemberM{Value: o.Value})).(map[string]any)
}

// Object is one object of a table.
type Object struct {
	ID    any // its key: a string; attributevalue.Number or []byte where a program gave such keys
	Value map[string]any
}

// All reads every object of the table, 100 items at a time, and the parts of those
// together. Items that are parts of objects, and those that dynamo-store has not written,
// are passed over. An object that cannot be read is one error, and the loop may go on.
func (s *Store) All(ctx context.Context) iter.Seq2[*Object, error] {
	return func(yield func(*Object, error) bool) {
		err := s.pages(ctx, nil, pageItems, func(objects []*legacy.Object, _ types.AttributeValue) (bool, error) {
			for _, o := range objects {
				switch {
				case fail.OutOfReach(o.Err):
					return false, o.Err
				case o.Err != nil:
					if !yield(nil, s.fail("All", o.Key, o.Err)) {
						return false, nil
					}
				case !yield(&Object{ID: codec.Generic(o.Key), Value: plain(o)}, nil):
					return false, nil
				}
			}
			return true, nil
		})
		if err != nil {
			yield(nil, s.fail("All", nil, err))
		}
	}
}

// pageItems is how many items of the root's table All reads at a time.
const pageItems = 100

// pages reads the table from behind start on, nil for the beginning, until use returns
// false or an error. last is the key behind which the next page begins, nil after the
// last one.
func (s *Store) pages(ctx context.Context, start types.AttributeValue, limit int32, use func(objects []*legacy.Object, last types.AttributeValue) (bool, error)) error {
	if ctx == nil {
		return fail.Withf(repo.ErrInvalid, "the context is nil")
	}
	for {
		var from map[string]types.AttributeValue
		if start != nil {
			from = map[string]types.AttributeValue{s.r.KeyName: start}
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		objects, next, err := s.r.Page(ctx, from, limit)
		if err != nil {
			return err
		}
		start = next[s.r.KeyName]
		if more, err := use(objects, start); err != nil || !more || start == nil {
			return err
		}
	}
}
