package dynamodbtest_test

import (
	"testing"

	"github.com/dystore/dystore/dynamodbtest"
	"github.com/dystore/dystore/repo"
)

type Order struct {
	ID   string `dynamodbav:"id"`
	City string `dynamodbav:"city"`
}

var orderID = repo.KeyOf(func(o *Order) *string { return &o.ID })

func TestOrders(t *testing.T) {
	server := dynamodbtest.Start(t)
	orders, err := repo.New(server.Client(), repo.TableOf("Orders", orderID), repo.TablePrefix(server.TablePrefix(t)))
	if err != nil {
		t.Fatal(err)
	}
	if err := orders.CreateTables(t.Context()); err != nil {
		t.Fatal(err)
	}

	key, err := orders.Create(t.Context(), &Order{ID: "o1", City: "Osaka"})
	if err != nil {
		t.Fatal(err)
	}
	got, err := orders.Get(t.Context(), key)
	if err != nil || got.City != "Osaka" {
		t.Errorf("got %+v, %v", got, err)
	}
}
