package linear

import (
	"fmt"
	"slices"

	"github.com/anishathalye/porcupine"
)

// states is what is stored: both objects, and what actions of the caller's own have
// counted.
type states struct {
	of    [pair]state
	count int
}

// specification is what the verbs promise, if operations never overlap.
var specification = porcupine.Model{
	Partition: partition,
	Init:      func() any { return states{} },
	Step: func(st, in, out any) (bool, any) {
		return st.(states).step(in.(*op), out.(*result))
	},
	Equal: func(a, b any) bool {
		x, y := a.(states), b.(states)
		return x.count == y.count && x.of[0].equal(y.of[0]) && x.of[1].equal(y.of[1])
	},
	Hash: func(st any) (sum uint64) {
		for _, s := range st.(states).of {
			sum = sum*31 ^ uint64(s.version)<<32 ^ uint64(s.ring[0])<<8 ^ uint64(s.birth)
		}
		return sum
	},
	DescribeOperation: func(in, out any) string { return fmt.Sprintf("%v → %v", in, out) },
}

// partition divides a history in which no operation is on more than one object. That
// is quicker to explain.
func partition(history []porcupine.Operation) [][]porcupine.Operation {
	of := make([][]porcupine.Operation, pair)
	for _, h := range history {
		o := h.Input.(*op)
		if o.ops != nil {
			return [][]porcupine.Operation{history}
		}
		n := o.object % pair // nothing has been counted, and that belongs to either
		of[n] = append(of[n], h)
	}
	return of
}

func (s states) step(o *op, r *result) (bool, states) {
	switch o.verb {
	case transact:
		return s.together(o, r)
	case transactGet:
		return s.showTogether(o, r), s
	case counted:
		return s.count == r.n, s
	}
	ok := false
	ok, s.of[o.object] = s.of[o.object].step(o, r)
	return ok, s
}

// showTogether is a TransactGet: all that it has read is of one moment.
func (s states) showTogether(o *op, r *result) bool {
	for i, sub := range o.ops {
		if !s.of[sub.object].shows(sub, r.each[i]) {
			return false
		}
	}
	return true
}

// together is a Transact: all of it takes effect, or none.
func (s states) together(o *op, r *result) (bool, states) {
	next, kinds, committed := s, make([][]kind, len(o.ops)), true
	for i, sub := range o.ops {
		next, kinds[i] = next.apply(sub)
		committed = committed && slices.Contains(kinds[i], done)
	}
	switch {
	case s.remembers(o):
		next, kinds, committed = s, make([][]kind, len(o.ops)), true
	case !committed:
		next = s
	}
	switch r.kind {
	case unknown, crashed:
		return true, next
	case refused:
		return true, s
	case done:
		return committed && next.versions(o, r), next
	}
	return r.at >= 0 && slices.Contains(kinds[r.at], r.kind), s // any operation that is refused
}

// apply is the effect of one operation of a Transact.
func (s states) apply(o *op) (states, []kind) {
	switch o.verb {
	case rawReset:
		s.count = 0
		return s, []kind{done}
	case rawAdd:
		if o.ifN != nil && s.count >= *o.ifN {
			return s, []kind{condition}
		}
		s.count++
		return s, []kind{done}
	}
	var kinds []kind
	s.of[o.object], kinds = s.of[o.object].applied(o)
	return s, kinds
}

// remembers reports whether an object shows that a Transact is done.
func (s states) remembers(o *op) bool {
	return slices.ContainsFunc(o.ops, func(sub *op) bool { return sub.marks() && s.of[sub.object].remembers(o.writeID()) })
}

// marks reports whether an operation leaves its write id in the object.
func (o *op) marks() bool {
	switch o.verb {
	case remove, removeValue, check, rawAdd, rawReset:
		return false
	}
	return o.verb.writes()
}

// versions reports whether writers have learnt the versions that they wrote.
func (s states) versions(o *op, r *result) bool {
	for i, sub := range o.ops {
		if !sub.learns() {
			continue
		}
		each := r.each[i]
		if of := s.of[sub.object]; of.remembers(o.writeID()) && (each.version != of.at(each.id) || each.id != o.writeID()) {
			return false
		}
	}
	return true
}
