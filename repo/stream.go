package repo

import (
	"context"
	"io"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/staged"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/stream"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/lens"
)

// Upload makes what from holds, until io.EOF, the value of a binary field, and returns how
// many bytes that were. Neither the value nor the object is ever in memory: it takes
// about 7 MB, whatever the size.
//
//	n, err := films.Upload(ctx, filmID.Of("f1"), reel, file)
//
// The field is one of the struct of a shard, and the object and that part of it exist. The
// other fields of the struct stay as they are; together they fit into one item. The value
// is written in pieces of up to 400 KB beside the old one. Then one write of the root item
// makes the object have it. So readers see the old value or the new one, and an upload
// that ends early, by an error of from or a process that dies, changes nothing.
//
// Upload is over the version of the object that it finds first: if another write comes
// between, the error is ErrConflict, and nothing is written. Rules of the validator are not
// applied to the field, and an encrypted or unique field and a shard with
// [shard.Compressed] are refused. It needs the permissions of [VerbUpdate].
func (r *Repo[T]) Upload(ctx context.Context, key Key[T], field lens.Lens[T, []byte], from io.Reader, opts ...CallOption) (n int64, err error) {
	ctx, verb := r.c.writes(ctx, "Upload", 1)
	defer verb.End(&err)
	call := r.view.call("Upload", opts)
	id := call.id()
	f, err := r.c.field(ctx, key.k, field.ModelLens(), call)
	switch {
	case err != nil:
	case model.IsNil(from):
		err = fail.Withf(ErrInvalid, "the reader is nil")
	default:
		n, id, err = f.Upload(ctx, from, call.write.Options)
	}
	return n, r.c.fail("Upload", key.k, id, err)
}

// Download writes the value of a binary field to a writer, and returns how many bytes that
// were: none for a nil or empty field. It reads 3 MB at a time. The field is one that
// [Repo.Upload] takes, however it was written; it may be compressed. It needs the
// permissions of [VerbGet].
//
// What is written is the value of one version of the object. If the object is written in
// the middle, and the pieces of that version are deleted, the error is ErrBusy, and what
// was written until then is of no use.
func (r *Repo[T]) Download(ctx context.Context, key Key[T], field lens.Lens[T, []byte], to io.Writer, opts ...CallOption) (n int64, err error) {
	ctx, verb := r.c.reads(ctx, "Download", 1)
	defer verb.End(&err)
	call := r.view.call("Download", opts)
	f, err := r.c.field(ctx, key.k, field.ModelLens(), call)
	switch {
	case err != nil:
	case model.IsNil(to):
		err = fail.Withf(ErrInvalid, "the writer is nil")
	default:
		n, err = f.Download(ctx, to, !call.read.Eventually)
	}
	return n, r.c.fail("Download", key.k, stored.ID{}, err)
}

// field is a field that is streamed.
func (c *core) field(ctx context.Context, key tables.Key, l *model.Lens, call call) (*stream.Field, error) {
	if err := beginAt(ctx, &c.s.Tables, call, key); err != nil {
		return nil, err
	}
	protocol, ok := c.protocol.(*staged.Protocol)
	if !ok {
		return nil, fail.Withf(ErrInvalid, "the protocol has no staged writes")
	}
	return &stream.Field{Typed: c.read, Protocol: protocol, Key: key, Lens: l}, nil
}
