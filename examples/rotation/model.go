package main

import (
	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// Visit is a visit to a clinic. What was found is encrypted under keys of the clinic, in the
// root item and in the notes, which are items of another table.
type Visit struct {
	Clinic  string `dynamodbav:"clinic"`
	No      int    `dynamodbav:"no"`
	Day     string `dynamodbav:"day"`
	Finding string `dynamodbav:"finding"`
	Notes   []Note `dynamodbav:"notes"`
}

// Note is a part of a visit.
type Note struct {
	By   string `dynamodbav:"by"`
	Text string `dynamodbav:"text"`
}

var (
	visitKey = repo.CompositeKeyOf(func(v *Visit) *string { return &v.Clinic }, func(v *Visit) *int { return &v.No })
	clinic   = lens.Of(func(v *Visit) *string { return &v.Clinic })
	day      = lens.Of(func(v *Visit) *string { return &v.Day })
	finding  = lens.Of(func(v *Visit) *string { return &v.Finding })
	text     = lens.Each(lens.Of(func(v *Visit) *[]Note { return &v.Notes }), lens.Of(func(n *Note) *string { return &n.Text }))
)

// model is how visits are stored.
func model(keys cipher.Cipher, more ...repo.Part[Visit]) repo.Model[Visit] {
	parts := append(more,
		shard.Each(shard.To("Notes"), func(v *Visit) *[]Note { return &v.Notes }),
		cipher.Protect(cipher.Scope(keys, clinic), finding, text))
	return repo.TableOf("Visits", visitKey, parts...)
}
