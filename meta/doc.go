// Package meta is what dystore stores about an object beside its attributes:
// versions, write ids, and where each part lives.
//
// A model asks for it with a Record field and Keep:
//
//	type Person struct {
//		ID   string
//		Meta meta.Record `dynamodbav:"-"`
//	}
//
//	repo.TableOf("People", personID,
//		meta.Keep(func(p *Person) *meta.Record { return &p.Meta }))
//
// The stored form itself, the _meta attribute, is described in
// internal/docs/format.md. It is versioned from the first byte: a program
// refuses objects of a later format and goes on reading every earlier one.
package meta
