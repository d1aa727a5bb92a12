package stream

import (
	"context"
	"errors"
	"io"
	"maps"
	"time"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/large"
	"github.com/dystore/dystore/internal/stored"
)

// Upload makes what r holds the value of the field, and returns how many bytes that were,
// and the id of the write. It is over the version of the object that it finds first: if
// the object changes meanwhile, nothing is written.
func (f *Field) Upload(ctx context.Context, r io.Reader, opts commit.Options) (n int64, id stored.ID, err error) {
	u := &upload{Field: f, obj: commit.ObjectOf(&f.Schema.Tables, f.Key, opts)}
	u.obj.Staged = true
	if err := f.check(); err != nil {
		return 0, u.obj.ID, err
	}
	if u.old, err = f.find(ctx, true); err != nil {
		return 0, u.obj.ID, err
	}
	if u.old.root.Wrote(u.obj.ID) {
		return 0, u.obj.ID, fail.Withf(fail.ErrInvalid, "the object was written under this WithWriteID; an upload cannot be repeated, for its reader has ended")
	}
	if err := u.begin(ctx); err != nil {
		return 0, u.obj.ID, u.undone(ctx, err)
	}
	if err := u.pieces(ctx, r); err != nil {
		return 0, u.obj.ID, u.undone(ctx, err)
	}
	if err := u.finish(ctx); err != nil {
		return 0, u.obj.ID, u.undone(ctx, err)
	}
	err = commit.Run(ctx, f.Protocol, u)
	if err != nil && !errors.Is(err, fail.ErrOutcomeUnknown) {
		err = u.undone(ctx, err)
	}
	return u.size, u.obj.ID, err
}

// upload is the write of a new copy of the part that has the field.
type upload struct {
	*Field
	obj  commit.Object
	old  *part
	ref  stored.Ref // of the copy
	head attrs      // its item

	slicer large.Slicer
	size   int64 // of the value
	sent   int   // pieces that are written, or may be
}

// begin writes the item of the copy, without the value. As long as it is there no sweep
// deletes its pieces.
func (u *upload) begin(ctx context.Context) error {
	s, was := u.Schema, u.old
	if was.pack {
		return fail.At(u.Lens.Path, fail.Withf(fail.ErrInvalid, "the shard is compressed, which is done to parts that are in memory; a stream is not"))
	}
	if was.cut != nil {
		for _, a := range was.cut.Attrs {
			if a.Name != was.name {
				return fail.At(u.Lens.Path, fail.Withf(fail.ErrTooLarge, "its struct has another field of %d bytes, %s; a stream needs a shard whose other fields fit into one item", a.Size, a.Name))
			}
		}
	}
	home := &stored.Place{Table: was.at.Table, KeyName: was.at.KeyName}
	u.ref = u.obj.NewRef(home, was.inst)
	u.ref.Cut = true
	u.head = maps.Clone(was.head)
	delete(u.head, was.name)
	u.head[was.at.KeyName] = item.String(u.ref.Key)
	rec := stored.Part{Stamp: u.ref.Stamp, Owner: u.obj.Owner, Inst: was.inst}
	u.head[s.MetaAttr] = stored.Rebase(rec.Encode(), was.root.Base(), u.obj.Owner, u.obj.Key)
	u.slicer = large.Slicer{Part: rec, Object: u.obj.Key, KeyName: was.at.KeyName, Key: u.ref.Key, Meta: s.MetaAttr, Expires: was.head[stored.PartTTL]}
	u.cut()
	return u.Protocol.PutCopies(ctx, u.table(), []attrs{u.head})
}

func (u *upload) table() string { return u.Schema.FullName(u.ref.Table) }

// cut makes the item of the copy say what its pieces hold.
func (u *upload) cut() {
	u.head[u.Schema.MetaAttr] = large.WithCut(u.head[u.Schema.MetaAttr], &stored.Cut{
		Pieces: u.sent, Attrs: []stored.CutAttr{{Name: u.old.name, Form: stored.CutBinary, Size: u.size}},
	})
}

// pieces writes what r holds, a window of pieces at a time.
func (u *upload) pieces(ctx context.Context, r io.Reader) error {
	room := u.slicer.Room()
	for {
		var batch []attrs
		for len(batch) < window {
			data := make([]byte, room)
			n, err := fill(ctx, r, data)
			if n > 0 {
				batch = append(batch, u.slicer.Piece(u.sent+len(batch), data[:n]))
				u.size += int64(n)
			}
			if err == io.EOF {
				u.sent += len(batch)
				return u.Protocol.PutCopies(ctx, u.table(), batch)
			}
			if err != nil {
				return &commit.CallerError{Err: err}
			}
		}
		u.sent += len(batch)
		if u.sent > large.MostPieces {
			return fail.At(u.Lens.Path, fail.Withf(fail.ErrTooLarge, "the value has more than %d pieces", large.MostPieces))
		}
		if err := u.Protocol.PutCopies(ctx, u.table(), batch); err != nil {
			return err
		}
	}
}

// empties is how often in a row a reader may return nothing.
const empties = 100

// fill reads until the data are full, or the reader ends.
func fill(ctx context.Context, r io.Reader, data []byte) (n int, err error) {
	for empty := 0; n < len(data); {
		if err := ctx.Err(); err != nil {
			return n, err
		}
		read, err := r.Read(data[n:])
		n += read
		switch {
		case err != nil:
			return n, err
		case read > 0:
			empty = 0
		case empty == empties:
			return n, io.ErrNoProgress
		default:
			empty++
		}
	}
	return n, nil
}

// finish makes the item of the copy say what there is, if it is still there.
func (u *upload) finish(ctx context.Context) error {
	u.cut()
	var x commit.Edit
	x.Require(u.obj.Bears(&x.Builder, u.ref.Stamp))
	x.Put = u.head
	reply := u.Protocol.One(ctx, x.Action(u.table(), attrs{u.ref.KeyName: item.String(u.ref.Key)}))
	switch reply.Kind {
	case commit.Committed:
		return nil
	case commit.Refused:
		return fail.ErrConflict // the object has changed, and a sweep has been there since
	}
	return reply.Err
}

// cleaning is how long what a failed upload leaves may take to be deleted.
const cleaning = 10 * time.Second

// undone deletes what an upload has written that failed with err.
func (u *upload) undone(ctx context.Context, err error) error {
	if u.head == nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleaning)
	defer cancel()
	key := attrs{u.ref.KeyName: item.String(u.ref.Key)}
	keys := make([]attrs, u.sent)
	for n := range keys {
		keys[n] = large.PieceKey(key, n)
	}
	if wrong := u.Protocol.DeleteCopies(ctx, u.table(), []attrs{key}); wrong == nil {
		_ = u.Protocol.DeleteCopies(ctx, u.table(), keys) // what stays is swept
	}
	return err
}

// Object returns what is written.
func (u *upload) Object() *commit.Object { return &u.obj }

// Plan makes the root item name the copy.
func (u *upload) Plan(context.Context) (*commit.Plan, error) {
	var x commit.Edit
	s, was := u.Schema, u.old.root
	next := *was
	next.Parts = maps.Clone(was.Parts)
	next.Parts[u.old.inst] = u.ref
	pages, err := u.obj.Page(&s.Tables, &next, was)
	if err != nil {
		return nil, err
	}
	x.Require(u.obj.AtState(&x.Builder, was))
	x.Require(u.obj.Alive(&x.Builder, ""))
	u.obj.SetManifest(&x, &next, was, []stored.Inst{u.old.inst})
	u.obj.Advance(&x)
	root := u.obj.Item()
	guard := commit.Guard{Object: &u.obj}
	replaced := commit.Part{Inst: u.old.inst, Stamp: was.Parts[u.old.inst].Stamp, Action: guard.Delete(s.FullName(u.old.at.Table), u.old.at)}
	return &commit.Plan{Pinned: true, Over: was, Root: x.Action(root.Table, root.Key), Parts: append(pages, replaced)}, nil
}

// Judge ends the write: what is refused cannot be written over another version, for the
// reader has ended.
func (u *upload) Judge(ctx context.Context, o *commit.Outcome) (commit.Next, error) {
	if err := o.Complete(ctx, u.Fetch, u.Tables, u.Key); err != nil {
		return commit.End, err
	}
	if o.Kind == commit.Rejected {
		return commit.End, o.Rejection()
	}
	m, err := u.Schema.RootMeta(o.Root)
	switch {
	case err == nil && m != nil && m.Wrote(u.obj.ID):
		return commit.End, nil
	case len(o.Root) == 0 || err == nil && u.Schema.Gone(o.Root, m):
		return commit.End, fail.ErrNotFound
	case !o.Excludes(m, &commit.Basis{Exists: true, Meta: u.old.root}):
		return commit.End, commit.ErrOverwritten()
	}
	return commit.End, fail.ErrConflict
}

// Recall finds nothing that Judge has not.
func (*upload) Recall(context.Context) (bool, error) { return false, nil }

// Done has nothing to tell: the caller has no value of the object.
func (*upload) Done(*commit.Plan) {}
