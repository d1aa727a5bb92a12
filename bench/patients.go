package bench

import (
	"context"
	"crypto/aes"
	stdcipher "crypto/cipher"
	"encoding/binary"
	"strings"
	"sync/atomic"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/keygen"
	"github.com/dystore/dystore/repo"
)

// Workloads on an object of ten fields, each encrypted by itself.

// Patient is an object of one item with ten fields.
type Patient struct {
	ID         string `dynamodbav:"id"`
	Name       string `dynamodbav:"name"`
	Born       string `dynamodbav:"born"`
	Street     string `dynamodbav:"street"`
	City       string `dynamodbav:"city"`
	Phone      string `dynamodbav:"phone"`
	Mail       string `dynamodbav:"mail"`
	Insurer    string `dynamodbav:"insurer"`
	Number     string `dynamodbav:"number"`
	Diagnosis  string `dynamodbav:"diagnosis"`
	Medication string `dynamodbav:"medication"`
}

var patientID = repo.KeyOf(func(p *Patient) *string { return &p.ID }, keygen.UUIDv7)

// NewPatient returns a patient without an ID, whose fields have 64 bytes each.
func NewPatient() Patient {
	v := strings.Repeat("x", 64)
	return Patient{Name: v, Born: v, Street: v, City: v, Phone: v, Mail: v, Insurer: v, Number: v, Diagnosis: v, Medication: v}
}

// Patients is a repository of patients whose fields are encrypted with c. A nil c
// encrypts nothing.
func Patients(ctx context.Context, e Engine, c cipher.Cipher) (*repo.Repo[Patient], error) {
	var parts []repo.Part[Patient]
	if c != nil {
		parts = append(parts, cipher.ProtectAll[Patient](c))
	}
	return repository(ctx, e, repo.TableOf("patients", patientID, parts...))
}

// The contenders that encrypt in another way than [Dystore], whose key is in memory.
const (
	OneByOne    = "dystore, a derived key per value"
	WrappedKeys = "dystore, keys of a KMS, warm"
)

// Encrypted compares writing and reading ten encrypted fields.
func Encrypted() []Workload {
	create, get := Workload{Name: "Create an object of 10 fields", Items: 1}, Workload{Name: "Get an object of 10 fields", Items: 1}
	for _, c := range []struct {
		name string
		make func() (cipher.Cipher, error)
	}{
		{Unsealed, func() (cipher.Cipher, error) { return nil, nil }},
		{Dystore, func() (cipher.Cipher, error) { return Keys() }},
		{WrappedKeys, func() (cipher.Cipher, error) { return new(KMS).Cipher() }},
		{OneByOne, func() (cipher.Cipher, error) { keys, err := Keys(); return oneByOne{keys}, err }},
	} {
		open := func(ctx context.Context, e Engine) (*repo.Repo[Patient], error) {
			keys, err := c.make()
			if err != nil {
				return nil, err
			}
			return Patients(ctx, e, keys)
		}
		create = create.with(Contender{c.name, func(ctx context.Context, e Engine) (Op, error) {
			patients, err := open(ctx, e)
			return func(ctx context.Context) error {
				p := NewPatient()
				_, err := patients.Create(ctx, &p)
				return err
			}, err
		}})
		get = get.with(Contender{c.name, func(ctx context.Context, e Engine) (Op, error) {
			patients, err := open(ctx, e)
			if err != nil {
				return nil, err
			}
			p := NewPatient()
			key, err := patients.Create(ctx, &p)
			return func(ctx context.Context) error { _, err := patients.Get(ctx, key); return err }, err
		}})
	}
	return []Workload{create, get}
}

// oneByOne has no batches: it derives a key for each value.
type oneByOne struct{ cipher.Cipher }

// KMS stands for a KMS and a store with one key: it wraps keys with a fixed one,
// and counts what it is asked.
type KMS struct{ Calls atomic.Int64 }

// Cipher is one whose keys the KMS has wrapped.
func (k *KMS) Cipher() (*cipher.AES, error) {
	wrapped, err := cipher.GenerateWrapped(context.Background(), k, cipher.KeyName{ID: 1})
	if err != nil {
		return nil, err
	}
	keys, err := cipher.NewWrapped(oneKey{k, wrapped}, k)
	if err != nil {
		return nil, err
	}
	return cipher.New(keys)
}

// Wrap implements [cipher.KeyWrapper].
func (k *KMS) Wrap(_ context.Context, secret []byte, name cipher.KeyName) ([]byte, error) {
	k.Calls.Add(1)
	gcm, err := masterKey()
	if err != nil {
		return nil, err
	}
	return gcm.Seal(nil, nil, secret, bound(name)), nil
}

// Unwrap implements [cipher.KeyWrapper].
func (k *KMS) Unwrap(_ context.Context, wrapped []byte, name cipher.KeyName) ([]byte, error) {
	k.Calls.Add(1)
	gcm, err := masterKey()
	if err != nil {
		return nil, err
	}
	return gcm.Open(nil, nil, wrapped, bound(name))
}

func masterKey() (stdcipher.AEAD, error) {
	block, err := aes.NewCipher(make([]byte, 32))
	if err != nil {
		return nil, err
	}
	return stdcipher.NewGCMWithRandomNonce(block)
}

func bound(name cipher.KeyName) []byte {
	return binary.BigEndian.AppendUint32([]byte(name.Scope+"/"), uint32(name.ID))
}

// oneKey is a store with one key.
type oneKey struct {
	kms     *KMS
	wrapped []byte
}

func (s oneKey) Primary(context.Context, string) (cipher.KeyID, error) {
	s.kms.Calls.Add(1)
	return 1, nil
}

func (s oneKey) ByID(context.Context, string, cipher.KeyID) ([]byte, error) {
	s.kms.Calls.Add(1)
	return s.wrapped, nil
}
