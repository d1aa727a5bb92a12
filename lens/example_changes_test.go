package lens_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

var memberID = repo.KeyOf(func(m *Member) *string { return &m.ID })

// members is a repository over an engine of its own that holds one member.
func members(ctx context.Context, m Member) (*repo.Repo[Member], repo.Key[Member]) {
	r, err := repo.New(embedded.New().Client(), repo.TableOf("Members", memberID))
	if err != nil {
		log.Fatal(err)
	}
	if err := r.CreateTables(ctx); err != nil {
		log.Fatal(err)
	}
	key, err := r.Create(ctx, &m)
	if err != nil {
		log.Fatal(err)
	}
	return r, key
}

// Every change that an Update can make.
func ExampleEdit() {
	ctx := context.Background()
	r, key := members(ctx, Member{ID: "m1", Name: "Jon", Tags: []string{"new"}, Homes: map[string]Address{"old": {City: "Osaka"}}})

	err := r.Update(ctx, key,
		memberName.SetIfAbsent("nobody"), // it has a value
		memberCard.SetIfAbsent(&Card{Number: "4711"}),
		lens.Add(memberVisits, 2),
		lens.Append(memberTags, "vip", "tall"),
		lens.Entry(memberHomes, "old").Remove(),
		lens.Entry(memberHomes, "work").Set(Address{City: "Kyoto"}),
	)
	fmt.Println(err)
	err = r.Update(ctx, key, lens.At(memberTags, 0).Remove(), lens.Join(lens.Entry(memberHomes, "work"), addressCity).Set("Nara"))
	fmt.Println(err)

	m, err := r.Get(ctx, key)
	fmt.Println(m.Name, m.Card.Number, m.Visits, m.Tags, m.Homes, err)
	// Output:
	// <nil>
	// <nil>
	// Jon 4711 2 [vip tall] map[work:{Nara}] <nil>
}

// Every condition that a write can depend on.
func ExamplePredicate() {
	ctx := context.Background()
	r, key := members(ctx, Member{ID: "m1", Name: "Jon", Visits: 7, Card: &Card{Number: "4711"}})

	for _, c := range []struct {
		text string
		cond lens.Condition[Member]
	}{
		{"visits = 7", memberVisits.Eq(7)},
		{"visits <> 7", memberVisits.Ne(7)},
		{"visits < 7", memberVisits.Lt(7)},
		{"visits <= 7", memberVisits.Le(7)},
		{"visits > 7", memberVisits.Gt(7)},
		{"visits >= 7", memberVisits.Ge(7)},
		{"visits from 5 to 7", memberVisits.Between(5, 7)},
		{"name is one of", memberName.In("Ann", "Jon")},
		{"card exists", memberCard.Exists()},
		{"past does not exist", memberPast.NotExists()},
		{"past is nil", memberPast.Eq(nil)},
		{"both", lens.And(memberVisits.Gt(5), memberName.Eq("Ann"))},
		{"either", lens.Or(memberVisits.Gt(5), memberName.Eq("Ann"))},
		{"not", lens.Not(memberName.Eq("Ann"))},
	} {
		err := r.Update(ctx, key, memberNumber.Set("4712"), repo.If(c.cond))
		if err != nil && !errors.Is(err, repo.ErrCondition) {
			log.Fatal(err)
		}
		fmt.Println(c.text, err == nil)
	}
	// Output:
	// visits = 7 true
	// visits <> 7 false
	// visits < 7 false
	// visits <= 7 true
	// visits > 7 false
	// visits >= 7 true
	// visits from 5 to 7 true
	// name is one of true
	// card exists true
	// past does not exist true
	// past is nil true
	// both false
	// either true
	// not true
}
