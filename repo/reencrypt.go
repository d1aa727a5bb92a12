package repo

import (
	"context"

	"github.com/dystore/dystore/internal/migrate"
)

// Reencrypt brings all encrypted values under today's key, beside readers and writers. It is
// how a key is rotated:
//
//	done, err := people.Reencrypt(ctx, repo.Rate(100, 50), repo.OnProgress(log))
//
// It writes the objects in which something is encrypted otherwise than its cipher does today:
//   - a value under another key than today's, or padded otherwise,
//   - a value without encryption that [AcceptPlain] admits, or that an earlier version of the
//     model ([Schema]) did not encrypt, or one that is encrypted under cipher.Unprotect,
//   - the list of encrypted paths in the record, under another key or of other paths,
//   - such a value in an attribute that the type does not know.
//
// It writes no others. What else is not as today is Migrate's. But it writes an object as
// [Repo.Migrate] does, whole and over the version that was read: so one of an earlier version
// of the model is of today's afterwards, and an item without a record is adopted. Nothing that
// another program has written meanwhile is lost, and claims of unique values stay, with their
// hashes. A second run proves that nothing is left to write, and [Repo.KeysInUse] that nothing
// needs the old key: it sees also what Reencrypt passes over. Those are objects that [SoftDelete]
// keeps, objects that have expired, parts that no object has, and what only another version of
// the program knows: its parts, and attributes under ciphers of its own.
//
// A value that does not open is no value under an old key. Its object is not written. It is
// counted in Failed, and in Errors by the name of the error of package cipher: "cipher.ErrAuth"
// for what was changed or moved, "cipher.ErrUnknownKey", "cipher.ErrKeyDisabled" and
// "cipher.ErrKeyDestroyed" for what the key source says of its key, also where [AcceptErased]
// reads such a value as empty. Other errors count by their names in package repo. A list of
// encrypted paths that does not open counts as well; Migrate makes it anew. The error, and what
// ends the run, are as of Migrate.
//
// Keys of Progress says how many values were found under each key, as KeysInUse counts them:
// before they were written, and in objects that failed too.
//
// It takes [DryRun], [OnProgress], [Rate], [Segments], [PageSize] and [StartAt], as Migrate does,
// and costs the same: a read of all items, and a write of each object that it changes. A model
// that encrypts nothing is [ErrInvalid]. IAM has to allow what it allows Migrate.
func (r *Repo[T]) Reencrypt(ctx context.Context, opts ...CallOption) (done Progress, err error) {
	return r.c.migrate(ctx, "Reencrypt", r.view.call("Reencrypt", opts), migrate.Migration{Sealed: true})
}
