package linear

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// content is what an object holds, for every writer: all attributes that the
// newest declaration knows, and one that no declaration knows. A nil field is
// an absent attribute. Lists and maps distinguish absent from empty, as the
// library does.
type content struct {
	Name   string
	N      int
	Tags   []string
	Extra  string // unknown to the old type; "" is absent
	Home   *place
	Opt    *place
	Past   []place
	Rooms  map[string]place
	Lines  []line
	Alien  string // unknown to every type: other programs write it
	Serial string // a foreign write stores its number here: such an item has no write id
	Rank   int    // which object it is; nobody changes it
}

type place struct {
	City  string
	N     int
	Extra string `dynamodbav:",omitempty"` // unknown to the old type
}

type line struct {
	SKU  string
	Note *place
}

func (c *content) clone() *content {
	d := *c
	d.Tags, d.Past, d.Rooms, d.Lines = slices.Clone(c.Tags), slices.Clone(c.Past), maps.Clone(c.Rooms), slices.Clone(c.Lines)
	d.Home, d.Opt = c.Home.clone(), c.Opt.clone()
	for i, l := range d.Lines {
		d.Lines[i].Note = l.Note.clone()
	}
	return &d
}

func (p *place) clone() *place {
	if p == nil {
		return nil
	}
	q := *p
	return &q
}

// String shows everything in which two contents can differ.
func (c *content) String() string {
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

func texts(ps []place) []string {
	out := []string{}
	for _, p := range ps {
		out = append(out, p.String())
	}
	return out
}

func (p *place) String() string {
	if p == nil {
		return ""
	}
	s := fmt.Sprintf("(%s %d", p.City, p.N)
	if p.Extra != "" {
		s += " " + p.Extra
	}
	return s + ")"
}

// age says how much a type knows.
type age int

const (
	newest age = iota // all but Alien
	oldest            // neither Extra, nor Opt, Rooms and Lines
	whole             // Alien as well: no type, but the stored attributes
)

// seen is c as a program of an age reads it: unknown attributes are absent, and
// those that its type always has are present.
func (c *content) seen(a age) *content {
	c = c.clone()
	if a == whole {
		return c
	}
	c.Alien = ""
	if c.Home == nil {
		c.Home = &place{}
	}
	if a == oldest {
		c.Extra, c.Opt, c.Rooms, c.Lines = "", nil, nil, nil
		c.Home.Extra = ""
		for i := range c.Past {
			c.Past[i].Extra = ""
		}
	}
	return c
}

// over is what is stored when a program of an age writes c over an object that
// it has read: attributes that the program does not know are unchanged.
func (c *content) over(a age, was *content) *content {
	c = c.clone()
	c.Alien = was.Alien
	if a == oldest {
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

// fields are the ones that a declaration may keep in shards.
type fields struct{ home, opt, past, rooms, notes bool }

// kept is what is stored when KeepShards writes c over was: the fields that
// are shards stay.
func (c *content) kept(f fields, was *content) *content {
	c = c.clone()
	was = was.clone()
	if f.home {
		c.Home = was.Home
	}
	if f.opt {
		c.Opt = was.Opt
	}
	if f.past {
		c.Past = was.Past
	}
	if f.rooms {
		c.Rooms = was.Rooms
	}
	if f.notes {
		c.Lines = was.Lines
	}
	return c
}

// partly reports whether got is c read without the fields f: each of them is
// zero or whole.
func (c *content) partly(f fields, got *content) bool {
	c = c.clone()
	if f.home && got.Home.String() == (&place{}).String() {
		c.Home = got.Home
	}
	if f.opt && got.Opt == nil {
		c.Opt = nil
	}
	if f.past && got.Past == nil {
		c.Past = nil
	}
	if f.rooms && got.Rooms == nil {
		c.Rooms = nil
	}
	if f.notes {
		for i := range min(len(c.Lines), len(got.Lines)) {
			if got.Lines[i].Note == nil {
				c.Lines[i].Note = nil
			}
		}
	}
	return c.String() == got.String()
}
