package huge

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// ticket is a model without parts: the client of its repository knows nothing of pieces
// and pages.
type ticket struct {
	ID   string      `dynamodbav:"id"`
	Seat string      `dynamodbav:"seat"`
	Meta meta.Record `dynamodbav:"-"`
}

var (
	ticketID = repo.KeyOf(func(v *ticket) *string { return &v.ID })
	seat     = lens.Of(func(v *ticket) *string { return &v.Seat })
	tickets  = repo.TableOf("Tickets", ticketID, meta.Keep(func(v *ticket) *meta.Record { return &v.Meta }))
)

const ofTransact = "there are no transactions"

// besideChecks are about operations on huge objects in one transaction with others, which
// the client of another model sends.
var besideChecks = []kit.Check{
	{Name: "read", Out: kit.Out{Alone: ofTransact}, Run: func(t *testing.T, x *kit.World) {
		ctx, r, others := t.Context(), kit.Open(t, x, films(reels)), kit.Open(t, x, tickets)
		named, err := repo.New(x.Client, films(reels), append(x.Engine.Options, repo.TablePrefix(x.Prefix), repo.MetaAttribute("_rec"), repo.Entity("renamed"))...)
		kit.Must(t, err)
		f := &film{ID: "f", Reel: reel{Name: "n", Data: noise(1_000_000)}, Frames: frames(2)}
		kit.Must(t, errOf(r.Create(ctx, f)))
		kit.Must(t, errOf(named.Create(ctx, &film{ID: "g", Reel: f.Reel})))
		kit.Must(t, errOf(others.Create(ctx, &ticket{ID: "t", Seat: "7"})))
		var one *ticket
		var whole, other *film
		kit.Must(t, repo.TransactGet(ctx, others.GetOp(ticketID.Of("t"), &one), r.GetOp(filmID.Of("f"), &whole), named.GetOp(filmID.Of("g"), &other)))
		kit.Equal(t, "ticket", one.Seat, "7")
		kit.Equal(t, "reel", whole.Reel, f.Reel)
		kit.Equal(t, "reel of a model with another record", other.Reel, f.Reel)
		kit.Must(t, named.Delete(ctx, filmID.Of("g")))
	}},
	{Name: "in one range", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, films(reels), repo.Entity("film"))
		others := kit.Open(t, x, repo.TableOf("Films", ticketID, meta.Keep(func(v *ticket) *meta.Record { return &v.Meta })), repo.Entity("ticket"))
		f := &film{ID: "f", Reel: reel{Name: "n", Data: noise(500_000)}, Frames: frames(400)}
		kit.Must(t, errOf(r.Create(ctx, f)))
		kit.Must(t, errOf(others.Create(ctx, &ticket{ID: "t"})))
		for _, members := range [][]repo.Member{{others, r}, {r, others}} {
			n := 0
			for v, err := range repo.Union(ctx, repo.All[ticket](), members) {
				kit.Must(t, err)
				if got, ok := v.(*film); ok {
					kit.Equal(t, "film", [2]any{len(got.Reel.Data), len(got.Frames)}, [2]any{500_000, 400})
				}
				n++
			}
			kit.Equal(t, "objects", n, 2)
		}
	}},
	{Name: "written", Out: kit.Out{Alone: ofTransact}, Run: func(t *testing.T, x *kit.World) {
		ctx, r, others := t.Context(), kit.Open(t, x, films(reels, repo.SoftDelete[film]())), kit.Open(t, x, tickets)
		key := filmID.Of("f")
		f := &film{ID: "f", Title: "t", Reel: reel{Name: "n", Data: noise(1_000_000)}, Frames: frames(400)}
		kit.Must(t, errOf(r.Create(ctx, f)))
		kit.Must(t, errOf(others.Create(ctx, &ticket{ID: "t"})))
		transact := func(op repo.Op) error {
			return repo.Transact(ctx, []repo.Op{others.UpdateOp(ticketID.Of("t"), seat.Set("8")), op})
		}
		kit.Must(t, transact(r.UpdateOp(key, fName.Set("m"), lens.Join(lens.At(fFrames, 300), frameN).Set(-1), repo.If(fData.Size().Eq(1_000_000)))))
		f.Reel.Name, f.Frames[300].N = "m", -1
		has(t, r, "updated", f)
		refused := transact(r.UpdateOp(key, fTitle.Set("x"), repo.If(fTitle.Eq("u"))))
		kit.WantErr(t, "a condition", refused, repo.ErrCondition, "")
		root, err := r.Refused(ctx, refused)
		kit.Must(t, err)
		kit.Equal(t, "title of the object that was refused", root.Title, "t")
		kit.WantErr(t, "a condition on a part", transact(r.UpdateOp(key, fTitle.Set("x"), repo.If(fName.Eq("n")))), repo.ErrCondition, "")
		kit.WantErr(t, "a check", transact(r.CheckOp(key, fTitle.Eq("u"))), repo.ErrCondition, "")
		kit.WantErr(t, "a second create", transact(r.CreateOp(&film{ID: "f"})), repo.ErrExists, "")
		kit.WantErr(t, "a stale put", transact(r.PutOp(f)), repo.ErrConflict, "")
		kit.WantErr(t, "a stale deletion", transact(r.DeleteValueOp(f)), repo.ErrConflict, "")
		kit.Must(t, transact(r.DeleteOp(key)))
		f.Meta = meta.Record{}
		kit.Must(t, transact(r.CreateOp(f)))
		has(t, r, "created in the place of what was kept", f)
		kit.Must(t, transact(r.DeleteOp(key, repo.Permanently())))
		x.Counted(t, "left", map[string]int{"Tickets": 1})
	}},
}
