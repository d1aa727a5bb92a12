package recipes_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

type Account struct {
	ID    string `dynamodbav:"id"`
	Cents int    `dynamodbav:"cents"`
}

var (
	accountID    = repo.KeyOf(func(a *Account) *string { return &a.ID })
	accountCents = lens.Of(func(a *Account) *int { return &a.Cents })
)

// bank is a repository with one account of 100 cents, and the transport that
// its requests go through.
func bank(ctx context.Context, t *testing.T) (*repo.Repo[Account], *fault.Transport) {
	t.Helper()
	client, net := fault.Wrap(embedded.New().Client())
	r := over(client, repo.TableOf("Accounts", accountID))
	if _, err := r.Create(ctx, &Account{ID: "a1", Cents: 100}); err != nil {
		t.Fatal(err)
	}
	net.Reset() // count the following requests from 0
	return r, net
}

// deposit is the operation under test.
func deposit(ctx context.Context, r *repo.Repo[Account], cents int) error {
	return r.Update(ctx, accountID.Of("a1"), lens.Add(accountCents, cents))
}

// TestDepositUnderFaults runs a deposit under every standard fault at every one
// of its requests. The deposit must report what has happened. The bubble has
// virtual time, so pauses between attempts take no time.
func TestDepositUnderFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, net := bank(t.Context(), t)
		if err := deposit(t.Context(), r, 10); err != nil {
			t.Fatal(err)
		}
		for name, rule := range fault.Each(net.Requests(), fault.Standard()...) {
			r, net := bank(t.Context(), t)
			net.Reset(rule)
			err := deposit(t.Context(), r, 10)
			net.Reset() // the network has no faults any more

			a, readErr := r.Get(t.Context(), accountID.Of("a1"))
			if readErr != nil {
				t.Fatal(name, readErr)
			}
			unknown := errors.Is(err, repo.ErrOutcomeUnknown)
			if done := a.Cents == 110; !unknown && done != (err == nil) || a.Cents != 100 && a.Cents != 110 {
				t.Errorf("%s: reported %v, and the account has %d", name, err, a.Cents)
			}
		}
	})
}

// TestNeverAnswered: a table that throttles for ever costs a caller seconds.
// It costs the test no time.
func TestNeverAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, net := bank(t.Context(), t)
		net.Reset(fault.Inject(fault.Throttle()))
		begin := time.Now()
		if err := deposit(t.Context(), r, 10); !errors.Is(err, repo.ErrThrottled) {
			t.Errorf("got %v; want ErrThrottled", err)
		}
		if took := time.Since(begin); took < time.Second {
			t.Errorf("it gave up after %v of the bubble's time", took)
		}
	})
}
