// Package lens names places inside a Go struct with functions that the
// compiler checks, and makes changes and conditions of them.
//
//	var (
//		city   = lens.Of(func(p *Person) *string { return &p.Location.City })
//		visits = lens.Of(func(p *Person) *int { return &p.Visits })
//		past   = lens.Of(func(p *Person) *[]Location { return &p.Past })
//		inCity = lens.Of(func(l *Location) *string { return &l.City })
//	)
//
//	err := people.Update(ctx, key, city.Set("Osaka"), lens.Add(visits, 1))
//	towns, err := repo.ReadAll(ctx, people, key, lens.Each(past, inCity))
//
// A misspelt field, a value of the wrong type or a lens of another struct does
// not compile. Lenses are package variables as a rule: making one costs some
// microseconds, using one does no reflection on types.
//
// # Lenses
//
// [Of] compiles an accessor function to a path. [At], [Entry] and [Join] extend
// a [Lens]; [Each], [EachValue], [Elems] and [ElemValues] turn it into a
// [Many], a path to any number of values. [Ptr] adapts a lens for lists, maps
// and fields that hold pointers:
//
//	firstTown = lens.Join(lens.At(past, 0), inCity)
//	allTowns  = lens.Each(past, inCity)              // []Location
//	friends   = lens.Each(known, lens.Ptr(name))     // []*Person
//	byOrder   = lens.Each(orders, lens.Each(lines, sku))
//
// # Changes and conditions
//
// A lens makes the changes of an Update: Set, SetIfAbsent, Remove. What does not
// fit every lens is a function: [Add] for numbers; [Append] and [Prepend] for
// lists; [AddToSet], [DeleteFromSet], [AddKeys] and [DeleteKeys] for sets; [Merge]
// for the fields of a struct. It makes conditions too: Eq, Ne, Lt, Le, Gt, Ge,
// Between, In, Exists, NotExists, Size, HasType, and the functions [HasPrefix],
// [ContainsText], [Contains] and [ContainsKey], combined by [And], [Or] and [Not].
//
// [Get], [All] and [Assign] use a lens on a Go value, without any request.
//
// A condition compares what is stored in the form that the field has today. Times
// are compared whether their tag had unixtime or not. Numbers that were stored
// before their tag got or lost the option string are equal to nothing and in no
// order, until their objects are put once.
//
// # Errors
//
// Nothing here panics or returns an error beside its value, so that lenses can
// be declared in package variables. What cannot work carries an [*Error]
// instead: Err shows it, repo.New refuses a model with such a lens, and every
// verb refuses such an argument before it sends a request.
//
// # Concurrency
//
// All values are immutable and safe for concurrent use.
package lens
