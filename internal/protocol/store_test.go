package protocol

const (
	parts   = 2 // of the object
	writers = 3 // at most
	runs    = 2 // of a writer, each with a write id of its own
	nonces  = 3 // of a writer
	packets = 3 // under way at a time
)

// An id names a write, a placeholder or a fence. None is used twice.
type id uint8

const (
	nobody    id = iota
	original     // the write by which the object exists at the start
	firstRun     // ids of the writers' runs
	firstPin  id = firstRun + writers*runs
	firstBump id = firstPin + writers*nonces
)

// A version is the exact state of a root. That of an absent root is zero.
type version struct {
	n  uint8
	id id
}

// A key is where a copy of a part is stored: at home, or under the id of the
// staged write that has put it. So each staged write has fresh keys.
type key = id

const (
	home key = 0
	keys     = int(firstPin)
)

// A ref says which copy of a part an object has: where it is, and the stamp that
// it carries. A stamp is the id of a write.
type ref struct {
	key   key
	stamp id
}

type kind uint8

const (
	absent kind = iota
	placeholder
	record
	tombstone
)

// A root is the root item of the object. If it is no record, readers take it for no
// object.
type root struct {
	kind kind
	version
	refs [parts]ref
}

// A child is an item that has a copy of a part.
type child struct {
	part uint8
	ref
}

// A store is what is stored.
type store struct {
	root   root
	stamps [parts][keys]id // of the children; zero: there is none
	bases  [keys]version   // the base that the children of a key carry
}

func (s *store) has(c child) bool { return s.stamps[c.part][c.key] == c.stamp }

func (s *store) put(c child, base version) {
	s.stamps[c.part][c.key], s.bases[c.key] = c.stamp, base
}

func (s *store) remove(c child) {
	s.stamps[c.part][c.key] = nobody
	for part := range s.stamps {
		if s.stamps[part][c.key] != nobody {
			return
		}
	}
	s.bases[c.key] = version{}
}

// children yields the children that there are.
func (s *store) children(yield func(child) bool) {
	for part := range s.stamps {
		for k, stamp := range s.stamps[part] {
			if stamp != nobody && !yield(child{uint8(part), ref{key(k), stamp}}) {
				return
			}
		}
	}
}

// refers reports whether the object has c.
func (r root) refers(c child) bool { return r.kind == record && r.refs[c.part] == c.ref }

// dangles reports whether the object has a child that is not there.
func (s *store) dangles() bool {
	for part, ref := range s.root.refs {
		if s.root.kind == record && !s.has(child{uint8(part), ref}) {
			return true
		}
	}
	return false
}

type verb uint8

const (
	nothing verb = iota
	readRoot
	readChild
	pin       // put a placeholder
	flip      // put the root of a write
	fence     // put a root under another version
	remove    // delete the root
	putChild  // put a child
	dropChild // delete a child
	transact  // put or delete the root of a write, and the children that it changes
	update    // change a child in place, and the root, whatever its version
)

// A request is one request of a writer or of the sweeper.
type request struct {
	verb  verb
	by    actor
	over  version // the condition on the root; the base of a child to put
	root  root    // to put
	child child   // to put or to delete
}

// execute executes q, and reports whether its condition held.
func (p *protocol) execute(s *state, q request) bool {
	switch q.verb {
	case putChild:
		if s.stamps[q.child.part][q.child.key] != nobody && !p.rules.overwrites {
			return false
		}
		s.put(q.child, q.over)
		return true
	case dropChild:
		blindly := p.rules.dropsBlindly || q.by == theSweeper && p.sweeper.blindly
		if !s.has(q.child) && !blindly {
			return false
		}
		s.remove(q.child)
		return true
	case transact, update:
		if s.writers[q.by].applied > 0 {
			return true // its token is used
		}
	}
	if !p.holds(s.root, q) {
		return false
	}
	s.lost = s.lost || s.root.version != q.over && q.verb != update
	switch q.verb {
	case flip, transact, update:
		s.writers[q.by].applied++
	}
	switch q.verb {
	case update:
		s.change(q.child)
	case transact:
		s.replace(q.root)
	default:
		s.root = q.root
	}
	return true
}

// holds reports whether r is what q is conditioned on.
func (p *protocol) holds(r root, q request) bool {
	switch {
	case q.verb == update:
		there := r.kind == record || r.kind == tombstone && p.rules.updatesTombstones
		return there && r.refs[q.child.part].key == q.child.key
	case p.rules.comparesNumber:
		return r.n == q.over.n
	}
	return r.version == q.over
}
