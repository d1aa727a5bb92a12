package keytable

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/answer"
	"github.com/dystore/dystore/internal/backoff"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/item"
)

// attempts is how often a change is decided anew because another was made first.
const attempts = 12

// change changes the item of a scope. decide says what is to be changed of what is stored, nil if
// nothing is. It is asked again when another change was made first. If h is nil, change reads the
// item. Every write makes the version greater by one, under the condition that nobody else has. So
// a request that is repeated, or that arrives late, is refused, unless nothing else was written
// since it was made.
func (s *Store) change(ctx context.Context, key string, h *head, decide func(*head) (*expr.Statement, error)) error {
	for n := range attempts {
		if h == nil {
			var err error
			if h, err = s.read(ctx, key); err != nil {
				return err
			}
		}
		st, err := decide(h)
		if st == nil || err != nil {
			return err
		}
		if n > 0 {
			if err := backoff.Read.Wait(ctx, n-1); err != nil {
				return err
			}
		}
		if h, err = s.write(ctx, key, h, st); h == nil && err == nil {
			return nil
		} else if !errors.Is(err, errOvertaken) {
			return err
		}
	}
	return ErrContention
}

// read reads the item of a scope as a whole.
func (s *Store) read(ctx context.Context, key string) (*head, error) {
	raw, err := s.get(ctx, key, nil)
	switch {
	case err != nil:
		return nil, err
	case raw == nil:
		return absent(), nil
	}
	return headOf(raw, key, true)
}

// errOvertaken: another change was made first.
var errOvertaken = errors.New("overtaken")

// write makes one change of what h says is stored. If it was overtaken, it returns what is stored,
// nil if that is not known.
func (s *Store) write(ctx context.Context, key string, h *head, st *expr.Statement) (*head, error) {
	if h.there() {
		st.Require(st.Name(atVersion) + " = " + st.Value(unsigned(h.version)))
	} else {
		st.Require("attribute_not_exists(" + st.Name(atScope) + ")")
		st.Set(st.Name(atFormat), st.Value(item.Int(format)))
	}
	st.Set(st.Name(atVersion), st.Value(unsigned(h.version+1)))
	update, condition := st.Update(), st.Condition()
	_, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: itemKey(key), UpdateExpression: &update, ConditionExpression: &condition,
		ExpressionAttributeNames: st.Names, ExpressionAttributeValues: st.Values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}, answer.Observed...)
	refused, ok := errors.AsType[*types.ConditionalCheckFailedException](err)
	switch {
	case err == nil:
		return nil, nil
	case !ok:
		return nil, err
	case refused.Item == nil: // the item is gone, or the client does not return it
		return nil, errOvertaken
	}
	now, err := headOf(refused.Item, key, true)
	if err != nil {
		return nil, err
	}
	return now, errOvertaken
}

func unsigned(n uint64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatUint(n, 10)}
}

func now() int64 { return time.Now().UnixMilli() }

// Mint makes a key, stores it wrapped, and makes it the primary of the scope in place of the key
// replaced, which still opens what it has sealed: 0 for the first key of a scope, otherwise the
// primary, to rotate. It returns the primary. If that is no longer the key replaced, somebody else has
// minted, or this is a repetition: then Mint makes no key, and returns the key that is primary by
// now. So concurrent calls agree, and a call whose answer was lost is repeated as it was.
//
// Ids of a scope are 1, 2, 3 and so on. Each is given once, also if its key is destroyed. A scope
// that is erased gets no key: the error is cipher.ErrKeyDestroyed.
func (s *Store) Mint(ctx context.Context, scope string, replaced cipher.KeyID) (primary cipher.KeyID, err error) {
	const op = "Mint"
	key, err := s.key(scope)
	if err == nil {
		primary, err = s.mint(ctx, scope, key, replaced, nil)
	}
	if err != nil {
		return 0, failed(op, err)
	}
	return primary, nil
}

func (s *Store) mint(ctx context.Context, scope, key string, replaced cipher.KeyID, h *head) (primary cipher.KeyID, err error) {
	name := cipher.KeyName{Scope: scope}
	var wrapped []byte // for the name
	err = s.change(ctx, key, h, func(h *head) (*expr.Statement, error) {
		switch {
		case h.erased != nil:
			return nil, cipher.ErrKeyDestroyed
		case replaced > h.last:
			return nil, fmt.Errorf("key %d, which is to be replaced: %w", replaced, cipher.ErrUnknownKey)
		case h.primary != replaced:
			primary = h.primary
			return nil, nil
		case h.last == math.MaxUint32:
			return nil, ErrFull
		}
		if primary = h.last + 1; primary != name.ID {
			var err error
			name.ID = primary
			if wrapped, err = cipher.GenerateWrapped(ctx, s.wrapper, name); err != nil {
				return nil, err
			}
		}
		if len(wrapped) == 0 {
			return nil, errors.New("the wrapper has wrapped a key to nothing")
		}
		return h.mint(wrapped)
	})
	return primary, err
}

// mint adds the next key and makes it the primary.
func (h *head) mint(wrapped []byte) (*expr.Statement, error) {
	id := h.last + 1
	of := &types.AttributeValueMemberM{Value: row{inCreated: item.Int(now())}}
	in := &types.AttributeValueMemberB{Value: wrapped}
	if h.size+h.reserve()+overhead+len(wrapped)+maxTombstone > item.MaxSize {
		return nil, ErrFull
	}
	st := new(expr.Statement)
	st.Set(st.Name(atLast), st.Value(unsigned(uint64(id))))
	st.Set(st.Name(atPrimary), st.Value(unsigned(uint64(id))))
	if name := decimal(id); h.there() {
		st.Set(st.Path(atKeys, name), st.Value(of))
		st.Set(st.Path(atWrapped, name), st.Value(in))
	} else {
		st.Set(st.Name(atKeys), st.Value(&types.AttributeValueMemberM{Value: row{name: of}}))
		st.Set(st.Name(atWrapped), st.Value(&types.AttributeValueMemberM{Value: row{name: in}}))
	}
	return st, nil
}

// What an item may still grow by. Tombstones must always have room: keys can be destroyed and
// scopes erased at any size.
const (
	maxTombstone = maxBy + maxWhy + 64
	overhead     = 128 // of a key, or of a head: numbers, names and times
	timeSize     = 16
)

// reserve is what the tombstones of a head's keys, and its own, will take beside what is there.
func (h *head) reserve() int {
	n := overhead + maxTombstone
	for _, k := range h.keys {
		if k.destroyed == nil {
			n += max(0, maxTombstone-len(k.wrapped)) + timeSize
		}
	}
	return n
}

// Disable takes a key out of use, which is not lost: ByID fails with cipher.ErrKeyDisabled until
// [Store.Enable]. The primary cannot be disabled; the error is [ErrPrimary].
func (s *Store) Disable(ctx context.Context, scope string, id cipher.KeyID) error {
	return s.changeKey(ctx, "Disable", scope, id, func(h *head, st *expr.Statement) error {
		switch {
		case h.primary == id:
			return ErrPrimary
		case h.keys[id].disabled == 0:
			st.Set(st.Path(atKeys, decimal(id), inDisabled), st.Value(item.Int(now())))
		}
		return nil
	})
}

// Enable takes a key that is disabled into use again, to open. It does not become the primary.
func (s *Store) Enable(ctx context.Context, scope string, id cipher.KeyID) error {
	return s.changeKey(ctx, "Enable", scope, id, func(h *head, st *expr.Statement) error {
		if h.keys[id].disabled != 0 {
			st.Remove(st.Path(atKeys, decimal(id), inDisabled))
		}
		return nil
	})
}

// changeKey changes a key that is not destroyed. It writes even if nothing changes, so that
// a Disable which arrives late does not undo an Enable, or the other way round.
func (s *Store) changeKey(ctx context.Context, op, scope string, id cipher.KeyID, change func(h *head, st *expr.Statement) error) error {
	key, err := s.key(scope)
	if err == nil {
		err = s.change(ctx, key, nil, func(h *head) (*expr.Statement, error) {
			switch k := h.keys[id]; {
			case h.erased != nil || k != nil && k.destroyed != nil:
				return nil, cipher.ErrKeyDestroyed
			case k == nil:
				return nil, cipher.ErrUnknownKey
			}
			st := new(expr.Statement)
			return st, change(h, st)
		})
	}
	if err != nil {
		return failedKey(op, id, err)
	}
	return nil
}
