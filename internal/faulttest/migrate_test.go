package faulttest

import (
	"errors"
	"testing"
	"testing/synctest"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// TestFaultsWhileMigrating: whatever happens to one request of a migration, what it has
// said that it changed is changed, the next one does the rest, and nothing is lost.
func TestFaultsWhileMigrating(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLedger(t)
		l.begin(t)
		l.net.Reset()
		_, err := l.today.Migrate(t.Context(), repo.PageSize(1))
		kit.Must(t, err)
		for name, rule := range fault.Each(l.net.Requests(), fault.Standard()...) {
			l.begin(t)
			l.net.Reset(rule)
			first, err := l.today.Migrate(t.Context(), repo.PageSize(1))
			if err == nil && (first.Seen != 2 || first.Changed != 2) {
				t.Errorf("%s: without an error %+v", name, first)
			}
			l.net.Reset()
			rest, err := l.clean.Migrate(t.Context())
			kit.Must(t, err)
			if first.Changed+rest.Changed < 2 && rest.Seen == 2 && first.Failed == 0 && first.Cursor == "" {
				t.Errorf("%s: %+v, then %+v", name, first, rest)
			}
			last, err := l.clean.Migrate(t.Context(), repo.DryRun())
			if err != nil || last.Seen != 2 || last.Changed != 0 {
				t.Errorf("%s: in the end %+v, %v", name, last, err)
			}
			for _, id := range []string{"a", "b"} {
				now, err := l.clean.Get(t.Context(), accountKey.Of(id))
				kit.Must(t, err)
				if now.Cent != 100 || now.Memo.Text != "n" || now.Meta.Version != 2 {
					t.Errorf("%s: %s is %+v", name, id, now)
				}
			}
			kit.CheckOrphans(t, l.db.Client(quick), "")
		}
	})
}

// TestMigrationBesideWriters: what others write while a page is under way is not lost.
func TestMigrationBesideWriters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLedger(t)
		for _, other := range []struct {
			name string
			call func() error
			want int
		}{
			{"an old program", func() error {
				_, err := l.old.Put(t.Context(), &accountV1{ID: "a", Euro: 5, Note: noteV1{"n"}})
				return err
			}, 500},
			{"today's program", func() error { return l.clean.Update(t.Context(), accountKey.Of("a"), lens.Add(cent, 7)) }, 107},
			{"a deletion", func() error { return l.clean.Delete(t.Context(), accountKey.Of("a")) }, -1},
		} {
			l.begin(t)
			done := false
			l.net.Reset(fault.Inject(fault.Throttle(), fault.If(func(r fault.Request) bool {
				if r.Operation == "TransactWriteItems" && !done {
					done = true
					kit.Must(t, other.call())
				}
				return false // it is only an occasion
			})))
			p, err := l.today.Migrate(t.Context(), repo.PageSize(1)) // one request at a time
			kit.Must(t, err)
			if p.Failed != 0 || !done {
				t.Errorf("%s: %+v", other.name, p)
			}
			got, err := l.clean.Get(t.Context(), accountKey.Of("a"))
			switch {
			case other.want < 0:
				if !errors.Is(err, repo.ErrNotFound) {
					t.Errorf("%s: %+v, %v", other.name, got, err)
				}
			case err != nil || got.Cent != other.want:
				t.Errorf("%s: %+v, %v", other.name, got, err)
			}
			last, err := l.clean.Migrate(t.Context())
			if err != nil || last.Changed != 0 {
				t.Errorf("%s: then %+v, %v", other.name, last, err)
			}
			kit.CheckOrphans(t, l.db.Client(quick), "")
		}
	})
}
