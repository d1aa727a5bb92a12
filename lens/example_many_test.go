package lens_test

import (
	"fmt"
	"slices"

	"github.com/dystore/dystore/lens"
)

// A Many stands for one place in every element of a list.
func ExampleEach() {
	cities := lens.Each(memberPast, addressCity)
	fmt.Println(cities)

	m := &Member{Past: []Address{{City: "Osaka"}, {City: "Kyoto"}}}
	for c := range lens.All(cities, m) {
		fmt.Println(c)
	}
	// Output:
	// past[].city
	// Osaka
	// Kyoto
}

// EachValue is Each for maps, which have no order.
func ExampleEachValue() {
	cities := lens.EachValue(memberHomes, addressCity)
	fmt.Println(cities)

	m := &Member{Homes: map[string]Address{"home": {City: "Osaka"}, "work": {City: "Kyoto"}}}
	fmt.Println(slices.Sorted(lens.All(cities, m)))
	// Output:
	// homes{}.city
	// [Kyoto Osaka]
}

// Elems and ElemValues stand for the elements themselves.
func ExampleElems() {
	m := &Member{Tags: []string{"vip", "new"}, Homes: map[string]Address{"home": {City: "Osaka"}}}
	for tag := range lens.All(lens.Elems(memberTags), m) {
		fmt.Println(tag)
	}
	for a := range lens.All(lens.ElemValues(memberHomes), m) {
		fmt.Println(a.City)
	}
	// Output:
	// vip
	// new
	// Osaka
}

// Lists of pointers take the same lenses as lists of values, by way of Ptr, or
// of PtrMany for a lens that leads to many. What is below nil is left out.
func ExamplePtr() {
	m := &Member{Friends: []*Member{
		{Name: "Ann", Past: []Address{{City: "Osaka"}, {City: "Kyoto"}}}, nil, {Name: "Bob"},
	}}
	names := lens.Each(memberFriends, lens.Ptr(memberName))
	cities := lens.Each(memberFriends, lens.PtrMany(lens.Each(memberPast, addressCity)))
	fmt.Println(names, slices.Collect(lens.All(names, m)))
	fmt.Println(cities, slices.Collect(lens.All(cities, m)))
	// Output:
	// friends[].name [Ann Bob]
	// friends[].past[].city [Osaka Kyoto]
}
