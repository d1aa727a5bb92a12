// Package keygen makes keys for objects that arrive without one.
//
// A generator is passed to the key of a model as a plain function value; its
// type parameters follow from the key's accessor:
//
//	personID = repo.KeyOf(func(p *Person) *string { return &p.ID }, keygen.UUIDv7)
//
// # Which one
//
// [UUIDv7] is the usual choice: keys sort by the millisecond in which they
// were made, which reads well in logs and makes a useful sort key: Query returns
// the objects of one partition in the order in which they were created, and the
// key is unique without a counter.
//
//	eventKey = repo.CompositeKeyOf(
//		func(e *Event) *string { return &e.Device },
//		func(e *Event) *string { return &e.ID },
//	).GenerateSort(keygen.UUIDv7)
//
// See [github.com/dystore/dystore/repo.CompositeKey.GenerateSort]. Clocks of
// several machines differ, and the order of their keys with them. A UUIDv7
// shows when the object was created. If that must stay secret, use [UUIDv4],
// which shows nothing.
//
// [From] and [FromErr] compute the key from the value, for natural keys such
// as an e-mail address:
//
//	byMail = repo.KeyOf(func(p *Person) *string { return &p.ID },
//		keygen.From(func(p *Person) string { return strings.ToLower(p.Mail) }))
//
// Any function of the type of [Generator] will do as well.
//
// # Errors
//
// A generator that fails returns an [*Error]; nothing is written then. The
// cause stays reachable with errors.Is and errors.As.
//
// # Security considerations
//
// Random bits come from crypto/rand. A UUID is an identifier, not a secret:
// do not use one as the only protection of an object.
package keygen
