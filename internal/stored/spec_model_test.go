package stored_test

import (
	"bytes"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// Objects that the library wrote, read by the second decoder.

type (
	sNote struct {
		Text string
		Set  []string `dynamodbav:",stringset"`
		Next *sNote
	}
	sLine struct {
		SKU  string
		Note *sNote
		Subs []sSub
	}
	sSub struct {
		N    int
		Note sNote
	}
	sDoc struct {
		Tenant int64     `dynamodbav:"tenant"`
		At     time.Time `dynamodbav:"at"`
		Title  string
		Secret string
		Nums   map[string]float64
		Opt    *sNote
		Main   sNote
		List   []sNote
		Ptrs   []*sNote
		Small  []sNote
		Map    map[string]sNote
		Odd    map[string]sNote
		Lines  []sLine
		Shelf  map[string]sLine
		Meta   meta.Record `dynamodbav:"-"`
	}
)

var (
	sKey    = repo.CompositeKeyOf(func(d *sDoc) *int64 { return &d.Tenant }, func(d *sDoc) *time.Time { return &d.At })
	sTitle  = lens.Of(func(d *sDoc) *string { return &d.Title })
	sSecret = lens.Of(func(d *sDoc) *string { return &d.Secret })
	sOpt    = lens.Of(func(d *sDoc) **sNote { return &d.Opt })
	sMain   = lens.Of(func(d *sDoc) *sNote { return &d.Main })
	sList   = lens.Of(func(d *sDoc) *[]sNote { return &d.List })
	sMap    = lens.Of(func(d *sDoc) *map[string]sNote { return &d.Map })
	sShelf  = lens.Of(func(d *sDoc) *map[string]sLine { return &d.Shelf })
	sText   = lens.Of(func(n *sNote) *string { return &n.Text })
	sNext   = lens.Of(func(n *sNote) **sNote { return &n.Next })
	sSKU    = lens.Of(func(l *sLine) *string { return &l.SKU })
)

// sModel is the model with its shards in tables of a suffix; those of an older
// one are still read.
func sModel(keys, more cipher.Cipher, suffix, older string) repo.Model[sDoc] {
	to := func(table string, options ...shard.Option) shard.Placement {
		if older != suffix {
			options = append(options, shard.MovedFrom(table+older))
		}
		return shard.To(table+suffix, options...)
	}
	return repo.TableOf("Root", sKey,
		shard.Optional(to("Opts", shard.WhenOver(60)), func(d *sDoc) **sNote { return &d.Opt }),
		shard.New(to("Mains", shard.KeyName("PK")), func(d *sDoc) *sNote { return &d.Main }),
		shard.Each(to("Lists"), func(d *sDoc) *[]sNote { return &d.List }),
		shard.EachPtr(to("Lists"), func(d *sDoc) *[]*sNote { return &d.Ptrs }),
		shard.Each(to("Lists", shard.WhenOver(60)), func(d *sDoc) *[]sNote { return &d.Small }),
		shard.EachValue(to("Maps"), func(d *sDoc) *map[string]sNote { return &d.Map }),
		shard.EachValue(to("Odds", shard.WhenOver(60)), func(d *sDoc) *map[string]sNote { return &d.Odd }),
		shard.Within(func(d *sDoc) *[]sLine { return &d.Lines },
			shard.Optional(to("Notes"), func(l *sLine) **sNote { return &l.Note }),
			shard.Within(func(l *sLine) *[]sSub { return &l.Subs },
				shard.New(to("Notes"), func(s *sSub) *sNote { return &s.Note }))),
		shard.WithinValues(func(d *sDoc) *map[string]sLine { return &d.Shelf },
			shard.Optional(to("Notes"), func(l *sLine) **sNote { return &l.Note })),
		cipher.Protect(keys, sSecret, lens.Join(sMain, sText), lens.Each(sList, sNext), lens.EachValue(sShelf, sSKU)),
		cipher.Protect(more, lens.EachValue(sMap, sText), lens.Join(sOpt, lens.Ptr(sText))),
		meta.Keep(func(d *sDoc) *meta.Record { return &d.Meta }))
}

func sCipher(t testing.TB, id byte, opts ...cipher.Option) *cipher.AES {
	t.Helper()
	key, err := cipher.NewKey(cipher.KeyID(id), secretOf(id))
	if err != nil {
		t.Fatal(err)
	}
	ring, err := cipher.NewKeyset(cipher.Primary(key))
	if err != nil {
		t.Fatal(err)
	}
	c, err := cipher.New(ring, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func secretOf(id byte) []byte { return bytes.Repeat([]byte{id}, 32) }

var secrets = map[uint32][]byte{1: secretOf(1), 2: secretOf(2)}

func genNote(t *rapid.T, depth int) sNote {
	n := sNote{Text: awkward.Draw(t, "text")}
	if depth > 0 && rapid.Bool().Draw(t, "next") {
		next := genNote(t, depth-1)
		n.Next = &next
	}
	if rapid.Bool().Draw(t, "set") {
		n.Set = rapid.SliceOfNDistinct(names, 1, 3, rapid.ID).Draw(t, "members")
	}
	return n
}

func genNotes(t *rapid.T) []sNote {
	size := rapid.IntRange(-1, 3).Draw(t, "size")
	if size < 0 {
		return nil
	}
	l := make([]sNote, size)
	for i := range l {
		l[i] = genNote(t, 1)
	}
	return l
}

func genMap[V any](t *rapid.T, v func() V) map[string]V {
	size := rapid.IntRange(-1, 3).Draw(t, "size")
	if size < 0 {
		return nil
	}
	m := map[string]V{}
	for range size {
		m[names.Draw(t, "key")] = v()
	}
	return m
}

func genDoc(t *rapid.T) *sDoc {
	note := func() sNote { return genNote(t, 1) }
	ptr := func() *sNote {
		if rapid.Bool().Draw(t, "nil") {
			return nil
		}
		n := note()
		return &n
	}
	line := func() sLine {
		l := sLine{SKU: awkward.Draw(t, "sku"), Note: ptr()}
		for range rapid.IntRange(0, 2).Draw(t, "subs") {
			l.Subs = append(l.Subs, sSub{N: rapid.Int().Draw(t, "n"), Note: note()})
		}
		return l
	}
	d := &sDoc{
		Tenant: rapid.Int64().Draw(t, "tenant"), At: time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "at"), 5).UTC(),
		Title: awkward.Draw(t, "title"), Secret: awkward.Draw(t, "secret"),
		Nums: genMap(t, func() float64 { return rapid.SampledFrom([]float64{0, 1.5, -1e20, 1e100, 1e-100, 0.1}).Draw(t, "num") }),
		Opt:  ptr(), Main: note(), List: genNotes(t), Small: genNotes(t), Map: genMap(t, note), Odd: genMap(t, note), Shelf: genMap(t, line),
	}
	for range rapid.IntRange(0, 3).Draw(t, "ptrs") {
		d.Ptrs = append(d.Ptrs, ptr())
	}
	for range rapid.IntRange(0, 2).Draw(t, "lines") {
		d.Lines = append(d.Lines, line())
	}
	return d
}
