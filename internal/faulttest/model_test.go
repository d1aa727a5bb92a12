package faulttest

import (
	"maps"
	"slices"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/keygen"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// Three models, one for each way in which writes are sent: an object of many
// items, whose writes are transactions with a token; an object of one item, written
// by compare-and-set; and an object without a record.
type (
	fGeo struct {
		Lat string
		N   int
	}
	fPlace struct {
		City string
		N    int
		Geo  fGeo
	}
	fNote struct {
		Text string
		N    int
	}
	fLine struct {
		SKU  string
		Note *fNote
	}
	fDoc struct {
		ID     string
		Name   string
		Count  int
		Tags   []string
		Secret string
		Opt    *fNote
		Home   fPlace
		Past   []fPlace
		Rooms  map[string]fNote
		Lines  []fLine
		Meta   meta.Record `dynamodbav:"-"`
	}
	fSlip struct {
		ID    string
		Text  string
		Count int
		Other int
		Tags  []string
		Meta  meta.Record `dynamodbav:"-"`
	}
	fCard struct {
		ID    string
		Text  string
		Count int
		Other int
	}
)

var (
	fDocID    = repo.KeyOf(func(d *fDoc) *string { return &d.ID }, keygen.UUIDv7)
	fName     = lens.Of(func(d *fDoc) *string { return &d.Name })
	fCount    = lens.Of(func(d *fDoc) *int { return &d.Count })
	fTags     = lens.Of(func(d *fDoc) *[]string { return &d.Tags })
	fSecret   = lens.Of(func(d *fDoc) *string { return &d.Secret })
	fOpt      = lens.Of(func(d *fDoc) **fNote { return &d.Opt })
	fOptText  = lens.Of(func(d *fDoc) *string { return &d.Opt.Text })
	fHome     = lens.Of(func(d *fDoc) *fPlace { return &d.Home })
	fHomeCity = lens.Of(func(d *fDoc) *string { return &d.Home.City })
	fHomeN    = lens.Of(func(d *fDoc) *int { return &d.Home.N })
	fGeoLat   = lens.Of(func(d *fDoc) *string { return &d.Home.Geo.Lat })
	fGeoN     = lens.Of(func(d *fDoc) *int { return &d.Home.Geo.N })
	fPast     = lens.Of(func(d *fDoc) *[]fPlace { return &d.Past })
	fRooms    = lens.Of(func(d *fDoc) *map[string]fNote { return &d.Rooms })
	fLines    = lens.Of(func(d *fDoc) *[]fLine { return &d.Lines })
	fInCity   = lens.Of(func(p *fPlace) *string { return &p.City })
	fOptN     = lens.Of(func(d *fDoc) *int { return &d.Opt.N })
	fNoteN    = lens.Of(func(n *fNote) *int { return &n.N })
	fInNote   = lens.Of(func(l *fLine) *string { return &l.Note.Text })

	fSlipID    = repo.KeyOf(func(s *fSlip) *string { return &s.ID })
	fSlipText  = lens.Of(func(s *fSlip) *string { return &s.Text })
	fSlipCount = lens.Of(func(s *fSlip) *int { return &s.Count })
	fSlipOther = lens.Of(func(s *fSlip) *int { return &s.Other })
	fSlipTags  = lens.Of(func(s *fSlip) *[]string { return &s.Tags })

	fCardID    = repo.KeyOf(func(c *fCard) *string { return &c.ID })
	fCardText  = lens.Of(func(c *fCard) *string { return &c.Text })
	fCardCount = lens.Of(func(c *fCard) *int { return &c.Count })
	fCardOther = lens.Of(func(c *fCard) *int { return &c.Other })

	// The keys of the object that every case works on.
	fDocKey  = fDocID.Of("d/1")
	fSlipKey = fSlipID.Of("s/1")
	fCardKey = fCardID.Of("c/1")
)

// fTables are the tables of the three models.
var fTables = map[string]string{
	"FDocs": "ID", "FOpts": "_id", "FHomes": "_id", "FGeos": "PK", "FPast": "_id", "FRooms": "_id", "FNotes": "_id",
	"FSlips": "ID", "FCards": "ID",
}

// Indexes of whole items and of keys.
var (
	fByCount = repo.SimpleIndexOf("by-count", func(d *fDoc) *int { return &d.Count })
	fByKeys  = repo.SimpleIndexOf("by-keys", func(d *fDoc) *int { return &d.Count }, repo.KeysOnly())
)

func fDocModel(keys cipher.Cipher) repo.Model[fDoc] {
	return repo.TableOf("FDocs", fDocID, fByCount, fByKeys,
		shard.Optional(shard.To("FOpts"), func(d *fDoc) **fNote { return &d.Opt }),
		shard.New(shard.To("FHomes"), func(d *fDoc) *fPlace { return &d.Home },
			shard.New(shard.To("FGeos", shard.KeyName("PK")), func(p *fPlace) *fGeo { return &p.Geo })),
		shard.Each(shard.To("FPast"), func(d *fDoc) *[]fPlace { return &d.Past }),
		shard.EachValue(shard.To("FRooms", shard.WhenOver(40)), func(d *fDoc) *map[string]fNote { return &d.Rooms }),
		shard.Within(func(d *fDoc) *[]fLine { return &d.Lines },
			shard.Optional(shard.To("FNotes"), func(l *fLine) **fNote { return &l.Note })),
		protected(keys),
		meta.Keep(func(d *fDoc) *meta.Record { return &d.Meta }))
}

func protected(keys cipher.Cipher) repo.Part[fDoc] {
	return cipher.Protect(keys, fSecret, fHomeCity, lens.Each(fPast, fInCity))
}

func fSlipModel() repo.Model[fSlip] {
	return repo.TableOf("FSlips", fSlipID, meta.Keep(func(s *fSlip) *meta.Record { return &s.Meta }))
}

func fCardModel() repo.Model[fCard] { return repo.TableOf("FCards", fCardID) }

// fBig is over the threshold of FRooms, fSmall is not.
const (
	fBig   = "a text that is long enough to have an item of its own"
	fSmall = "short"
)

func fDocValue() fDoc {
	return fDoc{
		ID: "d/1", Name: "name", Count: 7, Tags: []string{"a"}, Secret: "secret",
		Opt:   &fNote{Text: "opt", N: 1},
		Home:  fPlace{City: "Osaka", N: 1, Geo: fGeo{Lat: "34.69", N: 1}},
		Past:  []fPlace{{City: "Kobe", N: 1}, {City: "Kyoto", N: 2}, {City: "Nara", N: 3}},
		Rooms: map[string]fNote{"big": {Text: fBig}, "small": {Text: fSmall}},
		Lines: []fLine{{SKU: "x", Note: &fNote{Text: "one"}}, {SKU: "y"}},
	}
}

func fSlipValue() fSlip { return fSlip{ID: "s/1", Text: "text", Count: 7, Tags: []string{"a"}} }

func fCardValue() fCard { return fCard{ID: "c/1", Text: "text", Count: 7} }

// clone is a copy of d that shares nothing but the record's snapshot, which is
// immutable.
func (d fDoc) clone() *fDoc {
	d.Tags, d.Past, d.Rooms, d.Lines = slices.Clone(d.Tags), slices.Clone(d.Past), maps.Clone(d.Rooms), slices.Clone(d.Lines)
	if d.Opt != nil {
		opt := *d.Opt
		d.Opt = &opt
	}
	for i, l := range d.Lines {
		if l.Note != nil {
			note := *l.Note
			d.Lines[i].Note = &note
		}
	}
	return &d
}
