package keytable_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/cipher/keytable"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
)

// service is a process: it has keys in memory.
type service struct {
	t      *testing.T
	source *cipher.Wrapped
	*cipher.AES
}

func (f *fixture) service(t *testing.T) *service {
	t.Helper()
	source, err := cipher.NewWrapped(f.Store, f.safe, cipher.KeepKeys(5*time.Minute, time.Minute), cipher.KeepFailures(0))
	check(t, err)
	aes, err := cipher.New(source)
	check(t, err)
	return &service{t, source, aes}
}

func at(scope string) *cipher.Binding {
	return &cipher.Binding{Entity: "person", Scope: scope, Key: []cipher.KeyPart{cipher.KeyString("p1")}, Path: cipher.Path{cipher.Name("city")}}
}

func (s *service) seal(scope string) []byte {
	s.t.Helper()
	b, err := s.Seal(s.t.Context(), nil, []byte("Osaka"), at(scope))
	check(s.t, err)
	return b
}

// opens checks what opening an envelope says.
func (s *service) opens(scope string, envelope []byte, want error) {
	s.t.Helper()
	plain, err := s.Open(s.t.Context(), nil, envelope, at(scope))
	if !errors.Is(err, want) || want == nil && string(plain) != "Osaka" {
		s.t.Errorf("%q, %v; want %v", plain, err, want)
	}
}

// TestRoundTrip goes through the life of a scope, with two processes that have keys in memory.
func TestRoundTrip(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := newFixture(t)
		f.mint(t, "t1", 1)
		f.mint(t, "t2", 1)
		a, b := f.service(t), f.service(t)
		first, foreign := a.seal("t1"), a.seal("t2")

		f.mint(t, "t3", 1)
		if _, err := f.Mint(t.Context(), "t1", 1); err != nil {
			t.Fatal(err)
		}
		if k, err := a.source.Primary(t.Context(), "t1"); err != nil || k.ID() != 1 {
			t.Errorf("the choice of the primary is kept for a minute: %v, %v", k, err)
		}
		time.Sleep(time.Minute)
		second := a.seal("t1")
		if k, err := a.source.Primary(t.Context(), "t1"); err != nil || k.ID() != 2 {
			t.Errorf("after a rotation: %v, %v", k, err)
		}
		b.opens("t1", first, nil)
		b.opens("t1", second, nil)

		check(t, f.Disable(t.Context(), "t1", 1))
		b.source.Forget("t1")
		b.opens("t1", first, cipher.ErrKeyDisabled)
		b.opens("t1", second, nil)
		check(t, f.Enable(t.Context(), "t1", 1))
		b.source.Forget("t1")
		b.opens("t1", first, nil)

		_, err := f.Destroy(t.Context(), "t1", 1, ticket)
		check(t, err)
		a.opens("t1", first, nil) // in memory
		time.Sleep(5 * time.Minute)
		a.opens("t1", first, cipher.ErrKeyDestroyed)
		a.opens("t1", second, nil)

		_, err = f.Erase(t.Context(), "t1", ticket)
		check(t, err)
		a.opens("t1", second, nil)
		time.Sleep(5 * time.Minute)
		a.opens("t1", second, cipher.ErrKeyDestroyed)
		if _, err := a.Seal(t.Context(), nil, []byte("x"), at("t1")); !errors.Is(err, cipher.ErrKeyDestroyed) {
			t.Errorf("Seal for a scope that is erased: %v", err)
		}
		a.opens("t2", foreign, nil)
	})
}

// TestRequests counts: cipher.Wrapped calls Primary and ByID, and each is one GetItem.
func TestRequests(t *testing.T) {
	f := newFixture(t, keytable.OnDemand())
	ctx := t.Context()
	for _, c := range []struct {
		name, want string
		call       func() error
	}{
		{"the first Mint", "GetItem UpdateItem", func() error { _, err := f.Mint(ctx, "s", 0); return err }},
		{"a repeated Mint", "GetItem", func() error { _, err := f.Mint(ctx, "s", 0); return err }},
		{"Mint", "GetItem UpdateItem", func() error { _, err := f.Mint(ctx, "s", 1); return err }},
		{"Primary", "GetItem", func() error { _, err := f.Primary(ctx, "s"); return err }},
		{"ByID", "GetItem", func() error { _, err := f.ByID(ctx, "s", 1); return err }},
		{"Primary on demand", "GetItem UpdateItem", func() error { _, err := f.Primary(ctx, "new"); return err }},
		{"Disable", "GetItem UpdateItem", func() error { return f.Disable(ctx, "s", 1) }},
		{"Enable", "GetItem UpdateItem", func() error { return f.Enable(ctx, "s", 1) }},
		{"Destroy", "GetItem UpdateItem", func() error { _, err := f.Destroy(ctx, "s", 1, ticket); return err }},
		{"a repeated Destroy", "GetItem", func() error { _, err := f.Destroy(ctx, "s", 1, ticket); return err }},
		{"Scope", "GetItem", func() error { _, err := f.Scope(ctx, "s"); return err }},
		{"Scopes", "Scan", func() error {
			for _, err := range f.Scopes(ctx) {
				if err != nil {
					return err
				}
			}
			return nil
		}},
		{"Erase", "GetItem UpdateItem", func() error { _, err := f.Erase(ctx, "s", ticket); return err }},
		{"a repeated Erase", "GetItem", func() error { _, err := f.Erase(ctx, "s", ticket); return err }},
		{"CreateTable", "CreateTable DescribeTable", func() error { return f.CreateTable(ctx) }},
	} {
		f.net.Reset()
		if err := c.call(); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if got := strings.Join(f.net.Operations(), " "); got != c.want {
			t.Errorf("%s sends %s, want %s", c.name, got, c.want)
		}
		for _, r := range f.net.Requests() {
			if (r.Operation == "GetItem" || r.Operation == "Scan") && !strings.Contains(string(r.Body), `"ConsistentRead":true`) {
				t.Errorf("%s: a read is not strongly consistent: %s", c.name, r.Body)
			}
		}
	}
}

// TestVerdicts: what is stored decides, and an id that never was is unknown.
func TestVerdicts(t *testing.T) {
	f := newFixture(t)
	ctx := t.Context()
	f.mint(t, "s", 3)
	check(t, f.Disable(ctx, "s", 1))
	_, err := f.Destroy(ctx, "s", 2, ticket)
	check(t, err)
	byID := func(scope string, id cipher.KeyID) error { _, err := f.ByID(ctx, scope, id); return err }
	primary := func(scope string) error { _, err := f.Primary(ctx, scope); return err }
	destroy := func(scope string, id cipher.KeyID) error { _, err := f.Destroy(ctx, scope, id, ticket); return err }
	mint := func(scope string, replaced cipher.KeyID) error { _, err := f.Mint(ctx, scope, replaced); return err }
	scope := func(scope string) error { _, err := f.Scope(ctx, scope); return err }
	for _, c := range []struct {
		name      string
		err, want error
	}{
		{"ByID of a disabled key", byID("s", 1), cipher.ErrKeyDisabled},
		{"ByID of a destroyed key", byID("s", 2), cipher.ErrKeyDestroyed},
		{"ByID", byID("s", 3), nil},
		{"ByID of 4", byID("s", 4), cipher.ErrUnknownKey},
		{"ByID of 0", byID("s", 0), cipher.ErrUnknownKey},
		{"ByID of no scope", byID("none", 1), cipher.ErrUnknownKey},
		{"Primary of no scope", primary("none"), cipher.ErrUnknownKey},
		{"Scope of no scope", scope("none"), cipher.ErrUnknownKey},
		{"Mint after 4", mint("s", 4), cipher.ErrUnknownKey},
		{"Mint after a key that never was", mint("none", 1), cipher.ErrUnknownKey},
		{"Disable of the primary", f.Disable(ctx, "s", 3), keytable.ErrPrimary},
		{"Disable of a destroyed key", f.Disable(ctx, "s", 2), cipher.ErrKeyDestroyed},
		{"Disable of no key", f.Disable(ctx, "s", 4), cipher.ErrUnknownKey},
		{"Disable of no scope", f.Disable(ctx, "none", 1), cipher.ErrUnknownKey},
		{"Disable again", f.Disable(ctx, "s", 1), nil},
		{"Enable of a destroyed key", f.Enable(ctx, "s", 2), cipher.ErrKeyDestroyed},
		{"Enable of an enabled key", f.Enable(ctx, "s", 3), nil},
		{"Destroy of the primary", destroy("s", 3), keytable.ErrPrimary},
		{"Destroy of no key", destroy("s", 4), cipher.ErrUnknownKey},
		{"Destroy of no scope", destroy("none", 1), cipher.ErrUnknownKey},
	} {
		if !errors.Is(c.err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, c.err, c.want)
		}
	}
	if f.item(t, "none") != nil {
		t.Error("a refusal has made a scope")
	}
}

// TestShredded: what is erased stays so, and says by whom.
func TestShredded(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := newFixture(t, keytable.OnDemand())
		ctx := t.Context()
		f.mint(t, "s", 4)
		before, err := f.Destroy(ctx, "s", 2, other)
		check(t, err)
		check(t, f.Disable(ctx, "s", 1))
		time.Sleep(time.Hour)
		erased, err := f.Erase(ctx, "s", ticket)
		check(t, err)
		want := &keytable.Erasure{Scope: "s", Whole: true, IDs: []cipher.KeyID{1, 3, 4}, Audit: ticket, At: time.Date(2000, 1, 1, 1, 0, 0, 0, time.UTC)}
		if diff := cmp.Diff(want, erased); diff != "" {
			t.Error(diff)
		}
		time.Sleep(time.Hour)
		for range 2 {
			again, err := f.Erase(ctx, "s", other)
			check(t, err)
			if diff := cmp.Diff(want, again); diff != "" {
				t.Errorf("a second Erase says another thing than the first:\n%s", diff)
			}
		}
		for id, want := range map[cipher.KeyID]*keytable.Erasure{2: before, 3: erased} {
			got, err := f.Destroy(ctx, "s", id, other)
			check(t, err)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		}
		gone := func(name string, err error) {
			t.Helper()
			if !errors.Is(err, cipher.ErrKeyDestroyed) {
				t.Errorf("%s: %v", name, err)
			}
		}
		_, err = f.Primary(ctx, "s")
		gone("Primary", err)
		for id := range cipher.KeyID(6) {
			_, err = f.ByID(ctx, "s", id)
			gone("ByID", err)
			_, err = f.Mint(ctx, "s", id)
			gone("Mint", err)
			gone("Disable", f.Disable(ctx, "s", id))
			gone("Enable", f.Enable(ctx, "s", id))
		}
		if w := f.item(t, "s")["w"]; w != nil {
			t.Error("wrapped keys are still there")
		}

		none, err := f.Erase(ctx, "never had a key", ticket)
		if err != nil || len(none.IDs) != 0 || !none.Whole {
			t.Errorf("%v, %v", none, err)
		}
		_, err = f.Primary(ctx, "never had a key")
		gone("Primary on demand", err)
	})
}

func TestErasureText(t *testing.T) {
	at := time.Date(2026, 11, 30, 8, 0, 0, 5e6, time.UTC)
	for want, e := range map[string]keytable.Erasure{
		`scope "p\n1" erased at 2026-11-30T08:00:00.005Z by "privacy desk", why: "request 17"; keys 1-3, 5, 7-8 destroyed`: {Scope: "p\n1", Whole: true, IDs: []cipher.KeyID{1, 2, 3, 5, 7, 8}, Audit: ticket, At: at},
		`scope "" erased at 2026-11-30T08:00:00.005Z by "privacy desk", why: "request 17"; no key destroyed`:               {Whole: true, Audit: ticket, At: at},
		`key 3 of scope "ß" destroyed at 2026-11-30T08:00:00.005Z by "privacy desk", why: "request 17"`:                    {Scope: "ß", IDs: []cipher.KeyID{3}, Audit: ticket, At: at},
	} {
		if e.String() != want {
			t.Errorf("%s\nwant %s", e, want)
		}
	}
}

// TestScopeNames: every text is a scope of its own, up to what a key of DynamoDB takes.
func TestScopeNames(t *testing.T) {
	f := newFixture(t)
	s := f.service(t)
	names := []string{"", "=", "==", " ", "a", "A", "ä", "a\u0308", "東京", "\x00", "a/b", "a#b", strings.Repeat("x", 2047), strings.Repeat("é", 1023)}
	envelopes := map[string][]byte{}
	for _, n := range names {
		f.mint(t, n, 1)
		envelopes[n] = s.seal(n)
	}
	seen := 0
	for scope, err := range f.Scopes(t.Context()) {
		check(t, err)
		if envelopes[scope.Name] == nil || scope.Primary != 1 {
			t.Errorf("%+v", scope)
		}
		seen++
	}
	if seen != len(names) {
		t.Errorf("%d scopes of %d", seen, len(names))
	}
	for _, n := range names {
		_, err := f.Erase(t.Context(), n, ticket)
		check(t, err)
		s.source.Forget(n)
		s.opens(n, envelopes[n], cipher.ErrKeyDestroyed)
		delete(envelopes, n)
		for other, e := range envelopes {
			s.opens(other, e, nil)
		}
	}
}

// TestInvalid: a wrong argument is an error before any request.
func TestInvalid(t *testing.T) {
	f := newFixture(t, keytable.OnDemand())
	ctx := t.Context()
	wrong := func(name string, err error) {
		t.Helper()
		if !errors.Is(err, keytable.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
		if n := f.net.Count(); n != 0 {
			t.Errorf("%s: %d requests", name, n)
		}
	}
	for name, scope := range map[string]string{"too long": strings.Repeat("x", 2048), "no UTF-8": "a\xff", "half a character": strings.Repeat("x", 2046) + "é"[:1], "too long in bytes": strings.Repeat("é", 1024)} {
		_, err := f.Primary(ctx, scope)
		wrong(name, err)
		_, err = f.ByID(ctx, scope, 1)
		wrong(name, err)
		_, err = f.Mint(ctx, scope, 0)
		wrong(name, err)
		wrong(name, f.Disable(ctx, scope, 1))
		wrong(name, f.Enable(ctx, scope, 1))
		_, err = f.Destroy(ctx, scope, 1, ticket)
		wrong(name, err)
		_, err = f.Erase(ctx, scope, ticket)
		wrong(name, err)
		_, err = f.Scope(ctx, scope)
		wrong(name, err)
	}
	for name, a := range map[string]keytable.Audit{
		"nobody": {Why: "w"}, "no reason": {By: "b"}, "long By": {By: strings.Repeat("x", 129), Why: "w"}, "long Why": {By: "b", Why: strings.Repeat("x", 257)},
		"By is no text": {By: "\xff", Why: "w"}, "Why is no text": {By: "b", Why: "\xff"},
	} {
		_, err := f.Destroy(ctx, "s", 1, a)
		wrong(name, err)
		_, err = f.Erase(ctx, "s", a)
		wrong(name, err)
	}
	client := embedded.New().Client()
	for name, c := range map[string]struct {
		client  keytable.Client
		table   string
		wrapper cipher.KeyWrapper
		opts    []keytable.Option
	}{
		"no client":     {nil, table, f.safe, nil},
		"nil client":    {(*dynamodb.Client)(nil), table, f.safe, nil},
		"no table":      {client, "", f.safe, nil},
		"no table name": {client, "a b", f.safe, nil},
		"an index":      {client, "arn:aws:dynamodb:eu-west-1:123456789012:table/Keys/index/x", f.safe, nil},
		"no wrapper":    {client, table, nil, nil},
		"nil wrapper":   {client, table, (*safe)(nil), nil},
		"nil option":    {client, table, f.safe, []keytable.Option{keytable.OnDemand(), nil}},
	} {
		s, err := keytable.New(c.client, c.table, c.wrapper, c.opts...)
		wrong(name, err)
		if s != nil {
			t.Errorf("%s: a store", name)
		}
	}
	for _, s := range []*keytable.Store{nil, new(keytable.Store)} {
		_, err := s.Primary(ctx, "s")
		wrong("zero", err)
		_, err = s.ByID(ctx, "s", 1)
		wrong("zero", err)
		_, err = s.Erase(ctx, "s", ticket)
		wrong("zero", err)
		wrong("zero", s.Enable(ctx, "s", 1))
		wrong("zero", s.CreateTable(ctx))
		for scope, err := range s.Scopes(ctx) {
			wrong("zero", err)
			if scope != nil {
				t.Error(scope)
			}
		}
	}
}

// TestCreateTable: a table is made once, and one of another key is refused.
func TestCreateTable(t *testing.T) {
	f := newFixture(t)
	f.mint(t, "s", 1)
	check(t, f.CreateTable(t.Context()))
	if _, err := f.Primary(t.Context(), "s"); err != nil {
		t.Error(err)
	}
	client := embedded.New().Client()
	_, err := client.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: aws.String(table), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}},
	})
	check(t, err)
	if err := f.on(t, client).CreateTable(t.Context()); !errors.Is(err, keytable.ErrInvalid) {
		t.Error(err)
	}
	f.net.Reset(fault.Inject(fault.Throttle()))
	if err := f.CreateTable(t.Context()); err == nil || errors.Is(err, keytable.ErrInvalid) {
		t.Error(err)
	}
}

// TestWrapperAway: nothing is stored that was not wrapped.
func TestWrapperAway(t *testing.T) {
	f := newFixture(t, keytable.OnDemand())
	f.safe.away = errors.New("the wrapper is away")
	_, err := f.Primary(t.Context(), "s")
	_, minted := f.Mint(t.Context(), "s", 0)
	for _, err := range []error{err, minted} {
		if !errors.Is(err, f.safe.away) || !errors.Is(err, cipher.ErrKeySource) {
			t.Error(err)
		}
	}
	for _, w := range []cipher.KeyWrapper{nothing{}, forgetful{f.safe}} {
		s, err := keytable.New(f.client, table, w)
		check(t, err)
		if id, err := s.Mint(t.Context(), "s", 0); err == nil || id != 0 {
			t.Errorf("%T: %d, %v", w, id, err)
		}
	}
	if f.item(t, "s") != nil {
		t.Error("something was stored")
	}
	f.safe.away = nil
	if id, err := f.Primary(t.Context(), "s"); id != 1 || err != nil {
		t.Error(id, err)
	}
}

// nothing wraps every key to nothing.
type nothing struct{}

var last []byte

func (nothing) Wrap(_ context.Context, secret []byte, _ cipher.KeyName) ([]byte, error) {
	last = append([]byte(nil), secret...)
	return nil, nil
}

func (nothing) Unwrap(context.Context, []byte, cipher.KeyName) ([]byte, error) {
	return append([]byte(nil), last...), nil
}

// forgetful cannot unwrap what it wraps.
type forgetful struct{ *safe }

func (f forgetful) Unwrap(ctx context.Context, wrapped []byte, name cipher.KeyName) ([]byte, error) {
	name.ID++
	return f.safe.Unwrap(ctx, wrapped, name)
}

// TestCanceled: a context that has ended ends every call, before it writes.
func TestCanceled(t *testing.T) {
	f := newFixture(t, keytable.OnDemand())
	f.mint(t, "s", 2)
	before := f.item(t, "s")
	f.net.Reset()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, call := range calls(f.Store) {
		if err := call(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := f.net.Count(); n != 0 {
		t.Errorf("%d requests", n)
	}
	if diff := cmp.Diff(before, f.item(t, "s"), values); diff != "" {
		t.Error(diff)
	}
}
