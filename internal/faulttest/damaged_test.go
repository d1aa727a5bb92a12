package faulttest

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/repo"
)

// kindOf is the short name of what a verb reported.
func kindOf(err error) string {
	for _, k := range []struct {
		name string
		kind error
	}{
		{"corrupt", repo.ErrCorrupt}, {"new", repo.ErrSchemaTooNew}, {"exists", repo.ErrExists}, {"conflict", repo.ErrConflict},
		{"absent", repo.ErrNotFound}, {"condition", repo.ErrCondition}, {"invalid", repo.ErrInvalid},
	} {
		if errors.Is(err, k.kind) {
			return k.name
		}
	}
	if err != nil {
		return err.Error()
	}
	return "ok"
}

// damageVerbs are the columns of the table below.
var damageVerbs = []func(w *fWorld, d *fDoc) error{
	func(w *fWorld, _ *fDoc) error { _, err := w.docs.clean.Get(background, fDocKey); return err },
	func(w *fWorld, d *fDoc) error { return errOf(w.docs.clean.Create(background, d)) },
	func(w *fWorld, d *fDoc) error { return errOf(w.docs.clean.Put(background, d, repo.Overwrite())) },
	func(w *fWorld, _ *fDoc) error {
		return w.docs.clean.Modify(background, fDocKey, func(*fDoc) error { return nil })
	},
	func(w *fWorld, _ *fDoc) error { return w.docs.clean.Delete(background, fDocKey) },
	func(w *fWorld, _ *fDoc) error { _, err := w.open().Get(background, "d/1"); return err },
	func(w *fWorld, _ *fDoc) error { return w.open().Delete(background, "d/1") },
}

// damageKinds says what each verb makes of each damage, without Damaged.
var damageKinds = map[string]string{
	//                                   Get     Create Overwrite Modify  Delete  Stored.Get Stored.Delete
	"record of another type":             "corrupt exists corrupt corrupt corrupt corrupt corrupt",
	"record without write ids":           "corrupt exists corrupt corrupt corrupt corrupt corrupt",
	"record without entity":              "corrupt exists corrupt corrupt corrupt corrupt corrupt",
	"record without layout":              "corrupt exists corrupt corrupt corrupt corrupt corrupt",
	"record lost":                        "ok      exists ok      ok      ok      corrupt ok", // then it is an item of another program
	"newer format":                       "new     new    new     new     new     new     new",
	"another entity":                     "corrupt exists corrupt corrupt corrupt corrupt ok",
	"another entity, broken":             "corrupt exists corrupt corrupt corrupt corrupt corrupt",
	"attribute of another type":          "corrupt exists ok      corrupt ok      ok      ok",
	"manifest lost":                      "corrupt exists ok      corrupt ok      corrupt ok", // and leaves what it named
	"manifest of another type":           "corrupt exists corrupt corrupt corrupt corrupt corrupt",
	"manifest entry of another type":     "corrupt exists corrupt corrupt corrupt corrupt corrupt",
	"manifest entry that is no instance": "corrupt exists corrupt corrupt corrupt corrupt corrupt",
	"manifest leads to a strange table":  "corrupt exists corrupt corrupt corrupt corrupt corrupt",
	"manifest leads to a strange key":    "corrupt exists corrupt corrupt corrupt corrupt corrupt",
	"manifest leads to another's part":   "corrupt exists corrupt corrupt corrupt corrupt corrupt",
	"two parts in one item":              "corrupt exists corrupt corrupt corrupt corrupt corrupt",
	"part missing":                       "corrupt exists ok      corrupt ok      corrupt ok",
	"part with another stamp":            "corrupt exists ok      corrupt ok      corrupt ok",
	"part without a stamp":               "corrupt exists ok      corrupt ok      corrupt ok",
	"part of another object":             "corrupt exists corrupt corrupt corrupt corrupt corrupt",
	"part without a record":              "corrupt exists corrupt corrupt corrupt corrupt corrupt",
	"planted plaintext":                  "corrupt exists ok      corrupt ok      corrupt ok",
	"planted plaintext in a part":        "corrupt exists ok      corrupt ok      corrupt ok",
	"envelope that does not open":        "corrupt exists ok      corrupt ok      corrupt ok",
}

// TestDamage pins which verb fails at which damage. Delete looks at the record and
// the owners of parts, and so does a Put that overwrites.
func TestDamage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newFaultWorld(t)
		for _, d := range fDamages {
			want := strings.Fields(damageKinds[d.name])
			var got []string
			for _, verb := range damageVerbs {
				doc := w.storeDamaged(d)
				got = append(got, kindOf(verb(w, doc)))
				if !w.otherIntact() {
					t.Errorf("%s: the other object has changed", d.name)
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: %q; want %q", d.name, got, want)
			}
			if d.parts {
				continue
			}
			w.storeDamaged(d)
			if kind := kindOf(w.openSlips().Delete(background, "s/1")); kind != want[6] {
				t.Errorf("%s: Stored.Delete of a single item: %s", d.name, kind)
			}
			w.storeDamaged(d)
			if kind := kindOf(w.slip.clean.Delete(background, fSlipKey)); kind != want[4] {
				t.Errorf("%s: Delete of a single item: %s", d.name, kind)
			}
		}
	})
}

// TestUpdateOfTwoPartsInOneItem: the record names one item for two parts. An Update
// of both is ErrCorrupt, since the caller did nothing wrong.
func TestUpdateOfTwoPartsInOneItem(t *testing.T) {
	w := newFaultWorld(t)
	w.storeDamaged(damageNamed("two parts in one item"))
	before := w.digest()
	err := w.docs.clean.Update(background, fDocKey, fHomeCity.Set("x"), fGeoLat.Set("y"))
	var e *repo.Error
	if !errors.Is(err, repo.ErrCorrupt) || !errors.As(err, &e) || e.Err.Error() != "stored data is corrupt: the stored layout puts this part into the item of Home" {
		t.Errorf("%v", err)
	}
	if w.digest() != before {
		t.Error("something was written")
	}
}

// allParts are the parts of the document, and mapParts those that only the
// manifest names.
var (
	allParts = []string{"FGeos Home.Geo", "FHomes Home", "FNotes Lines#", "FOpts Opt", "FPast Past#", "FPast Past#", "FPast Past#", "FRooms Rooms:big"}
	inLists  = []string{"FNotes Lines#", "FPast Past#", "FPast Past#", "FPast Past#", "FRooms Rooms:big"}
	inMaps   = []string{"FRooms Rooms:big"}
	homePart = []string{"FHomes Home"}
)

// leftovers are the parts that stay when a damaged object is deleted, by a
// repository and by Open. What is not here leaves nothing.
var leftovers = map[string][2][]string{
	"record of another type":   {inLists, allParts},
	"record without entity":    {nil, allParts},
	"record without layout":    {nil, allParts},
	"record lost":              {inLists, allParts},
	"another entity":           {nil, allParts}, // they are not the other's
	"another entity, broken":   {nil, allParts},
	"manifest lost":            {inMaps, inMaps},
	"manifest of another type": {inMaps, inMaps},
	"part of another object":   {homePart, homePart},
	"part without a record":    {homePart, homePart},
}

// TestDeleteDamaged: with Damaged, Delete removes an object with any damage, and
// no item that may belong to another object.
func TestDeleteDamaged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newFaultWorld(t)
		for _, d := range fDamages {
			foreign := strings.HasPrefix(d.name, "another entity")
			for i, run := range []func() error{
				func() error { return w.docs.clean.Delete(background, fDocKey, repo.Damaged(), repo.MustExist()) },
				func() error { return w.open().Delete(background, "d/1", repo.Damaged(), repo.MustExist()) },
			} {
				w.storeDamaged(d)
				err := run()
				if foreign && i == 0 {
					var e *repo.Error
					if !errors.Is(err, repo.ErrCorrupt) || !errors.As(err, &e) || e.Path != "_meta" || e.Err.Error() != `stored data is corrupt: the item is an object of entity "other", not "FDocs"` {
						t.Errorf("%s: %v", d.name, err)
					}
					if left := w.left(); w.rawItem("FDocs", "ID", "d/1") == nil || !slices.Equal(left, allParts) {
						t.Errorf("%s: only %q are left", d.name, left)
					}
					continue
				}
				if err != nil || w.rawItem("FDocs", "ID", "d/1") != nil {
					t.Errorf("%s: %v", d.name, err)
				}
				if diff := cmp.Diff(leftovers[d.name][i], w.left()); diff != "" {
					t.Errorf("%s, %d: left behind:\n%s", d.name, i, diff)
				}
				if !w.otherIntact() {
					t.Errorf("%s: the other object has changed", d.name)
				}
				// Create succeeds over what is left, unless that may be another object's.
				err = errOf(w.docs.clean.Create(background, fDocValue().clone()))
				if d.name == "part of another object" || d.name == "part without a record" {
					if !errors.Is(err, repo.ErrCorrupt) {
						t.Errorf("%s: Create over another's part: %v", d.name, err)
					}
				} else if err != nil {
					t.Errorf("%s: Create: %v", d.name, err)
				}
			}
			if d.parts {
				continue
			}
			for i, run := range []func() error{
				func() error { return w.slip.clean.Delete(background, fSlipKey, repo.Damaged(), repo.MustExist()) },
				func() error { return w.openSlips().Delete(background, "s/1", repo.Damaged(), repo.MustExist()) },
			} {
				w.storeDamaged(d)
				err := run()
				if refused := foreign && i == 0; errors.Is(err, repo.ErrCorrupt) != refused || !refused && err != nil || (w.rawItem("FSlips", "ID", "s/1") != nil) != refused {
					t.Errorf("%s, single item, %d: %v", d.name, i, err)
				}
			}
		}
	})
}

// TestDeleteDamagedOfNothing: of a sound object, Damaged changes nothing.
func TestDeleteDamagedOfNothing(t *testing.T) {
	w := newFaultWorld(t)
	if err := w.docs.clean.Delete(background, fDocKey, repo.Damaged()); err != nil {
		t.Error(err)
	}
	if err := w.docs.clean.Delete(background, fDocKey, repo.Damaged(), repo.MustExist()); !errors.Is(err, repo.ErrNotFound) {
		t.Error(err)
	}
	w.storeDoc()
	if err := w.docs.clean.Delete(background, fDocKey, repo.Damaged(), repo.MustExist()); err != nil || w.count() != 0 {
		t.Errorf("a whole object: %v, %d items are left", err, w.count())
	}
	w.storeCard() // of a model without records
	if err := w.card.clean.Delete(background, fCardKey, repo.Damaged(), repo.MustExist()); err != nil || w.count() != 0 {
		t.Errorf("without a record: %v, %d items are left", err, w.count())
	}
}

// TestDeleteDamagedKeepsShards deletes the root alone, and then the rest, which is more than
// one transaction could delete.
func TestDeleteDamagedKeepsShards(t *testing.T) {
	w := newFaultWorld(t)
	w.storeDoc()
	key := []types.AttributeValue{avS("d/1")}
	root := w.rawItem("FDocs", "ID", "d/1")
	rec := root["_meta"].(*types.AttributeValueMemberM).Value
	for range 100 {
		p := stored.Part{Stamp: stored.NewID(), Owner: stored.Owner("FDocs", key), Inst: stored.Inst("Past").Elem(stored.NewElemID())}
		w.store("FPast", fItem{"_id": avS(stored.DerivedKey("FDocs", key, p.Inst)), "_meta": p.Encode()})
		fManifest(rec)[string(p.Inst)] = p.Stamp.AV()
	}
	delete(rec, "r")
	w.store("FDocs", root)
	before := w.count()
	if err := w.docs.clean.Delete(background, fDocKey, repo.Damaged(), repo.KeepShards()); err != nil || w.count() != before-1 {
		t.Errorf("KeepShards: %v, %d of %d items are left", err, w.count(), before)
	}
	w.store("FDocs", root)
	if err := w.docs.clean.Delete(background, fDocKey, repo.Damaged()); err != nil || w.count() != 0 {
		t.Errorf("%v, %d of %d items are left", err, w.count(), before)
	}
}

// TestDeleteDamagedWithoutTables: parts in tables that do not exist are left out,
// and the other parts are deleted. Any other failure of a read ends the delete.
func TestDeleteDamagedWithoutTables(t *testing.T) {
	w := newFaultWorld(t)
	w.storeDoc()
	w.damage(damageNamed("record without write ids"), "FDocs", "d/1")
	w.net.Reset(fault.Inject(fault.Respond(400, "AccessDeniedException", "no"), fault.Op("BatchGetItem")))
	before := w.count()
	var api smithy.APIError
	if err := w.docs.faulty.Delete(background, fDocKey, repo.Damaged()); !errors.As(err, &api) || api.ErrorCode() != "AccessDeniedException" || w.count() != before {
		t.Errorf("no permission: %v, %d of %d items are left", err, w.count(), before)
	}
	w.net.Reset()
	w.wit.blind = true // it reads all tables
	if _, err := w.db.DeleteTable(background, &dynamodb.DeleteTableInput{TableName: aws.String("FRooms")}); err != nil {
		t.Fatal(err)
	}
	if err := w.docs.faulty.Delete(background, fDocKey, repo.Damaged()); err != nil || w.rawItem("FDocs", "ID", "d/1") != nil {
		t.Errorf("a table is missing: %v", err)
	}
	for table, key := range fTables {
		if table == "FRooms" {
			continue
		}
		out, err := w.db.Scan(background, &dynamodb.ScanInput{TableName: &table})
		if err != nil || len(out.Items) > 0 {
			t.Errorf("%s, key %s: %d items are left, %v", table, key, len(out.Items), err)
		}
	}
}
