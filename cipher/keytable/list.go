package keytable

import (
	"context"
	"iter"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/answer"
	"github.com/dystore/dystore/internal/expr"
)

// State is that of a key.
type State string

// The states of keys. The primary of a scope is enabled.
const (
	Enabled   State = "enabled"
	Disabled  State = "disabled"
	Destroyed State = "destroyed"
)

// Key is what is known of a key. Times are those of the clocks of the writers, to the millisecond,
// in UTC.
type Key struct {
	ID        cipher.KeyID
	State     State
	Created   time.Time
	Disabled  time.Time // zero if it was not when it was destroyed, or is not
	Destroyed time.Time // zero if it is not
	Audit     Audit     // of the destruction
}

// Scope is what is known of the keys of a scope.
type Scope struct {
	Name    string
	Primary cipher.KeyID // 0 if the scope is erased
	Keys    []Key        // by id: 1, 2, 3 and so on
	Erased  *Erasure     // nil if it is not
}

// Scope lists the keys of a scope by one strongly consistent GetItem, which asks for no wrapped
// key. If the scope has never had a key, the error is cipher.ErrUnknownKey.
func (s *Store) Scope(ctx context.Context, scope string) (*Scope, error) {
	const op = "Scope"
	key, err := s.key(scope)
	if err != nil {
		return nil, failed(op, err)
	}
	var e expr.Builder
	raw, err := s.get(ctx, key, listed(&e))
	switch {
	case err != nil:
		return nil, failed(op, err)
	case raw == nil:
		return nil, failed(op, cipher.ErrUnknownKey)
	}
	h, err := headOf(raw, key, false)
	if err != nil {
		return nil, failed(op, err)
	}
	return h.scope(scope), nil
}

// listed are the attributes of an item without the wrapped keys.
func listed(e *expr.Builder) *expr.Projection {
	return e.Project(e.Name(atScope), e.Name(atFormat), e.Name(atVersion), e.Name(atLast), e.Name(atPrimary), e.Name(atKeys), e.Name(atErased))
}

// Scopes iterates over all scopes, in no order, by strongly consistent Scans of the table, which
// ask for no wrapped key. A scope that cannot be read comes with an error, of which only the name is
// known, and the iteration goes on. A Scan that fails is an error without a scope, and ends it.
func (s *Store) Scopes(ctx context.Context) iter.Seq2[*Scope, error] {
	const op = "Scopes"
	return func(yield func(*Scope, error) bool) {
		if err := s.made(); err != nil {
			yield(nil, failed(op, err))
			return
		}
		var e expr.Builder
		p := listed(&e)
		in := &dynamodb.ScanInput{TableName: &s.table, ConsistentRead: aws.Bool(true), ProjectionExpression: &p.Expression, ExpressionAttributeNames: p.Names}
		for {
			out, err := s.client.Scan(ctx, in, answer.Observed...)
			if err != nil {
				yield(nil, failed(op, err))
				return
			}
			for _, raw := range out.Items {
				if found, err := scopeOf(raw); !yield(found, wrap(op, err)) {
					return
				}
			}
			if len(out.LastEvaluatedKey) == 0 {
				return
			}
			next := *in
			next.ExclusiveStartKey = out.LastEvaluatedKey
			in = &next
		}
	}
}

func wrap(op string, err error) error {
	if err == nil {
		return nil
	}
	return failed(op, err)
}

// scopeOf reads an item of a Scan.
func scopeOf(raw row) (*Scope, error) {
	key, _ := raw[atScope].(*types.AttributeValueMemberS)
	if key == nil || !strings.HasPrefix(key.Value, mark) {
		return new(Scope), corrupt("the table has an item of something else")
	}
	name := key.Value[len(mark):]
	h, err := headOf(raw, key.Value, false)
	if err != nil {
		return &Scope{Name: name}, err
	}
	return h.scope(name), nil
}

// scope is what a head says.
func (h *head) scope(name string) *Scope {
	s := &Scope{Name: name, Primary: h.primary, Keys: make([]Key, 0, h.last)}
	if h.erased != nil {
		s.Erased = h.erased.erasure(name, true, h.alive()...)
	}
	for id := cipher.KeyID(1); id <= h.last; id++ {
		k := h.keys[id]
		of := Key{ID: id, State: Enabled, Created: moment(k.created), Disabled: moment(k.disabled)}
		t := k.destroyed
		if t == nil {
			t = h.erased
		}
		switch {
		case t != nil:
			of.State, of.Destroyed, of.Audit = Destroyed, moment(t.at), Audit{t.by, t.why}
		case k.disabled != 0:
			of.State = Disabled
		}
		s.Keys = append(s.Keys, of)
	}
	return s
}
