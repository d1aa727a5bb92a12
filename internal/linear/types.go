package linear

import (
	"slices"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// The Go types of the object: the newest, the same without key and record, and
// that of an old release.
type (
	doc struct {
		ID string
		Body
		Meta meta.Record `dynamodbav:"-"`
	}
	card   struct{ Body }
	oldDoc struct {
		ID string
		OldBody
		Meta meta.Record `dynamodbav:"-"`
	}
	Body struct {
		Name   string
		N      int
		Tags   []string
		Extra  string `dynamodbav:",omitempty"`
		Home   place
		Opt    *place
		Past   []place
		Rooms  map[string]place
		Lines  []line
		Serial string `dynamodbav:",omitempty"`
		Kind   string
		Rank   int
	}
	OldBody struct {
		Name   string
		N      int
		Tags   []string
		Home   oldPlace
		Past   []oldPlace
		Serial string `dynamodbav:",omitempty"`
		Kind   string
		Rank   int
	}
	oldPlace struct {
		City string
		N    int
	}
)

// rankOf is the rank of what was read; 0 if an attribute of the indexes is lost.
func rankOf(kind string, rank int) int {
	if kind != kindOfAll {
		return 0
	}
	return rank
}

func (b *Body) content() *content {
	c := content{Name: b.Name, N: b.N, Tags: b.Tags, Extra: b.Extra, Home: &b.Home, Opt: b.Opt, Past: b.Past, Rooms: b.Rooms, Lines: b.Lines, Serial: b.Serial, Rank: rankOf(b.Kind, b.Rank)}
	return c.clone()
}

func (b *Body) fill(c *content) {
	c = c.clone()
	*b = Body{Name: c.Name, N: c.N, Tags: c.Tags, Extra: c.Extra, Home: *c.Home, Opt: c.Opt, Past: c.Past, Rooms: c.Rooms, Lines: c.Lines, Serial: c.Serial, Kind: kindOfAll, Rank: c.Rank}
}

func (b *OldBody) content() *content {
	c := content{Name: b.Name, N: b.N, Tags: slices.Clone(b.Tags), Home: &place{City: b.Home.City, N: b.Home.N}, Serial: b.Serial, Rank: rankOf(b.Kind, b.Rank)}
	if b.Past != nil {
		c.Past = []place{}
	}
	for _, p := range b.Past {
		c.Past = append(c.Past, place{City: p.City, N: p.N})
	}
	return &c
}

func (b *OldBody) fill(c *content) {
	*b = OldBody{Name: c.Name, N: c.N, Tags: slices.Clone(c.Tags), Home: oldPlace{City: c.Home.City, N: c.Home.N}, Serial: c.Serial, Kind: kindOfAll, Rank: c.Rank}
	if c.Past != nil {
		b.Past = []oldPlace{}
	}
	for _, p := range c.Past {
		b.Past = append(b.Past, oldPlace{City: p.City, N: p.N})
	}
}

// paths are the lenses of a type.
type paths[T any] struct {
	n       lens.Lens[T, int]
	city    lens.Lens[T, string]
	cities  lens.Many[T, string]
	change  func(edit) lens.Change[T]
	indexes map[scope]repo.Index[T, string, int]
	sealed  func(cipher.Cipher) repo.Part[T] // the encrypted fields, in the world that encrypts
}

func indexes[T any](kind func(*T) *string, rank, n func(*T) *int) map[scope]repo.Index[T, string, int] {
	return map[scope]repo.Index[T, string, int]{
		overRanks: repo.IndexOf(string(overRanks), kind, rank),
		overNs:    repo.IndexOf(string(overNs), kind, n),
		overKeys:  repo.IndexOf(string(overKeys), kind, n, repo.KeysOnly()),
	}
}

func newestPaths[T any](body func(*T) *Body) paths[T] {
	var (
		n      = lens.Of(func(t *T) *int { return &body(t).N })
		name   = lens.Of(func(t *T) *string { return &body(t).Name })
		tags   = lens.Of(func(t *T) *[]string { return &body(t).Tags })
		extra  = lens.Of(func(t *T) *string { return &body(t).Extra })
		city   = lens.Of(func(t *T) *string { return &body(t).Home.City })
		homeN  = lens.Of(func(t *T) *int { return &body(t).Home.N })
		opt    = lens.Of(func(t *T) **place { return &body(t).Opt })
		optIn  = lens.Of(func(t *T) *string { return &body(t).Opt.City })
		past   = lens.Of(func(t *T) *[]place { return &body(t).Past })
		rooms  = lens.Of(func(t *T) *map[string]place { return &body(t).Rooms })
		lines  = lens.Of(func(t *T) *[]line { return &body(t).Lines })
		inCity = lens.Of(func(p *place) *string { return &p.City })
		inNote = lens.Of(func(l *line) **place { return &l.Note })
	)
	return paths[T]{n: n, city: city, cities: lens.Each(past, inCity),
		indexes: indexes(func(t *T) *string { return &body(t).Kind }, func(t *T) *int { return &body(t).Rank }, func(t *T) *int { return &body(t).N }),
		sealed: func(keys cipher.Cipher) repo.Part[T] {
			return cipher.Protect(keys, name, city, lens.Each(past, inCity))
		},
		change: func(e edit) lens.Change[T] {
			switch p := e.place(); e.kind {
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
				l := line{SKU: e.text}
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

func oldestPaths[T any](body func(*T) *OldBody) paths[T] {
	var (
		n      = lens.Of(func(t *T) *int { return &body(t).N })
		name   = lens.Of(func(t *T) *string { return &body(t).Name })
		tags   = lens.Of(func(t *T) *[]string { return &body(t).Tags })
		city   = lens.Of(func(t *T) *string { return &body(t).Home.City })
		homeN  = lens.Of(func(t *T) *int { return &body(t).Home.N })
		past   = lens.Of(func(t *T) *[]oldPlace { return &body(t).Past })
		inCity = lens.Of(func(p *oldPlace) *string { return &p.City })
	)
	return paths[T]{n: n, city: city, cities: lens.Each(past, inCity),
		indexes: indexes(func(t *T) *string { return &body(t).Kind }, func(t *T) *int { return &body(t).Rank }, func(t *T) *int { return &body(t).N }),
		sealed: func(keys cipher.Cipher) repo.Part[T] {
			return cipher.Protect(keys, name, city, lens.Each(past, inCity))
		},
		change: func(e edit) lens.Change[T] {
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
				return lens.Append(past, oldPlace{City: e.text, N: e.n})
			case removePast:
				return lens.At(past, e.at).Remove()
			}
			panic(e.String())
		}}
}
