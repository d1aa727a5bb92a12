package lens_test

import (
	"fmt"

	"github.com/dystore/dystore/lens"
)

func ExampleOf() {
	city := lens.Of(func(p *Person) *string { return &p.Location.City })
	fmt.Println(city)
	// Output: location.city
}

// An accessor that cannot be a path is refused with a reason, not a panic.
func ExampleLens_Err() {
	wrong := lens.Of(func(p *Person) *string { return &p.Past[0].City })
	fmt.Println(wrong.Err())
	// Output: lens.Of(lens_test.Person, Past): the accessor points into a slice, whose elements move; take the slice and use lens.At, lens.Each or lens.Elems
}

func ExampleEach() {
	past := lens.Of(func(p *Person) *[]Location { return &p.Past })
	inCity := lens.Of(func(l *Location) *string { return &l.City })
	cities := lens.Each(past, inCity)

	p := &Person{Past: []Location{{City: "Osaka"}, {City: "Kyoto"}}}
	for c := range lens.All(cities, p) {
		fmt.Println(c)
	}
	fmt.Println(cities)
	// Output:
	// Osaka
	// Kyoto
	// past[].city
}

// Lists of pointers take the same lenses as lists of values.
func ExamplePtr() {
	places := lens.Of(func(w *Wide) *Places { return &w.Places }) // []*Location
	inCity := lens.Of(func(l *Location) *string { return &l.City })

	w := &Wide{Places: Places{{City: "Osaka"}, nil}}
	for c := range lens.All(lens.Each(places, lens.Ptr(inCity)), w) {
		fmt.Println(c)
	}
	// Output: Osaka
}

func ExampleJoin() {
	past := lens.Of(func(p *Person) *[]Location { return &p.Past })
	inCity := lens.Of(func(l *Location) *string { return &l.City })
	fmt.Println(lens.Join(lens.At(past, 0), inCity))
	// Output: past[0].city
}

// Changes of one type can be collected before they are passed to Update.
func ExampleChange() {
	first := lens.Of(func(p *Person) *string { return &p.FirstName })
	visits := lens.Of(func(p *Person) *int { return &p.Visits })

	changes := []lens.Change[Person]{lens.Add(visits, 1)}
	if name := "Jon"; name != "" {
		changes = append(changes, first.Set(name))
	}
	fmt.Println(len(changes))
	// Output: 2
}

func ExampleAssign() {
	hospital := lens.Of(func(p *Person) *string { return &p.Birth.Hospital })
	var p Person
	err := lens.Assign(hospital, &p, "Kosei Nenkin") // allocates p.Birth
	fmt.Println(p.Birth.Hospital, err)
	// Output: Kosei Nenkin <nil>
}
