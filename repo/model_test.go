package repo_test

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/keygen"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// The model of the model-based test: every kind of shard, in each other where
// that differs, sealed fields in several of them, plain lists and maps.
type (
	mGeo  struct{ Lat, Lon string }
	mNote struct {
		Text string
		Tags []string
	}
	mPlace struct {
		City string
		N    int
		Geo  mGeo
		Note *mNote
	}
	mLine struct {
		SKU  string
		Qty  int64
		Note *mNote
	}
	mDoc struct {
		ID     string
		Name   string
		Count  int
		Big    uint64 `dynamodbav:",omitempty"`
		Secret string
		Raw    []byte
		Tags   []string
		Attrs  map[string]int
		Opt    *mNote
		Blob   *mNote
		Home   mPlace
		Past   []mPlace
		Pals   []*mPlace
		Rooms  map[string]mPlace
		Trips  []mPlace
		Lines  []mLine
		Shelf  map[string]mLine
		Meta   meta.Record `dynamodbav:"-"`
	}
)

var (
	mID     = repo.KeyOf(func(d *mDoc) *string { return &d.ID }, keygen.UUIDv7)
	mName   = lens.Of(func(d *mDoc) *string { return &d.Name })
	mCount  = lens.Of(func(d *mDoc) *int { return &d.Count })
	mBig    = lens.Of(func(d *mDoc) *uint64 { return &d.Big })
	mSecret = lens.Of(func(d *mDoc) *string { return &d.Secret })
	mRaw    = lens.Of(func(d *mDoc) *[]byte { return &d.Raw })
	mTags   = lens.Of(func(d *mDoc) *[]string { return &d.Tags })
	mAttrs  = lens.Of(func(d *mDoc) *map[string]int { return &d.Attrs })
	mOpt    = lens.Of(func(d *mDoc) **mNote { return &d.Opt })
	mBlob   = lens.Of(func(d *mDoc) **mNote { return &d.Blob })
	mHome   = lens.Of(func(d *mDoc) *mPlace { return &d.Home })
	mPast   = lens.Of(func(d *mDoc) *[]mPlace { return &d.Past })
	mPals   = lens.Of(func(d *mDoc) *[]*mPlace { return &d.Pals })
	mRooms  = lens.Of(func(d *mDoc) *map[string]mPlace { return &d.Rooms })
	mTrips  = lens.Of(func(d *mDoc) *[]mPlace { return &d.Trips })
	mLines  = lens.Of(func(d *mDoc) *[]mLine { return &d.Lines })
	mShelf  = lens.Of(func(d *mDoc) *map[string]mLine { return &d.Shelf })

	inPCity = lens.Of(func(p *mPlace) *string { return &p.City })
	inPN    = lens.Of(func(p *mPlace) *int { return &p.N })
	inPGeo  = lens.Of(func(p *mPlace) *mGeo { return &p.Geo })
	inPLat  = lens.Of(func(p *mPlace) *string { return &p.Geo.Lat })
	inPNote = lens.Of(func(p *mPlace) **mNote { return &p.Note })
	inPText = lens.Of(func(p *mPlace) *string { return &p.Note.Text })
	inLQty  = lens.Of(func(l *mLine) *int64 { return &l.Qty })
	inLNote = lens.Of(func(l *mLine) **mNote { return &l.Note })
	inLText = lens.Of(func(l *mLine) *string { return &l.Note.Text })
	inNText = lens.Of(func(n *mNote) *string { return &n.Text })
	inNTags = lens.Of(func(n *mNote) *[]string { return &n.Tags })
)

// The shards of the model, by the field that each one holds.
var (
	mGeoShard  = shard.New(shard.To("Geos"), func(p *mPlace) *mGeo { return &p.Geo })
	mNoteShard = shard.Optional(shard.To("Notes"), func(p *mPlace) **mNote { return &p.Note })
	mLineShard = shard.Optional(shard.To("Notes"), func(l *mLine) **mNote { return &l.Note })

	mOptShard   = shard.Optional(shard.To("Notes"), func(d *mDoc) **mNote { return &d.Opt })
	mBlobShard  = shard.Optional(shard.To("Blobs", shard.WhenOver(64), shard.KeyName("PK")), func(d *mDoc) **mNote { return &d.Blob })
	mHomeShard  = shard.New(shard.To("Homes"), func(d *mDoc) *mPlace { return &d.Home }, mGeoShard, mNoteShard)
	mPastShard  = shard.Each(shard.To("Past"), func(d *mDoc) *[]mPlace { return &d.Past }, mGeoShard)
	mPalsShard  = shard.EachPtr(shard.To("Past"), func(d *mDoc) *[]*mPlace { return &d.Pals }, mNoteShard)
	mRoomsShard = shard.EachValue(shard.To("Rooms", shard.WhenOver(64)), func(d *mDoc) *map[string]mPlace { return &d.Rooms }, mNoteShard)
	mTripsShard = shard.Each(shard.To("Rooms", shard.WhenOver(64)), func(d *mDoc) *[]mPlace { return &d.Trips })
	mLinesShard = shard.Within(func(d *mDoc) *[]mLine { return &d.Lines }, mLineShard)
	mShelfShard = shard.WithinValues(func(d *mDoc) *map[string]mLine { return &d.Shelf }, mLineShard)
)

// mTables are the tables of the shards and their keys.
var mTables = map[string]string{"Geos": "_id", "Notes": "_id", "Blobs": "PK", "Homes": "_id", "Past": "_id", "Rooms": "_id"}

func mModel(table string, keys cipher.Cipher) repo.Model[mDoc] {
	return repo.TableOf(table, mID, mByCount,
		mOptShard, mBlobShard, mHomeShard, mPastShard, mPalsShard, mRoomsShard, mTripsShard, mLinesShard, mShelfShard,
		cipher.Protect(keys, mSecret, mRaw, lens.Join(mHome, inPCity), lens.Each(mPast, inPLat), lens.EachValue(mRooms, inPCity), lens.EachValue(mShelf, inLText)),
		meta.Keep(func(d *mDoc) *meta.Record { return &d.Meta }))
}

// Generators. Texts have everything that separates or escapes something
// somewhere, keys as well as values.
var (
	mTexts = []string{"", "a", "b", ".", "#", ":", "~", "/", "~~", "~.", "a.b#c:d~e/f", "#AbCdEfGhIjk", "[0]", "{}", "ü", "日本語", "😀", " ", "_meta", "value", "\x00", strings.Repeat("long", 20)}
	mIDs   = []string{"p1", "a/b~c", "x#1:2.日本😀", strings.Repeat("k", 1500)}

	genText = rapid.SampledFrom(mTexts)
	genName = rapid.SampledFrom(mTexts[1:]) // of a map entry: DynamoDB has none that are empty
	genGeo  = rapid.Custom(func(t *rapid.T) mGeo { return mGeo{Lat: genText.Draw(t, "lat"), Lon: genText.Draw(t, "lon")} })
	genNote = rapid.Custom(func(t *rapid.T) mNote {
		return mNote{Text: genText.Draw(t, "text"), Tags: list(genText, 2).Draw(t, "tags")}
	})
	genPlace = rapid.Custom(func(t *rapid.T) mPlace {
		return mPlace{City: genText.Draw(t, "city"), N: rapid.IntRange(0, 1).Draw(t, "n"), Geo: genGeo.Draw(t, "geo"), Note: ptrOrNil(genNote).Draw(t, "note")}
	})
	genLine = rapid.Custom(func(t *rapid.T) mLine {
		return mLine{SKU: genText.Draw(t, "sku"), Qty: rapid.Int64().Draw(t, "qty"), Note: ptrOrNil(genNote).Draw(t, "note")}
	})
	genPlaces = list(genPlace, 3)
	genPals   = list(ptrOrNil(genPlace), 3)
	genRooms  = entries(genPlace, 2)
	genLines  = list(genLine, 3)
	genShelf  = entries(genLine, 2)
	genRaw    = list(rapid.Byte(), 5)
	genDoc    = rapid.Custom(func(t *rapid.T) *mDoc {
		d := &mDoc{}
		for _, f := range docFields {
			f.redraw(t, d)
		}
		return d
	})
)

// docField is one field of a document and how to give it another value.
type docField struct {
	name   string
	redraw func(*rapid.T, *mDoc)
}

func (f docField) String() string   { return f.name }
func (f docField) GoString() string { return f.name }

var docFields = []docField{
	{"Name", func(t *rapid.T, d *mDoc) { d.Name = genText.Draw(t, "name") }},
	{"Count", func(t *rapid.T, d *mDoc) { d.Count = rapid.IntRange(-3, 3).Draw(t, "count") }},
	{"Big", func(t *rapid.T, d *mDoc) { d.Big = rapid.Uint64().Draw(t, "big") }},
	{"Secret", func(t *rapid.T, d *mDoc) { d.Secret = genText.Draw(t, "secret") }},
	{"Raw", func(t *rapid.T, d *mDoc) { d.Raw = genRaw.Draw(t, "raw") }},
	{"Tags", func(t *rapid.T, d *mDoc) { d.Tags = list(genText, 3).Draw(t, "tags") }},
	{"Attrs", func(t *rapid.T, d *mDoc) { d.Attrs = entries(rapid.Int(), 2).Draw(t, "attrs") }},
	{"Opt", func(t *rapid.T, d *mDoc) { d.Opt = ptrOrNil(genNote).Draw(t, "opt") }},
	{"Blob", func(t *rapid.T, d *mDoc) { d.Blob = ptrOrNil(genNote).Draw(t, "blob") }},
	{"Home", func(t *rapid.T, d *mDoc) { d.Home = genPlace.Draw(t, "home") }},
	{"Past", func(t *rapid.T, d *mDoc) { d.Past = genPlaces.Draw(t, "past") }},
	{"Pals", func(t *rapid.T, d *mDoc) { d.Pals = genPals.Draw(t, "pals") }},
	{"Rooms", func(t *rapid.T, d *mDoc) { d.Rooms = genRooms.Draw(t, "rooms") }},
	{"Trips", func(t *rapid.T, d *mDoc) { d.Trips = genPlaces.Draw(t, "trips") }},
	{"Lines", func(t *rapid.T, d *mDoc) { d.Lines = genLines.Draw(t, "lines") }},
	{"Shelf", func(t *rapid.T, d *mDoc) { d.Shelf = genShelf.Draw(t, "shelf") }},
}

// list draws nil, an empty list, or one of up to n elements.
func list[E any](elem *rapid.Generator[E], n int) *rapid.Generator[[]E] {
	return rapid.Custom(func(t *rapid.T) []E {
		size := rapid.IntRange(-1, n).Draw(t, "size")
		if size < 0 {
			return nil
		}
		s := make([]E, size)
		for i := range s {
			s[i] = elem.Draw(t, "elem")
		}
		return s
	})
}

func entries[V any](elem *rapid.Generator[V], n int) *rapid.Generator[map[string]V] {
	return rapid.Custom(func(t *rapid.T) map[string]V {
		size := rapid.IntRange(-1, n).Draw(t, "size")
		if size < 0 {
			return nil
		}
		m := map[string]V{}
		for range size {
			m[genName.Draw(t, "name")] = elem.Draw(t, "value")
		}
		return m
	})
}

func ptrOrNil[V any](v *rapid.Generator[V]) *rapid.Generator[*V] {
	return rapid.Custom(func(t *rapid.T) *V {
		if rapid.Bool().Draw(t, "nil") {
			return nil
		}
		p := v.Draw(t, "value")
		return &p
	})
}

// shuffled changes a list as programs do: elements move, double, go, come.
func shuffled[E any](t *rapid.T, s []E, elem *rapid.Generator[E]) []E {
	s = slices.Clone(s)
	for range rapid.IntRange(1, 3).Draw(t, "edits") {
		n := len(s)
		switch edit := rapid.SampledFrom([]string{"swap", "double", "drop", "add", "change", "front"}).Draw(t, "edit"); {
		case edit == "add" && n < 4:
			s = append(s, elem.Draw(t, "elem"))
		case edit == "front" && n < 4:
			s = slices.Insert(s, 0, elem.Draw(t, "elem"))
		case n == 0:
		case edit == "swap":
			i, j := rapid.IntRange(0, n-1).Draw(t, "i"), rapid.IntRange(0, n-1).Draw(t, "j")
			s[i], s[j] = s[j], s[i]
		case edit == "double" && n < 4:
			s = append(s, s[rapid.IntRange(0, n-1).Draw(t, "i")])
		case edit == "drop":
			i := rapid.IntRange(0, n-1).Draw(t, "i")
			s = slices.Delete(s, i, i+1)
		case edit == "change":
			s[rapid.IntRange(0, n-1).Draw(t, "i")] = elem.Draw(t, "elem")
		}
	}
	return s
}

// copyDoc is a deep copy that keeps nil and empty apart. The record is shared,
// as in a copied struct.
func copyDoc(d *mDoc) *mDoc {
	c := *d
	c.Raw, c.Tags, c.Attrs = bytes.Clone(d.Raw), slices.Clone(d.Tags), maps.Clone(d.Attrs)
	c.Opt, c.Blob, c.Home = copyNote(d.Opt), copyNote(d.Blob), copyPlace(d.Home)
	c.Past, c.Trips = copyList(d.Past, copyPlace), copyList(d.Trips, copyPlace)
	c.Pals = copyList(d.Pals, func(p *mPlace) *mPlace {
		if p == nil {
			return nil
		}
		q := copyPlace(*p)
		return &q
	})
	c.Lines, c.Rooms, c.Shelf = copyList(d.Lines, copyLine), copyMap(d.Rooms, copyPlace), copyMap(d.Shelf, copyLine)
	return &c
}

func copyNote(n *mNote) *mNote {
	if n == nil {
		return nil
	}
	return &mNote{Text: n.Text, Tags: slices.Clone(n.Tags)}
}

func copyPlace(p mPlace) mPlace { p.Note = copyNote(p.Note); return p }
func copyLine(l mLine) mLine    { l.Note = copyNote(l.Note); return l }

func copyList[E any](s []E, one func(E) E) []E {
	c := slices.Clone(s)
	for i := range c {
		c[i] = one(c[i])
	}
	return c
}

func copyMap[V any](m map[string]V, one func(V) V) map[string]V {
	c := maps.Clone(m)
	for k, v := range c {
		c[k] = one(v)
	}
	return c
}
