package shop

import "github.com/dystore/dystore/repo"

// Payment is how an order was paid: a Card, a Transfer or a Voucher.
type Payment interface{ payment() }

type (
	// Card is a payment of which the shop knows no more than the last digits.
	Card struct {
		Holder string `dynamodbav:"holder" json:"holder" validate:"required"`
		Last4  string `dynamodbav:"last4" json:"last4" validate:"len=4,numeric"`
	}

	// Transfer is a payment from a bank account.
	Transfer struct {
		IBAN string `dynamodbav:"iban" json:"iban" validate:"required"`
	}

	// Voucher is a payment by a code.
	Voucher struct {
		Code string `dynamodbav:"code" json:"code" validate:"required"`
	}
)

func (Card) payment()     {}
func (Transfer) payment() {}
func (Voucher) payment()  {}

// The tags are stored, so they never change.
var (
	card     = repo.Variant[Card, Payment]("card")
	transfer = repo.Variant[Transfer, Payment]("transfer")
	voucher  = repo.Variant[Voucher, Payment]("voucher")
)
