package cipher

import (
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/lens"
)

// Unprotection is fields that are written without encryption, and read whether they are
// encrypted or not: a part of a model. [Unprotect] makes it.
type Unprotection[T any] struct{ unprotectHandle[T] }

// unprotectHandle keeps the methods that tie a part to its T out of the documentation.
type unprotectHandle[T any] = model.PartHandle[T]

// Unprotect writes fields without encryption, and reads them encrypted by c as well:
//
//	open := cipher.Unprotect(keys, ssn, lens.Each(cards, number))
//	people, err := repo.New(client, repo.TableOf("People", key, open))
//
// It is a state to pass through, beside repo.AcceptPlain, while programs of two releases
// read and write the same objects. A model begins to encrypt in three releases, and ends it in
// the same three, from the last to the first:
//
//	                                        writes      reads
//	without a cipher                        plaintext   plaintext
//	cipher.Unprotect                        plaintext   both
//	cipher.Protect and repo.AcceptPlain     encrypted   both
//	cipher.Protect                          encrypted   encrypted
//
// Each release waits until the one before it runs no more. Repo.Migrate by a program of the
// second or third row brings all objects to its form; a program of a last row comes once a
// dry run of it changes nothing and Found stays at zero.
//
// Fields are those of [Protect], with their [BindAs]. A cipher that opens is enough
// ([OpenOnly]). Until the values are known to be plaintext, nothing else than a reader looks at
// them: a condition, a filter, a projection into an index or an Add on such a field is refused
// as on an encrypted one. A value that is unique needs its HashedBy in all four releases, since
// claims of other forms do not see each other.
//
// Fields are named as they are encrypted: a struct that is encrypted field by field, as
// by [ProtectAll], field by field. If the whole is named, its envelopes are refused with
// [ErrUnexpectedEnvelope]; so are bytes to be written that look like an envelope of this package,
// which a reader would try to open. A cipher of another format says of bytes that are none with
// [ErrNotEncrypted]. Of a recursive type, ProtectAll encrypts fields at any depth, and
// Unprotect names a finite number of them.
//
// A [BlindIndex] of such a field finds objects in either form, and cannot be in the release
// without a cipher.
//
// repo.Open goes by the stored list of encrypted paths of an object. Until a Put of the whole
// object or a Migrate has written it, it refuses an object in which some of them are plaintext.
//
// Mistakes are reported by repo.New.
func Unprotect[T any](c Cipher, fields ...lens.Field[T]) *Unprotection[T] {
	d := declare[T]("cipher.Unprotect", c, fields)
	if len(fields) == 0 {
		d.decline("no fields; name those that are not to be encrypted")
	}
	if sealsOnly(c) {
		d.decline("the cipher does not open")
	}
	d.protect.Err = d.err()
	d.protect.Found = model.FoundAt(d.protect.Lenses)
	return &Unprotection[T]{model.HandlePart[T](&d.protect)}
}

// Found is how many values were read encrypted so far, by path, in all repositories of the
// model in this process. Each reading of a value counts. Paths with none are in it too.
func (u *Unprotection[T]) Found() map[string]int64 {
	if p, ok := u.ModelPart().(*model.Protect); ok {
		return p.Found.ByPath()
	}
	return map[string]int64{}
}

// sealsOnly reports whether a cipher has no opener.
func sealsOnly(c Cipher) bool {
	switch c := c.(type) {
	case half:
		return c.opener == nil && c.sealer != nil
	case *scoped:
		return sealsOnly(c.of)
	case *unresolved:
		return sealsOnly(c.of)
	}
	return false
}
