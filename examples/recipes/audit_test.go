package recipes_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type (
	// Ledger is one volume of an account's entries, at most 99.
	Ledger struct {
		Account string      `dynamodbav:"account"`
		Volume  int         `dynamodbav:"volume"`
		Balance int         `dynamodbav:"balance"` // after the last entry
		Entries []Entry     `dynamodbav:"entries"`
		Meta    meta.Record `dynamodbav:"-"`
	}
	Entry struct {
		Text   string `dynamodbav:"text"`
		Amount int    `dynamodbav:"amount"`
	}
)

var (
	ledgerKey     = repo.CompositeKeyOf(func(l *Ledger) *string { return &l.Account }, func(l *Ledger) *int { return &l.Volume })
	ledgerBalance = lens.Of(func(l *Ledger) *int { return &l.Balance })
	ledgerEntries = lens.Of(func(l *Ledger) *[]Entry { return &l.Entries })
	notFull       = repo.IfExpr[Ledger](lens.Name(ledgerEntries).Size().LessThan(expression.Value(99)))
)

func ledgers() repo.Model[Ledger] {
	return repo.TableOf("Ledgers", ledgerKey,
		shard.Each(shard.To("Entries"), func(l *Ledger) *[]Entry { return &l.Entries }), // an item per entry
		meta.Keep(func(l *Ledger) *meta.Record { return &l.Meta }))
}

// enter appends an entry to the last volume, and opens another one if that is
// full. Entry and balance are written together or not at all.
func enter(ctx context.Context, r *repo.Repo[Ledger], account string, e Entry) error {
	for {
		last := &Ledger{Account: account}
		for l, err := range r.Query(ctx, ledgerKey.In(account).Backwards(), repo.Limit(1), repo.RootOnly()) {
			if err != nil {
				return err
			}
			last = l
		}
		err := r.Update(ctx, ledgerKey.Of(account, last.Volume), lens.Append(ledgerEntries, e), lens.Add(ledgerBalance, e.Amount), notFull)
		if !errors.Is(err, repo.ErrCondition) && !errors.Is(err, repo.ErrNotFound) {
			return err
		}
		// A full volume does not change any more, so its balance is final.
		if last, err = final(ctx, r, last); err != nil {
			return err
		}
		next := &Ledger{Account: account, Volume: last.Volume + 1, Balance: last.Balance + e.Amount, Entries: []Entry{e}}
		if _, err = r.Create(ctx, next); !errors.Is(err, repo.ErrExists) {
			return err
		}
		// Another writer has opened it: append there.
	}
}

// final reads a full volume again, because others may have filled it. The
// volume before the first is empty.
func final(ctx context.Context, r *repo.Repo[Ledger], l *Ledger) (*Ledger, error) {
	if l.Volume == 0 {
		return l, nil
	}
	return r.Get(ctx, ledgerKey.Of(l.Account, l.Volume), repo.RootOnly())
}

func Example_audit() {
	ctx := context.Background()
	r := store(ledgers())
	for i := range 200 {
		if err := enter(ctx, r, "a1", Entry{fmt.Sprint("deposit ", i+1), 5}); err != nil {
			log.Fatal(err)
		}
	}
	for l, err := range r.Query(ctx, ledgerKey.In("a1")) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("volume %d: %d entries from %q, balance %d\n", l.Volume, len(l.Entries), l.Entries[0].Text, l.Balance)
	}

	// A full volume is refused before anything is written.
	err := r.Update(ctx, ledgerKey.Of("a1", 1), lens.Append(ledgerEntries, Entry{}), notFull)
	fmt.Println(errors.Is(err, repo.ErrCondition))
	// Output:
	// volume 1: 99 entries from "deposit 1", balance 495
	// volume 2: 99 entries from "deposit 100", balance 990
	// volume 3: 2 entries from "deposit 199", balance 1000
	// true
}

// TestEnter calls enter concurrently: no entry is lost at the end of a volume.
func TestEnter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := store(ledgers())
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				for range 26 {
					if err := enter(t.Context(), r, "a1", Entry{"deposit", 1}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		group.Wait()
		total := 0
		for l, err := range r.Query(t.Context(), ledgerKey.In("a1")) {
			if err != nil {
				t.Fatal(err)
			}
			if total += len(l.Entries); l.Balance != total {
				t.Errorf("volume %d ends at %d entries with a balance of %d", l.Volume, total, l.Balance)
			}
		}
		if total != 8*26 {
			t.Errorf("%d entries; want %d", total, 8*26)
		}
	})
}
