//go:build !race

package repo_test

import (
	"strings"
	"testing"

	"github.com/dystore/dystore/internal/compilefail"
)

// Programs are type-checked and not run, so the race detector has nothing to see here.

// variantProgram wraps statements in a file that declares two interfaces with variants.
func variantProgram(body string) string {
	return strings.Replace(`package p

import (
	"context"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type Payment interface{ Pays() }
type Reward interface{ Rewards() }
type Card struct{ Number string }
type Transfer struct{ IBAN string }
type Points int

func (Card) Pays()      {}
func (*Transfer) Pays() {}
func (Points) Rewards() {}

type Order struct {
	ID   string
	Pay  Payment
	Tips []Payment
	Gain Reward
}

var (
	orderID  = repo.KeyOf(func(o *Order) *string { return &o.ID })
	pay      = lens.Of(func(o *Order) *Payment { return &o.Pay })
	card     = repo.Variant[Card, Payment]("card")
	points   = repo.Variant[Points, Reward]("points")
	inNumber = lens.Of(func(c *Card) *string { return &c.Number })
	inIBAN   = lens.Of(func(t *Transfer) *string { return &t.IBAN })
	orders   *repo.Repo[Order]
	ctx      = context.Background()
)

func f() {
	BODY
	_, _, _, _, _, _, _, _ = orderID, pay, card, points, inNumber, inIBAN, orders, ctx
	_ = shard.To
}
`, "BODY", body, 1)
}

func TestVariantsCompile(t *testing.T) {
	for _, body := range []string{
		`repo.TableOf("Orders", orderID, repo.OneOf(func(o *Order) *Payment { return &o.Pay }, repo.Variant[Card, Payment]("card"), repo.Variant[*Transfer, Payment]("transfer", shard.To("Transfers"))),
			repo.EachOneOf(func(o *Order) *[]Payment { return &o.Tips }, card), repo.OneOf(func(o *Order) *Reward { return &o.Gain }, points))`,
		`_ = orders.Update(ctx, orderID.Of("o1"), lens.Join(lens.Join(pay, card.Lens()), inNumber).Set("1"), repo.If(lens.Join(pay, card.Lens()).Exists()))`,
	} {
		compilefail.OK(t, variantProgram(body))
	}
}

func TestVariantsDoNotCompile(t *testing.T) {
	for body, want := range map[string]string{
		`lens.Join(pay, points.Lens())`:                                 "type lens.Lens[Reward, Points] of points.Lens() does not match inferred type lens.Lens[Payment, V] for lens.Lens[S, V]",
		`lens.Join(card.Lens(), inIBAN)`:                                "type lens.Lens[Transfer, string] of inIBAN does not match inferred type lens.Lens[Card, V] for lens.Lens[S, V]",
		`lens.Join(pay, card.Lens()).Set("4")`:                          `cannot use "4" (untyped string constant) as Card value`,
		`repo.OneOf(func(o *Order) *Payment { return &o.Pay }, points)`: "type repo.Case[Points, Reward] of points does not match inferred type repo.CaseOf[Payment] for repo.CaseOf[I]",
	} {
		compilefail.Check(t, variantProgram(body), want)
	}
}
