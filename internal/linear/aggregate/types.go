package aggregate

import (
	"slices"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// The Go types of the object.
type (
	// Doc is the newest.
	Doc struct {
		ID string
		Body
		Meta meta.Record `dynamodbav:"-"`
	}
	// Card is Doc without key and record.
	Card struct{ Body }
	// OldDoc is that of an old release.
	OldDoc struct {
		ID string
		OldBody
		Meta meta.Record `dynamodbav:"-"`
	}
	// Body has the attributes of Doc and Card.
	Body struct {
		Name   string
		N      int
		Tags   []string
		Extra  string `dynamodbav:",omitempty"`
		Home   Place
		Opt    *Place
		Past   []Place
		Rooms  map[string]Place
		Lines  []Line
		Serial string `dynamodbav:",omitempty"`
		Kind   string
		Rank   int
	}
	// OldBody has those of OldDoc.
	OldBody struct {
		Name   string
		N      int
		Tags   []string
		Home   OldPlace
		Past   []OldPlace
		Serial string `dynamodbav:",omitempty"`
		Kind   string
		Rank   int
	}
	// OldPlace is Place as an old release knows it.
	OldPlace struct {
		City string
		N    int
	}
)

// KindOfAll is the partition of all indexes: every root item has it.
const KindOfAll = "doc"

// rankOf is the rank of what was read; 0 if an attribute of the indexes is lost.
func rankOf(kind string, rank int) int {
	if kind != KindOfAll {
		return 0
	}
	return rank
}

// Content is what a value holds.
func (b *Body) Content() *Content {
	c := Content{Name: b.Name, N: b.N, Tags: b.Tags, Extra: b.Extra, Home: &b.Home, Opt: b.Opt, Past: b.Past, Rooms: b.Rooms, Lines: b.Lines, Serial: b.Serial, Rank: rankOf(b.Kind, b.Rank)}
	return c.Clone()
}

// Fill makes a value hold c.
func (b *Body) Fill(c *Content) {
	c = c.Clone()
	*b = Body{Name: c.Name, N: c.N, Tags: c.Tags, Extra: c.Extra, Home: *c.Home, Opt: c.Opt, Past: c.Past, Rooms: c.Rooms, Lines: c.Lines, Serial: c.Serial, Kind: KindOfAll, Rank: c.Rank}
}

// Content is what a value holds.
func (b *OldBody) Content() *Content {
	c := Content{Name: b.Name, N: b.N, Tags: slices.Clone(b.Tags), Home: &Place{City: b.Home.City, N: b.Home.N}, Serial: b.Serial, Rank: rankOf(b.Kind, b.Rank)}
	if b.Past != nil {
		c.Past = []Place{}
	}
	for _, p := range b.Past {
		c.Past = append(c.Past, Place{City: p.City, N: p.N})
	}
	return &c
}

// Fill makes a value hold what it can of c.
func (b *OldBody) Fill(c *Content) {
	*b = OldBody{Name: c.Name, N: c.N, Tags: slices.Clone(c.Tags), Home: OldPlace{City: c.Home.City, N: c.Home.N}, Serial: c.Serial, Kind: KindOfAll, Rank: c.Rank}
	if c.Past != nil {
		b.Past = []OldPlace{}
	}
	for _, p := range c.Past {
		b.Past = append(b.Past, OldPlace{City: p.City, N: p.N})
	}
}

// Paths are the lenses of a type.
type Paths[T any] struct {
	N      lens.Lens[T, int]
	City   lens.Lens[T, string]
	Cities lens.Many[T, string]
	Change func(Edit) lens.Change[T]
	Sealed func(cipher.Cipher) repo.Part[T] // the encrypted fields, in the world that encrypts
}

// NewestPaths are those of a type with a Body.
func NewestPaths[T any](body func(*T) *Body) Paths[T] {
	var (
		n      = lens.Of(func(t *T) *int { return &body(t).N })
		name   = lens.Of(func(t *T) *string { return &body(t).Name })
		tags   = lens.Of(func(t *T) *[]string { return &body(t).Tags })
		extra  = lens.Of(func(t *T) *string { return &body(t).Extra })
		city   = lens.Of(func(t *T) *string { return &body(t).Home.City })
		homeN  = lens.Of(func(t *T) *int { return &body(t).Home.N })
		opt    = lens.Of(func(t *T) **Place { return &body(t).Opt })
		optIn  = lens.Of(func(t *T) *string { return &body(t).Opt.City })
		past   = lens.Of(func(t *T) *[]Place { return &body(t).Past })
		rooms  = lens.Of(func(t *T) *map[string]Place { return &body(t).Rooms })
		lines  = lens.Of(func(t *T) *[]Line { return &body(t).Lines })
		inCity = lens.Of(func(p *Place) *string { return &p.City })
		inNote = lens.Of(func(l *Line) **Place { return &l.Note })
	)
	return Paths[T]{N: n, City: city, Cities: lens.Each(past, inCity),
		Sealed: func(keys cipher.Cipher) repo.Part[T] {
			return cipher.Protect(keys, name, city, lens.Each(past, inCity))
		},
		Change: func(e Edit) lens.Change[T] {
			switch p := e.Place(); e.kind {
			case addN:
				return lens.Add(n, e.n)
			case setName:
				return name.Set(e.text)
			case appendTag:
				return lens.Append(tags, e.text)
			case setHomeCity:
				return city.Set(e.text)
			case addHomeN:
				return lens.Add(homeN, e.n)
			case appendPast:
				return lens.Append(past, p)
			case removePast:
				return lens.At(past, e.at).Remove()
			case setExtra:
				return extra.Set(e.text)
			case setIfAbsentExtra:
				return extra.SetIfAbsent(e.text)
			case setOpt:
				return opt.Set(&p)
			case setOptCity:
				return optIn.Set(e.text)
			case removeOpt:
				return opt.Remove()
			case setPastCity:
				return lens.Join(lens.At(past, e.at), inCity).Set(e.text)
			case setRoom:
				return lens.Entry(rooms, e.room).Set(p)
			case setRoomCity:
				return lens.Join(lens.Entry(rooms, e.room), inCity).Set(e.text)
			case removeRoom:
				return lens.Entry(rooms, e.room).Remove()
			case appendLine:
				l := Line{SKU: e.text}
				if e.n > 1 {
					l.Note = &p
				}
				return lens.Append(lines, l)
			case setLineNote:
				return lens.Join(lens.At(lines, e.at), inNote).Set(&p)
			}
			panic(e.String())
		}}
}

// OldestPaths are those of a type with an OldBody.
func OldestPaths[T any](body func(*T) *OldBody) Paths[T] {
	var (
		n      = lens.Of(func(t *T) *int { return &body(t).N })
		name   = lens.Of(func(t *T) *string { return &body(t).Name })
		tags   = lens.Of(func(t *T) *[]string { return &body(t).Tags })
		city   = lens.Of(func(t *T) *string { return &body(t).Home.City })
		homeN  = lens.Of(func(t *T) *int { return &body(t).Home.N })
		past   = lens.Of(func(t *T) *[]OldPlace { return &body(t).Past })
		inCity = lens.Of(func(p *OldPlace) *string { return &p.City })
	)
	return Paths[T]{N: n, City: city, Cities: lens.Each(past, inCity),
		Sealed: func(keys cipher.Cipher) repo.Part[T] {
			return cipher.Protect(keys, name, city, lens.Each(past, inCity))
		},
		Change: func(e Edit) lens.Change[T] {
			switch e.kind {
			case addN:
				return lens.Add(n, e.n)
			case setName:
				return name.Set(e.text)
			case appendTag:
				return lens.Append(tags, e.text)
			case setHomeCity:
				return city.Set(e.text)
			case addHomeN:
				return lens.Add(homeN, e.n)
			case appendPast:
				return lens.Append(past, OldPlace{City: e.text, N: e.n})
			case removePast:
				return lens.At(past, e.at).Remove()
			}
			panic(e.String())
		}}
}
