package faulttest

import (
	"errors"
	"testing"
	"testing/synctest"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// account and its earlier version have their part in different tables.
type accountV1 struct {
	ID   string `dynamodbav:"id"`
	Euro int    `dynamodbav:"euro"`
	Note noteV1 `dynamodbav:"note"`
}

type account struct {
	ID   string      `dynamodbav:"id"`
	Cent int         `dynamodbav:"cent"`
	Memo noteV1      `dynamodbav:"memo"`
	Meta meta.Record `dynamodbav:"-"`
}

type noteV1 struct {
	Text string `dynamodbav:"text"`
}

var (
	accountKeyV1 = repo.KeyOf(func(a *accountV1) *string { return &a.ID })
	accountKey   = repo.KeyOf(func(a *account) *string { return &a.ID })
	cent         = lens.Of(func(a *account) *int { return &a.Cent })
)

// ledger has both versions over one engine.
type ledger struct {
	db    *embedded.DB
	net   *fault.Transport
	old   *repo.Repo[accountV1]
	today *repo.Repo[account] // with faults
	clean *repo.Repo[account]
}

func newLedger(t *testing.T) *ledger {
	l := &ledger{db: embedded.New()}
	client, net := fault.Wrap(l.db.Client(quick))
	l.net = net
	step := func(a *accountV1) (*account, error) { return &account{ID: a.ID, Cent: 100 * a.Euro, Memo: a.Note}, nil }
	m := repo.TableOf("Accounts", accountKey, meta.Keep(func(a *account) *meta.Record { return &a.Meta }),
		shard.New(shard.To("Memos"), func(a *account) *noteV1 { return &a.Memo }), repo.Schema[account](2, repo.Upgrade(1, step)))
	var err error
	l.old, err = repo.New(l.db.Client(quick), repo.TableOf("Accounts", accountKeyV1, shard.New(shard.To("Notes"), func(a *accountV1) *noteV1 { return &a.Note })))
	kit.Must(t, err)
	l.today, err = repo.New(client, m, repo.AllowTables("Notes"))
	kit.Must(t, err)
	l.clean, err = repo.New(l.db.Client(quick), m, repo.AllowTables("Notes"))
	kit.Must(t, err)
	kit.Must(t, l.old.CreateTables(t.Context()))
	kit.Must(t, l.clean.CreateTables(t.Context()))
	return l
}

// begin stores two accounts of the old version, and reads the first.
func (l *ledger) begin(t *testing.T) *account {
	for _, id := range []string{"a", "b"} {
		kit.Must(t, l.clean.Delete(t.Context(), accountKey.Of(id)))
		_, err := l.old.Create(t.Context(), &accountV1{ID: id, Euro: 1, Note: noteV1{"n"}})
		kit.Must(t, err)
	}
	got, err := l.clean.Get(t.Context(), accountKey.Of("a"))
	kit.Must(t, err)
	return got
}

// upgrading are writes of an object of an earlier version.
var upgrading = []struct {
	name   string
	pinned bool // it is of the version that was read
	call   func(t *testing.T, r *repo.Repo[account], id meta.WriteID, got *account) error
}{
	{"Update", false, func(t *testing.T, r *repo.Repo[account], id meta.WriteID, _ *account) error {
		return r.With(repo.WithWriteID(id)).Update(t.Context(), accountKey.Of("a"), lens.Add(cent, 1))
	}},
	{"Update, relaxed", false, func(t *testing.T, r *repo.Repo[account], id meta.WriteID, _ *account) error {
		return r.With(repo.WithWriteID(id), repo.Relaxed()).Update(t.Context(), accountKey.Of("a"), lens.Add(cent, 1))
	}},
	{"Update of the version that was read", true, func(t *testing.T, r *repo.Repo[account], id meta.WriteID, got *account) error {
		return r.With(repo.WithWriteID(id)).Update(t.Context(), accountKey.Of("a"), lens.Add(cent, 1), repo.IfUnchanged(got))
	}},
	{"Transact", false, func(t *testing.T, r *repo.Repo[account], id meta.WriteID, _ *account) error {
		return repo.Transact(t.Context(), []repo.Op{r.UpdateOp(accountKey.Of("a"), lens.Add(cent, 1)), r.CheckOp(accountKey.Of("b"), cent.Eq(100))}, repo.WithWriteID(id))
	}},
	{"Modify", false, func(t *testing.T, r *repo.Repo[account], id meta.WriteID, _ *account) error {
		return r.With(repo.WithWriteID(id)).Modify(t.Context(), accountKey.Of("a"), func(a *account) error { a.Cent++; return nil })
	}},
}

// TestFaultsWhileUpgrading: whatever happens to one request of a write of an older object,
// the write, repeated under its id, has one effect, and no part is left behind. A crash
// between upgrade and update is a conflict to the repetition that names the version from
// before: it has had no effect.
func TestFaultsWhileUpgrading(t *testing.T) {
	for n, verb := range upgrading {
		t.Run(verb.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				l := newLedger(t)
				got := l.begin(t)
				l.net.Reset()
				kit.Must(t, verb.call(t, l.today, meta.WriteID{1, byte(n)}, got))
				at := byte(0)
				for name, rule := range fault.Each(l.net.Requests(), fault.Standard()...) {
					got, id := l.begin(t), meta.WriteID{2, byte(n), at}
					at++
					l.net.Reset(rule)
					err := verb.call(t, l.today, id, got)
					l.net.Reset()
					for again := 0; err != nil && again < 3; again++ {
						err = verb.call(t, l.clean, id, got)
					}
					want := 101
					if verb.pinned && errors.Is(err, repo.ErrConflict) {
						want, err = 100, nil
					}
					now, read := l.clean.Get(t.Context(), accountKey.Of("a"))
					kit.Must(t, read)
					if err != nil || now.Cent != want || now.Memo.Text != "n" {
						t.Errorf("%s: %v; %+v", name, err, now)
					}
					kit.CheckOrphans(t, l.db.Client(quick), "")
				}
			})
		})
	}
}
