package ranges

import (
	"fmt"
	"time"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// sale is found by indexes.
type sale struct {
	Shop   string      `dynamodbav:"shop"`
	Number int         `dynamodbav:"number"`
	Status string      `dynamodbav:"status"`
	At     time.Time   `dynamodbav:"at"`
	Email  *string     `dynamodbav:"email"`
	Total  int         `dynamodbav:"total"`
	Memo   string      `dynamodbav:"memo"`
	Note   leaf        `dynamodbav:"note"`
	Meta   meta.Record `dynamodbav:"-"`
}

var (
	saleKey    = repo.CompositeKeyOf(func(s *sale) *string { return &s.Shop }, func(s *sale) *int { return &s.Number })
	sNumber    = lens.Of(func(s *sale) *int { return &s.Number })
	sStatus    = lens.Of(func(s *sale) *string { return &s.Status })
	sAt        = lens.Of(func(s *sale) *time.Time { return &s.At })
	sEmail     = lens.Of(func(s *sale) **string { return &s.Email })
	sTotal     = lens.Of(func(s *sale) *int { return &s.Total })
	sMemo      = lens.Of(func(s *sale) *string { return &s.Memo })
	sNoteN     = lens.Of(func(s *sale) *int { return &s.Note.N })
	keepSale   = meta.Keep(func(s *sale) *meta.Record { return &s.Meta })
	saleStatus = repo.IndexOf("by-status", func(s *sale) *string { return &s.Status }, func(s *sale) *time.Time { return &s.At })
	saleEmail  = repo.SimpleIndexOf("by-email", func(s *sale) *string { return s.Email }, repo.KeysOnly())
	saleTotal  = repo.LocalIndexOf("by-total", saleKey, func(s *sale) *int { return &s.Total }, repo.Include(sStatus))
)

// sales are sales of one item each.
func sales() repo.Model[sale] {
	return repo.TableOf("Sales", saleKey, keepSale, saleStatus, saleEmail, saleTotal)
}

// notedSales are sales whose note is a part.
func notedSales() repo.Model[sale] {
	return repo.TableOf("Sales", saleKey, keepSale, saleStatus, saleEmail, saleTotal,
		shard.New(shard.To("Notes"), func(s *sale) *leaf { return &s.Note }))
}

// saleOf is the n-th sale of a shop. Its times do not sort as texts without digits.
func saleOf(shop string, n int, status string) sale {
	mail := fmt.Sprintf("%d@%s", n%3, shop)
	return sale{Shop: shop, Number: n, Status: status, At: kit.At(n).UTC(), Email: &mail, Total: 100 - n, Memo: fmt.Sprint("memo ", n), Note: leaf{N: n}}
}
