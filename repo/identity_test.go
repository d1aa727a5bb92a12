package repo_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

func TestRefusedIdentities(t *testing.T) {
	table := func(parts ...repo.Part[wDoc]) repo.Model[wDoc] { return repo.TableOf("Root", wID, parts...) }
	ptrs := lens.Of(func(d *wDoc) *[]*wLine { return &d.Ptrs })
	geo := lens.Of(func(l *wLine) *wGeo { return &l.Geo })
	sku := lens.Each(wList, wSKU)
	const fn = "repo.Identity(repo_test.wDoc"
	refused(t, []declaration{
		wrong("no field", table(repo.Identity[wDoc]()), fn+"): no fields; name the one that tells the elements of a list apart"),
		wrong("a nil field", table(repo.Identity[wDoc](nil, sku)), fn+"): field 1 is nil"),
		wrong("a zero lens", table(repo.Identity(lens.Many[wDoc, string]{})), "lens.Lens(repo_test.wDoc): a zero Lens has no path; make one with lens.Of"),
		wrong("a zero identity", table(&repo.ElementIdentity[wDoc]{}), "repo.ElementIdentity(repo_test.wDoc): a zero ElementIdentity names no field; make one with repo.Identity"),
		wrong("no list", table(repo.Identity(lens.Of(func(d *wDoc) *string { return &d.Name }))), fn+", Name): it is no field of the elements of a list; make its lens with lens.Each"),
		wrong("a map", table(repo.Identity(lens.EachValue(wMap, wSKU))), fn+", Map[].SKU): it is no field of the elements of a list; make its lens with lens.Each"),
		wrong("the elements themselves", table(repo.Identity(lens.Elems(wList))), fn+", List[]): it is an element; name a field of it"),
		wrong("one element", table(repo.Identity(lens.Join(lens.At(wList, 0), wSKU))), fn+", List[0].SKU): it is in one element or entry; name all of them with lens.Each or lens.EachValue"),
		wrong("a struct", table(repo.Identity(lens.Each(wList, geo))), fn+", List[].Geo): it is a struct; what tells elements apart is a string, a number or binary"),
		wrong("twice", table(repo.Identity(sku, sku)), fn+", List[].SKU): the elements of List have another identity already"),
		wrong("in two declarations", table(repo.Identity(sku), repo.Identity(lens.Each(wList, lens.Of(func(l *wLine) *string { return &l.Geo.Lat })))), fn+", List[].Geo.Lat): the elements of List have another identity already"),
		wrong("two mistakes", table(repo.Identity(lens.Each(wList, geo), lens.Each(ptrs, lens.Ptr(geo)))),
			fn+", List[].Geo): it is a struct; what tells elements apart is a string, a number or binary\n"+fn+", Ptrs[].Geo): it is a struct; what tells elements apart is a string, a number or binary"),
	})
}

// What two versions know of elements.
type (
	idKey struct {
		Text string
		N    int8
		Bin  []byte
		Arr  [2]byte
		UUID uuid.UUID
		At   time.Time
		Ptr  *string
	}
	idOld struct {
		In   idKey
		Name string
	}
	idNew struct {
		In   idKey
		Name string
		Pay  string
	}
	idRow[E any] struct {
		No   string
		Subs []E
	}
	idDoc[E any] struct {
		ID   string
		List []E
		Ptrs []*E
		Map  map[string]idRow[E]
		Rows []idRow[E]
		Meta meta.Record `dynamodbav:"-"`
	}
)

// idBy tells the elements of all lists of a document apart by a field.
func idBy[V any](field func(*idOld) *V) repo.Part[idDoc[idOld]] {
	in := lens.Of(field)
	row := lens.Of(func(r *idRow[idOld]) *[]idOld { return &r.Subs })
	rows := lens.Of(func(d *idDoc[idOld]) *[]idRow[idOld] { return &d.Rows })
	return repo.Identity(
		lens.Each(lens.Of(func(d *idDoc[idOld]) *[]idOld { return &d.List }), in),
		lens.Each(lens.Of(func(d *idDoc[idOld]) *[]*idOld { return &d.Ptrs }), lens.Ptr(in)),
		lens.EachValue(lens.Of(func(d *idDoc[idOld]) *map[string]idRow[idOld] { return &d.Map }), lens.Each(row, in)),
		lens.Each(rows, lens.Of(func(r *idRow[idOld]) *string { return &r.No })),
		lens.Each(rows, lens.Each(row, in)))
}

// An identity may be of any type that is stored as a string, a number or
// binary, and the lists may be anywhere in the object.
func TestIdentities(t *testing.T) {
	for name, c := range map[string]struct {
		by  repo.Part[idDoc[idOld]]
		key func(n byte) idKey
	}{
		"string":    {idBy(func(e *idOld) *string { return &e.In.Text }), func(n byte) idKey { return idKey{Text: string('a' + rune(n))} }},
		"number":    {idBy(func(e *idOld) *int8 { return &e.In.N }), func(n byte) idKey { return idKey{N: int8(n) - 3} }},
		"binary":    {idBy(func(e *idOld) *[]byte { return &e.In.Bin }), func(n byte) idKey { return idKey{Bin: []byte{n}} }},
		"array":     {idBy(func(e *idOld) *[2]byte { return &e.In.Arr }), func(n byte) idKey { return idKey{Arr: [2]byte{0, n + 1}} }},
		"text form": {idBy(func(e *idOld) *uuid.UUID { return &e.In.UUID }), func(n byte) idKey { return idKey{UUID: uuid.UUID{15: n + 1}} }},
		"time":      {idBy(func(e *idOld) *time.Time { return &e.In.At }), func(n byte) idKey { return idKey{At: time.Unix(int64(n), 0).UTC()} }},
		"pointer":   {idBy(func(e *idOld) **string { return &e.In.Ptr }), func(n byte) idKey { return idKey{Ptr: new(string('a' + rune(n)))} }},
	} {
		t.Run(name, func(t *testing.T) { identified(t, c.by, c.key) })
	}
}

func identified(t *testing.T, by repo.Part[idDoc[idOld]], key func(n byte) idKey) {
	ctx := context.Background()
	c := embedded.New().Client()
	oldID := repo.KeyOf(func(d *idDoc[idOld]) *string { return &d.ID })
	old := repoOver(t, c, repo.TableOf("Docs", oldID, meta.Keep(func(d *idDoc[idOld]) *meta.Record { return &d.Meta }), by))
	newID := repo.KeyOf(func(d *idDoc[idNew]) *string { return &d.ID })
	later := repoOver(t, c, repo.TableOf("Docs", newID, meta.Keep(func(d *idDoc[idNew]) *meta.Record { return &d.Meta })))
	of := func(n byte) idNew { return idNew{key(n), "name", string('a' + rune(n))} }
	all := func() []idNew { return []idNew{of(0), of(1), of(2)} }
	d := idDoc[idNew]{ID: "d", List: all(), Map: map[string]idRow[idNew]{"k": {"", all()}}, Rows: []idRow[idNew]{{"r", all()}, {"s", all()}}}
	for _, e := range all() {
		d.Ptrs = append(d.Ptrs, &e)
	}
	noErr(t, errOf(later.Create(ctx, &d)))
	// Everything is turned round, one is renamed, and one is another.
	v := must(old.Get(ctx, oldID.Of("d")))(t)
	edit := func(l []idOld) {
		l[0], l[2] = l[2], l[0]
		l[0].Name = "changed"
		l[1].In = key(9)
	}
	edit(v.List)
	edit(v.Map["k"].Subs)
	edit(v.Rows[0].Subs)
	edit(v.Rows[1].Subs)
	v.Rows[0], v.Rows[1] = v.Rows[1], v.Rows[0]
	v.Ptrs[0], v.Ptrs[2] = v.Ptrs[2], v.Ptrs[0]
	v.Ptrs[0].Name, v.Ptrs[1].In = "changed", key(9)
	noErr(t, errOf(old.Put(ctx, v)))
	got := must(later.Get(ctx, newID.Of("d")))(t)
	pays := func(l []idNew) (s string) {
		for _, e := range l {
			s += e.Name + ":" + e.Pay + " "
		}
		return s
	}
	var ptrs []idNew
	for _, p := range got.Ptrs {
		ptrs = append(ptrs, *p)
	}
	const want = "changed:c name: name:a "
	for what, l := range map[string][]idNew{"list": got.List, "pointers": ptrs, "map": got.Map["k"].Subs, "first row": got.Rows[0].Subs, "second row": got.Rows[1].Subs} {
		if s := pays(l); s != want {
			t.Errorf("%s: %s, want %s", what, s, want)
		}
	}
	if got.Rows[0].No != "s" {
		t.Errorf("rows %+v", got.Rows)
	}
}
