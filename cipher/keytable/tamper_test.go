package keytable_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/cipher/keytable"
)

// What somebody can do who writes to the key table and cannot unwrap. The package comment
// lists it.

// TestCopiedToAnotherScope: a key of one scope does not unwrap as that of another, and one of another id
// neither.
func TestCopiedToAnotherScope(t *testing.T) {
	f := newFixture(t)
	f.mint(t, "a", 2)
	f.mint(t, "b", 2)
	s := f.service(t)
	of := s.seal("b")

	stolen := f.item(t, "a")
	stolen["scope"] = text("=b")
	f.put(t, stolen)
	s.source.Forget("b")
	s.opens("b", of, cipher.ErrKeySource)
	if _, err := s.Seal(t.Context(), nil, []byte("x"), at("b")); !errors.Is(err, cipher.ErrKeySource) {
		t.Errorf("sealed under the key of another scope: %v", err)
	}

	swapped := f.item(t, "a")
	w := within(swapped, "w")
	w["1"], w["2"] = w["2"], w["1"]
	f.put(t, swapped)
	if _, err := s.Seal(t.Context(), nil, []byte("x"), at("a")); !errors.Is(err, cipher.ErrKeySource) {
		t.Errorf("sealed under the key of another id: %v", err)
	}
}

// TestOtherItem: an answer about another scope is none, and gives no verdict.
func TestOtherItem(t *testing.T) {
	f := newFixture(t)
	f.mint(t, "a", 1)
	_, err := f.Erase(t.Context(), "b", ticket)
	check(t, err)
	s := f.on(t, &misled{f.client, map[string]string{"=a": "=b", "=c": "=b"}}, keytable.OnDemand())
	for _, scope := range []string{"a", "c"} {
		_, err := s.Primary(t.Context(), scope)
		_, byID := s.ByID(t.Context(), scope, 1)
		_, minted := s.Mint(t.Context(), scope, 0)
		for _, err := range []error{err, byID, minted} {
			if !errors.Is(err, keytable.ErrCorrupt) || errors.Is(err, cipher.ErrKeyDestroyed) {
				t.Errorf("%s: %v", scope, err)
			}
		}
	}
}

// misled is a client that asks for another key than it was told to.
type misled struct {
	*dynamodb.Client
	to map[string]string
}

func (m *misled) GetItem(ctx context.Context, in *dynamodb.GetItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	other := *in
	other.Key = map[string]types.AttributeValue{"scope": text(m.to[in.Key["scope"].(*types.AttributeValueMemberS).Value])}
	return m.Client.GetItem(ctx, &other, opts...)
}

// TestTwoTables: a wrapper binds no table, so that a restored table works. Tables with wrappers of
// their own refuse each other's keys.
func TestTwoTables(t *testing.T) {
	f, restored, elsewhere := newFixture(t), newFixture(t), newFixture(t)
	elsewhere.safe = newSafe(t, "another environment")
	f.mint(t, "s", 1)
	s := f.service(t)
	envelope := s.seal("s")
	elsewhere.Store = elsewhere.on(t, elsewhere.client)
	elsewhere.mint(t, "s", 1) // the same scope and id
	elsewhere.service(t).opens("s", envelope, cipher.ErrWrongKey)

	restored.put(t, f.item(t, "s"))
	restored.service(t).opens("s", envelope, nil)
	elsewhere.put(t, f.item(t, "s"))
	elsewhere.service(t).opens("s", envelope, cipher.ErrKeySource)
}

// TestRolledBack: an older item makes an older key the primary, and brings back what was destroyed,
// for those who may unwrap. No id is given to another key.
func TestRolledBack(t *testing.T) {
	f := newFixture(t)
	f.mint(t, "s", 1)
	s := f.service(t)
	envelope := s.seal("s")
	kept := f.item(t, "s")
	_, err := f.Mint(t.Context(), "s", 1)
	check(t, err)
	_, err = f.Erase(t.Context(), "s", ticket)
	check(t, err)
	f.put(t, kept)
	s.source.Forget("s")
	s.opens("s", envelope, nil)
	again, err := f.Erase(t.Context(), "s", ticket) // as after a restore
	check(t, err)
	if fmt.Sprint(again.IDs) != "[1]" {
		t.Error(again)
	}
	s.source.Forget("s")
	s.opens("s", envelope, cipher.ErrKeyDestroyed)
}

// TestDeleted: a scope whose item is gone begins anew. What was sealed under the former keys does not
// open, and nothing opens wrongly.
func TestDeleted(t *testing.T) {
	f := newFixture(t, keytable.OnDemand())
	s := f.service(t)
	envelope := s.seal("s")
	_, err := f.client.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: aws.String(table), Key: key("s")})
	check(t, err)
	s.source.Forget("s")
	s.opens("s", envelope, cipher.ErrUnknownKey)
	again := s.seal("s")
	s.opens("s", again, nil)
	s.source.Forget("s")
	s.opens("s", envelope, cipher.ErrWrongKey)
}

// TestLeaks: no text that the package makes has a key in it, nor the name of a scope but the
// audit line.
func TestLeaks(t *testing.T) {
	const scope = "somebody@example.org"
	f := newFixture(t)
	ctx := t.Context()
	f.mint(t, scope, 3)
	check(t, f.Disable(ctx, scope, 1))
	_, err := f.Destroy(ctx, scope, 3, ticket)
	errs := []error{err, f.Disable(ctx, scope, 1<<31), f.Enable(ctx, scope, 9), f.Disable(ctx, scope, 3)}
	done, err := f.Destroy(ctx, scope, 2, ticket)
	check(t, err)
	_, err = f.ByID(ctx, scope, 1)
	errs = append(errs, err)
	_, err = f.ByID(ctx, scope, 2)
	errs = append(errs, err)
	item := f.item(t, scope)
	within(item, "w")["2"] = binary([]byte("a wrapped key"))
	item["k"] = text("damaged")
	f.put(t, item)
	_, err = f.Mint(ctx, scope, 3)
	errs = append(errs, err)
	_, err = f.Scope(ctx, scope)
	errs = append(errs, err)
	erased, err := f.Erase(ctx, scope, ticket)
	errs = append(errs, err)
	for i, err := range errs {
		if err == nil {
			t.Errorf("%d: no error", i)
			continue
		}
		f.noSecrets(t, err)
		if said := fmt.Sprintf("%v %#v", err, err); strings.Contains(said, "somebody") || strings.Contains(said, "a wrapped key") {
			t.Errorf("an error names the scope or has a wrapped key: %s", said)
		}
	}
	for _, e := range []any{done, erased} {
		f.noSecrets(t, fmt.Errorf("%v %+v %#v", e, e, e))
	}
	if len(f.safe.secrets) != 3 {
		t.Errorf("%d keys were made", len(f.safe.secrets))
	}
}

// TestSecretNotStored: what is sent to DynamoDB is wrapped.
func TestSecretNotStored(t *testing.T) {
	f := newFixture(t)
	f.mint(t, "s", 3)
	for _, secret := range f.safe.secrets {
		for _, av := range within(f.item(t, "s"), "w") {
			if bytes.Contains(av.(*types.AttributeValueMemberB).Value, secret[:8]) {
				t.Error("a key is stored in the clear")
			}
		}
	}
}
