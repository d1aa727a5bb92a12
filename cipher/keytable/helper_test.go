package keytable_test

import (
	"bytes"
	"context"
	"crypto/aes"
	stdcipher "crypto/cipher"
	"crypto/fips140"
	"crypto/sha256"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/cipher/keytable"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
)

// safe is a wrapper in memory. It binds keys to what environment it is of, and to their names, and
// remembers the secrets that it was given.
type safe struct {
	aead        stdcipher.AEAD
	environment string

	mu      sync.Mutex
	secrets [][]byte
	away    error
}

func newSafe(t testing.TB, environment string) *safe {
	t.Helper()
	key := sha256.Sum256([]byte("the one master key of all environments"))
	block, err := aes.NewCipher(key[:])
	check(t, err)
	aead, err := stdcipher.NewGCMWithRandomNonce(block)
	check(t, err)
	return &safe{aead: aead, environment: environment}
}

func (s *safe) bound(name cipher.KeyName) []byte {
	return fmt.Appendf(nil, "%q %d %q", s.environment, name.ID, name.Scope)
}

func (s *safe) Wrap(_ context.Context, secret []byte, name cipher.KeyName) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.secrets = append(s.secrets, bytes.Clone(secret))
	return s.aead.Seal(nil, nil, secret, s.bound(name)), s.away
}

func (s *safe) Unwrap(_ context.Context, wrapped []byte, name cipher.KeyName) ([]byte, error) {
	return s.aead.Open(nil, nil, wrapped, s.bound(name))
}

// bubble runs a test in which pauses take no time. Go's random numbers in FIPS mode need a clock
// that runs.
func bubble(t *testing.T, test func(*testing.T)) {
	if fips140.Enabled() {
		t.Skip("no random numbers in a bubble in FIPS mode")
	}
	synctest.Test(t, test)
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// once sends each request once, so that a test sees what an attempt does.
func once(o *dynamodb.Options) { o.RetryMaxAttempts = 1 }

const table = "Keys"

var (
	ticket = keytable.Audit{By: "privacy desk", Why: "request 17"}
	other  = keytable.Audit{By: "somebody else", Why: "another request"}
)

// fixture is a store over an empty table, and what is behind it.
type fixture struct {
	*keytable.Store
	client *dynamodb.Client // that meets no faults
	net    *fault.Transport
	safe   *safe
}

func newFixture(t testing.TB, opts ...keytable.Option) *fixture {
	t.Helper()
	f := &fixture{client: embedded.New().Client(once), safe: newSafe(t, "test")}
	var client *dynamodb.Client
	client, f.net = fault.Wrap(f.client)
	f.Store = f.on(t, client, opts...)
	check(t, f.CreateTable(t.Context()))
	f.net.Reset()
	return f
}

// on is a store on the same table by another client.
func (f *fixture) on(t testing.TB, client keytable.Client, opts ...keytable.Option) *keytable.Store {
	t.Helper()
	s, err := keytable.New(client, table, f.safe, opts...)
	check(t, err)
	return s
}

// mint gives a scope n keys.
func (f *fixture) mint(t testing.TB, scope string, n int) {
	t.Helper()
	for replaced := range cipher.KeyID(n) {
		id, err := f.Mint(t.Context(), scope, replaced)
		if err != nil || id != replaced+1 {
			t.Fatalf("Mint in place of %d: %d, %v", replaced, id, err)
		}
	}
}

// item is what is stored of a scope, nil if nothing is.
func (f *fixture) item(t testing.TB, scope string) map[string]types.AttributeValue {
	t.Helper()
	out, err := f.client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String(table), Key: key(scope), ConsistentRead: aws.Bool(true)})
	check(t, err)
	return out.Item
}

func (f *fixture) put(t testing.TB, item map[string]types.AttributeValue) {
	t.Helper()
	_, err := f.client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(table), Item: item})
	check(t, err)
}

func key(scope string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"scope": text("=" + scope)}
}

func text(s string) types.AttributeValue   { return &types.AttributeValueMemberS{Value: s} }
func number(s string) types.AttributeValue { return &types.AttributeValueMemberN{Value: s} }
func binary(b []byte) types.AttributeValue { return &types.AttributeValueMemberB{Value: b} }
func document(m map[string]types.AttributeValue) types.AttributeValue {
	return &types.AttributeValueMemberM{Value: m}
}
