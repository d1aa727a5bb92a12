package huge

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// sealedData encrypts the data of reels.
func sealedData(t *testing.T) repo.Part[film] { return cipher.Protect(kit.Keys(t), fData) }

// leftChecks are about processes that die while they write huge objects, and about
// encrypted values in pieces.
var leftChecks = []kit.Check{
	{Name: "encrypted values", Run: func(t *testing.T, x *kit.World) {
		r := kit.Open(t, x, films(reels, sealedData(t)))
		verbs(t, x, r, "encrypted", reel{Name: "n", Data: noise(1_000_000)})
		kit.Must(t, errOf(r.Create(t.Context(), &film{ID: "f", Reel: reel{Name: "n", Data: noise(1_000_000)}})))
		usage, err := r.KeysInUse(t.Context())
		kit.Must(t, err)
		n := int64(0)
		for _, k := range usage.Keys {
			n += k.Values
		}
		kit.Equal(t, "values of keys: the data and the list of encrypted paths", n, int64(2))
	}},
	{Name: "keys that are hashed, and texts that look like them", Run: func(t *testing.T, x *kit.World) {
		r := kit.Open(t, x, films(reels, sealedData(t)))
		for _, id := range []string{"f", strings.Repeat("f", 1000)} {
			kit.Must(t, errOf(r.Create(t.Context(), &film{ID: id, Reel: reel{Name: "~h", Data: noise(500_000)}})))
		}
		for range 5 { // attributes have no order
			usage, err := r.KeysInUse(t.Context())
			kit.Must(t, err)
			for _, k := range usage.Keys {
				kit.Equal(t, "values of the key", k.Values, int64(4))
			}
		}
	}},
	{Name: "pieces of an object whose key is hashed", Run: func(t *testing.T, x *kit.World) {
		key := filmID.Of(strings.Repeat("f", 1000))
		for n, done := 0, false; !done; n++ {
			y := kit.NewWorld(t, x.Engine)
			r := kit.Open(t, y, films(reels))
			kit.Must(t, errOf(r.Create(t.Context(), &film{ID: strings.Repeat("f", 1000), Reel: reel{Data: noise(500_000)}})))
			y.Net.Reset(fault.Inject(fault.Crash(), fault.At(n)))
			done = r.Delete(t.Context(), key) == nil && len(y.Net.Requests()) <= n
			y.Net.Reset()
			swept(t, y, r, fmt.Sprintf("a deletion that is cut off at request %d", n))
		}
	}},
	{Name: "a write that is cut off at each request, and a sweep", Run: func(t *testing.T, x *kit.World) {
		for _, v := range []struct {
			name string
			run  func(r *repo.Repo[film]) error
		}{
			{"create", func(r *repo.Repo[film]) error {
				return errOf(r.Create(t.Context(), &film{ID: "g", Reel: reel{Data: noise(800_000)}, Frames: frames(300)}))
			}},
			{"put", func(r *repo.Repo[film]) error {
				return errOf(r.Put(t.Context(), &film{ID: "f", Title: "new", Reel: reel{Data: noise(800_000)}, Frames: frames(310)}, repo.Overwrite()))
			}},
			{"update", func(r *repo.Repo[film]) error {
				return r.Update(t.Context(), filmID.Of("f"), fName.Set("new"), lens.Append(fFrames, frame{N: 1}))
			}},
			{"upload", func(r *repo.Repo[film]) error {
				return errOf(r.Upload(t.Context(), filmID.Of("f"), fData, io.MultiReader(bytes.NewReader(noise(3_300_000)), iotest.DataErrReader(bytes.NewReader(noise(100))))))
			}},
			{"delete", func(r *repo.Repo[film]) error { return r.Delete(t.Context(), filmID.Of("f")) }},
		} {
			cut(t, x, v.name, v.run)
		}
	}},
}

// damagedChecks are about pieces and pages that are not there.
var damagedChecks = []kit.Check{
	{Name: "a piece that is missing", Run: func(t *testing.T, x *kit.World) {
		ctx, r, key := t.Context(), kit.Open(t, x, films(reels)), filmID.Of("f")
		f := &film{ID: "f", Title: "t", Reel: reel{Name: "n", Data: noise(900_000)}, Frames: frames(2)}
		kit.Must(t, errOf(r.Create(ctx, f)))
		lose(t, x, "Reels", func(key string) bool { return strings.HasSuffix(key, "/1") })
		x.Tampered = true
		kit.WantErr(t, "get", errOf(r.Get(ctx, key)), repo.ErrCorrupt, "is in pieces, and not all of them are there")
		kit.WantErr(t, "download", errOf(r.Download(ctx, key, fData, io.Discard)), repo.ErrBusy, "")
		got, err := r.Get(ctx, key, repo.AllowDamaged())
		kit.WantErr(t, "damaged", err, repo.ErrCorrupt, "")
		kit.Equal(t, "what is left", [2]any{got.Title, len(got.Frames)}, [2]any{"t", 2})
		kit.Must(t, errOf(r.Repair(ctx, key, repo.Discard())))
		has(t, r, "repaired", &film{ID: "f", Title: "t", Frames: frames(2)})
		kit.Must(t, r.Delete(ctx, key))
		x.Counted(t, "left", map[string]int{})
	}},
}

// lose deletes items of a table, as a table that was restored to another time lacks them.
func lose(t *testing.T, x *kit.World, table string, which func(key string) bool) {
	t.Helper()
	lost := 0
	for _, it := range kit.Items(t, x, table) {
		if which(kit.StringOf(it["_id"])) {
			_, err := x.Raw.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: new(x.Table(table)), Key: kit.Row{"_id": it["_id"]}})
			kit.Must(t, err)
			lost++
		}
	}
	if lost == 0 {
		t.Fatal("nothing to lose")
	}
}

// swept sweeps, and checks that nothing is left of what was cut off.
func swept(t *testing.T, x *kit.World, r *repo.Repo[film], what string) {
	t.Helper()
	for range 2 { // the second finds the pieces of what the first has deleted
		_, err := r.Sweep(t.Context(), repo.Fence())
		kit.Must(t, err)
	}
	dump, err := kit.DumpTables(t.Context(), x.Raw, x.Prefix)
	kit.Must(t, err)
	if left := dump.Debris(""); left.Copies+left.Pieces+len(left.Problems) > 0 {
		t.Fatalf("%s leaves %+v", what, left)
	}
}

// cut runs a write in new tables that ends at request n, for each n, and sweeps.
func cut(t *testing.T, x *kit.World, what string, run func(*repo.Repo[film]) error) {
	t.Helper()
	for n, done := 0, false; !done; n++ {
		y := kit.NewWorld(t, x.Engine)
		r := kit.Open(t, y, films(reels))
		before := &film{ID: "f", Reel: reel{Name: "n", Data: noise(500_000)}, Frames: frames(300)}
		kit.Must(t, errOf(r.Create(t.Context(), before)))
		y.Net.Reset(fault.Inject(fault.Crash(), fault.At(n)))
		err := run(r)
		done = err == nil && len(y.Net.Requests()) <= n
		y.Net.Reset()
		got, err := r.Get(t.Context(), filmID.Of("f"))
		if err != nil && !errors.Is(err, repo.ErrNotFound) {
			t.Fatalf("%s cut off at request %d: %v", what, n, err)
		}
		swept(t, y, r, fmt.Sprintf("%s cut off at request %d", what, n))
		if got != nil {
			if again, err := r.Get(t.Context(), filmID.Of("f")); err != nil || len(again.Frames) != len(got.Frames) || !bytes.Equal(again.Reel.Data, got.Reel.Data) {
				t.Fatalf("%s cut off at request %d: %v after the sweep", what, n, err)
			}
		}
	}
}
