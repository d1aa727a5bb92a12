package schematest_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/schematest"
)

type patient struct {
	ID  string `dynamodbav:"id"`
	SSN string `dynamodbav:"ssn"`
}

var (
	patientID  = repo.KeyOf(func(p *patient) *string { return &p.ID })
	patientSSN = lens.Of(func(p *patient) *string { return &p.SSN })
)

// The way from plaintext: accept it, migrate, accept it no longer.
func TestPlaintextAccepted(t *testing.T) {
	secret, err := cipher.NewKey(1, bytes.Repeat([]byte{1}, 32))
	must(t, err)
	ring, err := cipher.NewKeyset(cipher.Primary(secret))
	must(t, err)
	aes, err := cipher.New(ring)
	must(t, err)
	c := embedded.New().Client()
	model := func(parts ...repo.Part[patient]) *repo.Repo[patient] {
		return open(t, c, repo.TableOf("Patients", patientID, parts...))
	}
	plain, sealed := model(), model(cipher.Protect(aes, patientSSN))
	both := model(cipher.Protect(aes, patientSSN), repo.AcceptPlain(patientSSN))
	judged(t, plain, sealed, schematest.BreaksStoredData)
	judged(t, plain, both, schematest.BreaksOldReaders)
	judged(t, both, sealed, schematest.BreaksStoredData)
	open := model(cipher.Unprotect(aes, patientSSN)) // which makes each step one that all programs survive
	judged(t, plain, open, schematest.Safe)
	judged(t, open, both, schematest.Safe)
	judged(t, both, open, schematest.Safe)
	judged(t, sealed, open, schematest.BreaksOldReaders)
	judged(t, open, sealed, schematest.BreaksStoredData)
	judged(t, open, plain, schematest.BreaksStoredData)
	judged(t, open, model(cipher.Protect(aes, cipher.BindAs(patientSSN, "was")), repo.AcceptPlain(patientSSN)), schematest.BreaksStoredData, schematest.Safe)

	must(t, plain.CreateTables(t.Context()))
	key, err := plain.Create(t.Context(), &patient{"p", "1-2"})
	must(t, err)
	if _, err := sealed.Get(t.Context(), key); !errors.Is(err, repo.ErrCorrupt) {
		t.Errorf("a program that accepts none: %v", err)
	}
	if got, err := both.Get(t.Context(), key); err != nil || got.SSN != "1-2" {
		t.Errorf("a program that accepts it: %+v, %v", got, err)
	}
	if done, err := both.Migrate(t.Context()); err != nil || done.Changed != 1 {
		t.Errorf("migrated: %+v, %v", done, err)
	}
	if _, err := plain.Get(t.Context(), key); !errors.Is(err, repo.ErrCorrupt) {
		t.Errorf("an old program: %v", err)
	}
	if got, err := sealed.Get(t.Context(), key); err != nil || got.SSN != "1-2" {
		t.Errorf("in the end: %+v, %v", got, err)
	}
}
