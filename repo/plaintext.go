package repo

import (
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/lens"
)

// Plaintext are encrypted fields that are also read where they are stored without
// encryption: a part of a model. [AcceptPlain] makes it.
type Plaintext[T any] struct{ plaintextHandle[T] }

// plaintextHandle keeps the methods that tie a part to its T out of the documentation.
type plaintextHandle[T any] = model.PartHandle[T]

// AcceptPlain accepts plaintext in the place of encrypted values of these fields, while a
// model begins to encrypt what it has stored without. The fields are exactly those that
// cipher.Protect names (or those that cipher.ProtectAll encrypts, one by one):
//
//	plain := repo.AcceptPlain(ssn, lens.Each(cards, number))
//	people, err := repo.New(client, repo.TableOf("People", key, cipher.Protect(aes, ssn, …), plain))
//
// Every write encrypts. So the way from plaintext is: roll out programs with cipher.Unprotect,
// which write plaintext and read either; then programs with cipher.Protect and AcceptPlain;
// [Repo.Migrate]; and, once a dry run of it changes nothing and Found stays at zero, take
// AcceptPlain out. The way back is the same, from the end.
//
// A value of type B is plaintext if it is no envelope of package cipher, and Open of the
// cipher says cipher.ErrNotEncrypted of it. A cipher of another format has to say so.
//
// While a model has it, whoever can write to the table can put a value of his own in the
// place of an encrypted one. It is a state to pass through.
func AcceptPlain[T any](fields ...lens.Field[T]) *Plaintext[T] {
	return &Plaintext[T]{model.HandlePart[T](&model.Plaintext{Found: model.FoundAt(lensesOf(fields))})}
}

// Found is how many values were read without encryption so far, by path, in all
// repositories of the model in this process. Each reading of a value counts. Paths with
// none are in it too.
func (p *Plaintext[T]) Found() map[string]int64 {
	if m, ok := p.ModelPart().(*model.Plaintext); ok {
		return m.ByPath()
	}
	return map[string]int64{}
}
