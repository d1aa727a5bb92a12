// Package aggregate is the object of package linear: what it holds, the Go types that
// programs have of it, and how they change it. It is for tests only.
package aggregate

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Content is what an object holds, for every writer: all attributes that the
// newest declaration knows, and one that no declaration knows. A nil field is
// an absent attribute. Lists and maps distinguish absent from empty, as the
// library does.
type Content struct {
	Name   string
	N      int
	Tags   []string
	Extra  string // unknown to the old type; "" is absent
	Home   *Place
	Opt    *Place
	Past   []Place
	Rooms  map[string]Place
	Lines  []Line
	Alien  string // unknown to every type: other programs write it
	Serial string // a foreign write stores its number here: such an item has no write id
	Rank   int    // which object it is; nobody changes it
}

// Place is a value inside, which may be in a shard.
type Place struct {
	City  string
	N     int
	Extra string `dynamodbav:",omitempty"` // unknown to the old type
}

// Line is an element of a list, with a part that may be in a shard.
type Line struct {
	SKU  string
	Note *Place
}

// Clone shares nothing with c.
func (c *Content) Clone() *Content {
	d := *c
	d.Tags, d.Past, d.Rooms, d.Lines = slices.Clone(c.Tags), slices.Clone(c.Past), maps.Clone(c.Rooms), slices.Clone(c.Lines)
	d.Home, d.Opt = c.Home.Clone(), c.Opt.Clone()
	for i, l := range d.Lines {
		d.Lines[i].Note = l.Note.Clone()
	}
	return &d
}

// Clone shares nothing with p, which may be nil.
func (p *Place) Clone() *Place {
	if p == nil {
		return nil
	}
	q := *p
	return &q
}

// String shows everything in which two contents can differ.
func (c *Content) String() string {
	if c == nil {
		return "nothing"
	}
	var b strings.Builder
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, " %s=%s", name, value)
		}
	}
	fmt.Fprintf(&b, "{#%d n=%d", c.Rank, c.N)
	field("name", c.Name)
	field("extra", c.Extra)
	field("home", c.Home.String())
	field("opt", c.Opt.String())
	if c.Tags != nil {
		field("tags", "["+strings.Join(c.Tags, " ")+"]")
	}
	if c.Past != nil {
		field("past", fmt.Sprint(texts(c.Past)))
	}
	if c.Rooms != nil {
		rooms := []string{}
		for _, k := range slices.Sorted(maps.Keys(c.Rooms)) {
			p := c.Rooms[k]
			rooms = append(rooms, k+":"+p.String())
		}
		field("rooms", "{"+strings.Join(rooms, " ")+"}")
	}
	if c.Lines != nil {
		lines := []string{}
		for _, l := range c.Lines {
			lines = append(lines, l.SKU+l.Note.String())
		}
		field("lines", "["+strings.Join(lines, " ")+"]")
	}
	field("alien", c.Alien)
	field("serial", c.Serial)
	return b.String() + "}"
}

func texts(ps []Place) []string {
	out := []string{}
	for _, p := range ps {
		out = append(out, p.String())
	}
	return out
}

func (p *Place) String() string {
	if p == nil {
		return ""
	}
	s := fmt.Sprintf("(%s %d", p.City, p.N)
	if p.Extra != "" {
		s += " " + p.Extra
	}
	return s + ")"
}

// Age says how much a type knows.
type Age int

// The ages.
const (
	Newest Age = iota // all but Alien
	Oldest            // neither Extra, nor Opt, Rooms and Lines
	Whole             // Alien as well: no type, but the stored attributes
)

// Seen is c as a program of an age reads it: unknown attributes are absent, and
// those that its type always has are present.
func (c *Content) Seen(a Age) *Content {
	c = c.Clone()
	if a == Whole {
		return c
	}
	c.Alien = ""
	if c.Home == nil {
		c.Home = &Place{}
	}
	if a == Oldest {
		c.Extra, c.Opt, c.Rooms, c.Lines = "", nil, nil, nil
		c.Home.Extra = ""
		for i := range c.Past {
			c.Past[i].Extra = ""
		}
	}
	return c
}

// Over is what is stored when a program of an age writes c over an object that
// it has read: attributes that the program does not know are unchanged.
func (c *Content) Over(a Age, was *Content) *Content {
	c = c.Clone()
	c.Alien = was.Alien
	if a == Oldest {
		c.Extra, c.Opt, c.Rooms, c.Lines = was.Extra, was.Opt, was.Rooms, was.Lines
		if was.Home != nil {
			c.Home.Extra = was.Home.Extra
		}
		known := map[string]string{} // an element with the same city is the same element
		for _, p := range was.Past {
			known[p.City] = p.Extra
		}
		for i, p := range c.Past {
			c.Past[i].Extra = known[p.City]
		}
	}
	return c
}

// Fields are the ones that a declaration may keep in shards.
type Fields struct{ Home, Opt, Past, Rooms, Notes bool }

// Kept is what is stored when KeepShards writes c over was: the fields that
// are shards stay.
func (c *Content) Kept(f Fields, was *Content) *Content {
	c = c.Clone()
	was = was.Clone()
	if f.Home {
		c.Home = was.Home
	}
	if f.Opt {
		c.Opt = was.Opt
	}
	if f.Past {
		c.Past = was.Past
	}
	if f.Rooms {
		c.Rooms = was.Rooms
	}
	if f.Notes {
		c.Lines = was.Lines
	}
	return c
}

// Partly reports whether got is c read without the fields f: each of them is
// zero or whole.
func (c *Content) Partly(f Fields, got *Content) bool {
	c = c.Clone()
	if f.Home && got.Home.String() == (&Place{}).String() {
		c.Home = got.Home
	}
	if f.Opt && got.Opt == nil {
		c.Opt = nil
	}
	if f.Past && got.Past == nil {
		c.Past = nil
	}
	if f.Rooms && got.Rooms == nil {
		c.Rooms = nil
	}
	if f.Notes {
		for i := range min(len(c.Lines), len(got.Lines)) {
			if got.Lines[i].Note == nil {
				c.Lines[i].Note = nil
			}
		}
	}
	return c.String() == got.String()
}
