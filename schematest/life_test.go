package schematest_test

import (
	"errors"
	"testing"
	"time"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/schematest"
)

type lease struct {
	ID    string      `dynamodbav:"id"`
	Until time.Time   `dynamodbav:"until,unixtime"`
	Hits  int         `dynamodbav:"hits"`
	Meta  meta.Record `dynamodbav:"-"`
}

var (
	leaseID   = repo.KeyOf(func(l *lease) *string { return &l.ID })
	leaseHits = lens.Of(func(l *lease) *int { return &l.Hits })
)

func leases(parts ...repo.Part[lease]) repo.Model[lease] {
	return repo.TableOf("Leases", leaseID, append(parts, meta.Keep(func(l *lease) *meta.Record { return &l.Meta }))...)
}

// A program of before reads, and changes, what has expired for a new one.
func TestExpiryAdded(t *testing.T) {
	c := embedded.New().Client()
	old, now := open(t, c, leases()), open(t, c, leases(repo.ExpiresAt(func(l *lease) *time.Time { return &l.Until })))
	judged(t, old, now, schematest.BreaksOldReaders)
	judged(t, now, old, schematest.BreaksOldReaders)
	must(t, now.CreateTables(t.Context()))
	key, err := now.Create(t.Context(), &lease{ID: "l", Until: time.Now()})
	must(t, err)
	if _, err := now.Get(t.Context(), key); !errors.Is(err, repo.ErrNotFound) {
		t.Errorf("new Get: %v", err)
	}
	must(t, old.Update(t.Context(), key, leaseHits.Set(1)))
}

// A program of before removes for good what a new one would keep. It finds nothing where
// something is deleted.
func TestSoftDeletionAdded(t *testing.T) {
	c := embedded.New().Client()
	old, now := open(t, c, leases()), open(t, c, leases(repo.SoftDelete[lease]()))
	judged(t, old, now, schematest.BreaksOldReaders)
	judged(t, now, old, schematest.BreaksOldReaders)
	must(t, now.CreateTables(t.Context()))
	key, err := now.Create(t.Context(), &lease{ID: "l"})
	must(t, err)
	must(t, now.Delete(t.Context(), key))
	if _, err := old.Get(t.Context(), key); !errors.Is(err, repo.ErrNotFound) {
		t.Errorf("old Get: %v", err)
	}
	if err := old.Update(t.Context(), key, leaseHits.Set(1)); !errors.Is(err, repo.ErrNotFound) {
		t.Errorf("old Update: %v", err)
	}
	must(t, now.Restore(t.Context(), key))
	must(t, old.Delete(t.Context(), key))
	if err := now.Restore(t.Context(), key); !errors.Is(err, repo.ErrNotFound) {
		t.Errorf("Restore of what an old program has deleted: %v", err)
	}
}

type (
	pay  interface{ pays() }
	card struct{ No string }
	cash struct{ Sum int }
	sale struct {
		ID   string      `dynamodbav:"id"`
		Hits int         `dynamodbav:"hits"`
		Pay  pay         `dynamodbav:"pay"`
		Meta meta.Record `dynamodbav:"-"`
	}
)

func (card) pays() {}
func (cash) pays() {}

var (
	saleID   = repo.KeyOf(func(s *sale) *string { return &s.ID })
	saleHits = lens.Of(func(s *sale) *int { return &s.Hits })
)

func sales(variants ...repo.CaseOf[pay]) repo.Model[sale] {
	return repo.TableOf("Sales", saleID, repo.OneOf(func(s *sale) *pay { return &s.Pay }, variants...),
		meta.Keep(func(s *sale) *meta.Record { return &s.Meta }))
}

// What holds a variant that a program does not know is an error for it, and is kept by
// its updates.
func TestVariantAdded(t *testing.T) {
	c := embedded.New().Client()
	ofCard, ofCash := repo.Variant[card, pay]("card"), repo.Variant[cash, pay]("cash")
	old, now := open(t, c, sales(ofCard)), open(t, c, sales(ofCard, ofCash))
	judged(t, old, now, schematest.BreaksOldReaders)
	judged(t, now, old, schematest.BreaksStoredData)
	must(t, now.CreateTables(t.Context()))
	key, err := now.Create(t.Context(), &sale{ID: "s", Pay: cash{3}})
	must(t, err)
	if _, err := old.Get(t.Context(), key); !errors.Is(err, repo.ErrUnknownVariant) {
		t.Errorf("old Get: %v", err)
	}
	must(t, old.Update(t.Context(), key, saleHits.Set(1)))
	got, err := now.Get(t.Context(), key)
	must(t, err)
	if got.Pay != (cash{3}) || got.Hits != 1 {
		t.Errorf("%+v", got)
	}
}
