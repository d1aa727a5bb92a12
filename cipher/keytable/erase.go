package keytable

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/expr"
)

// Audit says who destroys keys and why. Both are stored in the clear and for ever, also after
// a scope is erased: name a request or a ticket, and no person.
type Audit struct {
	By  string // 1 to 128 bytes
	Why string // 1 to 256 bytes
}

const (
	maxBy  = 128
	maxWhy = 256
)

func (a Audit) check() error {
	for _, f := range []struct {
		name, text string
		most       int
	}{{"By", a.By, maxBy}, {"Why", a.Why, maxWhy}} {
		switch {
		case f.text == "" || len(f.text) > f.most:
			return invalid("Audit.%s has %d bytes; it has 1 to %d", f.name, len(f.text), f.most)
		case !utf8.ValidString(f.text):
			return invalid("Audit.%s is not valid UTF-8", f.name)
		}
	}
	return nil
}

func (a Audit) tombstone() *tombstone { return &tombstone{a.By, a.Why, now()} }

// Erasure says which keys were destroyed, by whom, why, and when. There is nothing secret in it.
type Erasure struct {
	Scope string
	Whole bool           // the scope is erased: it never gets a key again
	IDs   []cipher.KeyID // the keys that were destroyed, without those that were before
	Audit
	At time.Time // to the millisecond, in UTC
}

// String is one line for an audit log.
func (e Erasure) String() string {
	at, keys := e.At.Format("2006-01-02T15:04:05.000Z07:00"), "no key"
	switch {
	case len(e.IDs) == 1:
		keys = "key " + ranges(e.IDs)
	case len(e.IDs) > 1:
		keys = "keys " + ranges(e.IDs)
	}
	if e.Whole {
		return fmt.Sprintf("scope %q erased at %s by %q, why: %q; %s destroyed", e.Scope, at, e.By, e.Why, keys)
	}
	return fmt.Sprintf("%s of scope %q destroyed at %s by %q, why: %q", keys, e.Scope, at, e.By, e.Why)
}

// ranges writes ascending ids as 1-3, 5.
func ranges(ids []cipher.KeyID) string {
	var b strings.Builder
	for i := 0; i < len(ids); {
		first := i
		for i++; i < len(ids) && ids[i] == ids[i-1]+1; i++ {
		}
		if first > 0 {
			b.WriteString(", ")
		}
		b.WriteString(decimal(ids[first]))
		if i-first > 1 {
			b.WriteString("-" + decimal(ids[i-1]))
		}
	}
	return b.String()
}

func (t *tombstone) erasure(scope string, whole bool, ids ...cipher.KeyID) *Erasure {
	return &Erasure{Scope: scope, Whole: whole, IDs: ids, Audit: Audit{t.by, t.why}, At: moment(t.at)}
}

// moment is the time of a number of ms since 1970, zero for none.
func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// alive are the keys of a head without a tombstone of their own.
func (h *head) alive() (ids []cipher.KeyID) {
	for id, k := range h.keys {
		if k.destroyed == nil {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// Destroy puts a tombstone in the place of a wrapped key. What the key has sealed is lost with it, once
// caches and backups have come to their end; see the package comment. Before, [Store.Disable] it for a
// while, which shows whether it is still in use: values may have been sealed under it until the caches
// have learned of the new primary. The primary cannot be destroyed; the error is [ErrPrimary].
//
// Of a key that is destroyed already, Destroy returns what was said then.
func (s *Store) Destroy(ctx context.Context, scope string, id cipher.KeyID, a Audit) (*Erasure, error) {
	var e *Erasure
	err := s.bury(ctx, scope, a, func(h *head) (*expr.Statement, error) {
		k := h.keys[id]
		switch {
		case k == nil:
			return nil, cipher.ErrUnknownKey
		case k.destroyed != nil:
			e = k.destroyed.erasure(scope, false, id)
			return nil, nil
		case h.erased != nil:
			e = h.erased.erasure(scope, true, h.alive()...)
			return nil, nil
		case h.primary == id:
			return nil, ErrPrimary
		}
		t, st := a.tombstone(), new(expr.Statement)
		e = t.erasure(scope, false, id)
		st.Set(st.Path(atKeys, decimal(id), inDestroyed), st.Value(t.value()))
		st.Remove(st.Path(atWrapped, decimal(id)))
		return st, nil
	})
	if err != nil {
		return nil, failedKey("Destroy", id, err)
	}
	return e, nil
}

// bury is a change of a scope for which an audit is given.
func (s *Store) bury(ctx context.Context, scope string, a Audit, decide func(*head) (*expr.Statement, error)) error {
	key, err := s.key(scope)
	if err == nil {
		err = a.check()
	}
	if err != nil {
		return err
	}
	return s.change(ctx, key, nil, decide)
}

// Erase destroys all keys of a scope by one write, and its ids with them: from then on Primary,
// ByID and Mint fail with cipher.ErrKeyDestroyed, for ever. What was sealed in the scope is lost, once
// caches and backups have come to their end; see the package comment. A scope that has never had a
// key can be erased too, and never gets one.
//
// Of a scope that is erased already, Erase returns what was said then.
func (s *Store) Erase(ctx context.Context, scope string, a Audit) (*Erasure, error) {
	var e *Erasure
	err := s.bury(ctx, scope, a, func(h *head) (*expr.Statement, error) {
		if h.erased != nil {
			e = h.erased.erasure(scope, true, h.alive()...)
			return nil, nil
		}
		t := a.tombstone()
		e = t.erasure(scope, true, h.alive()...)
		return h.erase(t), nil
	})
	if err != nil {
		return nil, failed("Erase", err)
	}
	return e, nil
}

// erase takes all wrapped keys away. The list of ids stays.
func (h *head) erase(t *tombstone) *expr.Statement {
	st := new(expr.Statement)
	st.Set(st.Name(atErased), st.Value(t.value()))
	if h.there() {
		st.Remove(st.Name(atPrimary))
		st.Remove(st.Name(atWrapped))
	} else {
		st.Set(st.Name(atLast), st.Value(unsigned(0)))
		st.Set(st.Name(atKeys), st.Value(&types.AttributeValueMemberM{Value: row{}}))
	}
	return st
}
