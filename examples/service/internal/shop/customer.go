package shop

import (
	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// Customer has an e-mail address that is encrypted and, all the same, unique.
type Customer struct {
	ID    string      `dynamodbav:"id" json:"id"`
	Name  string      `dynamodbav:"name" json:"name" validate:"required,max=100"`
	Email string      `dynamodbav:"email" json:"email" validate:"required,email"`
	Meta  meta.Record `dynamodbav:"-" json:"-"`
}

// CustomerKey is the key of customers.
var CustomerKey = repo.KeyOf(func(c *Customer) *string { return &c.ID })

var customerEmail = lens.Of(func(c *Customer) *string { return &c.Email })

func customers(s Secrets) repo.Model[Customer] {
	return repo.TableOf("customers", CustomerKey,
		cipher.Protect(s.Cipher, customerEmail),
		shard.Unique(shard.To("customer-emails"), customerEmail).FoldCase().HashedBy(s.Emails),
		meta.Keep(func(c *Customer) *meta.Record { return &c.Meta }),
	)
}
