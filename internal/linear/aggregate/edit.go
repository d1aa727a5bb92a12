package aggregate

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// editKind is one way to change an object. Each has two forms: a lens, for
// Update, and the same change of a Go value, for the verbs that write whole
// objects.
type editKind int

const (
	addN editKind = iota
	setName
	appendTag
	setHomeCity
	addHomeN
	appendPast
	removePast
	swapPast // of a Go value only
	// The old type does not know the fields of the following edits.
	setExtra
	setIfAbsentExtra
	setOpt
	setOptCity
	removeOpt
	setPastCity
	setRoom
	setRoomCity
	removeRoom
	appendLine
	setLineNote
	editKinds
)

var editNames = [editKinds]string{
	"Add n", "Set name", "Append tags", "Set home.city", "Add home.n", "Append past", "Remove past", "swap past",
	"Set extra", "SetIfAbsent extra", "Set opt", "Set opt.city", "Remove opt", "Set past.city", "Set rooms", "Set rooms.city", "Remove rooms",
	"Append lines", "Set lines.note",
}

// Edit is one change.
type Edit struct {
	kind editKind
	text string // new text: of the operation, so that no two are equal
	n    int    // what is added
	at   int    // position in a list
	room string
	old  bool // the program has the old type
}

func (e Edit) String() string {
	switch e.kind {
	case addN, addHomeN:
		return fmt.Sprintf("%s %d", editNames[e.kind], e.n)
	case removePast, swapPast:
		return fmt.Sprintf("%s[%d]", editNames[e.kind], e.at)
	case setPastCity, setLineNote:
		return fmt.Sprintf("%s[%d] %s", editNames[e.kind], e.at, e.text)
	case setRoom, setRoomCity:
		return fmt.Sprintf("%s[%s] %s", editNames[e.kind], e.room, e.text)
	case removeRoom:
		return fmt.Sprintf("%s[%s]", editNames[e.kind], e.room)
	case removeOpt:
		return editNames[e.kind]
	}
	return editNames[e.kind] + " " + e.text
}

// touches is the path that only one edit of an Update may change.
func (e Edit) touches() string {
	switch e.kind {
	case addN:
		return "n"
	case setName:
		return "name"
	case appendTag:
		return "tags"
	case setHomeCity:
		return "home.city"
	case addHomeN:
		return "home.n"
	case appendPast, removePast, swapPast, setPastCity:
		return "past"
	case setExtra, setIfAbsentExtra:
		return "extra"
	case setOpt, setOptCity, removeOpt:
		return "opt"
	case setRoom, setRoomCity, removeRoom:
		return "rooms"
	}
	return "lines"
}

// rooted reports whether the edit changes the root item in every declaration.
func (e Edit) rooted() bool { return e.kind <= appendTag }

// DrawEdits makes a few edits for a type of an age. If lenses make them, they
// change different paths.
func DrawEdits(rng *rand.Rand, a Age, op int, lenses bool) []Edit {
	kinds := int(editKinds)
	if a == Oldest {
		kinds = int(setExtra)
	}
	var edits []Edit
	for range 1 + rng.IntN(3) {
		e := Edit{kind: editKind(rng.IntN(kinds)), text: fmt.Sprintf("%c%d", 'a'+len(edits), op), n: 1 + rng.IntN(3), at: rng.IntN(3), room: []string{"x", "y"}[rng.IntN(2)], old: a == Oldest}
		if lenses && e.kind == swapPast {
			e.kind = appendPast
		}
		same := func(f Edit) bool { return f.touches() == e.touches() }
		if !lenses || !slices.ContainsFunc(edits, same) {
			edits = append(edits, e)
		}
	}
	return edits
}

// Place is what an edit sets or appends.
func (e Edit) Place() Place {
	p := Place{City: e.text, N: e.n}
	if !e.old {
		p.Extra = "+" + e.text
	}
	return p
}

// Apply changes c as an Update would. It returns false if the path has no
// parent. With ensure it creates the parent, where one can be created.
func (e Edit) Apply(c *Content, ensure bool) bool {
	if c.Home == nil && (e.kind == setHomeCity || e.kind == addHomeN) {
		if !ensure {
			return false
		}
		c.Home = &Place{}
	}
	switch e.kind {
	case addN:
		c.N += e.n
	case setName:
		c.Name = e.text
	case appendTag:
		c.Tags = append(slices.Clip(c.Tags), e.text)
	case setHomeCity:
		c.Home.City = e.text
	case addHomeN:
		c.Home.N += e.n
	case setExtra:
		c.Extra = e.text
	case setIfAbsentExtra:
		if c.Extra == "" {
			c.Extra = e.text
		}
	case setOpt:
		p := e.Place()
		c.Opt = &p
	case removeOpt:
		c.Opt = nil
	case setOptCity:
		if c.Opt == nil {
			if !ensure {
				return false
			}
			c.Opt = &Place{}
		}
		c.Opt.City = e.text
	case appendPast:
		c.Past = append(slices.Clip(c.Past), e.Place())
	case appendLine:
		l := Line{SKU: e.text}
		if e.n > 1 {
			p := e.Place()
			l.Note = &p
		}
		c.Lines = append(slices.Clip(c.Lines), l)
	default:
		return e.applyInside(c, ensure)
	}
	return true
}

// applyInside changes an element of a list or an entry of a map.
func (e Edit) applyInside(c *Content, ensure bool) bool {
	switch e.kind {
	case removePast, setPastCity, swapPast:
		if e.kind == removePast && c.Past == nil && ensure {
			return true // no list: nothing changes
		}
		if e.at >= len(c.Past) {
			return false
		}
		switch e.kind {
		case removePast:
			c.Past = slices.Delete(c.Past, e.at, e.at+1)
		case setPastCity:
			c.Past[e.at].City = e.text
		default:
			c.Past[0], c.Past[e.at] = c.Past[e.at], c.Past[0]
		}
	case setLineNote:
		if e.at >= len(c.Lines) {
			return false
		}
		p := e.Place()
		c.Lines[e.at].Note = &p
	default: // rooms
		old, there := c.Rooms[e.room]
		if c.Rooms == nil || e.kind == setRoomCity && !there {
			if !ensure {
				return false
			}
		}
		if e.kind == removeRoom { // no rooms: nothing changes
			delete(c.Rooms, e.room)
			return true
		}
		if c.Rooms == nil {
			c.Rooms = map[string]Place{}
		}
		if e.kind == setRoom {
			old = e.Place()
		}
		if e.kind == setRoomCity {
			old.City = e.text
		}
		c.Rooms[e.room] = old
	}
	return true
}

// Revise applies edits to a Go value. It skips edits that have no place there.
func Revise(c *Content, edits []Edit) {
	for _, e := range edits {
		e.Apply(c, false)
	}
}

// Add is one edit: of N.
func Add(n int) Edit { return Edit{kind: addN, n: n} }

// Guesses reports whether edits by the old type leave open which elements of a
// list have the attributes that it does not know: then the write may be
// refused.
func Guesses(a Age, edits []Edit) bool {
	n := 0
	for _, e := range edits {
		if e.touches() == "past" {
			n++
		}
	}
	return a == Oldest && n > 1
}

// Rooted are the edits that fit a value that was read in part.
func Rooted(edits []Edit) []Edit {
	out := []Edit{Add(1)}
	for _, e := range edits {
		if e.rooted() && e.kind != addN {
			out = append(out, e)
		}
	}
	return out
}
