// Package keytable keeps wrapped data keys in a table of DynamoDB of their own, so that what was
// sealed for one tenant or one person can be erased by destroying a key:
//
//	store, err := keytable.New(client, "Keys", wrapper) // a wrapper of awskms, for instance
//	source, err := cipher.NewWrapped(store, wrapper)
//	keys, err := cipher.New(source)
//	sealed := cipher.Protect(cipher.Scope(keys, person), city) // a part of a model of package repo
//
// A scope, which is a tenant or a person, has keys of its own: one primary, which seals, and those
// before it, which open. [Store.Mint] makes the first and rotates. [Store.Disable] takes one out of use,
// [Store.Destroy] destroys it, and [Store.Erase] destroys all keys of a scope. A [Store] is a
// [cipher.KeyStore]; [Store.Scope] and [Store.Scopes] list what there is, without the keys.
//
// The name of a scope is stored in the clear and stays after an erasure, so that nobody gets the id of
// a destroyed key again. Take a random id of a person, never a name or an address.
//
// # What is stored
//
// A scope is one item: which keys there were, what is left of them as they were wrapped, which is
// the primary, and which id is the next. So a key and the choice of the primary are written together, an
// erasure is one write that is made or not, and no engine needs transactions for it. Each
// write has a condition on the version of the item. So every method may be repeated
// when its answer was lost, and repetitions, late requests and concurrent callers give no id twice.
// The price is that a scope has room for some 800 keys, living and destroyed together, and
// then is [ErrFull]: at one rotation a week that takes 15 years. Only Mint is refused then.
//
// A read of one key costs one read unit for every 4 KB of the item: for up to some 15 keys, one.
//
// The table is in one region. A global table is safe only with strong consistency: two regions that
// do not see each other would give out the same id.
//
// # When something is erased
//
// Values sealed under a destroyed key are still stored. They count as erased when nobody can unwrap the
// key any more, which is later than the call:
//
//   - Each process uses keys that it has in memory to their hard end: cipher.KeepKeys, 5 minutes by
//     default. Until then it opens values of the scope, and seals new ones, which are lost
//     then. Wrapped.Forget ends that at once in one process.
//   - Backups of the key table have the wrapped key: point-in-time recovery for up to 35 days, backups and
//     exports until they are deleted. What the key table's backups may keep is what you
//     promise: let them end sooner than the time within which you have to erase, whatever the backups of
//     the data keep. A stream of the key table has old images for a day; it needs none.
//   - What was not sealed is not erased: keys of items, names of attributes, plain attributes. Nor is
//     what was opened and stored elsewhere.
//
// Restoring the key table brings back keys that were destroyed since. Keep the lines that Destroy and
// Erase return ([Erasure.String]) elsewhere, and repeat them after a restore.
//
// # What the table is trusted with
//
// The table is not secret without the wrapper, and a wrapper binds a key to its scope and id. So whoever
// can read the table learns the names of scopes, the number and times of their keys, and what
// audits say. Whoever can write it, and cannot unwrap:
//
//   - learns no key, and cannot pass the key of one scope or id for another: the wrapper refuses it.
//   - can destroy, by deleting, whatever is there.
//   - can put an older version of an item back. An older primary seals again. If somebody has kept
//     the item from before an erasure, the tombstone is gone and the keys are back, for those who
//     may unwrap. So nobody should have both the wrapper and the backups of the table, or both the
//     wrapper and dynamodb:PutItem or DeleteItem, which this package never calls. Whoever only erases
//     needs no permission of the wrapper; Mint wraps and unwraps.
//   - can make the scope begin anew by deleting its item. Then id 1 is given again, and values under the
//     former key 1 do not open (cipher.ErrWrongKey); nothing opens wrongly.
//
// The name of the table is not bound, because a restored table has another name and must work. So two
// tables with one wrapper accept each other's keys under the same scope and id. Where that matters,
// for instance between production and its test environment, give each a wrapper of its own: a KMS key each,
// or a different awskms.Context.
//
// Readers need dynamodb:GetItem only; those who mint, erase, or read with [OnDemand], also
// dynamodb:UpdateItem; Scopes dynamodb:Scan. The condition key dynamodb:Attributes can keep the
// attribute w, the wrapped keys, from those who only list.
//
// # Errors
//
// Primary and ByID give the verdicts of [cipher.KeyStore] only for what is stored so. An item that is
// damaged ([ErrCorrupt]) or of a newer format ([ErrTooNew]) is a failure of the source, which package
// cipher reports as ErrKeySource. Nor is it changed, so that a scope is not erased before somebody has
// looked. No error has bytes of a key or the name of a scope.
package keytable
