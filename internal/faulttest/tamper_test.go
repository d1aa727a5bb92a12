package faulttest

import (
	"errors"
	"maps"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/repo"
)

// TestTamperedParts changes the item of a part by hand. A read names the item and
// what is wrong with it, after a few requests, and returns no value. The other
// objects of a page are returned, and no write does more damage.
func TestTamperedParts(t *testing.T) {
	type items = map[string]types.AttributeValue
	for _, c := range []struct {
		name   string
		tamper func(w *fWorld, table, key string, part items)
		text   string
	}{
		{"deleted", func(w *fWorld, table, key string, part items) {
			_, err := w.db.DeleteItem(background, &dynamodb.DeleteItemInput{TableName: &table, Key: items{key: part[key]}})
			w.must(err)
		}, ", a part of the object, is missing"},
		{"rolled back", func(w *fWorld, table, key string, part items) {
			part["_meta"].(*types.AttributeValueMemberM).Value["w"] = &types.AttributeValueMemberB{Value: make([]byte, 16)}
			w.store(table, part)
		}, " is not the version that the object refers to"},
		{"swapped with another object's", func(w *fWorld, table, key string, part items) {
			for _, t := range w.dump() {
				for _, other := range t.Items {
					if t.Name == table && strings.Contains(fText(other[key]), "d~12/") && baseName(other[key]) == baseName(part[key]) {
						mine := maps.Clone(other)
						mine[key] = part[key]
						w.store(table, mine)
						return
					}
				}
			}
			panic("no counterpart of " + fText(part[key]))
		}, " belongs to another object"},
		{"record lost", func(w *fWorld, table, key string, part items) {
			delete(part, "_meta")
			w.store(table, part)
		}, " belongs to another object"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newFaultWorld(t)
				for _, table := range w.twoObjects() {
					for _, part := range table.Items {
						if c.name == "swapped with another object's" && strings.Contains(fText(part[table.Key]), "#") {
							continue // its key is random: there is no counterpart
						}
						w.twoObjects()
						where := `item "` + fText(part[table.Key]) + `" of table ` + table.Name
						if strings.Contains(fText(part[table.Key]), "#") {
							// Stored anew under other element ids: take the first of that table.
							part = w.firstPart(table.Name)
							where = `item "` + fText(part[table.Key]) + `" of table ` + table.Name
						}
						c.tamper(w, table.Name, table.Key, maps.Clone(part))
						w.checkTampered(t, where, c.text)
					}
				}
			})
		})
	}
}

// twoObjects stores two objects alone, and returns the parts of the first.
func (w *fWorld) twoObjects() (parts []kit.StoredTable) {
	w.wipe()
	w.storeDoc()
	other := fDocValue()
	other.ID = "d/2"
	w.must(errOf(w.docs.clean.Create(background, &other)))
	for _, t := range w.dump() {
		mine := kit.StoredTable{Name: t.Name, Key: t.Key}
		for _, it := range t.Items {
			if strings.Contains(fText(it[t.Key]), "d~11/") {
				mine.Items = append(mine.Items, it)
			}
		}
		parts = append(parts, mine)
	}
	return parts
}

// firstPart is some part of the first object in a table.
func (w *fWorld) firstPart(table string) map[string]types.AttributeValue {
	for _, t := range w.dump() {
		for _, it := range t.Items {
			if t.Name == table && strings.Contains(fText(it[t.Key]), "d~11/") {
				return it
			}
		}
	}
	panic("no part in " + table)
}

func (w *fWorld) store(table string, item map[string]types.AttributeValue) {
	_, err := w.db.PutItem(background, &dynamodb.PutItemInput{TableName: &table, Item: item})
	w.must(err)
}

func (w *fWorld) checkTampered(t *testing.T, where, what string) {
	t.Helper()
	wrong := func(verb string, err error) {
		t.Helper()
		var e *repo.Error
		if !errors.Is(err, repo.ErrCorrupt) || !strings.Contains(err.Error(), where+what) || !errors.As(err, &e) || e.Path == "" {
			t.Errorf("%s: %v; want ErrCorrupt, %s%s, with the path", verb, err, where, what)
		}
	}
	w.net.Reset()
	d, err := w.docs.faulty.Get(background, fDocKey)
	wrong("Get", err)
	if d != nil || w.net.Count() > 6 {
		t.Errorf("Get returned %v after %v", d, w.net.Operations())
	}
	_, err = w.docs.faulty.Get(background, fDocKey, repo.Eventually())
	wrong("Get, eventually", err)
	wrong("Modify", w.docs.faulty.Modify(background, fDocKey, func(*fDoc) error { return nil }))
	_, err = w.open().Get(background, "d/1")
	wrong("Stored.Get", err)
	seen := map[string]int{}
	for d, err := range w.docs.faulty.Scan(background) {
		if err != nil {
			wrong("Scan", err)
			seen["error"]++
			continue
		}
		seen[d.ID]++
	}
	if want := map[string]int{"error": 1, "d/2": 1}; !maps.Equal(seen, want) {
		t.Errorf("Scan found %v; want %v", seen, want)
	}
}

// TestTamperedPartIsNotOverwritten: the item under a part's key belongs to another
// object. Whole writes and deletes do not touch it.
func TestTamperedPartIsNotOverwritten(t *testing.T) {
	w := newFaultWorld(t)
	d := w.storeDoc()
	part := w.firstPart("FHomes")
	part["_meta"].(*types.AttributeValueMemberM).Value["o"] = &types.AttributeValueMemberS{Value: "somebody else"}
	w.store("FHomes", part)
	before := w.digest()
	d.Home.City = "Uji"
	_, putErr := w.docs.faulty.Put(background, d)
	_, overwriteErr := w.docs.faulty.Put(background, d, repo.Overwrite())
	for verb, err := range map[string]error{
		"Put":       putErr,
		"Overwrite": overwriteErr,
		"Update":    w.docs.faulty.Update(background, fDocKey, fHomeCity.Set("Uji")),
		"Delete":    w.docs.faulty.Delete(background, fDocKey),
	} {
		if !errors.Is(err, repo.ErrCorrupt) || !strings.Contains(err.Error(), "belongs to another object") {
			t.Errorf("%s: %v; want ErrCorrupt", verb, err)
		}
	}
	if w.digest() != before {
		t.Error("what is stored has changed")
	}
}

func fText(av types.AttributeValue) string {
	s, _ := av.(*types.AttributeValueMemberS)
	if s == nil {
		return ""
	}
	return s.Value
}

// baseName is a derived key without the object it belongs to.
func baseName(av types.AttributeValue) string {
	return fText(av)[strings.LastIndexByte(fText(av), '/')+1:]
}
