package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

type Bike struct {
	Station string `dynamodbav:"station"`
	Number  int    `dynamodbav:"number"`
	Charge  int    `dynamodbav:"charge"`
	Fault   string `dynamodbav:"fault,omitempty"`
}

var (
	bikeKey    = repo.CompositeKeyOf(func(b *Bike) *string { return &b.Station }, func(b *Bike) *int { return &b.Number })
	bikeCharge = lens.Of(func(b *Bike) *int { return &b.Charge })
	bikeFault  = lens.Of(func(b *Bike) *string { return &b.Fault })
)

// Where takes the conditions that If takes.
func ExampleKeyRange_Where() {
	ctx := context.Background()
	bikes := engineRepo(repo.TableOf("Bikes", bikeKey))
	for n, b := range []Bike{{Charge: 90}, {Charge: 20}, {Charge: 80, Fault: "brake"}, {Charge: 100}} {
		b.Station, b.Number = "north", n+1
		if _, err := bikes.Create(ctx, &b); err != nil {
			fmt.Println(err)
		}
	}
	ready := lens.And(bikeCharge.Ge(50), bikeFault.NotExists())
	for b, err := range bikes.Query(ctx, bikeKey.In("north").Before(4).Where(ready)) {
		fmt.Println(b.Number, b.Charge, err)
	}
	// Output: 1 90 <nil>
}
