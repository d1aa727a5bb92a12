package repo_test

import (
	"context"
	"fmt"
	"log"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

type Patient struct {
	ID        string `dynamodbav:"id"`
	Diagnosis string `dynamodbav:"diagnosis"`
	Ward      int    `dynamodbav:"ward"`
}

var (
	patientID        = repo.KeyOf(func(p *Patient) *string { return &p.ID })
	patientDiagnosis = lens.Of(func(p *Patient) *string { return &p.Diagnosis })
)

// patientKeys is a keyset of one key. Services get their secrets from a secrets
// manager.
func patientKeys(secret []byte) *cipher.AES {
	key, err := cipher.NewKey(1, secret)
	if err != nil {
		log.Fatal(err)
	}
	ring, err := cipher.NewKeyset(cipher.Primary(key))
	if err != nil {
		log.Fatal(err)
	}
	keys, err := cipher.New(ring)
	if err != nil {
		log.Fatal(err)
	}
	return keys
}

// Protected fields are encrypted before a request is made, each bound to its
// object and path. They can be set and read like any other; DynamoDB cannot
// compare them or compute with them, and the attempt is refused.
func Example_encryption() {
	ctx := context.Background()
	keys := patientKeys([]byte("32 bytes from a secrets manager."))
	patients := engineRepo(repo.TableOf("Patients", patientID, cipher.Protect(keys, patientDiagnosis)))
	fmt.Println(patients.Layout())

	key, err := patients.Create(ctx, &Patient{ID: "p1", Diagnosis: "flu", Ward: 3})
	fmt.Println(err)
	err = patients.Update(ctx, key, patientDiagnosis.Set("cold"))
	fmt.Println(err)
	diagnosis, err := repo.Read(ctx, patients, key, patientDiagnosis)
	fmt.Println(diagnosis, err)

	err = patients.Update(ctx, key, patientDiagnosis.Set(""), repo.If(patientDiagnosis.Eq("cold")))
	fmt.Println(err)
	// Output:
	// repo_test.Patient → table Patients, key id (S), entity "Patients"
	// └─ diagnosis encrypted
	// <nil>
	// <nil>
	// cold <nil>
	// repo: Update Patients "p1", diagnosis: invalid: the value is encrypted; a condition can only test whether it exists
}
