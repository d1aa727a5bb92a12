package huge

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// streamChecks are about Upload and Download.
var streamChecks = []kit.Check{
	{Name: "sizes", Run: func(t *testing.T, x *kit.World) {
		ctx, r, key := t.Context(), kit.Open(t, x, films(reels)), filmID.Of("f")
		f := &film{ID: "f", Title: "t", Reel: reel{Name: "n", Text: "kept", List: []string{"a"}}, Frames: frames(2)}
		kit.Must(t, errOf(r.Create(ctx, f)))
		for _, n := range []int{0, 1, 408_000, 409_600, 3_300_001, 5} {
			sent, err := r.Upload(ctx, key, fData, iotest.HalfReader(bytes.NewReader(noise(n))))
			kit.Must(t, err)
			kit.Equal(t, "uploaded", sent, int64(n))
			var got bytes.Buffer
			read, err := r.Download(ctx, key, fData, &got)
			kit.Must(t, err)
			if read != int64(n) || !bytes.Equal(got.Bytes(), noise(n)) {
				t.Fatalf("%d bytes come back as %d", n, read)
			}
			f.Reel.Data = noise(n)
			has(t, r, "uploaded", f)
			kit.CheckOrphans(t, x.Raw, x.Prefix)
		}
		kit.Must(t, r.Delete(ctx, key))
		x.Counted(t, "left", map[string]int{})
	}},
	{Name: "what was put is downloaded", Run: func(t *testing.T, x *kit.World) {
		ctx, key := t.Context(), filmID.Of("f")
		for _, r := range []*repo.Repo[film]{kit.Open(t, x, films(reels)), kit.Open(t, x, films(packed))} {
			for _, data := range [][]byte{nil, {}, []byte("x"), noise(1_000_000), bytes.Repeat([]byte("again "), 300_000)} {
				f := &film{ID: "f", Reel: reel{Name: "n", Data: data, Text: strings.Repeat("more ", 1+len(data)/10)}}
				kit.Must(t, errOf(r.Put(ctx, f, repo.Overwrite())))
				var got bytes.Buffer
				n, err := r.Download(ctx, key, fData, &got, repo.Eventually())
				kit.Must(t, err)
				if n != int64(len(data)) || !bytes.Equal(got.Bytes(), data) {
					t.Errorf("%d bytes come back as %d", len(data), n)
				}
			}
		}
	}},
	{Name: "of elements", Run: func(t *testing.T, x *kit.World) {
		ctx, r, key := t.Context(), kit.Open(t, x, films(reels)), filmID.Of("f")
		f := &film{ID: "f", Frames: frames(800), Cast: map[string]frame{"a": {N: 1}}}
		kit.Must(t, errOf(r.Create(ctx, f)))
		kit.Must(t, errOf(r.Upload(ctx, key, lens.Join(lens.At(fFrames, 700), frameD), bytes.NewReader(noise(1_000_000)))))
		kit.Must(t, errOf(r.Upload(ctx, key, lens.Join(lens.Entry(fCast, "a"), frameD), bytes.NewReader(noise(500_000)))))
		f.Frames[700].Data, f.Cast["a"] = noise(1_000_000), frame{N: 1, Data: noise(500_000)}
		has(t, r, "uploaded", f)
		kit.WantErr(t, "no such element", errOf(r.Upload(ctx, key, lens.Join(lens.At(fFrames, 9000), frameD), strings.NewReader(""))), repo.ErrNoPath, "")
		kit.WantErr(t, "no such entry", errOf(r.Download(ctx, key, lens.Join(lens.Entry(fCast, "b"), frameD), io.Discard)), repo.ErrNoPath, "")
	}},
	{Name: "what fails changes nothing", Run: func(t *testing.T, x *kit.World) {
		ctx, r, key := t.Context(), kit.Open(t, x, films(reels)), filmID.Of("f")
		kit.WantErr(t, "no object", errOf(r.Upload(ctx, key, fData, strings.NewReader("x"))), repo.ErrNotFound, "")
		kit.WantErr(t, "no object", errOf(r.Download(ctx, key, fData, io.Discard)), repo.ErrNotFound, "")
		f := &film{ID: "f", Reel: reel{Name: "n", Data: noise(500_000)}}
		kit.Must(t, errOf(r.Create(ctx, f)))
		broken := errors.New("the disk is gone")
		_, err := r.Upload(ctx, key, fData, io.MultiReader(bytes.NewReader(noise(4_000_000)), iotest.ErrReader(broken)))
		if !errors.Is(err, broken) {
			t.Errorf("a reader that fails: %v", err)
		}
		_, err = r.Upload(ctx, key, fData, readerFunc(func([]byte) (int, error) { return 0, nil }))
		if !errors.Is(err, io.ErrNoProgress) {
			t.Errorf("a reader that reads nothing: %v", err)
		}
		ended, cancel := context.WithCancel(ctx)
		_, err = r.Upload(ended, key, fData, io.MultiReader(bytes.NewReader(noise(4_000_000)), readerFunc(func([]byte) (int, error) { cancel(); return 0, io.EOF }), bytes.NewReader(noise(4_000_000))))
		if !errors.Is(err, context.Canceled) {
			t.Errorf("a context that ends: %v", err)
		}
		_, err = r.Upload(ctx, key, fData, io.MultiReader(bytes.NewReader(noise(4_000_000)), readerFunc(func([]byte) (int, error) {
			kit.Must(t, r.Update(ctx, key, fTitle.Set("other")))
			return 0, io.EOF
		})))
		kit.WantErr(t, "another write", err, repo.ErrConflict, "")
		f.Title = "other"
		has(t, r, "after all that", f)
		x.Counted(t, "after all that", map[string]int{"Films": 1, "Reels": 3})
	}},
	{Name: "writers that fail, and other types", Run: func(t *testing.T, x *kit.World) {
		ctx, key := t.Context(), filmID.Of("f")
		for _, r := range []*repo.Repo[film]{kit.Open(t, x, films(reels)), kit.Open(t, x, films(packed))} {
			f := &film{ID: "f", Reel: reel{Data: noise(900_000), Text: strings.Repeat("text ", 200_000)}}
			kit.Must(t, errOf(r.Put(ctx, f, repo.Overwrite())))
			for _, broken := range []error{io.EOF, io.ErrUnexpectedEOF, errors.New("the disk is full")} {
				_, err := r.Download(ctx, key, fData, writerFunc(func([]byte) (int, error) { return 0, broken }))
				if !errors.Is(err, broken) || errors.Is(err, repo.ErrCorrupt) {
					t.Errorf("a writer that returns %v: %v", broken, err)
				}
			}
			lose(t, x, "Reels", func(key string) bool { return strings.HasSuffix(key, "/0") })
			x.Tampered = true
			kit.WantErr(t, "a piece that is missing", errOf(r.Download(ctx, key, fData, io.Discard)), repo.ErrBusy, "")
		}
		texts := kit.Open(t, x, repo.TableOf("Films", scriptID, shard.New(reels, func(s *script) *page { return &s.Reel })))
		for _, n := range []int{100, 500_000} { // in the item, and in pieces
			kit.Must(t, errOf(texts.Put(ctx, &script{ID: "s", Reel: page{strings.Repeat("x", n)}}, repo.Overwrite())))
			r := kit.Open(t, x, films(reels))
			kit.WantErr(t, "a text", errOf(r.Download(ctx, filmID.Of("s"), fData, io.Discard)), repo.ErrCorrupt, "of type S, not B")
		}
	}},
	{Name: "a stale value is refused after it", Run: func(t *testing.T, x *kit.World) {
		ctx, r, key := t.Context(), kit.Open(t, x, films(reels)), filmID.Of("f")
		f := &film{ID: "f", Reel: reel{Name: "n", Data: []byte("old")}}
		kit.Must(t, errOf(r.Create(ctx, f)))
		kit.Must(t, errOf(r.Upload(ctx, key, fData, strings.NewReader("new"), repo.WithWriteID(meta.WriteID{7}), repo.By("me"))))
		kit.WantErr(t, "put", errOf(r.Put(ctx, f)), repo.ErrConflict, "")
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, "record", [3]any{got.Meta.Version, got.Meta.WriteID, got.Meta.UpdatedBy}, [3]any{int64(2), meta.WriteID{7}, "me"})
		kit.WantErr(t, "again", errOf(r.Upload(ctx, key, fData, strings.NewReader("new"), repo.WithWriteID(meta.WriteID{7}))), repo.ErrInvalid, "cannot be repeated")
	}},
	{Name: "wrong fields", Run: func(t *testing.T, x *kit.World) {
		ctx, r, key := t.Context(), kit.Open(t, x, films(reels)), filmID.Of("f")
		kit.Must(t, errOf(r.Create(ctx, &film{ID: "f"})))
		kit.Must(t, errOf(kit.Open(t, x, films(packed)).Put(ctx, &film{ID: "g"})))
		refused := func(what string, r *repo.Repo[film], err error, text string) {
			t.Helper()
			kit.WantErr(t, what, err, repo.ErrInvalid, text)
		}
		refused("nil reader", r, errOf(r.Upload(ctx, key, fData, nil)), "the reader is nil")
		refused("nil writer", r, errOf(r.Download(ctx, key, fData, nil)), "the writer is nil")
		refused("no lens", r, errOf(r.Upload(ctx, key, lens.Lens[film, []byte]{}, strings.NewReader(""))), "")
		sealed := kit.Open(t, x, films(reels, sealedData(t)))
		refused("encrypted", sealed, errOf(sealed.Upload(ctx, key, fData, strings.NewReader(""))), "encrypted")
		refused("encrypted", sealed, errOf(sealed.Download(ctx, key, fData, io.Discard)), "encrypted")
		press := kit.Open(t, x, films(packed))
		refused("compressed", press, errOf(press.Upload(ctx, filmID.Of("g"), fData, strings.NewReader(""))), "compressed")
	}},
}

// script is a film whose data are text.
type (
	script struct {
		ID   string `dynamodbav:"id"`
		Reel page   `dynamodbav:"reel"`
	}
	page struct {
		Data string `dynamodbav:"data"`
	}
)

var scriptID = repo.KeyOf(func(s *script) *string { return &s.ID })

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }
