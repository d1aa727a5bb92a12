package repo_test

import (
	"strings"
	"testing"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

func TestRefusedShards(t *testing.T) {
	table := func(parts ...repo.Part[wDoc]) repo.Model[wDoc] { return repo.TableOf("Root", wID, parts...) }
	to := shard.To("Parts")
	geo := shard.New(to, wGeoField)
	inLine := shard.New(to, func(l *wLine) *wGeo { return &l.Geo })
	refused(t, []declaration{
		wrong("in the root's table", table(shard.New(shard.To("Root"), wGeoField)), `shard.New(repo_test.wDoc, Geo): it is placed in the root's table "Root"; parts live in tables of their own`),
		wrong("moved from the root's table", table(shard.New(shard.To("Parts", shard.MovedFrom("Root")), wGeoField)), `shard.New(repo_test.wDoc, Geo): it moved from the root's table "Root"; parts were never there`),
		wrong("nested, in the root's table", table(shard.Each(to, func(d *wDoc) *[]wLine { return &d.List }, shard.New(shard.To("Root"), func(l *wLine) *wGeo { return &l.Geo }))),
			`shard.New(repo_test.wLine, Geo): it is placed in the root's table "Root"; parts live in tables of their own`),
		wrong("a field named as the key", table(shard.New(shard.To("Parts", shard.KeyName("IDX")), wGeoField)),
			`shard.New(repo_test.wDoc, Geo): field IDX of repo_test.wGeo is stored as "IDX", which is the key of the shard's table; see shard.KeyName`),
		wrong("an element's field named as the key", table(shard.Each(shard.To("Parts", shard.KeyName("SKU")), func(d *wDoc) *[]wLine { return &d.List })),
			`shard.Each(repo_test.wDoc, List): field SKU of repo_test.wLine is stored as "SKU", which is the key of the shard's table; see shard.KeyName`),
		wrong("a field named as the record", table(geo), `shard.New(repo_test.wDoc, Geo): field Lat of repo_test.wGeo is stored as "Lat", which holds the stored record; see repo.MetaAttribute`, repo.MetaAttribute("Lat")),
		wrong("the key named as the record", table(shard.New(shard.To("Parts", shard.KeyName("_meta")), wGeoField)),
			`shard.New(repo_test.wDoc, Geo): the key attribute "_meta" also holds the stored record; see shard.KeyName and repo.MetaAttribute`),
		wrong("a key name that is no text", table(shard.New(shard.To("Parts", shard.KeyName("\xff")), wGeoField)), `shard.New(repo_test.wDoc, Geo): shard.KeyName: attribute name "\xff" is not valid UTF-8`),
		wrong("two keys of one table", table(geo, shard.Each(shard.To("Parts", shard.KeyName("PK")), func(d *wDoc) *[]wLine { return &d.List })),
			`shard.Each(repo_test.wDoc, List): table "Parts" has the key attribute "PK" here and "_id" in another shard`),
		wrong("two keys of one table, nested", table(geo, shard.Within(func(d *wDoc) *[]wLine { return &d.List }, shard.New(shard.To("Parts", shard.KeyName("PK")), func(l *wLine) *wGeo { return &l.Geo }))),
			`shard.New(repo_test.wLine, Geo): table "Parts" has the key attribute "PK" here and "_id" in another shard`),
		wrong("twice", table(geo, shard.New(shard.To("Other"), wGeoField)), "shard.New(repo_test.wDoc, Geo): it is declared as a shard twice"),
		wrong("one declaration twice", table(geo, geo), "shard.New(repo_test.wDoc, Geo): it is declared as a shard twice"),
		wrong("inside another", table(shard.Optional(to, func(d *wDoc) **wLine { return &d.Ptr }), shard.New(shard.To("Other"), func(d *wDoc) *wGeo { return &d.Ptr.Geo })),
			"shard.New(repo_test.wDoc, Ptr.Geo): it lies in the shard Ptr; declare it inside that shard's constructor"),
		wrong("around another", table(shard.New(shard.To("Other"), func(d *wDoc) *wGeo { return &d.Ptr.Geo }), shard.Optional(to, func(d *wDoc) **wLine { return &d.Ptr })),
			"shard.Optional(repo_test.wDoc, Ptr): it holds the shard Ptr.Geo; declare that one inside this shard's constructor"),
		wrong("within and each of one list", table(shard.Within(func(d *wDoc) *[]wLine { return &d.List }, inLine), shard.Each(to, func(d *wDoc) *[]wLine { return &d.List })),
			"shard.Each(repo_test.wDoc, List): it is declared as a shard twice"),
		wrong("an embedded struct", table(shard.New(to, func(d *wDoc) *wBase { return &d.wBase })), "shard.New(repo_test.wDoc, wBase): an embedded struct is not stored as one value, its fields are; take one of them"),
		wrong("the model itself", table(shard.New(to, func(d *wDoc) *wDoc { return d })), "shard.New(repo_test.wDoc): the accessor returned its argument; a lens leads to a field"),
		wrong("a pointer's pointee", table(shard.New(to, func(d *wDoc) *wGeo { return d.Opt })), "shard.New(repo_test.wDoc, Opt): it is what a *repo_test.wGeo points to, which may be nil; use shard.Optional and return the address of the pointer"),
		wrong("a pointer", table(shard.New(to, func(d *wDoc) **wGeo { return &d.Opt })), "shard.New(repo_test.wDoc, Opt): it is a *repo_test.wGeo, which may be nil; use shard.Optional"),
		wrong("a list", table(shard.New(to, func(d *wDoc) *[]wLine { return &d.List })), "shard.New(repo_test.wDoc, List): it is a []repo_test.wLine, a list; use shard.Each, or shard.Within for what is inside the elements"),
		wrong("an element", table(shard.New(to, func(d *wDoc) *wLine { return &d.List[0] })), "shard.New(repo_test.wDoc, List): the accessor points into a slice, whose elements move; take the slice and use shard.Each, shard.EachPtr or shard.Within"),
		wrong("a list of pointers", table(shard.Each(to, func(d *wDoc) *[]*wLine { return &d.Ptrs })), "shard.Each(repo_test.wDoc, Ptrs): it is a list of pointers, []*repo_test.wLine; use shard.EachPtr"),
		wrong("a string", table(shard.New(to, func(d *wDoc) *string { return &d.Name })), "shard.New(repo_test.wDoc, Name): it is string; a shard holds structs"),
		wrong("the key", table(shard.New(to, func(d *wDoc) *string { return &d.ID })), "shard.New(repo_test.wDoc, ID): it is string; a shard holds structs"),
		wrong("an unstored field", table(shard.New(to, func(d *wDoc) *string { return &d.Skip })), `shard.New(repo_test.wDoc, Skip): the field is tagged dynamodbav:"-" and never stored`),
		wrong("a shard that cannot be stored", repo.TableOf("Root", repo.KeyOf(func(c *wChan) *string { return &c.ID }), shard.New(to, func(c *wChan) *struct{ C chan int } { return &c.Work })),
			"repo.TableOf(struct { C chan int }, C): chan int cannot be stored\nrepo.TableOf(repo_test.wChan, F): func() cannot be stored"),
		wrong("nothing within", table(shard.Within(func(d *wDoc) *[]wLine { return &d.List })), "shard.Within(repo_test.wDoc, List): there is no shard inside; without one there is nothing to declare"),
		wrong("a nil nested shard", table(shard.Each(to, func(d *wDoc) *[]wLine { return &d.List }, nil)), "shard.Each(repo_test.wDoc, List): nested shard 1 is nil"),
		wrong("an empty placement", table(shard.New(shard.Placement{}, wGeoField)), "shard.New(repo_test.wDoc, Geo): the placement is empty; make one with shard.To"),
		wrong("everything about a placement", table(shard.New(shard.To("x", shard.KeyName(""), shard.WhenOver(-1), shard.MovedFrom()), wGeoField)), strings.Join([]string{
			`shard.New(repo_test.wDoc, Geo): table name "x"` + badName,
			"shard.New(repo_test.wDoc, Geo): a key attribute name has 1 to 255 bytes, not 0",
			"shard.New(repo_test.wDoc, Geo): WhenOver takes 0 to 409600 bytes, the size of an item, not -1",
			"shard.New(repo_test.wDoc, Geo): MovedFrom names no table",
		}, "\n")),
	})
}

func TestRefusedProtections(t *testing.T) {
	keys := testKeys(t)
	table := func(parts ...repo.Part[wDoc]) repo.Model[wDoc] { return repo.TableOf("Root", wID, parts...) }
	id := lens.Of(func(d *wDoc) *string { return &d.ID })
	to := shard.To("Parts")
	lists := shard.Each(to, func(d *wDoc) *[]wLine { return &d.List })
	inGeo := lens.Of(func(l *wLine) *wGeo { return &l.Geo })
	refused(t, []declaration{
		wrong("no cipher", table(cipher.Protect(nil, wName)), "cipher.Protect(repo_test.wDoc): the cipher is nil"),
		wrong("a nil cipher", table(cipher.Protect((*cipher.AES)(nil), wName)), "cipher.Protect(repo_test.wDoc): the cipher is nil"),
		wrong("a zero cipher", table(cipher.Protect(&cipher.AES{}, wName)), "cipher.Protect(repo_test.wDoc): the cipher is a zero AES; make one with cipher.New"),
		wrong("no fields", table(cipher.Protect[wDoc](keys)), "cipher.Protect(repo_test.wDoc): no fields; name them, or use cipher.ProtectAll"),
		wrong("a nil field", table(cipher.Protect[wDoc](keys, wName, nil)), "cipher.Protect(repo_test.wDoc): field 2 is nil"),
		wrong("a zero lens", table(cipher.Protect(keys, lens.Lens[wDoc, string]{})), "lens.Lens(repo_test.wDoc): a zero Lens has no path; make one with lens.Of"),
		wrong("a wrong lens", table(cipher.Protect(keys, lens.At(wList, -1))), "lens.At(repo_test.wDoc, List): index -1 is negative"),
		wrong("the key", table(cipher.Protect(keys, id)), "cipher.Protect(repo_test.wDoc, ID): ID must stay readable: it is part of a key or of an index"),
		wrong("twice", table(cipher.Protect(keys, wName), cipher.Protect(keys, wName)), "cipher.Protect(repo_test.wDoc, Name): name is encrypted twice"),
		wrong("inside another", table(cipher.Protect[wDoc](keys, wGeoL, wLat)), "cipher.Protect(repo_test.wDoc, Geo.Lat): geo.Lat is inside geo, which is encrypted whole"),
		wrong("around another", table(cipher.Protect[wDoc](keys, wLat, wGeoL)), "cipher.Protect(repo_test.wDoc, Geo): geo contains geo.Lat, which is encrypted by itself"),
		wrong("one element", table(cipher.Protect(keys, lens.Join(lens.At(wList, 0), wSKU))), "cipher.Protect(repo_test.wDoc, List[0].SKU): List[0] is one element of a list; protect all of them with lens.Each or lens.Elems"),
		wrong("one entry", table(cipher.Protect(keys, lens.Join(lens.Entry(wMap, "k"), wSKU))), `cipher.Protect(repo_test.wDoc, Map[k].SKU): Map["k"] is one entry of a map; protect all of them with lens.EachValue or lens.ElemValues`),
		wrong("a shard", table(shard.New(to, wGeoField), cipher.Protect(keys, wGeoL)), "cipher.Protect(repo_test.wDoc, Geo): geo has parts in separate tables; protect fields inside them"),
		wrong("a list of shards", table(lists, cipher.Protect(keys, wList)), "cipher.Protect(repo_test.wDoc, List): List has parts in separate tables; protect fields inside them"),
		wrong("elements that are shards", table(lists, cipher.Protect(keys, lens.Elems(wList))), "cipher.Protect(repo_test.wDoc, List[]): List[] has parts in separate tables; protect fields inside them"),
		wrong("a shard inside elements", table(shard.Within(func(d *wDoc) *[]wLine { return &d.List }, shard.New(to, func(l *wLine) *wGeo { return &l.Geo })), cipher.Protect(keys, lens.Each(wList, inGeo))),
			"cipher.Protect(repo_test.wDoc, List[].Geo): List[].Geo has parts in separate tables; protect fields inside them"),
		wrong("all twice", table(cipher.ProtectAll[wDoc](keys), cipher.ProtectAll[wDoc](keys)), "cipher.ProtectAll(repo_test.wDoc): is declared twice"),
		wrong("all and one", table(cipher.ProtectAll[wDoc](keys), cipher.Protect(keys, wName)), "cipher.Protect(repo_test.wDoc, Name): name is encrypted by cipher.ProtectAll; make it an exception there"),
		wrong("all but one element", table(cipher.ProtectAll(keys, lens.At(wList, 0))), "cipher.ProtectAll(repo_test.wDoc, List[0]): List[0] is one element of a list; protect all of them with lens.Each or lens.Elems"),
		wrong("nothing left to encrypt", repo.TableOf("Root", repo.KeyOf(func(l *wLine) *string { return &l.SKU }), cipher.ProtectAll(keys, lens.Of(func(l *wLine) *wGeo { return &l.Geo }))),
			"cipher.ProtectAll(repo_test.wLine): leaves nothing to encrypt"),
		wrong("neither sealer nor opener", table(cipher.Protect(cipher.SealOnly(nil), wName)), "cipher.Protect(repo_test.wDoc): the cipher neither seals nor opens"),
	})
}
