package stream

import (
	"context"
	"io"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/large"
	"github.com/dystore/dystore/internal/stored"
)

// Download writes the value of the field to w, and returns how many bytes that were. It is
// the value of one version of the object, all of it or with an error what could be read. A
// field without a value has no bytes.
func (f *Field) Download(ctx context.Context, w io.Writer, strong bool) (n int64, err error) {
	if err := f.check(); err != nil {
		return 0, err
	}
	for attempt := 0; ; attempt++ {
		p, err := f.find(ctx, strong || attempt > 0)
		if err != nil {
			return 0, err
		}
		n, err := f.copyTo(ctx, w, p)
		if err != errReplaced {
			return n, err
		}
		if n > 0 || attempt == retries {
			return n, fail.At(f.Lens.Path, fail.Withf(fail.ErrBusy, "the value was replaced while it was read"))
		}
	}
}

// copyTo writes the value in a part to w.
func (f *Field) copyTo(ctx context.Context, w io.Writer, p *part) (int64, error) {
	before, size := int64(0), int64(-1)
	if p.cut != nil {
		for _, a := range p.cut.Attrs {
			if a.Name == p.name {
				size = a.Size
				if a.Form != stored.CutBinary {
					return 0, f.wrongType(a.Form.Type())
				}
				break
			}
			before += a.Size
		}
	}
	if size < 0 {
		return f.copyWhole(w, p)
	}
	from, end, err := p.open(ctx, f)
	if err != nil {
		return 0, err
	}
	defer end()
	if _, err := f.copyN(io.Discard, from, before); err != nil {
		return 0, err
	}
	return f.copyN(w, from, size)
}

// copyN copies n bytes. What w returns is never taken for an error of what is stored.
func (f *Field) copyN(w io.Writer, from io.Reader, n int64) (int64, error) {
	copied, err := io.Copy(w, io.LimitReader(from, n))
	if err == nil && copied < n {
		err = fail.At(f.Lens.Path, fail.Withf(fail.ErrCorrupt, "the pieces hold less than the part says"))
	}
	return copied, err
}

// copyWhole writes a value that is in the item itself.
func (f *Field) copyWhole(w io.Writer, p *part) (int64, error) {
	switch av := p.head[p.name].(type) {
	case *types.AttributeValueMemberB:
		n, err := w.Write(av.Value)
		return int64(n), err
	case nil, *types.AttributeValueMemberNULL:
		return 0, nil
	default:
		return 0, f.wrongType(item.TypeName(av))
	}
}

func (f *Field) wrongType(is string) error {
	return fail.At(f.Lens.Path, fail.Withf(fail.ErrCorrupt, "the stored value is of type %s, not B", is))
}

// errReplaced: pieces are not there. Their part has been replaced, or it is damaged.
var errReplaced = fail.Withf(fail.ErrCorrupt, "a piece is missing")

// open reads what the pieces of a part hold.
func (p *part) open(ctx context.Context, f *Field) (from io.Reader, end func(), err error) {
	data := &pieces{ctx: ctx, f: f, p: p, data: p.cut.Data}
	if !p.cut.Zstd {
		return data, func() {}, nil
	}
	from, end, err = large.Unpacked(data)
	return &unpacked{from, data}, end, err
}

// unpacked is what the data of pieces were before they were compressed.
type unpacked struct {
	io.Reader
	data *pieces
}

func (r *unpacked) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	if err != nil && err != io.EOF && r.data.failed == nil {
		err = fail.At(r.data.f.Lens.Path, fail.Withf(fail.ErrCorrupt, "compressed data: %w", err))
	}
	return n, err
}

// window is how many pieces are read in one request: 3 MB, which is the memory that a
// stream takes, and the same again while they are decoded.
const window = 8

// pieces reads the data of pieces.
type pieces struct {
	ctx  context.Context
	f    *Field
	p    *part
	data []byte   // the rest of the piece that is read
	more [][]byte // of pieces behind that one
	next int      // piece to be fetched

	failed error // why no more could be fetched
}

func (r *pieces) Read(b []byte) (int, error) {
	for len(r.data) == 0 {
		if len(r.more) == 0 {
			if r.next >= r.p.cut.Pieces {
				return 0, io.EOF
			}
			if r.failed = r.fetch(); r.failed != nil {
				return 0, r.failed
			}
		}
		r.data, r.more = r.more[0], r.more[1:]
	}
	n := copy(b, r.data)
	r.data = r.data[n:]
	return n, nil
}

// fetch reads the next pieces.
func (r *pieces) fetch() error {
	s := r.f.Schema
	first, last := r.next, min(r.next+window, r.p.cut.Pieces)
	gets := make([]fetch.Item, 0, window)
	for n := first; n < last; n++ {
		gets = append(gets, s.PartItem(stored.Location{Table: r.p.at.Table, KeyName: r.p.at.KeyName, Key: stored.PieceKey(r.p.at.Key, n)}))
	}
	items, err := r.f.Fetch.Items(r.ctx, gets, true, nil)
	if err != nil {
		return err
	}
	own, err := stored.DecodePart(r.p.head[s.MetaAttr])
	if err != nil {
		return err
	}
	for i, it := range items {
		piece, err := stored.DecodePiece(it[s.MetaAttr])
		if err != nil || !piece.Is(first+i, own) {
			return errReplaced
		}
		r.more = append(r.more, piece.Data)
	}
	r.next = last
	return nil
}
