package shop

import (
	"time"

	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// Movement is the record of pieces that went from one warehouse to another.
type Movement struct {
	ID    string      `dynamodbav:"id" json:"id"`
	SKU   string      `dynamodbav:"sku" json:"sku"`
	From  string      `dynamodbav:"from" json:"from"`
	To    string      `dynamodbav:"to" json:"to"`
	Count int         `dynamodbav:"count" json:"count"`
	At    time.Time   `dynamodbav:"at" json:"at"`
	Meta  meta.Record `dynamodbav:"-" json:"-"`
}

// MovementKey is the key of movements.
var MovementKey = repo.KeyOf(func(m *Movement) *string { return &m.ID })

func movements() repo.Model[Movement] {
	return repo.TableOf("movements", MovementKey, meta.Keep(func(m *Movement) *meta.Record { return &m.Meta }))
}
