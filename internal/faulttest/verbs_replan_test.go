package faulttest

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// storeRaw stores an item as another program does, without a record.
func (w *fWorld) storeRaw(table string, item map[string]types.AttributeValue) {
	_, err := w.db.PutItem(background, &dynamodb.PutItemInput{TableName: &table, Item: item})
	w.must(err)
}

func (w *fWorld) storeForeignSlip() {
	w.storeRaw("FSlips", map[string]types.AttributeValue{"ID": avS("s/1"), "Text": avS("foreign"), "Count": avN("7")})
}

// null makes an attribute of the stored slip NULL, and does not touch its record.
func (w *fWorld) null(attribute string) {
	_, err := w.db.UpdateItem(background, &dynamodb.UpdateItemInput{
		TableName: new("FSlips"), Key: map[string]types.AttributeValue{"ID": avS("s/1")},
		UpdateExpression: new("SET #a = :null"), ExpressionAttributeNames: map[string]string{"#a": attribute},
		ExpressionAttributeValues: map[string]types.AttributeValue{":null": &types.AttributeValueMemberNULL{Value: true}},
	})
	w.must(err)
}

// fOlderModel is fDocModel before two of its shards were declared.
func fOlderModel(w *fWorld) repo.Model[fDoc] {
	return repo.TableOf("FDocs", fDocID,
		shard.New(shard.To("FHomes"), func(d *fDoc) *fPlace { return &d.Home },
			shard.New(shard.To("FGeos", shard.KeyName("PK")), func(p *fPlace) *fGeo { return &p.Geo })),
		shard.Each(shard.To("FPast"), func(d *fDoc) *[]fPlace { return &d.Past }),
		protected(w.keys),
		meta.Keep(func(d *fDoc) *meta.Record { return &d.Meta }))
}

// replans are writes whose first plan is refused, because the stored object is not
// as the plan assumes.
var replanned = []fVerb{
	{name: "update, another layout", deep: true, begin: func(w *fWorld) fCall {
		older, err := repo.New(w.raw, fOlderModel(w), append(slices.Clone(w.way.repo), repo.WithValidator(nil))...)
		w.must(err)
		d := fDocValue()
		w.must(errOf(older.Create(background, &d)))
		return fCall{run: func(ctx context.Context) error { return w.docs.faulty.Update(ctx, fDocKey, lens.Add(fCount, 1)) }}
	}},
	{name: "update, a parent created", deep: true, begin: func(w *fWorld) fCall {
		w.must(errOf(w.docs.clean.Create(background, &fDoc{ID: "d/1"})))
		r := w.docs.faulty.With(repo.EnsureParents())
		return fCall{run: func(ctx context.Context) error { return r.Update(ctx, fDocKey, lens.Add(fOptN, 1)) }}
	}},
	{name: "update, an entry that stands apart", begin: updateDoc(lens.Add(lens.Join(lens.Entry(fRooms, "big"), fNoteN), 1))},
	{name: "slip update add to NULL", deep: true, learns: true, begin: func(w *fWorld) fCall {
		w.storeSlip()
		w.null("Count")
		return fCall{run: func(ctx context.Context) error { return w.slip.faulty.Update(ctx, fSlipKey, lens.Add(fSlipCount, 1)) }}
	}},
	{name: "slip update append to NULL", learns: true, begin: func(w *fWorld) fCall {
		w.storeSlip()
		w.null("Tags")
		return fCall{run: func(ctx context.Context) error {
			return w.slip.faulty.Update(ctx, fSlipKey, lens.Append(fSlipTags, "b"))
		}}
	}},
	{name: "slip update, no record", deep: true, begin: func(w *fWorld) fCall {
		w.storeForeignSlip()
		return fCall{run: func(ctx context.Context) error { return w.slip.faulty.Update(ctx, fSlipKey, lens.Add(fSlipCount, 1)) }}
	}},
	{name: "card update add to NULL", ringless: true, begin: func(w *fWorld) fCall {
		w.storeRaw("FCards", map[string]types.AttributeValue{"ID": avS("c/1"), "Count": &types.AttributeValueMemberNULL{Value: true}})
		return fCall{run: func(ctx context.Context) error { return w.card.faulty.Update(ctx, fCardKey, lens.Add(fCardCount, 1)) }}
	}},
}

// adopting are writes over an item that has no record.
var adopting = []fVerb{
	{name: "slip put over no record", deep: true, begin: func(w *fWorld) fCall {
		w.storeForeignSlip()
		return w.putSlip(&fSlip{ID: "s/1", Text: "new"})
	}},
	{name: "slip put over no record, relaxed", blind: true, begin: func(w *fWorld) fCall {
		w.storeForeignSlip()
		return w.putSlip(&fSlip{ID: "s/1", Text: "new"}, repo.Relaxed())
	}},
	{name: "slip modify, no record", deep: true, begin: func(w *fWorld) fCall {
		w.storeForeignSlip()
		return fCall{run: func(ctx context.Context) error {
			return w.slip.faulty.Modify(ctx, fSlipKey, func(s *fSlip) error { s.Count++; return nil })
		}}
	}},
	{name: "slip delete, no record", idempotent: true, begin: func(w *fWorld) fCall {
		w.storeForeignSlip()
		return fCall{run: func(ctx context.Context) error { return w.slip.faulty.Delete(ctx, fSlipKey) }}
	}},
}
