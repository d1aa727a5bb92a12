// Package cipher encrypts fields of stored objects. DynamoDB, its backups and
// everybody who can read the table see an authenticated envelope in place of
// the value. Each field can still be written alone.
//
//	key, err  := cipher.NewKey(1, secret) // 32 random bytes
//	ring, err := cipher.NewKeyset(cipher.Primary(key))
//	keys, err := cipher.New(ring)
//
// [Protect] names the fields of a model that are encrypted, [ProtectAll] those
// that are not; both go to repo.TableOf. A repository then encrypts and
// decrypts them. [AES.Seal] and [AES.Open] are for values outside repositories.
//
// # What is protected
//
// A value opens only where it was sealed: under the same entity, in the object
// with the same key, at the same path ([Binding]). Copied to another item or to
// another attribute it is refused with [ErrAuth], and so is a value of which
// any bit was changed. A field that was renamed needs [BindAs]. A field that is
// declared encrypted and holds plaintext is refused with [ErrNotEncrypted], so
// that plaintext that somebody has put there never passes for the value.
//
// The type of a value is inside the envelope: a number comes back as a number.
//
// # What is not
//
// Keys, names of attributes, the shape of lists and maps whose elements are
// encrypted one by one, the lengths of values (see [WithPadding]) and the times
// of writes stay visible. An older value of the same field of the same object
// opens. So someone who can write to the table can put an old value back,
// remove a field, and swap two elements of one list. The entity is bound and
// the table is not, so that a restored table opens; for the same reason an item
// copied under its own key to another table of the entity does. Fields that are
// not encrypted are not authenticated either.
//
// DynamoDB cannot compare, count up or index what it cannot read. The
// repository refuses conditions on encrypted fields before any request. Exists
// and NotExists are allowed, for a field that is never nil or omitted. A
// [BlindIndex] finds objects by the value of an encrypted field.
//
// # To begin, and to end
//
// Programs of two releases read and write the same objects while one takes over from
// the other. [Unprotect], and repo.AcceptPlain beside [Protect], read a field in either
// form, so that it begins and ends to be encrypted with no reader off line.
//
// # Keys
//
// A [Key] is 32 random bytes and an id. The id is stored in the clear with
// every value. Secrets belong in a secrets manager; a [Keyset] holds them in
// memory. [Wrapped] unwraps keys that a KMS has encrypted, per tenant if need
// be, and keeps them for minutes; the module awskms does it with AWS KMS. Package
// keytable keeps the wrapped keys in a table, and destroys them for good. Your
// own [KeySource] can do otherwise. Keys print without their secret and never
// give it back. They are not erased from memory: Go's garbage collector moves
// and frees as it sees fit.
//
// To rotate: give all services the new key as [Enabled], then make it
// [Primary], write all objects anew until no value is under the old key
// (Repo.KeysInUse of package repo), and only then mark the old key [Disabled]
// and, after a while, [Destroyed]. Package repo has an example of it all. An
// [ErrAuth] is never a reason to try another key: it means that the data was
// changed.
//
// A repository reads from the envelope which key a value is under. That works
// for envelopes of an [AES] only: with another cipher, use repo.Rewrite.
//
// # Algorithms and format
//
// Values are sealed with AES-256-GCM under a key that HKDF-SHA256 derives from a
// random salt, with a commitment to the key: no envelope opens under two keys,
// and the number of values under one key has no practical limit. Each value has
// a salt of its own, but for those that one write makes in one item (see
// [Batch]). An envelope is 92 bytes ([Overhead]) longer than its
// content. Everything comes from the standard library and works with
// GODEBUG=fips140=only.
//
// The format is documented byte by byte. Every release opens what earlier
// releases of the same major version have written.
package cipher
