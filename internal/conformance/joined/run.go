// Package joined has the checks of keys that are made of several fields, and of tables
// that several types share.
package joined

import (
	"testing"
	"time"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/conformance/trees"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// Run runs the checks of this package.
func Run(t *testing.T, newEngine func(t *testing.T) kit.Engine) {
	kit.Run(t, newEngine,
		kit.Group{Name: "joined keys", Checks: keyChecks},
		kit.Group{Name: "joined ranges", Checks: rangeChecks},
		kit.Group{Name: "one table", Checks: tableChecks},
		kit.Group{Name: "foreign items", Checks: foreignChecks},
		kit.Group{Name: "unions of joined keys", Checks: unionChecks},
	)
}

// Three types are in one table: accounts, their orders, and lines, whose sort keys
// continue those of orders.
type (
	account struct {
		ID   string `dynamodbav:"id"`
		Name string `dynamodbav:"name"`
	}
	order struct {
		Customer string      `dynamodbav:"customer"`
		At       time.Time   `dynamodbav:"at"`
		No       int         `dynamodbav:"no"`
		Status   string      `dynamodbav:"status"`
		Note     trees.Leaf  `dynamodbav:"note"`
		Meta     meta.Record `dynamodbav:"-"`
	}
	line struct {
		Customer string    `dynamodbav:"customer"`
		At       time.Time `dynamodbav:"at"`
		No       int       `dynamodbav:"no"`
		Line     uint8     `dynamodbav:"line"`
	}
)

var (
	aID = lens.Of(func(a *account) *string { return &a.ID })

	accountKey = repo.JoinedKeyOf(
		repo.AttributeOf("PK", repo.Word[account]("CUSTOMER"), aID),
		repo.AttributeOf("SK", repo.Word[account]("PROFILE")))

	oCustomer = lens.Of(func(o *order) *string { return &o.Customer })
	oAt       = lens.Of(func(o *order) *time.Time { return &o.At })
	oNo       = lens.Of(func(o *order) *int { return &o.No })
	oStatus   = lens.Of(func(o *order) *string { return &o.Status })
	oText     = lens.Of(func(o *order) *string { return &o.Note.Text })

	orderKey = repo.JoinedKeyOf(
		repo.AttributeOf("PK", repo.Word[order]("CUSTOMER"), oCustomer),
		repo.AttributeOf("SK", repo.Word[order]("ORDER"), oAt, oNo))
	byStatus = repo.IndexOf("by-status", func(o *order) *string { return &o.Status }, func(o *order) *int { return &o.No })
	keysOnly = repo.SimpleIndexOf("by-state", func(o *order) *string { return &o.Status }, repo.KeysOnly())

	lCustomer = lens.Of(func(l *line) *string { return &l.Customer })
	lAt       = lens.Of(func(l *line) *time.Time { return &l.At })
	lNo       = lens.Of(func(l *line) *int { return &l.No })
	lLine     = lens.Of(func(l *line) *uint8 { return &l.Line })

	lineKey = repo.JoinedKeyOf(
		repo.AttributeOf("PK", repo.Word[line]("CUSTOMER"), lCustomer),
		repo.AttributeOf("SK", repo.Word[line]("ORDER"), lAt, lNo, repo.Word[line]("LINE"), lLine))
)

// orders are declared with a part and indexes, in the table of accounts.
func orders() repo.Model[order] {
	return repo.TableOf("Shop", orderKey, byStatus, keysOnly,
		shard.New(shard.To("Notes"), func(o *order) *trees.Leaf { return &o.Note }),
		meta.Keep(func(o *order) *meta.Record { return &o.Meta }))
}

func keyOf(o *order) repo.Key[order] {
	return orderKey.Of(oCustomer.Eq(o.Customer), oAt.Eq(o.At), oNo.Eq(o.No))
}

// bare is an order without its record, as it is read.
func bare(o order) order {
	o.At, o.Meta = o.At.UTC(), meta.Record{}
	return o
}

func bares(all []order) []order {
	for i := range all {
		all[i] = bare(all[i])
	}
	return all
}

// shop is the table of all types, as three programs see it.
type shop struct {
	accounts *repo.Repo[account]
	orders   *repo.Repo[order]
	lines    *repo.Repo[line]
}

func openShop(t *testing.T, x *kit.World) *shop {
	return &shop{
		orders:   kit.Open(t, x, orders(), repo.Entity("order")),
		accounts: kit.Open(t, x, repo.TableOf("Shop", accountKey), repo.Entity("account")),
		lines:    kit.Open(t, x, repo.TableOf("Shop", lineKey), repo.Entity("line")),
	}
}

// orderOf is the n-th order of a customer.
func orderOf(customer string, n int) order {
	return order{Customer: customer, At: kit.At(n / 2), No: n % 2, Status: []string{"open", "paid", ""}[n%3], Note: trees.Leaf{N: n}}
}

// stock gives each of two customers an account, 8 orders, and 2 lines for each order.
func (s *shop) stock(t *testing.T) (all []order) {
	t.Helper()
	ctx := t.Context()
	for _, c := range []string{"c1", "c1#x"} {
		_, err := s.accounts.Create(ctx, &account{ID: c, Name: "Ann"})
		kit.Must(t, err)
		for n := range 8 {
			o := orderOf(c, n)
			_, err := s.orders.Create(ctx, &o)
			kit.Must(t, err)
			if c == "c1" {
				all = append(all, bare(o))
			}
			for l := range uint8(2) {
				_, err := s.lines.Create(ctx, &line{Customer: c, At: o.At, No: o.No, Line: l})
				kit.Must(t, err)
			}
		}
	}
	return all
}

// walk reads a range by pages.
func walk[T any](t *testing.T, r *repo.Repo[T], in repo.Range[T], size int) []T {
	t.Helper()
	out := []T{}
	for next := repo.Cursor(""); ; {
		page, err := r.Page(t.Context(), in, repo.PageSize(size), repo.StartAt(next))
		kit.Must(t, err)
		kit.Equal(t, "failed", page.Failed, nil)
		for _, v := range page.Objects {
			out = append(out, *v)
		}
		if next = page.Next; next == "" {
			return out
		}
	}
}

// get reads an object that is there.
func get[T any](t *testing.T, r *repo.Repo[T], key repo.Key[T]) *T {
	t.Helper()
	v, err := r.Get(t.Context(), key)
	kit.Must(t, err)
	return v
}
