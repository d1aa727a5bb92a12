package api

import (
	"net/http"

	"github.com/dystore/dystore/examples/service/internal/shop"
	"github.com/dystore/dystore/examples/service/internal/web"
)

// payment is a payment as clients see it: an object with one field.
type payment struct {
	Card     *shop.Card     `json:"card,omitempty"`
	Transfer *shop.Transfer `json:"transfer,omitempty"`
	Voucher  *shop.Voucher  `json:"voucher,omitempty"`
}

func paymentOf(p shop.Payment) *payment {
	switch p := p.(type) {
	case shop.Card:
		return &payment{Card: &p}
	case shop.Transfer:
		return &payment{Transfer: &p}
	case shop.Voucher:
		return &payment{Voucher: &p}
	}
	return nil
}

// variant is the one that is given.
func (p payment) variant() (shop.Payment, error) {
	switch {
	case p.Card != nil && p.Transfer == nil && p.Voucher == nil:
		return *p.Card, nil
	case p.Card == nil && p.Transfer != nil && p.Voucher == nil:
		return *p.Transfer, nil
	case p.Card == nil && p.Transfer == nil && p.Voucher != nil:
		return *p.Voucher, nil
	}
	return nil, web.NewProblem(http.StatusUnprocessableEntity, "payment", "a payment is one of card, transfer and voucher")
}
