package faulttest

import (
	"errors"
	"testing"
	"testing/synctest"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// Programs that write in transactions take what is deleted, and not yet removed, for
// absent.
func TestTransactionOverTombstone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := inStages.world(t)
		other := w.inTransactionsOver(t)
		w.must(errOf(other.Create(background, fDocValue().clone())))
		w.net.Reset(fault.Inject(fault.Crash(), fault.Op("BatchWriteItem", "DeleteItem")))
		w.must(w.docs.faulty.Delete(background, fDocKey))
		w.net.Reset()
		for name, change := range map[string]lens.Change[fDoc]{"of the root": lens.Add(fCount, 1), "of a part": lens.Add(fHomeN, 1), "of a list": lens.Append(fPast, fPlace{})} {
			if err := other.Update(background, fDocKey, change); !errors.Is(err, repo.ErrNotFound) {
				t.Errorf("an update %s: %v", name, err)
			}
		}
		w.must(errOf(other.Create(background, fDocValue().clone())))
		w.rest(t)
	})
}

// A part that another version of the program has put into another table stays there.
func TestStagedUpdateOfMovedPart(t *testing.T) {
	inBothWays(t, func(t *testing.T, w *fWorld) {
		moved := newSides(t, w.raw, w.raw, repo.TableOf("FDocs", fDocID,
			shard.Optional(shard.To("FOpts"), func(d *fDoc) **fNote { return &d.Opt }),
			shard.New(shard.To("FOpts"), func(d *fDoc) *fPlace { return &d.Home },
				shard.New(shard.To("FGeos", shard.KeyName("PK")), func(p *fPlace) *fGeo { return &p.Geo })),
			shard.Each(shard.To("FPast"), func(d *fDoc) *[]fPlace { return &d.Past }),
			shard.EachValue(shard.To("FRooms", shard.WhenOver(40)), func(d *fDoc) *map[string]fNote { return &d.Rooms }),
			shard.Within(func(d *fDoc) *[]fLine { return &d.Lines },
				shard.Optional(shard.To("FNotes"), func(l *fLine) **fNote { return &l.Note })),
			protected(w.keys), meta.Keep(func(d *fDoc) *meta.Record { return &d.Meta })), w.way.repo...).clean
		w.must(errOf(moved.Create(background, fDocValue().clone())))
		d, err := w.docs.clean.Get(background, fDocKey)
		w.must(err)
		d.Name = "new"
		w.must(errOf(w.docs.clean.Put(background, d, repo.KeepShards())))
		w.must(w.docs.clean.Update(background, fDocKey, lens.Add(fHomeN, 1)))
		if s := w.rest(t); s.Doc == nil || s.Doc.Home.N != 2 {
			t.Errorf("%+v", s.Doc)
		}
	})
}
