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

// Add changes a number where it is stored, so two writers lose nothing.
func ExampleAdd() {
	ctx := context.Background()
	r, key := members(ctx, Member{ID: "m1", Visits: 7})
	for _, n := range []int{2, -1} {
		fmt.Println(r.Update(ctx, key, lens.Add(memberVisits, n)))
	}
	visits, err := repo.Read(ctx, r, key, memberVisits)
	fmt.Println(visits, err)
	// Output:
	// <nil>
	// <nil>
	// 8 <nil>
}

// Append lengthens a list that nobody has to read for it; a nil one begins
// with what is appended.
func ExampleAppend() {
	ctx := context.Background()
	r, key := members(ctx, Member{ID: "m1"})
	fmt.Println(r.Update(ctx, key, lens.Append(memberTags, "vip")))
	fmt.Println(r.Update(ctx, key, lens.Append(memberTags, "tall", "new")))
	tags, err := repo.Read(ctx, r, key, memberTags)
	fmt.Println(tags, err)
	// Output:
	// <nil>
	// <nil>
	// [vip tall new] <nil>
}

// At is one element of a list, by its position.
func ExampleAt() {
	ctx := context.Background()
	r, key := members(ctx, Member{ID: "m1", Tags: []string{"vip", "new"}})
	second := lens.At(memberTags, 1)
	fmt.Println(second, r.Update(ctx, key, second.Set("old")))
	fmt.Println(errors.Is(r.Update(ctx, key, lens.At(memberTags, 2).Set("tall")), repo.ErrNoPath)) // no such element
	tags, err := repo.Read(ctx, r, key, memberTags)
	fmt.Println(tags, err)
	// Output:
	// tags[1] <nil>
	// true
	// [vip old] <nil>
}

// Entry is the value under one key of a map. Set adds a key that is not there.
func ExampleEntry() {
	ctx := context.Background()
	r, key := members(ctx, Member{ID: "m1", Homes: map[string]Address{"home": {City: "Osaka"}}})
	work := lens.Entry(memberHomes, "work")
	fmt.Println(work, r.Update(ctx, key, work.Set(Address{City: "Kyoto"})))
	homes, err := repo.Read(ctx, r, key, memberHomes)
	fmt.Println(homes, err)
	// Output:
	// homes["work"] <nil>
	// map[home:{Osaka} work:{Kyoto}] <nil>
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

// All of the conditions must hold.
func ExampleAnd() {
	ctx := context.Background()
	r, key := members(ctx, Member{ID: "m1", Name: "Jon", Visits: 7})
	for _, name := range []string{"Jon", "Ann"} {
		err := r.Update(ctx, key, memberVisits.Set(0), repo.If(lens.And(memberVisits.Gt(5), memberName.Eq(name))))
		fmt.Println(name, errors.Is(err, repo.ErrCondition), err == nil)
	}
	// Output:
	// Jon false true
	// Ann true false
}

// One of the conditions must hold.
func ExampleOr() {
	ctx := context.Background()
	r, key := members(ctx, Member{ID: "m1", Name: "Jon", Visits: 7})
	for _, least := range []int{5, 10} {
		err := r.Update(ctx, key, memberName.Set("Jo"), repo.If(lens.Or(memberVisits.Ge(least), memberName.Eq("Jon"))))
		fmt.Println(least, errors.Is(err, repo.ErrCondition), err == nil)
	}
	// Output:
	// 5 false true
	// 10 true false
}

// The condition must not hold. It does not hold where the path has no value, so
// Not is true there.
func ExampleNot() {
	ctx := context.Background()
	r, key := members(ctx, Member{ID: "m1", Name: "Jon"})
	for _, cond := range []lens.Condition[Member]{lens.Not(memberName.Eq("Jon")), lens.Not(memberNumber.Eq("4711"))} {
		err := r.Update(ctx, key, lens.Add(memberVisits, 1), repo.If(cond))
		fmt.Println(errors.Is(err, repo.ErrCondition), err == nil)
	}
	// Output:
	// true false
	// false true
}
