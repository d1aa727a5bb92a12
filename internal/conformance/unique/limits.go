package unique

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// crate may have many parts, one more, and a unique value.
type crate struct {
	ID    string
	Boxes []box  `dynamodbav:"boxes"`
	Lid   *box   `dynamodbav:"lid"`
	Label string `dynamodbav:"label,omitempty"`
}

type box struct{ N int }

var (
	crateID = repo.KeyOf(func(c *crate) *string { return &c.ID })
	lid     = lens.Of(func(c *crate) **box { return &c.Lid })
	boxesOf = lens.Of(func(c *crate) *[]box { return &c.Boxes })
	label   = lens.Of(func(c *crate) *string { return &c.Label })
)

// limitChecks are about objects with more parts and claims than one transaction has
// actions.
var limitChecks = []kit.Check{
	{Name: "99 parts and claims", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		parts := []repo.Part[crate]{shard.Each(shard.To("Boxes"), func(c *crate) *[]box { return &c.Boxes }), shard.Optional(shard.To("Lids"), func(c *crate) **box { return &c.Lid })}
		old := kit.Open(t, x, repo.TableOf("Crates", crateID, parts...), repo.AllowTables("Labels"))
		r := kit.Open(t, x, repo.TableOf("Crates", crateID, append(parts, uniqueOf("Labels", label))...))
		many := func(n int) crate { return crate{ID: "c", Boxes: make([]box, n)} }
		fills := func(what string, c crate, write func() error) {
			t.Helper()
			kit.Must(t, second(r.Put(ctx, &c)))
			if err := write(); err != nil {
				t.Errorf("%s: %v", what, err)
			}
			kit.CheckOrphans(t, x.Raw, x.Prefix)
			got, err := r.Get(ctx, crateID.Of("c"))
			kit.Must(t, err)
			kit.Must(t, second(r.Put(ctx, got)))
			kit.Must(t, r.Delete(ctx, crateID.Of("c"), repo.MustExist()))
			x.Counted(t, what, map[string]int{})
		}
		labelled := many(98)
		labelled.Label = "l"
		fills("a claim", many(99), func() error { return r.Update(ctx, crateID.Of("c"), label.Set("l")) })
		fills("a part", many(99), func() error { return r.Update(ctx, crateID.Of("c"), lid.Set(&box{})) })
		fills("a part, by another program", many(99), func() error { return old.Update(ctx, crateID.Of("c"), lid.Set(&box{})) })
		fills("a part beside a claim", labelled, func() error { return r.Update(ctx, crateID.Of("c"), lid.Set(&box{})) })
		fills("a part beside another's claim", labelled, func() error { return old.Update(ctx, crateID.Of("c"), lid.Set(&box{})) })
		fills("an element beside a claim", labelled, func() error { return r.Update(ctx, crateID.Of("c"), lens.Append(boxesOf, box{})) })
		fills("an element beside another's claim", labelled, func() error { return old.Update(ctx, crateID.Of("c"), lens.Append(boxesOf, box{})) })
		x.Counted(t, "left", map[string]int{})
	}},
	{Name: "room for a part costs nothing", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), accounts(t, x)
		create(t, r, account{ID: "ann"})
		old := kit.Open(t, x, model(), repo.AllowTables("Emails", "Logins", "Phones"))
		x.Net.Reset()
		kit.Must(t, old.Update(ctx, key("ann"), contacts.Set(&contact{})))
		x.WantSent(t, "a part", "TransactWriteItems: Update Accounts, Put Contacts")
		kit.WantErr(t, "a condition", old.Update(ctx, key("ann"), contacts.Set(&contact{}), repo.If(n.Eq(7))), repo.ErrCondition, "")
		x.WantSent(t, "a condition", "TransactWriteItems: Update Accounts, Put Contacts")
	}},
}
