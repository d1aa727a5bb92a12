package repo

import (
	"context"
	"io"

	"github.com/dystore/dystore/internal/export"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/tables"
)

// Export writes the object with a key as a document: JSON in lines, of which the first says
// what it is and the last has a digest of the others. It has the root and all parts in one
// committed state, with their records, and also what only other versions of the program
// know. Encrypted values are in it as they are stored, and no key is asked for; everything
// else is readable. [Repo.Import] stores it. internal/docs/format.md describes the document.
//
// The object is read before anything is written. An error of w is returned as it is, in an
// [*Error]; what was written then is no document. [ErrNotFound] if there is no object.
func (r *Repo[T]) Export(ctx context.Context, w io.Writer, key Key[T]) (err error) {
	ctx, verb := r.c.reads(ctx, "Export", 1)
	defer verb.End(&err)
	call := r.view.call("Export", nil)
	var text []byte
	if w == nil {
		return r.c.fail("Export", key.k, [16]byte{}, fail.Withf(ErrInvalid, "the writer is nil"))
	}
	if err = beginAt(ctx, &r.c.s.Tables, call, key.k); err == nil {
		text, err = export.Export(ctx, r.c.read, key.k)
	}
	if err == nil {
		var n int
		if n, err = w.Write(text); err == nil && n < len(text) {
			err = io.ErrShortWrite
		}
	}
	return r.c.fail("Export", key.k, [16]byte{}, err)
}

// Import stores an object that [Repo.Export] has written as a document, and returns its key:
// with another [TablePrefix], in another account, as a fixture of a test. There must be no
// object with the key, otherwise it is [ErrExists]; with [Overwrite] it is replaced, but not
// one of a later version of the model, which is [ErrSchemaTooNew]. All is one write: of at
// most 100 items and 4 MB, otherwise [ErrTooLarge]. Parts in tables that only MovedFrom and
// [AllowTables] name cost a read for each such table.
//
// The document is not trusted: its digest says that it is whole, and not who has made it. It
// must be an object of this model: of its entity ([Entity] is the name of the root's table,
// if it is not given), with the key that it says, all parts and nothing else, in tables that
// the model names. It is read as Get would read it, encrypted values opened and rules
// validated. What is wrong is [ErrInvalid], before anything is written;
// [ErrSchemaTooNew] or [ErrSchemaTooOld] if this program cannot read that version. An expired
// object is not stored.
//
// Encrypted values stay as they are. They are bound to the entity, the key and the path, and
// not to a table: so the model needs the same entity and [MetaAttribute], and cipher keys that
// open them. Values that are unique are claimed anew, [ErrDuplicate] if another object has
// one, and tags (cipher.BlindIndex) are made anew. The import is a write: the object has a
// version more than it had, or than what it replaces, and a write id of its own. CreatedAt,
// CreatedBy, UpdatedAt and UpdatedBy stay.
func (r *Repo[T]) Import(ctx context.Context, document io.Reader, opts ...CallOption) (_ Key[T], err error) {
	ctx, verb := r.c.writes(ctx, "Import", 1)
	defer verb.End(&err)
	call := r.view.call("Import", opts)
	err = beginWrite(ctx, &r.c.s.Tables, call)
	if err == nil && document == nil {
		err = fail.Withf(ErrInvalid, "the document is nil")
	}
	if err != nil {
		return Key[T]{}, r.c.fail("Import", tables.Key{}, call.id(), err)
	}
	key, id, err := export.Import(ctx, r.c.read, r.c.protocol, document, export.Options{Options: call.write.Options, Overwrite: call.write.Overwrite})
	if err != nil {
		return Key[T]{}, r.c.fail("Import", key, id, err)
	}
	return Key[T]{k: key}, nil
}
