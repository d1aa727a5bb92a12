package repo_test

import (
	"context"
	"errors"
	"testing"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// TestWrittenError: where UpdateGet has written and cannot read, the error is of no
// kind that would make a caller repeat the write.
func TestWrittenError(t *testing.T) {
	ctx := context.Background()
	client, net := fault.Wrap(embedded.New().Client())
	key := repo.KeyOf(func(d *ugDoc) *string { return &d.ID })
	n := lens.Of(func(d *ugDoc) *int { return &d.N })
	r := repoOver(t, client, repo.TableOf("Docs", key), repo.WithValidator(nil))
	noErr(t, errOf(r.Create(ctx, &ugDoc{ID: "1"})))

	net.Reset(fault.Inject(fault.CancelContext(), fault.At(1))) // the read
	ctx, cancel := fault.Cancelable(ctx)
	defer cancel()
	_, err := repo.UpdateGet(ctx, r, key.Of("1"), lens.Add(n, 1))
	var e *repo.Error
	var w *repo.WrittenError
	switch {
	case !errors.As(err, &w) || !errors.As(err, &e):
		t.Fatal(err)
	case errors.Is(err, context.Canceled) || !errors.Is(w.Err, context.Canceled):
		t.Errorf("%v hides the reason, or does not know it", err)
	case e.Op != "Get" || e.WriteID == meta.WriteID{}:
		t.Errorf("%+v", e)
	}
	got, err := r.Get(context.Background(), key.Of("1"))
	if err != nil || got.N != 1 {
		t.Errorf("%+v, %v; want the change once", got, err)
	}
}
