package main

import (
	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// Patient is a patient of a clinic. Letters are items of another table.
type Patient struct {
	Clinic  string     `dynamodbav:"clinic"`
	No      int        `dynamodbav:"no"`
	Since   int        `dynamodbav:"since"`
	Name    string     `dynamodbav:"name"`
	Email   string     `dynamodbav:"email"`
	ByEmail cipher.Tag `dynamodbav:"byEmail"` // kept by the repository: what Email is found by
	Letters []Letter   `dynamodbav:"letters"`
}

// Letter is a part of a patient.
type Letter struct {
	Year int    `dynamodbav:"year"`
	Text string `dynamodbav:"text"`
}

var (
	patientKey = repo.CompositeKeyOf(func(p *Patient) *string { return &p.Clinic }, func(p *Patient) *int { return &p.No })
	clinic     = lens.Of(func(p *Patient) *string { return &p.Clinic })
	name       = lens.Of(func(p *Patient) *string { return &p.Name })
	email      = lens.Of(func(p *Patient) *string { return &p.Email })
	byEmailTag = lens.Of(func(p *Patient) *cipher.Tag { return &p.ByEmail })
	letters    = lens.Of(func(p *Patient) *[]Letter { return &p.Letters })
	text       = lens.Each(letters, lens.Of(func(l *Letter) *string { return &l.Text }))
	byEmail    = repo.MultiKeyIndexOf("by-email", repo.PartitionBy(byEmailTag), repo.SortBy[Patient]())
)

// tagKey is the key of tags, of no clinic: who searches does not know the clinic.
const tagKey cipher.KeyID = 1

// model is how patients are stored.
func model(keys cipher.Cipher, emails *cipher.Blind[Patient, string]) repo.Model[Patient] {
	return repo.TableOf("Patients", patientKey,
		shard.Each(shard.To("Letters"), func(p *Patient) *[]Letter { return &p.Letters }),
		cipher.Protect(cipher.Scope(keys, clinic), name, email, text),
		emails, byEmail)
}
