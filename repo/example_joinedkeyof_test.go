package repo_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// A table has the riders and their rides, each rider with its rides in one
// partition.
type (
	Rider struct {
		ID   string `dynamodbav:"id"`
		Name string `dynamodbav:"name"`
	}
	Ride struct {
		Rider string    `dynamodbav:"rider"`
		At    time.Time `dynamodbav:"at"`
		No    int       `dynamodbav:"no"`
		Miles int       `dynamodbav:"miles"`
	}
)

var (
	riderID  = lens.Of(func(b *Rider) *string { return &b.ID })
	riderKey = repo.JoinedKeyOf(
		repo.AttributeOf("PK", repo.Word[Rider]("RIDER"), riderID),
		repo.AttributeOf("SK", repo.Word[Rider]("PROFILE")))

	rideRider = lens.Of(func(p *Ride) *string { return &p.Rider })
	rideAt    = lens.Of(func(p *Ride) *time.Time { return &p.At })
	rideNo    = lens.Of(func(p *Ride) *int { return &p.No })
	rideKey   = repo.JoinedKeyOf(
		repo.AttributeOf("PK", repo.Word[Ride]("RIDER"), rideRider),
		repo.AttributeOf("SK", repo.Word[Ride]("RIDE"), rideAt, rideNo))
)

// stable has a rider and the rider's rides, one each day.
func stable() (*repo.Repo[Rider], *repo.Repo[Ride]) {
	ctx := context.Background()
	client := embedded.New().Client()
	riders, err := repo.New(client, repo.TableOf("Stable", riderKey), repo.Entity("rider"))
	if err == nil {
		err = riders.CreateTables(ctx)
	}
	if err == nil {
		_, err = riders.Create(ctx, &Rider{ID: "b1", Name: "Ann"})
	}
	if err != nil {
		log.Fatal(err)
	}
	rides, err := repo.New(client, repo.TableOf("Stable", rideKey), repo.Entity("ride"))
	for n := 0; n < 4 && err == nil; n++ {
		_, err = rides.Create(ctx, &Ride{Rider: "b1", At: day(26 + n), No: n, Miles: 10 * n})
	}
	if err != nil {
		log.Fatal(err)
	}
	return riders, rides
}

func day(n int) time.Time { return time.Date(2026, 11, n, 8, 0, 0, 0, time.UTC) }

// Both repositories have one table. Each has its own objects only.
func ExampleJoinedKeyOf() {
	ctx := context.Background()
	riders, rides := stable()
	fmt.Println(riders.Layout())
	fmt.Println(rides.Layout())

	rider, err := riders.Get(ctx, riderKey.Of(riderID.Eq("b1")))
	fmt.Println(rider.Name, err)
	key := rideKey.Of(rideRider.Eq("b1"), rideAt.Eq(day(27)), rideNo.Eq(1))
	fmt.Println(key)
	p, err := rides.Get(ctx, key)
	fmt.Println(p.Miles, err)
	n, err := rides.Count(ctx, repo.All[Ride]())
	fmt.Println(n, err)
	// Output:
	// repo_test.Rider → table Stable, key PK (S) RIDER#{id}, SK (S) PROFILE, entity "rider"
	// repo_test.Ride → table Stable, key PK (S) RIDER#{rider}, SK (S) RIDE#{at}#{no}, entity "ride"
	// Ann <nil>
	// "RIDER#b1"/"RIDE#2026-11-27T08:00:00.000000000Z#00000000000000000001"
	// 10 <nil>
	// 4 <nil>
}

// In takes the fields of the partition key and the first ones of the sort key; Then
// bounds the next one.
func ExampleJoinedKey_In() {
	ctx := context.Background()
	_, rides := stable()
	ofRider := rideKey.In(rideRider.Eq("b1"))
	for p, err := range rides.Query(ctx, ofRider.Backwards(), repo.Limit(1)) {
		fmt.Println("the last one:", p.No, err)
	}
	for p, err := range rides.Query(ctx, repo.Then(ofRider, rideAt).After(day(26)).Before(day(29))) {
		fmt.Println("in between:", p.No, err)
	}
	for p, err := range rides.Query(ctx, rideKey.In(rideRider.Eq("b1"), rideAt.Eq(day(29)))) {
		fmt.Println("on a day:", p.No, err)
	}
	// Output:
	// the last one: 3 <nil>
	// in between: 1 <nil>
	// in between: 2 <nil>
	// on a day: 3 <nil>
}

// A partition has objects of several entities. Each repository sees its own.
func ExampleJoinedKey_Partition() {
	ctx := context.Background()
	riders, rides := stable()
	for b, err := range riders.Query(ctx, riderKey.Partition(riderID.Eq("b1"))) {
		fmt.Println(b.Name, err)
	}
	n, err := rides.Count(ctx, rideKey.Partition(rideRider.Eq("b1")))
	fmt.Println(n, err)
	// Output:
	// Ann <nil>
	// 4 <nil>
}

// A key has the fields that it is made of.
func ExampleJoinedKey_Parse() {
	var p Ride
	key := rideKey.Of(rideRider.Eq("b1"), rideAt.Eq(day(27)), rideNo.Eq(1))
	err := rideKey.Parse(key, &p)
	fmt.Println(p.Rider, p.At.Day(), p.No, err)
	// Output: b1 27 1 <nil>
}

// The key is an error if a field is missing.
func ExampleJoinedKey_Of() {
	ctx := context.Background()
	_, rides := stable()
	_, err := rides.Get(ctx, rideKey.Of(rideRider.Eq("b1"), rideAt.Eq(day(27))))
	fmt.Println(err)
	p, err := rides.Get(ctx, rideKey.Of(rideNo.Eq(1), rideAt.Eq(day(27)), rideRider.Eq("b1")))
	fmt.Println(p.Miles, err)
	// Output:
	// repo: Get Stable: invalid: key: no is part of the key; say what it is equal to
	// 10 <nil>
}
