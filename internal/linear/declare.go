package linear

import (
	"fmt"
	"slices"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/linear/aggregate"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type (
	doc    = aggregate.Doc
	oldDoc = aggregate.OldDoc
	card   = aggregate.Card
	place  = aggregate.Place
	line   = aggregate.Line
	fields = aggregate.Fields
)

// partTables are the tables of shards and their keys.
var partTables = map[string]string{"Homes": "_id", "Homes2": "_id", "Notes": "_id", "Notes2": "PK", "Past": "_id", "Past2": "_id", "Rooms": "_id"}

// declaration is one release of the program: a type, and the places of its
// fields.
type declaration struct {
	name      string
	staged    bool // it writes copies
	age       aggregate.Age
	shards    fields
	untracked bool // no meta.Keep
	indexed   bool
	program   program
}

// declarations are the releases that run side by side, all over one client, and write in
// one way. They have the same tables, entities, keys and encrypted fields.
func declarations(client repo.Client, e *estate, keys *cipher.AES, way way) []*declaration {
	var (
		docs  = aggregate.NewestPaths(func(d *doc) *aggregate.Body { return &d.Body })
		cards = aggregate.NewestPaths(func(d *card) *aggregate.Body { return &d.Body })
		olds  = aggregate.OldestPaths(func(d *oldDoc) *aggregate.OldBody { return &d.OldBody })

		home  = func(d *doc) *place { return &d.Home }
		opt   = func(d *doc) **place { return &d.Opt }
		past  = func(d *doc) *[]place { return &d.Past }
		room  = func(d *doc) *map[string]place { return &d.Rooms }
		lines = func(d *doc) *[]line { return &d.Lines }
		note  = func(l *line) **place { return &l.Note }
	)
	newest := func(name string, f fields, parts ...repo.Part[doc]) *declaration {
		parts = append(parts, meta.Keep(func(d *doc) *meta.Record { return &d.Meta }))
		p := &programOf[doc]{estate: e, paths: docs, indexed: name != "home",
			indexes: indexes(func(d *doc) *string { return &d.Kind }, func(d *doc) *int { return &d.Rank }, func(d *doc) *int { return &d.N }),
			content: func(d *doc) *aggregate.Content { return d.Content() }, record: func(d *doc) *meta.Record { return &d.Meta },
			fill: func(d *doc, c *aggregate.Content) { d.ID = e.keyOf(c.Rank); d.Body.Fill(c) }}
		p.open(client, docID, keys, parts, way)
		return &declaration{name: name + way.name, staged: way.name != "", shards: f, indexed: p.indexed, program: p}
	}
	old := func(name string, f fields, parts ...repo.Part[oldDoc]) *declaration {
		parts = append(parts, meta.Keep(func(d *oldDoc) *meta.Record { return &d.Meta }))
		p := &programOf[oldDoc]{estate: e, paths: olds, indexed: name != "old flat",
			indexes: indexes(func(d *oldDoc) *string { return &d.Kind }, func(d *oldDoc) *int { return &d.Rank }, func(d *oldDoc) *int { return &d.N }),
			content: func(d *oldDoc) *aggregate.Content { return d.Content() }, record: func(d *oldDoc) *meta.Record { return &d.Meta },
			fill: func(d *oldDoc, c *aggregate.Content) { d.ID = e.keyOf(c.Rank); d.OldBody.Fill(c) }}
		p.open(client, oldID, keys, parts, way)
		return &declaration{name: name + way.name, staged: way.name != "", age: aggregate.Oldest, shards: f, indexed: p.indexed, program: p}
	}
	detached := func(name string, f fields, parts ...repo.Part[card]) *declaration {
		p := &programOf[card]{estate: e, paths: cards, indexed: true, detached: true,
			indexes: indexes(func(d *card) *string { return &d.Kind }, func(d *card) *int { return &d.Rank }, func(d *card) *int { return &d.N }),
			content: func(d *card) *aggregate.Content { return d.Content() }, fill: func(d *card, c *aggregate.Content) { d.Body.Fill(c) }}
		p.open(client, cardID, keys, parts, way)
		return &declaration{name: name + way.name, staged: way.name != "", shards: f, untracked: true, indexed: p.indexed, program: p}
	}
	const small = 24 // bytes: about the size of a place
	return []*declaration{
		newest("flat", fields{}),
		newest("home", fields{Home: true}, shard.New(shard.To("Homes"), home)),
		newest("split", fields{Home: true, Opt: true, Past: true, Rooms: true},
			shard.New(shard.To("Homes"), home), shard.Optional(shard.To("Notes"), opt),
			shard.Each(shard.To("Past"), past), shard.EachValue(shard.To("Rooms"), room)),
		newest("moved", fields{Home: true, Opt: true, Past: true, Notes: true},
			shard.New(shard.To("Homes2", shard.MovedFrom("Homes")), home),
			shard.Optional(shard.To("Notes2", shard.KeyName("PK"), shard.MovedFrom("Notes")), opt),
			shard.Each(shard.To("Past2", shard.MovedFrom("Past")), past),
			shard.Within(lines, shard.Optional(shard.To("Notes"), note))),
		newest("spilling", fields{Home: true, Opt: true, Past: true, Rooms: true},
			shard.New(shard.To("Homes", shard.WhenOver(small)), home), shard.Optional(shard.To("Notes", shard.WhenOver(small)), opt),
			shard.Each(shard.To("Past", shard.WhenOver(small)), past), shard.EachValue(shard.To("Rooms", shard.WhenOver(small)), room)),
		old("old flat", fields{}),
		old("old split", fields{Home: true, Past: true},
			shard.New(shard.To("Homes"), func(d *oldDoc) *aggregate.OldPlace { return &d.Home }),
			shard.Each(shard.To("Past"), func(d *oldDoc) *[]aggregate.OldPlace { return &d.Past })),
		detached("detached", fields{Home: true}, shard.New(shard.To("Homes"), func(d *card) *place { return &d.Home })),
	}
}

var (
	docID  = repo.KeyOf(func(d *doc) *string { return &d.ID })
	oldID  = repo.KeyOf(func(d *oldDoc) *string { return &d.ID })
	cardID = repo.DetachedKey[card, string]("ID")
)

// open makes the repositories of a program.
func (p *programOf[T]) open(client repo.Client, key repo.SimpleKey[T, string], keys *cipher.AES, parts []repo.Part[T], way way) {
	if keys != nil {
		parts = append(parts, p.paths.Sealed(keys))
	}
	p.parts = []repo.CallOption{repo.RootOnly()}
	for _, part := range parts {
		if s, ok := part.(repo.Shard); ok {
			p.parts = append(p.parts, repo.Skip(s))
		}
	}
	if p.indexed {
		parts = append(parts, p.indexes[overRanks], p.indexes[overNs], p.indexes[overKeys])
	}
	for n := range pair {
		p.keys[n], p.absent = key.Of(p.estate.keys[n]), key.Of("nobody")
		if n == 1 && p.estate.single() {
			p.repos[n] = p.repos[0]
			continue
		}
		options := slices.Concat(allowed(), way.options, []repo.Option{repo.WithValidator(nil), repo.Entity(p.estate.entities[n])})
		var err error
		if p.repos[n], err = repo.New(client, repo.TableOf(p.estate.tables[n], key, parts...), options...); err != nil {
			panic(fmt.Sprintf("linear: %v", err))
		}
	}
}

// allowed lets a repository follow its records into the tables of all releases.
func allowed() (options []repo.Option) {
	for name := range partTables {
		options = append(options, repo.AllowTables(name))
	}
	return options
}

// openStored reads the objects of all declarations without a type.
func openStored(client repo.Client, table string, keys *cipher.AES, way way) *repo.Stored {
	options := append(allowed(), way.options...)
	if keys != nil {
		options = append(options, repo.WithOpener(keys))
	}
	s, err := repo.Open(client, table, "ID", options...)
	if err != nil {
		panic(fmt.Sprintf("linear: %v", err))
	}
	return s
}
