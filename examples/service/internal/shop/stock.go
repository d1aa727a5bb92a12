package shop

import (
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// Stock is how many pieces of a product a warehouse has. That there are never
// fewer than none is a condition of each change (Take), and no validation rule:
// a change that adds does not know the sum.
type Stock struct {
	Warehouse string      `dynamodbav:"warehouse" json:"warehouse"`
	SKU       string      `dynamodbav:"sku" json:"sku"`
	Count     int         `dynamodbav:"count" json:"count"`
	Meta      meta.Record `dynamodbav:"-" json:"-"`
}

// StockKey is the key of stock: warehouse and product.
var StockKey = repo.CompositeKeyOf(func(s *Stock) *string { return &s.Warehouse }, func(s *Stock) *string { return &s.SKU })

var stockCount = lens.Of(func(s *Stock) *int { return &s.Count })

func stock() repo.Model[Stock] {
	return repo.TableOf("stock", StockKey, meta.Keep(func(s *Stock) *meta.Record { return &s.Meta }))
}

// Take is the operation that takes n pieces out of a warehouse. There must be as
// many: repo.ErrCondition otherwise, or repo.ErrNotFound.
func (s *Store) Take(warehouse, sku string, n int) repo.Op {
	return s.Stock.UpdateOp(StockKey.Of(warehouse, sku), lens.Add(stockCount, -n), repo.If(stockCount.Ge(n)))
}

// Bring is the operation that brings n pieces to a warehouse that has had the
// product before.
func (s *Store) Bring(warehouse, sku string, n int) repo.Op {
	return s.Stock.UpdateOp(StockKey.Of(warehouse, sku), lens.Add(stockCount, n))
}
