// Package cipher encrypts fields of stored objects: what DynamoDB, its backups
// and everybody who can read the table see of them is an authenticated
// envelope, and each field can still be written by itself.
//
//	key, err  := cipher.NewKey(1, secret) // 32 random bytes
//	ring, err := cipher.NewKeyset(cipher.Primary(key))
//	keys, err := cipher.New(ring)
//
// [Protect] names the fields of a model that are encrypted, [ProtectAll] those
// that are not; both go to repo.TableOf. A repository then encrypts and
// decrypts by itself. [AES.Seal] and [AES.Open] are for values outside of
// repositories.
//
// # What is protected
//
// A value opens only where it was sealed: under the same entity, in the object
// with the same key, at the same path ([Binding]). Copied to another item or
// to another attribute it is refused with [ErrAuth], and so is a value of which
// any bit was changed. A field that is declared encrypted and holds plaintext
// is refused with [ErrNotEncrypted], so that nobody who can write to the table
// can put a value of his own there.
//
// The type of a value is inside the envelope: a number comes back as a number.
//
// # What is not
//
// Keys, names of attributes, the shape of lists and maps whose elements are
// encrypted one by one, the lengths of values (see [WithPadding])
// and the times of writes stay visible. An older value of the same field of
// the same object opens: somebody who can write to the table can put it back,
// can remove a field, and can swap two elements of one list. The entity is
// bound and the table is not, so that a restored table opens; for the same
// reason an item copied under its own key to another table of the entity does.
// Fields that are not encrypted are not authenticated either.
//
// DynamoDB cannot compare, count up or index what it cannot read. Conditions
// on encrypted fields are refused by the repository before any request, but for
// whether there is one, and that only of a field that is never nil or omitted.
//
// # Keys
//
// A [Key] is 32 random bytes and an id. The id is stored in the clear with
// every value. Secrets belong in a secrets manager; a [Keyset] holds them in
// memory, a [KeySource] of one's own can fetch them, per tenant if need be.
// Keys print without their secret and never give it back. They are not erased
// from memory: Go's garbage collector moves and frees as it sees fit.
//
// To rotate: give all services the new key as [Enabled], then make it
// [Primary], write all objects anew until no value is under the old key
// (Repo.KeysInUse of package repo), and only then mark the old key [Disabled]
// and, after a while, [Destroyed]. Package repo has an example of it all. An
// [ErrAuth] is never a reason to try another key: it means that somebody
// changed the data.
//
// A repository learns from the envelopes under which key a value is. A cipher of
// one's own that does not make them with an [AES] tells it nothing: there
// repo.Rewrite is the way.
//
// # Algorithms and format
//
// Values are sealed with AES-256-GCM under a key that HKDF-SHA256 derives for
// each value from a random salt, with a commitment to the key: no envelope
// opens under two keys, and the number of values under one key has no
// practical limit. An envelope is 92 bytes ([Overhead]) longer than its
// content. Everything comes from the standard library and works with
// GODEBUG=fips140=only.
//
// The format is documented byte by byte. What a release has written, every
// later release of the same major version opens.
package cipher
