package linear

import (
	"slices"

	"github.com/dystore/dystore/internal/linear/aggregate"
)

// ringSize is how many write ids an object remembers.
const ringSize = 8

// state is one object at one moment.
type state struct {
	there    bool
	bare     bool // without a record: another program wrote it
	version  int64
	birth    int
	ring     [ringSize]int // ids of the last writes
	content  *aggregate.Content
	text     string // of the content: for comparisons
	unsealed bool   // its record does not say which fields are encrypted: it comes from an adoption
	again    bool   // a repetition under its id has created it: there may have been another one by that id
	adopter  int    // the operation for which the item has its record, and which takes it for one without
}

func (s state) with(c *aggregate.Content) state {
	s.content, s.text = c, c.String()
	return s
}

// written is s after a committed write.
func (s state) written(id int, c *aggregate.Content) state {
	if !s.there || s.bare {
		s = state{there: true, birth: id}
	}
	s.version++
	s.adopter = 0
	copy(s.ring[1:], s.ring[:ringSize-1])
	s.ring[0] = id
	return s.with(c)
}

// created is an object that an operation has made of nothing.
func (s state) created(o *op) state {
	next := s.written(o.writeID(), o.value)
	next.again = o.repeat > 0
	return next
}

// remembers reports whether the object knows that a write with this id is done.
func (s state) remembers(id int) bool {
	return s.there && !s.bare && (s.birth == id || slices.Contains(s.ring[:], id))
}

// is reports whether s is the state that a reader saw.
func (s state) is(b *basis) bool {
	switch {
	case !s.there:
		return false
	case s.bare || b.id == 0:
		return s.bare && b.id == 0 && s.content.Seen(b.age).String() == b.content.String()
	}
	return s.version == b.version && s.ring[0] == b.id && (b.birth == 0 || s.birth == b.birth)
}

func (s state) equal(t state) bool {
	return s.there == t.there && s.bare == t.bare && s.version == t.version && s.birth == t.birth && s.ring == t.ring && s.text == t.text && s.adopter == t.adopter && s.again == t.again && s.unsealed == t.unsealed
}

// step is one operation on the object, if operations never overlap.
func (s state) step(o *op, r *result) (bool, state) {
	if !o.verb.writes() {
		return s.shows(o, r), s
	}
	next, kinds := s.applied(o)
	switch r.kind {
	case unknown, crashed:
		return true, next
	case refused:
		return true, s
	}
	if r.kind == conflict && s.again && (o.basis != nil || o.unchanged != nil) {
		return true, s // the value may be of the object before, whose version has the same id
	}
	if !slices.Contains(kinds, r.kind) {
		return false, s
	}
	// A writer learns the version that it wrote.
	if r.kind == done && o.learns() && (r.version != next.at(r.id) || r.id != o.writeID()) {
		return false, s
	}
	return true, next
}

// learns reports whether the writer has a value with a record, which then knows the
// version.
func (o *op) learns() bool {
	switch o.verb {
	case create, putTracked, putBlind, putRecord:
		return !o.untracked
	}
	return false
}

// at is the version that a remembered write made.
func (s state) at(id int) int64 {
	if i := slices.Index(s.ring[:], id); i >= 0 {
		return s.version - int64(i)
	}
	return 1
}

// applied is apply for the item as the operation takes it: without the record that was made
// for it.
func (s state) applied(o *op) (next state, kinds []kind) {
	if s.adopter == 0 || s.adopter != o.id {
		return s.apply(o)
	}
	bare := state{there: true, bare: true}.with(s.content)
	if next, kinds = bare.apply(o); next.equal(bare) {
		next = s
	}
	return next, kinds
}

// apply is the effect of a write on the object, and its outcome: one of kinds,
// if there are several reasons to refuse it. Only the outcome nil has an
// effect.
func (s state) apply(o *op) (next state, kinds []kind) {
	if o.verb == update && !s.remembers(o.writeID()) {
		return s.updated(o, o.writeID())
	}
	next, k := s.applyOne(o)
	return next, []kind{k}
}

func (s state) applyOne(o *op) (state, kind) {
	id := o.writeID()
	switch o.verb {
	case foreignPut, foreignSet, foreignDelete:
		return s.foreign(o)
	case adopt:
		if !s.bare {
			return s, condition
		}
		next := s.written(id, s.content)
		next.adopter, next.unsealed = o.adopter, o.unsealed
		return next, done
	case fence:
		if !s.there || s.bare {
			return s, condition
		}
		return s.written(id, s.content), done
	case check:
		switch {
		case !s.there:
			return s, notFound
		case o.ifN != nil && s.content.N < *o.ifN:
			return s, condition
		}
		return s, done
	case remove, removeValue:
		switch {
		case o.verb == removeValue && !s.is(o.basis):
			return s, conflict
		case !s.there && o.mustExist:
			return s, notFound
		}
		return state{}, done
	}
	if s.remembers(id) {
		return s, done
	}
	switch o.verb {
	case create:
		if s.there {
			return s, existing
		}
		return s.created(o), done
	case putBlind:
		switch {
		case !s.there && (o.mustExist || o.keep):
			return s, notFound
		case o.keep:
			return s.written(id, o.value.Kept(o.shards, s.content)), done
		case !s.there:
			return s.created(o), done
		}
		return s.written(id, o.value), done
	case putTracked, putRecord:
		if !s.is(o.basis) {
			return s, conflict
		}
		c := s.content.Seen(o.age)
		if o.value != nil { // by record
			c = o.value.Clone()
		}
		aggregate.Revise(c, o.edits)
		return s.written(id, c.Over(o.age, s.content)), done
	}
	// Modify
	if !s.there {
		return s, notFound
	}
	c := s.content.Seen(o.age)
	aggregate.Revise(c, o.edits)
	return s.written(id, c.Over(o.age, s.content)), done
}

// updated is Update.
func (s state) updated(o *op, id int) (next state, kinds []kind) {
	if !s.there {
		return s, []kind{notFound}
	}
	if o.unchanged != nil && !s.is(o.unchanged) {
		kinds = append(kinds, conflict)
	}
	c := s.content.Clone()
	for _, e := range o.edits {
		if !e.Apply(c, o.ensure) {
			kinds = append(kinds, noPath)
			break
		}
	}
	if o.ifN != nil && s.content.N < *o.ifN {
		kinds = append(kinds, condition)
	}
	if kinds != nil {
		return s, kinds
	}
	return s.written(id, c), []kind{done}
}

// foreign is the other program: it never changes objects with a record.
func (s state) foreign(o *op) (state, kind) {
	if s.there && !s.bare || o.verb != foreignPut && !s.there {
		return s, condition
	}
	if o.verb == foreignDelete {
		return state{}, done
	}
	c := o.value
	if o.verb == foreignSet {
		c = s.content.Clone()
		c.N, c.Serial = c.N+1, o.value.Serial
	}
	return state{there: true, bare: true}.with(c), done
}

// shows reports whether a read may have read s.
func (s state) shows(o *op, r *result) bool {
	switch o.verb {
	case exists:
		return r.there == s.there
	case read, readAll:
		return s.showsPath(o, r)
	case missed:
		return !s.there || !o.holds(s.content.N)
	}
	if r.kind == unsealed {
		return s.there && (s.bare || s.unsealed)
	}
	if r.there != s.there || !s.there {
		return r.there == s.there
	}
	if s.bare {
		if r.version != 0 || r.id != 0 {
			return false
		}
	} else if !o.untracked && (r.version != s.version || r.id != s.ring[0]) {
		return false
	}
	switch o.verb {
	case dump:
		if !s.bare && (r.birth != s.birth || !slices.Equal(r.ring, s.ring[:])) {
			return false
		}
	case getPart:
		return s.content.Seen(o.age).Partly(o.shards, r.content)
	}
	return s.content.Seen(o.age).String() == r.content.String()
}

// showsPath is Read of home.city and ReadAll of the cities of past.
func (s state) showsPath(o *op, r *result) bool {
	switch {
	case !s.there:
		return r.kind == notFound
	case o.verb == read && s.content.Home == nil:
		return r.kind == noPath
	case r.kind != done:
		return false
	case o.verb == read:
		return slices.Equal(r.texts, []string{s.content.Home.City})
	}
	var cities []string
	for _, p := range s.content.Past {
		cities = append(cities, p.City)
	}
	return slices.Equal(r.texts, cities)
}
