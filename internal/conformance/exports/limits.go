package exports

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

var limitChecks = []kit.Check{
	{Name: "what is more than one write", Run: func(t *testing.T, x *kit.World) {
		ctx, y := t.Context(), elsewhere(t, x)
		r, s := kit.Open(t, x, crates(kit.Keys(t))), kit.Open(t, y, crates(kit.Keys(t)))
		key, err := r.Create(ctx, &crate{ID: "big", Name: "big"})
		kit.Must(t, err)
		for i := range 12 {
			kit.Must(t, r.Update(ctx, key, lens.Append(cratePast, slot{City: kit.Text(380_000), N: int64(i)})))
		}
		text := export(t, r, key)
		kit.Equal(t, "length", len(text) > 12*380_000, true)
		kit.Must(t, second(s.Import(ctx, strings.NewReader(text))))
		got, err := s.Get(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, "parts", []any{len(got.Past), got.Past[11].N, len(got.Past[11].City)}, []any{12, int64(11), 380_000})
		kit.Must(t, s.Delete(ctx, key, repo.MustExist()))
		y.Counted(t, "left", map[string]int{})

		many, err := r.Create(ctx, &crate{ID: "many", Name: "many", Home: slot{City: "many"}, Past: make([]slot, 96)})
		kit.Must(t, err)
		text = export(t, r, many)
		_, err = s.Import(ctx, strings.NewReader(text))
		kit.Must(t, err)
		for _, past := range [][]slot{nil, make([]slot, 5)} {
			kit.Must(t, s.Update(ctx, many, cratePast.Set(past)))
		}
		kit.Must(t, second(s.Import(ctx, strings.NewReader(text), repo.Overwrite())))
		got, err = s.Get(ctx, many)
		kit.Must(t, err)
		kit.Equal(t, "parts, with those of the old object", len(got.Past), 96)
		kit.Must(t, s.Delete(ctx, many, repo.MustExist()))
		y.Counted(t, "left", map[string]int{})
	}},
	{Name: "of one version while others write", Run: func(t *testing.T, x *kit.World) {
		ctx, y := t.Context(), elsewhere(t, x)
		r, s := kit.Open(t, x, crates(kit.Keys(t))), kit.Open(t, y, crates(kit.Keys(t)))
		key, err := r.Create(ctx, aCrate())
		kit.Must(t, err)
		done := make(chan struct{})
		var writer sync.WaitGroup
		writer.Go(func() {
			for i := int64(0); ; i = (i + 1) % 100 {
				select {
				case <-done:
					return
				default:
				}
				err := r.Update(context.WithoutCancel(ctx), key, crateN.Set(i), crateName.Set(fmt.Sprint("name ", i)), cratePast.Set(make([]slot, i%5)))
				if err != nil && !errors.Is(err, repo.ErrContention) {
					t.Error(err)
					return
				}
			}
		})
		exported := 0
		for exported < 8 && !t.Failed() {
			var b bytes.Buffer
			if err := r.Export(ctx, &b, key); errors.Is(err, repo.ErrBusy) {
				continue // it has changed under every read
			} else if err != nil {
				t.Error(err)
			}
			exported++
			_, err := s.Import(ctx, &b, repo.Overwrite())
			kit.Must(t, err)
			got, err := s.Get(ctx, key)
			kit.Must(t, err)
			if got.Name != "Ann" && (got.Name != fmt.Sprint("name ", got.Home.N) || int64(len(got.Past)) != got.Home.N%5) {
				t.Errorf("torn: %s, %d, %d", got.Name, got.Home.N, len(got.Past))
			}
		}
		close(done)
		writer.Wait()
	}},
}
