// Package protocol is an exhaustive model of the two protocols by which an object
// in several items is committed. It has tests only: they visit every state that a
// few writers, a reader and a sweeper can reach together, in any order of their
// requests. With -v they print how many states there are, and the shortest way to
// each violation.
//
// The object is a root and two children in other tables. The root is a record,
// which refers to the children by key and stamp. Or it is absent, or it is a
// placeholder or a tombstone, which readers take for no object. The version of a
// root is a number and an id. No two roots have the same version.
//
// # By transaction
//
// One transaction puts the root and the children that it changes, or deletes all of
// them. It is conditioned on the exact version of the root. A child that it changes
// stays where it is, with another stamp, or moves to its home key. A blind update has
// not read the root: its transaction is conditioned on a record that has the child at
// home. All transactions of a writer have one token.
//
// # Staged
//
//  1. Where there is no object, a create pins: it puts a placeholder over exactly
//     what it has seen. Every attempt has another nonce for the id. If a refusal
//     shows a nonce of the writer, an earlier attempt was executed.
//  2. The writer puts children under keys that no other run has, if there is nothing.
//     Each carries its base: the version of the root that the flip will replace.
//  3. The flip puts the new root over exactly that version.
//  4. The writer deletes the children that it has superseded, each only with the
//     stamp that it had.
//
// A delete flips to a tombstone, deletes the children, and then exactly that
// tombstone.
//
// Without an answer a writer sends the request again. A refusal that shows the id of
// its own write is a success. A writer that is refused deletes its own children, but
// not while a flip of it is without an answer. Then its outcome is unknown.
//
// # Reader and sweeper
//
// The reader reads the root, then the children that it refers to. If one is not there
// or has another stamp, it reads the root again. If that has changed, the reader
// restarts; otherwise the object is damaged. It may guess where children are and read
// them at once with the root. One that differs it reads again, before the root.
//
// The sweeper needs no clock. It sees a child first and reads the root afterwards. It
// deletes the child, only with the stamp that it has seen, if the root does not refer
// to it and has another version than its base, or is absent. If the version is that
// of the base, a write may be on its way: the sweeper leaves the child, or it fences.
// A fence puts the root under another id, or deletes the placeholder, and so has the
// flip refused. The sweeper deletes tombstones too. A second sweeper adds nothing:
// what the first has decided stays true, and its deletions may be late.
//
// # What may happen
//
// A request may stay without an answer. It is then lost, or executed at any later
// time, also after its sender has ended. Variants have a number of such faults. A
// writer may crash at any moment. That is no step of the model: every state is one
// in which some writers never go on. In all states the object has its children, no
// reader is misled, nobody replaces a root that it has not read, and no write is
// applied twice. What a writer reports is true and stays true. One sweep leaves
// nothing that no writer can use any more.
//
// [TestPairs] and [TestLonger] have writers who follow the rules. [TestNeeded] leaves
// out one rule at a time and finds the violation. [TestAlso] has other rules that are
// as good, and [TestTextbook] the way from no protocol to the known ones.
//
// # Limits
//
// Requests about one item are linearizable, and so are transactions. The reader and
// the sweeper read roots consistently. A token is never forgotten. There are at most
// three writers, three faults and two parts.
//
// No pin may be executed twice, as a proxy that repeats requests would have it:
// "there is no root" can hold again, and the copy makes the base of an old flip come
// back. Two remedies are in the model of copies. Pins go under a token, as
// transactions do. Or no root is deleted as long as a copy may arrive, but becomes a
// tombstone; then a late pin leaves no placeholder behind either.
package protocol
