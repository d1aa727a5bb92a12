package exports

import (
	"strings"
	"testing"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// newerChecks are about objects that a newer program has put where one is imported.
var newerChecks = []kit.Check{
	{Name: "an object of a later version of the model is not replaced", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		type earlier struct {
			Group string `dynamodbav:"group"`
			Name  string `dynamodbav:"name"`
		}
		key := repo.KeyOf(func(b *box) *string { return &b.Group })
		old := kit.Open(t, x, repo.TableOf("Boxes", repo.KeyOf(func(e *earlier) *string { return &e.Group })))
		today := kit.Open(t, x, repo.TableOf("Boxes", key, boxKeep,
			repo.Schema[box](2, repo.Upgrade(1, func(e *earlier) (*box, error) { return &box{Group: e.Group, No: len(e.Name)}, nil }))))
		of, err := old.Create(ctx, &earlier{Group: "g", Name: "seven"})
		kit.Must(t, err)
		text := export(t, old, of)
		kit.Must(t, today.Update(ctx, key.Of("g"), boxNo.Set(7)))
		x.Net.Reset()
		_, err = old.Import(ctx, strings.NewReader(text), repo.Overwrite())
		kit.WantErr(t, "over it", err, repo.ErrSchemaTooNew, "version 2 of the model")
		x.WantSent(t, "over it", "GetItem: Boxes")
		_, err = old.Import(ctx, strings.NewReader(text))
		kit.WantErr(t, "without Overwrite", err, repo.ErrExists, "")
		kit.Must(t, today.Delete(ctx, key.Of("g")))

		id := meta.NewWriteID()
		x.Net.Reset(fault.Inject(fault.ReplyLost(), fault.Op("PutItem"), fault.Times(1)))
		_, err = old.Import(ctx, strings.NewReader(text), repo.Overwrite(), repo.WithWriteID(id))
		kit.Must(t, err)
		x.Net.Reset()
		kit.Must(t, today.Update(ctx, key.Of("g"), boxNo.Set(8)))
		_, err = old.Import(ctx, strings.NewReader(text), repo.Overwrite(), repo.WithWriteID(id))
		kit.Must(t, err) // that it was done, the newer object remembers
		got, err := today.Get(ctx, key.Of("g"))
		kit.Must(t, err)
		kit.Equal(t, "as it was", got.No, 8)
	}},
}
