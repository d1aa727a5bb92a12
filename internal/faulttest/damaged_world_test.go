package faulttest

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/repo"
)

type fItem = map[string]types.AttributeValue

// fDamage is one kind of damage to a stored object. do changes its root item and
// the record in it. The record is nil if an earlier damage took it away. Damages of
// parts change the items of the parts.
type fDamage struct {
	name  string
	do    func(w *fWorld, root, record fItem)
	parts bool // of parts, or of what leads to them: objects of one item cannot have it
}

// fDamages are all kinds of damage.
var fDamages = []fDamage{
	{name: "record of another type", do: func(_ *fWorld, root, _ fItem) { root["_meta"] = avS("x") }},
	{name: "record without write ids", do: func(_ *fWorld, _, rec fItem) { delete(rec, "r") }},
	{name: "record without entity", do: func(_ *fWorld, _, rec fItem) { delete(rec, "e") }},
	{name: "record without layout", do: func(_ *fWorld, _, rec fItem) { rec["y"] = avS("x") }},
	{name: "record lost", do: func(_ *fWorld, root, _ fItem) { delete(root, "_meta") }},
	{name: "newer format", do: func(_ *fWorld, _, rec fItem) { rec["f"] = avN("9") }},
	{name: "another entity", do: func(_ *fWorld, _, rec fItem) { rec["e"] = avS("other") }},
	{name: "another entity, broken", do: func(_ *fWorld, _, rec fItem) { rec["e"], rec["r"] = avS("other"), avS("x") }},
	{name: "attribute of another type", do: func(_ *fWorld, root, _ fItem) { root["Tags"] = avS("x") }},

	{name: "manifest lost", parts: true, do: func(_ *fWorld, _, rec fItem) { delete(rec, "m") }},
	{name: "manifest of another type", parts: true, do: func(_ *fWorld, _, rec fItem) { rec["m"] = avS("x") }},
	{name: "manifest entry of another type", parts: true, do: func(_ *fWorld, _, rec fItem) { fManifest(rec)["Home"] = avS("x") }},
	{name: "manifest entry that is no instance", parts: true, do: func(_ *fWorld, _, rec fItem) { fManifest(rec)["Past#?"] = avS("x") }},
	{name: "manifest leads to a strange table", parts: true, do: func(_ *fWorld, _, rec fItem) { fManifest(rec)["Home"] = fElsewhere("FCards", "ID", "c/1") }},
	{name: "manifest leads to a strange key", parts: true, do: func(_ *fWorld, _, rec fItem) { fManifest(rec)["Home"] = fElsewhere("FHomes", "PK", "x") }},
	{name: "manifest leads to another's part", parts: true, do: func(_ *fWorld, _, rec fItem) {
		fManifest(rec)["Home"] = fElsewhere("FHomes", "_id", "FDocs/Sd~12/Home")
	}},
	{name: "two parts in one item", parts: true, do: func(_ *fWorld, _, rec fItem) {
		fManifest(rec)["Home"] = fElsewhere("FHomes", "_id", "FDocs/Sd~11/Home")
		fManifest(rec)["Home.Geo"] = fElsewhere("FHomes", "_id", "FDocs/Sd~11/Home")
	}},
	{name: "part missing", parts: true, do: func(w *fWorld, _, _ fItem) {
		_, err := w.db.DeleteItem(background, &dynamodb.DeleteItemInput{TableName: aws.String("FHomes"), Key: fItem{"_id": avS("FDocs/Sd~11/Home")}})
		w.must(err)
	}},
	{name: "part with another stamp", parts: true, do: func(w *fWorld, _, _ fItem) {
		w.changePart(func(_, rec fItem) { rec["w"] = &types.AttributeValueMemberB{Value: make([]byte, 16)} })
	}},
	{name: "part without a stamp", parts: true, do: func(w *fWorld, _, _ fItem) {
		w.changePart(func(_, rec fItem) { delete(rec, "w") })
	}},
	{name: "part of another object", parts: true, do: func(w *fWorld, _, _ fItem) {
		w.changePart(func(_, rec fItem) { rec["o"] = avS("FDocs/Sd~12") })
	}},
	{name: "part without a record", parts: true, do: func(w *fWorld, _, _ fItem) {
		w.changePart(func(item, _ fItem) { delete(item, "_meta") })
	}},
	{name: "planted plaintext", parts: true, do: func(_ *fWorld, root, _ fItem) { root["Secret"] = avS("planted") }},
	{name: "planted plaintext in a part", parts: true, do: func(w *fWorld, _, _ fItem) {
		w.changePart(func(item, _ fItem) { item["City"] = avS("planted") })
	}},
	{name: "envelope that does not open", parts: true, do: func(_ *fWorld, root, _ fItem) {
		envelope := root["Secret"].(*types.AttributeValueMemberB).Value
		envelope[len(envelope)-1] ^= 1
	}},
}

func fManifest(record fItem) fItem { return record["m"].(*types.AttributeValueMemberM).Value }

// fElsewhere is a manifest entry that says where the part is.
func fElsewhere(table, keyName, key string) types.AttributeValue {
	return &types.AttributeValueMemberM{Value: fItem{"w": &types.AttributeValueMemberB{Value: make([]byte, 16)}, "t": avS(table), "a": avS(keyName), "k": avS(key)}}
}

// changePart changes the item of the part Home of the first object.
func (w *fWorld) changePart(change func(item, record fItem)) {
	it := w.rawItem("FHomes", "_id", "FDocs/Sd~11/Home")
	change(it, it["_meta"].(*types.AttributeValueMemberM).Value)
	w.store("FHomes", it)
}

func (w *fWorld) rawItem(table, key, value string) fItem {
	out, err := w.db.GetItem(background, &dynamodb.GetItemInput{TableName: &table, Key: fItem{key: avS(value)}})
	w.must(err)
	return out.Item
}

// damage damages the object in a table.
func (w *fWorld) damage(d fDamage, table, id string) {
	root := w.rawItem(table, "ID", id)
	d.do(w, root, root["_meta"].(*types.AttributeValueMemberM).Value)
	w.store(table, root)
}

// storeDamaged stores two documents and a slip, and damages the first document and
// the slip. It returns values that were read before the damage.
func (w *fWorld) storeDamaged(d fDamage) *fDoc {
	w.wipe()
	other := fDocValue()
	other.ID = "d/2"
	w.must(errOf(w.docs.clean.Create(background, &other)))
	doc := w.storeDoc()
	w.storeSlip()
	w.damage(d, "FDocs", "d/1")
	if !d.parts {
		w.damage(d, "FSlips", "s/1")
	}
	return doc
}

// left lists, by table and key, the items that name the first document as their
// owner or have one of its keys.
func (w *fWorld) left() (left []string) {
	for _, t := range w.dump() {
		for _, it := range t.Items {
			if key := fText(it[t.Key]); strings.HasPrefix(key, "FDocs/Sd~11/") {
				name := baseName(it[t.Key])
				if i := strings.IndexByte(name, '#'); i >= 0 {
					name = name[:i] + "#"
				}
				left = append(left, t.Name+" "+name)
			}
		}
	}
	slices.Sort(left)
	return left
}

// otherIntact reports whether the second document is unchanged.
func (w *fWorld) otherIntact() bool {
	d, err := w.docs.clean.Get(background, fDocID.Of("d/2"))
	want := fDocValue()
	return err == nil && d.Home == want.Home && slices.Equal(d.Past, want.Past) && maps.Equal(d.Rooms, want.Rooms) && d.Secret == want.Secret
}

func (w *fWorld) openSlips() *repo.Stored {
	s, err := repo.Open(w.client, "FSlips", "ID", w.way.repo...)
	w.must(err)
	return s
}
