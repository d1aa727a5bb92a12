package huge

import (
	"bytes"
	"net/http"
	"testing"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// overtakenChecks are about writers that replace pages between the requests of others.
var overtakenChecks = []kit.Check{
	{Name: "reads", Run: func(t *testing.T, x *kit.World) {
		ctx, r, key := t.Context(), kit.Open(t, x, films(reels)), filmID.Of("f")
		kit.Must(t, errOf(r.Create(ctx, &film{ID: "f", Frames: frames(400)})))
		another := writer(t, x)
		for what, read := range map[string]func() (*film, error){
			"get":            func() (*film, error) { return r.Get(ctx, key) },
			"get eventually": func() (*film, error) { return r.Get(ctx, key, repo.Eventually()) },
			"scan":           func() (*film, error) { return &kit.All(t, r.Scan(ctx))[0], nil },
		} {
			x.Net.Reset(fault.Inject(another, fault.If(reading), fault.Times(6)))
			got, err := read()
			kit.Must(t, err)
			kit.Equal(t, what, len(got.Frames), 400)
		}
		x.Net.Reset(fault.Inject(another, fault.If(reading)))
		kit.WantErr(t, "get", errOf(r.Get(ctx, key)), repo.ErrBusy, "have not been read")
		kit.WantErr(t, "update", r.Update(ctx, key, fTitle.Set("x")), repo.ErrBusy, "have not been read")
	}},
	{Name: "transactions", Out: kit.Out{Alone: ofTransact}, Run: func(t *testing.T, x *kit.World) {
		ctx, r, key := t.Context(), kit.Open(t, x, films(reels)), filmID.Of("f")
		kit.Must(t, errOf(r.Create(ctx, &film{ID: "f", Frames: frames(400)})))
		x.Net.Reset(fault.Inject(writer(t, x), fault.If(reading), fault.Times(7))) // a request bears four
		var got *film
		kit.Must(t, repo.TransactGet(ctx, r.GetOp(key, &got, repo.RootOnly())))
		kit.Equal(t, "version", got.Meta.Version, 8)
	}},
	{Name: "refusals", Run: func(t *testing.T, x *kit.World) {
		ctx, r, key := t.Context(), kit.Open(t, x, films(reels)), filmID.Of("f")
		f := &film{ID: "f", Frames: frames(400)}
		kit.Must(t, errOf(r.Create(ctx, f)))
		another := writer(t, x)
		first := fault.Inject(another, fault.If(reading), fault.Times(1))
		for what, write := range map[string]func() error{
			"put":    func() error { return errOf(r.Put(ctx, &film{ID: "f", Frames: frames(401)}, repo.Overwrite())) },
			"modify": func() error { return r.Modify(ctx, key, func(f *film) error { f.Title = "modified"; return nil }) },
			"update": func() error { return r.Update(ctx, key, fTitle.Set("updated")) },
		} {
			// What is read first is what the write is over, the second what its refusal names.
			second := fault.Inject(another, fault.If(reading), fault.Skip(1), fault.Times(1))
			x.Net.Reset(fault.Inject(another, fault.If(flipping), fault.Times(1)), second)
			if err := write(); err != nil {
				t.Errorf("%s: %v", what, err)
			}
		}
		x.Net.Reset(first)
		kit.WantErr(t, "create", errOf(r.Create(ctx, &film{ID: "f"})), repo.ErrExists, "")
		x.Net.Reset(first)
		kit.WantErr(t, "stale put", errOf(r.Put(ctx, f)), repo.ErrConflict, "")
		x.Net.Reset(first)
		kit.WantErr(t, "stale deletion", r.DeleteValue(ctx, f), repo.ErrConflict, "")
		x.Net.Reset()
		kit.Must(t, r.Delete(ctx, key))
		x.Counted(t, "left", map[string]int{})
	}},
}

// writer is another writer that replaces a page before a request.
func writer(t *testing.T, x *kit.World) fault.Fault {
	t.Helper()
	r, err := repo.New(x.Raw, films(reels), x.Options(nil)...)
	kit.Must(t, err)
	return fault.Custom("another writer before", func(next fault.HTTPClient, req *http.Request) (*http.Response, error) {
		if err := r.Update(t.Context(), filmID.Of("f"), lens.Add(lens.Join(lens.At(fFrames, 0), frameN), 1)); err != nil {
			return nil, err
		}
		return next.Do(req)
	})
}

// reading reports whether a request reads pages.
func reading(r fault.Request) bool {
	return (r.Operation == "GetItem" || r.Operation == "BatchGetItem") && bytes.Contains(r.Body, []byte("Sf//"))
}

// flipping reports whether a request writes the root item of a staged write.
func flipping(r fault.Request) bool {
	return (r.Operation == "PutItem" || r.Operation == "UpdateItem") && bytes.Contains(r.Body, []byte(`Films"`))
}
