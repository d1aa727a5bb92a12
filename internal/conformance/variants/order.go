package variants

import (
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// An order is paid in one of several ways. What stands in other tables differs from model
// to model.
type (
	payment interface{ pays() string }

	card struct {
		Number string   `dynamodbav:"number"`
		Owner  *holder  `dynamodbav:"owner"`
		Tags   []string `dynamodbav:"tags"`
	}
	holder   struct{ Name string }
	transfer struct {
		IBAN string `dynamodbav:"iban" validate:"required"`
		Days int    `dynamodbav:"days" validate:"max=30"`
	}
	cash  int
	mixed []payment

	line struct {
		Name string  `dynamodbav:"name"`
		Pay  payment `dynamodbav:"pay"`
	}
	order struct {
		ID    string             `dynamodbav:"id"`
		N     int                `dynamodbav:"n"`
		Pay   payment            `dynamodbav:"pay"`
		Tips  []payment          `dynamodbav:"tips"`
		By    map[string]payment `dynamodbav:"by"`
		Lines []line             `dynamodbav:"lines"`
		Meta  meta.Record        `dynamodbav:"-"`
	}
)

func (card) pays() string      { return "card" }
func (*transfer) pays() string { return "transfer" }
func (cash) pays() string      { return "cash" }
func (mixed) pays() string     { return "mixed" }

var (
	orderID = repo.KeyOf(func(o *order) *string { return &o.ID })
	orderN  = lens.Of(func(o *order) *int { return &o.N })
	pay     = lens.Of(func(o *order) *payment { return &o.Pay })
	tips    = lens.Of(func(o *order) *[]payment { return &o.Tips })
	by      = lens.Of(func(o *order) *map[string]payment { return &o.By })
	lines   = lens.Of(func(o *order) *[]line { return &o.Lines })
	linePay = lens.Of(func(l *line) *payment { return &l.Pay })

	aCard     = repo.Variant[card, payment]("card")
	aTransfer = repo.Variant[*transfer, payment]("transfer")
	aCash     = repo.Variant[cash, payment]("cash")
	aMix      = repo.Variant[mixed, payment]("mixed")

	inNumber = lens.Of(func(c *card) *string { return &c.Number })
	inOwner  = lens.Of(func(c *card) *string { return &c.Owner.Name })
	inIBAN   = lens.Ptr(lens.Of(func(t *transfer) *string { return &t.IBAN }))
	inDays   = lens.Ptr(lens.Of(func(t *transfer) *int { return &t.Days }))

	payCard     = lens.Join(pay, aCard.Lens())
	payTransfer = lens.Join(pay, aTransfer.Lens())
	payCash     = lens.Join(pay, aCash.Lens())
	number      = lens.Join(payCard, inNumber)
	owner       = lens.Join(payCard, inOwner)
	iban        = lens.Join(payTransfer, inIBAN)
	days        = lens.Join(payTransfer, inDays)
)

// model has all variants of all interfaces. Those that are given stand in place of those
// of pay, in all lists and maps.
func model(cases ...repo.CaseOf[payment]) repo.Model[order] {
	if len(cases) == 0 {
		cases = []repo.CaseOf[payment]{aCard, aTransfer, aCash, aMix}
	}
	return repo.TableOf("Orders", orderID, meta.Keep(func(o *order) *meta.Record { return &o.Meta }),
		repo.OneOf(func(o *order) *payment { return &o.Pay }, cases...),
		repo.EachOneOf(func(o *order) *[]payment { return &o.Tips }, cases...),
		repo.OneOfAt(lens.ElemValues(by), cases...),
		repo.OneOfAt(lens.Each(lines, linePay), cases...))
}

// apart has cards and transfers in tables of their own, cards only if they are large in
// the second.
func apart(cards shard.Placement) repo.Model[order] {
	return model(repo.Variant[card, payment]("card", cards),
		repo.Variant[*transfer, payment]("transfer", shard.To("Transfers")), aCash, aMix)
}

var sample = order{ID: "o1", N: 1, Pay: card{Number: "4111", Tags: []string{"a"}},
	Tips:  []payment{cash(5), nil, &transfer{IBAN: "DE1", Days: 3}, mixed{cash(1), card{Number: "5"}, mixed{}}, mixed(nil)},
	By:    map[string]payment{"a": cash(0), "b": card{}, "c": nil},
	Lines: []line{{"x", cash(7)}, {"y", nil}, {"z", &transfer{IBAN: "DE2"}}},
}

// without is an order without its record.
func without(o order) order { o.Meta = meta.Record{}; return o }
