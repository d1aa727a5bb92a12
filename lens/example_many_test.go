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

// Elems stands for the elements of a list themselves.
func ExampleElems() {
	m := &Member{Tags: []string{"vip", "new"}}
	tags := lens.Elems(memberTags)
	fmt.Println(tags, slices.Collect(lens.All(tags, m)))
	// Output: tags[] [vip new]
}

// ElemValues stands for the values of a map themselves.
func ExampleElemValues() {
	m := &Member{Homes: map[string]Address{"home": {City: "Osaka"}}}
	homes := lens.ElemValues(memberHomes)
	fmt.Println(homes, slices.Collect(lens.All(homes, m)))
	// Output: homes{} [{Osaka}]
}

// All goes through the places of a Go value that a Many stands for, without any
// request; repo.ReadAll reads them of a stored object.
func ExampleAll() {
	m := &Member{Past: []Address{{City: "Osaka"}, {City: "Kyoto"}, {City: "Nara"}}}
	for city := range lens.All(lens.Each(memberPast, addressCity), m) {
		if city == "Nara" {
			break
		}
		fmt.Println(city)
	}
	// Output:
	// Osaka
	// Kyoto
}

// Lists of pointers take the same lenses as lists of values, by way of Ptr.
// What is below nil is left out.
func ExamplePtr() {
	m := &Member{Friends: []*Member{{Name: "Ann"}, nil, {Name: "Bob"}}}
	names := lens.Each(memberFriends, lens.Ptr(memberName))
	fmt.Println(names, slices.Collect(lens.All(names, m)))
	// Output: friends[].name [Ann Bob]
}

// PtrMany is Ptr for a lens that leads to many.
func ExamplePtrMany() {
	m := &Member{Friends: []*Member{{Past: []Address{{City: "Osaka"}, {City: "Kyoto"}}}, nil}}
	cities := lens.Each(memberFriends, lens.PtrMany(lens.Each(memberPast, addressCity)))
	fmt.Println(cities, slices.Collect(lens.All(cities, m)))
	// Output: friends[].past[].city [Osaka Kyoto]
}
