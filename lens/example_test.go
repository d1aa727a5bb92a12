package lens_test

import (
	"fmt"

	"github.com/dystore/dystore/lens"
)

// Member is what the examples look into.
type (
	Member struct {
		ID      string             `dynamodbav:"id"`
		Name    string             `dynamodbav:"name"`
		Visits  int                `dynamodbav:"visits"`
		Address Address            `dynamodbav:"address"`
		Card    *Card              `dynamodbav:"card"`
		Tags    []string           `dynamodbav:"tags"`
		Past    []Address          `dynamodbav:"past"`
		Homes   map[string]Address `dynamodbav:"homes"`
		Friends []*Member          `dynamodbav:"friends"`
	}
	Address struct {
		City string `dynamodbav:"city"`
	}
	Card struct {
		Number string `dynamodbav:"number"`
	}
)

// Lenses are package variables as a rule.
var (
	memberName    = lens.Of(func(m *Member) *string { return &m.Name })
	memberVisits  = lens.Of(func(m *Member) *int { return &m.Visits })
	memberCard    = lens.Of(func(m *Member) **Card { return &m.Card })
	memberNumber  = lens.Of(func(m *Member) *string { return &m.Card.Number })
	memberTags    = lens.Of(func(m *Member) *[]string { return &m.Tags })
	memberPast    = lens.Of(func(m *Member) *[]Address { return &m.Past })
	memberHomes   = lens.Of(func(m *Member) *map[string]Address { return &m.Homes })
	memberFriends = lens.Of(func(m *Member) *[]*Member { return &m.Friends })
	addressCity   = lens.Of(func(a *Address) *string { return &a.City })
)

func ExampleOf() {
	city := lens.Of(func(m *Member) *string { return &m.Address.City })
	fmt.Println(city)
	// Output: address.city
}

// An accessor that cannot be a path is refused with a reason, not a panic. What
// is made of such a lens carries the reason along, and so the verb that gets it
// refuses it before any request.
func ExampleLens_Err() {
	wrong := lens.Of(func(m *Member) *string { return &m.Past[0].City })
	fmt.Println(wrong.Err())
	fmt.Println(wrong.Set("Osaka").Err() != nil, wrong.Eq("Osaka").Err() != nil)
	fmt.Println(lens.Each(memberFriends, lens.Ptr(wrong)).Err() != nil)
	// Output:
	// lens.Of(lens_test.Member, Past): the accessor points into a slice, whose elements move; take the slice and use lens.At, lens.Each or lens.Elems
	// true true
	// true
}

// At, Entry and Join lengthen a path.
func ExampleJoin() {
	fmt.Println(lens.Join(lens.At(memberPast, 0), addressCity))
	fmt.Println(lens.Join(lens.Entry(memberHomes, "work"), addressCity))
	// Output:
	// past[0].city
	// homes["work"].city
}

// Changes of one type can be collected before they are passed to Update.
func ExampleChange() {
	changes := []lens.Change[Member]{lens.Add(memberVisits, 1)}
	if name := "Jon"; name != "" {
		changes = append(changes, memberName.Set(name))
	}
	fmt.Println(len(changes))
	// Output: 2
}

// Get reads a path of a Go value. Below a nil pointer there is nothing.
func ExampleGet() {
	number, there := lens.Get(memberNumber, &Member{Card: &Card{Number: "4711"}})
	fmt.Println(number, there)
	_, there = lens.Get(memberNumber, &Member{})
	fmt.Println(there)
	// Output:
	// 4711 true
	// false
}

// Assign sets a path of a Go value, and makes the pointers on the way.
func ExampleAssign() {
	var m Member
	err := lens.Assign(memberNumber, &m, "4711")
	fmt.Println(m.Card.Number, err)
	// Output: 4711 <nil>
}
