package keytable_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/cipher/keytable"
	"github.com/dystore/dystore/fault"
)

// values compares attribute values.
var values = cmp.Options{cmpopts.IgnoreUnexported(
	types.AttributeValueMemberS{}, types.AttributeValueMemberN{}, types.AttributeValueMemberB{}, types.AttributeValueMemberM{},
)}

// calls are all methods, on a scope s of two keys.
func calls(s *keytable.Store) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"Primary":           func(ctx context.Context) error { _, err := s.Primary(ctx, "s"); return err },
		"Primary on demand": func(ctx context.Context) error { _, err := s.Primary(ctx, "new"); return err },
		"ByID":              func(ctx context.Context) error { _, err := s.ByID(ctx, "s", 1); return err },
		"Mint first":        func(ctx context.Context) error { _, err := s.Mint(ctx, "new", 0); return err },
		"Mint":              func(ctx context.Context) error { _, err := s.Mint(ctx, "s", 2); return err },
		"Disable":           func(ctx context.Context) error { return s.Disable(ctx, "s", 1) },
		"Enable":            func(ctx context.Context) error { return s.Enable(ctx, "s", 1) },
		"Destroy":           func(ctx context.Context) error { _, err := s.Destroy(ctx, "s", 1, ticket); return err },
		"Erase":             func(ctx context.Context) error { _, err := s.Erase(ctx, "s", ticket); return err },
		"Erase first":       func(ctx context.Context) error { _, err := s.Erase(ctx, "new", ticket); return err },
		"Scope":             func(ctx context.Context) error { _, err := s.Scope(ctx, "s"); return err },
		"Scopes": func(ctx context.Context) error {
			for _, err := range s.Scopes(ctx) {
				if err != nil {
					return err
				}
			}
			return nil
		},
		"CreateTable": s.CreateTable,
	}
}

// shown is what is stored, without times and wrapped keys.
func (f *fixture) shown(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	for _, name := range []string{"new", "s"} {
		s, err := f.on(t, f.client).Scope(t.Context(), name)
		if errors.Is(err, cipher.ErrUnknownKey) {
			fmt.Fprintln(&b, name, "none")
			continue
		}
		check(t, err)
		fmt.Fprint(&b, name, " primary ", s.Primary, " erased ", s.Erased != nil)
		for _, k := range s.Keys {
			fmt.Fprint(&b, " ", k.ID, " ", k.State)
		}
		fmt.Fprintln(&b)
	}
	return b.String()
}

// TestEveryFault: with any fault at any request of any method, the table is in the state of before or
// after. The same call again ends in the state of after, without an id more.
func TestEveryFault(t *testing.T) {
	faults := append(fault.Standard(), fault.CancelContext(), fault.CancelContextAfter(), fault.ProvisionedThroughputExceeded(), empty)
	for name := range calls(nil) {
		t.Run(name, func(t *testing.T) {
			start := func(t *testing.T) (*fixture, string) {
				f := newFixture(t, keytable.OnDemand())
				f.mint(t, "s", 2)
				if name == "Enable" {
					check(t, f.Disable(t.Context(), "s", 1))
				}
				f.net.Reset()
				return f, f.shown(t)
			}
			run := func(t *testing.T, f *fixture) error {
				ctx, cancel := fault.Cancelable(t.Context())
				defer cancel()
				return calls(f.Store)[name](ctx)
			}
			f, before := start(t)
			check(t, run(t, f))
			after := f.shown(t)
			for rule, inject := range fault.Each(f.net.Requests(), faults...) {
				t.Run(rule, func(t *testing.T) {
					f, _ := start(t)
					f.net.Reset(inject)
					err := run(t, f)
					if err == nil && name != "CreateTable" { // which waits for its table
						t.Error("the fault is no error")
					}
					if errors.Is(err, cipher.ErrUnknownKey) || errors.Is(err, cipher.ErrKeyDisabled) || errors.Is(err, cipher.ErrKeyDestroyed) || errors.Is(err, keytable.ErrCorrupt) {
						t.Errorf("a fault of the network is a verdict: %v", err)
					}
					if now := f.shown(t); now != before && now != after {
						t.Errorf("neither before nor after:\n%s", now)
					}
					f.net.Reset()
					check(t, run(t, f))
					if now := f.shown(t); now != after {
						t.Errorf("a repetition ends in\n%swant\n%s", now, after)
					}
					f.noSecrets(t, err)
				})
			}
		})
	}
}

// empty is an answer without a body, which the SDK takes for one that found nothing.
var empty = fault.Custom("empty answer", func(fault.HTTPClient, *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}}, Body: http.NoBody}, nil
})

// noSecrets checks that an error shows no key, wrapped or not.
func (f *fixture) noSecrets(t *testing.T, err error) {
	t.Helper()
	said := fmt.Sprintf("%v %+v %#v %q", err, err, err, err)
	f.safe.mu.Lock()
	defer f.safe.mu.Unlock()
	for _, secret := range f.safe.secrets {
		for _, form := range []string{"%s", "%x", "%v", "%#v"} {
			if text := fmt.Sprintf(form, secret[:8]); strings.Contains(said, strings.Trim(text, "[]")) {
				t.Errorf("an error has the bytes of a key: %s", said)
			}
		}
	}
}

// TestRetriedBySDK: the SDK repeats what got no answer, and finds its own change.
func TestRetriedBySDK(t *testing.T) {
	for name, want := range map[string]string{
		"Mint":              "new none\ns primary 3 erased false 1 enabled 2 enabled 3 enabled\n",
		"Mint first":        "new primary 1 erased false 1 enabled\ns primary 2 erased false 1 enabled 2 enabled\n",
		"Primary on demand": "new primary 1 erased false 1 enabled\ns primary 2 erased false 1 enabled 2 enabled\n",
		"Disable":           "new none\ns primary 2 erased false 1 disabled 2 enabled\n",
		"Destroy":           "new none\ns primary 2 erased false 1 destroyed 2 enabled\n",
		"Erase":             "new none\ns primary 0 erased true 1 destroyed 2 destroyed\n",
	} {
		for client, on := range map[string]func(*dynamodb.Client) keytable.Client{
			"the SDK's": func(c *dynamodb.Client) keytable.Client {
				return dynamodb.New(c.Options(), func(o *dynamodb.Options) { o.RetryMaxAttempts = 3 })
			},
			"opaque": func(c *dynamodb.Client) keytable.Client { return fault.Opaque(c, 3) }, // returns no items of refusals
		} {
			t.Run(name+" by "+client, func(t *testing.T) {
				bubble(t, func(t *testing.T) { // pauses take no time
					f := newFixture(t)
					f.mint(t, "s", 2)
					c, _ := fault.Wrap(f.client, fault.Inject(fault.ReplyLost(), fault.Op("UpdateItem"), fault.Times(1)))
					check(t, calls(f.on(t, on(c), keytable.OnDemand()))[name](t.Context()))
					if now := f.shown(t); now != want {
						t.Errorf("%swant\n%s", now, want)
					}
				})
			})
		}
	}
}

// TestLate: a request that arrives after another change was made changes nothing.
func TestLate(t *testing.T) {
	for late, between := range map[string]string{"Disable": "Enable", "Mint": "Erase", "Mint first": "Erase first", "Erase": "Mint", "Destroy": "Enable", "Enable": "Disable"} {
		t.Run(late+" after "+between, func(t *testing.T) {
			f := newFixture(t)
			f.mint(t, "s", 2)
			f.net.Reset(fault.Inject(fault.Hold(), fault.Op("UpdateItem"), fault.Times(1)))
			if err := calls(f.Store)[late](t.Context()); err == nil {
				t.Fatal("the request was held back, without an error")
			}
			check(t, calls(f.Store)[between](t.Context()))
			before := f.shown(t)
			check(t, f.net.Release())
			if now := f.shown(t); now != before {
				t.Errorf("%swant\n%s", now, before)
			}
		})
	}
}

// TestContention: a scope that others change each time is an error in the end.
func TestContention(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := newFixture(t)
		f.mint(t, "s", 2)
		c := &overtaken{Client: f.client, by: f.on(t, f.client)}
		err := f.on(t, c).Disable(t.Context(), "s", 1)
		if !errors.Is(err, keytable.ErrContention) || c.times != 12 {
			t.Errorf("%v after %d writes", err, c.times)
		}
	})
}

// overtaken is a client whose writes come always second.
type overtaken struct {
	*dynamodb.Client
	by    *keytable.Store
	times int
}

func (o *overtaken) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	o.times++
	if err := o.by.Enable(ctx, "s", 2); err != nil {
		return nil, err
	}
	return o.Client.UpdateItem(ctx, in, opts...)
}
