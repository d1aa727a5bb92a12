package linear

import (
	"fmt"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/linear/aggregate"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// partTables are the tables of shards and their keys.
var partTables = map[string]string{"Homes": "_id", "Homes2": "_id", "Notes": "_id", "Notes2": "PK", "Past": "_id", "Past2": "_id", "Rooms": "_id"}

// declaration is one release of the program: a type, and the places of its
// aggregate.Fields.
type declaration struct {
	name      string
	age       aggregate.Age
	shards    aggregate.Fields
	untracked bool // no meta.Keep
	indexed   bool
	program   program
}

// declarations are the releases that run side by side, all over one client.
// They have the same tables, entities, keys and encrypted aggregate.Fields.
func declarations(client repo.Client, e *estate, keys *cipher.AES) []*declaration {
	var (
		docs  = aggregate.NewestPaths(func(d *aggregate.Doc) *aggregate.Body { return &d.Body })
		cards = aggregate.NewestPaths(func(d *aggregate.Card) *aggregate.Body { return &d.Body })
		olds  = aggregate.OldestPaths(func(d *aggregate.OldDoc) *aggregate.OldBody { return &d.OldBody })

		home  = func(d *aggregate.Doc) *aggregate.Place { return &d.Home }
		opt   = func(d *aggregate.Doc) **aggregate.Place { return &d.Opt }
		past  = func(d *aggregate.Doc) *[]aggregate.Place { return &d.Past }
		room  = func(d *aggregate.Doc) *map[string]aggregate.Place { return &d.Rooms }
		lines = func(d *aggregate.Doc) *[]aggregate.Line { return &d.Lines }
		note  = func(l *aggregate.Line) **aggregate.Place { return &l.Note }
	)
	newest := func(name string, f aggregate.Fields, parts ...repo.Part[aggregate.Doc]) *declaration {
		parts = append(parts, meta.Keep(func(d *aggregate.Doc) *meta.Record { return &d.Meta }))
		p := &programOf[aggregate.Doc]{estate: e, paths: docs, indexes: indexes(func(d *aggregate.Doc) *string { return &d.Kind }, func(d *aggregate.Doc) *int { return &d.Rank }, func(d *aggregate.Doc) *int { return &d.N }),
			content: func(d *aggregate.Doc) *aggregate.Content { return d.Content() }, record: func(d *aggregate.Doc) *meta.Record { return &d.Meta },
			fill: func(d *aggregate.Doc, c *aggregate.Content) { d.ID = e.keyOf(c.Rank); d.Body.Fill(c) }}
		p.indexed = name != "home"
		p.open(client, docID, keys, parts)
		return &declaration{name: name, shards: f, indexed: p.indexed, program: p}
	}
	old := func(name string, f aggregate.Fields, parts ...repo.Part[aggregate.OldDoc]) *declaration {
		parts = append(parts, meta.Keep(func(d *aggregate.OldDoc) *meta.Record { return &d.Meta }))
		p := &programOf[aggregate.OldDoc]{estate: e, paths: olds, indexes: indexes(func(d *aggregate.OldDoc) *string { return &d.Kind }, func(d *aggregate.OldDoc) *int { return &d.Rank }, func(d *aggregate.OldDoc) *int { return &d.N }),
			content: func(d *aggregate.OldDoc) *aggregate.Content { return d.Content() }, record: func(d *aggregate.OldDoc) *meta.Record { return &d.Meta },
			fill: func(d *aggregate.OldDoc, c *aggregate.Content) { d.ID = e.keyOf(c.Rank); d.OldBody.Fill(c) }}
		p.indexed = name != "old flat"
		p.open(client, oldID, keys, parts)
		return &declaration{name: name, age: aggregate.Oldest, shards: f, indexed: p.indexed, program: p}
	}
	detached := func(name string, f aggregate.Fields, parts ...repo.Part[aggregate.Card]) *declaration {
		p := &programOf[aggregate.Card]{estate: e, paths: cards, indexes: indexes(func(d *aggregate.Card) *string { return &d.Kind }, func(d *aggregate.Card) *int { return &d.Rank }, func(d *aggregate.Card) *int { return &d.N }), detached: true,
			content: func(d *aggregate.Card) *aggregate.Content { return d.Content() }, fill: func(d *aggregate.Card, c *aggregate.Content) { d.Body.Fill(c) }}
		p.indexed = true
		p.open(client, cardID, keys, parts)
		return &declaration{name: name, shards: f, untracked: true, indexed: p.indexed, program: p}
	}
	const small = 24 // bytes: about the size of a place
	return []*declaration{
		newest("flat", aggregate.Fields{}),
		newest("home", aggregate.Fields{Home: true}, shard.New(shard.To("Homes"), home)),
		newest("split", aggregate.Fields{Home: true, Opt: true, Past: true, Rooms: true},
			shard.New(shard.To("Homes"), home), shard.Optional(shard.To("Notes"), opt),
			shard.Each(shard.To("Past"), past), shard.EachValue(shard.To("Rooms"), room)),
		newest("moved", aggregate.Fields{Home: true, Opt: true, Past: true, Notes: true},
			shard.New(shard.To("Homes2", shard.MovedFrom("Homes")), home),
			shard.Optional(shard.To("Notes2", shard.KeyName("PK"), shard.MovedFrom("Notes")), opt),
			shard.Each(shard.To("Past2", shard.MovedFrom("Past")), past),
			shard.Within(lines, shard.Optional(shard.To("Notes"), note))),
		newest("spilling", aggregate.Fields{Home: true, Opt: true, Past: true, Rooms: true},
			shard.New(shard.To("Homes", shard.WhenOver(small)), home), shard.Optional(shard.To("Notes", shard.WhenOver(small)), opt),
			shard.Each(shard.To("Past", shard.WhenOver(small)), past), shard.EachValue(shard.To("Rooms", shard.WhenOver(small)), room)),
		old("old flat", aggregate.Fields{}),
		old("old split", aggregate.Fields{Home: true, Past: true},
			shard.New(shard.To("Homes"), func(d *aggregate.OldDoc) *aggregate.OldPlace { return &d.Home }),
			shard.Each(shard.To("Past"), func(d *aggregate.OldDoc) *[]aggregate.OldPlace { return &d.Past })),
		detached("detached", aggregate.Fields{Home: true}, shard.New(shard.To("Homes"), func(d *aggregate.Card) *aggregate.Place { return &d.Home })),
	}
}

var (
	docID  = repo.KeyOf(func(d *aggregate.Doc) *string { return &d.ID })
	oldID  = repo.KeyOf(func(d *aggregate.OldDoc) *string { return &d.ID })
	cardID = repo.DetachedKey[aggregate.Card, string]("ID")
)

// open makes the repositories of a program.
func (p *programOf[T]) open(client repo.Client, key repo.SimpleKey[T, string], keys *cipher.AES, parts []repo.Part[T]) {
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
		for _, index := range p.indexes {
			parts = append(parts, index)
		}
	}
	for n := range pair {
		p.keys[n], p.absent = key.Of(p.estate.keys[n]), key.Of("nobody")
		if n == 1 && p.estate.single() {
			p.repos[n] = p.repos[0]
			continue
		}
		options := append(allowed(), repo.WithValidator(nil), repo.Entity(p.estate.entities[n]))
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
func openStored(client repo.Client, table string, keys *cipher.AES) *repo.Stored {
	options := allowed()
	if keys != nil {
		options = append(options, repo.WithOpener(keys))
	}
	s, err := repo.Open(client, table, "ID", options...)
	if err != nil {
		panic(fmt.Sprintf("linear: %v", err))
	}
	return s
}
