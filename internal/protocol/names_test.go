package protocol

import "fmt"

// What the steps of a trace say.

func (s step) String() string { return fmt.Sprintf("%v: %v: %s", s.who, s.request, s.result) }

func (a actor) String() string {
	if a < theReader {
		return fmt.Sprint("writer ", uint8(a))
	}
	return [...]string{"reader", "sweeper", "network"}[a-theReader]
}

func (v verb) String() string {
	return [...]string{"nothing", "read root", "read", "pin", "flip", "fence", "remove", "put", "drop", "transact", "update blindly"}[v]
}

func (i id) String() string {
	switch {
	case i < firstRun:
		return [...]string{"-", "original"}[i]
	case i < firstPin:
		return fmt.Sprintf("w%d%s", (i-firstRun)/runs, [...]string{"", "'"}[(i-firstRun)%runs])
	case i < firstBump:
		return fmt.Sprintf("nonce%d.%d", (i-firstPin)/nonces, (i-firstPin)%nonces)
	}
	return fmt.Sprintf("fence%d", i-firstBump)
}

func (v version) String() string {
	if v == (version{}) {
		return "absent"
	}
	return fmt.Sprintf("(%d,%v)", v.n, v.id)
}

func (r root) String() string {
	return [...]string{"", "placeholder ", "record ", "tombstone "}[r.kind] + r.version.String()
}

func (c child) String() string {
	if c.key == home {
		return fmt.Sprintf("part %d at home, stamp %v", c.part, c.stamp)
	}
	return fmt.Sprintf("part %d of %v, stamp %v", c.part, c.key, c.stamp)
}

func (q request) String() string {
	switch q.verb {
	case nothing, readRoot:
		return q.verb.String()
	case putChild:
		return fmt.Sprintf("put %v, base %v", q.child, q.over)
	case readChild, dropChild, update:
		return fmt.Sprintf("%v %v", q.verb, q.child)
	case remove:
		return fmt.Sprintf("%v %v", q.verb, q.over)
	}
	return fmt.Sprintf("%v %v over %v", q.verb, q.root, q.over)
}

func (s start) String() string {
	return [...]string{"staged", "absent", "at home", "divided"}[s]
}

func (op operation) String() string {
	way := [...]string{"staged", "in place", "homing", "blind", "overwriting"}[op.way]
	switch op.intent {
	case create:
		return way + " create"
	case erase:
		return way + " delete"
	}
	return fmt.Sprintf("%s put of %02b", way, op.parts)
}
