package protocol

import (
	"hash/maphash"
	"slices"
)

// A model is a system that takes one step at a time. S is its state, and L says
// what a step was.
type model[S comparable, L any] interface {
	start() S
	// next yields every state that s can become in one step.
	next(s S, yield func(L, S))
	// judge says what is wrong with s, or fine.
	judge(s S) verdict
}

// A finding is what explore has found. The trace has the steps to a state with
// that verdict, and no other trace is shorter.
type finding[L any] struct {
	verdict verdict
	states  int
	trace   []L
}

// explore visits every state that m can reach, those after fewer steps first. It
// stops at a state that is not fine.
func explore[S comparable, L any](m model[S, L]) finding[L] {
	seen := set[S]{seed: maphash.MakeSeed()}
	seen.add(m.start())
	before := []int{-1}
	for i := 0; i < len(seen.states); i++ {
		s := seen.states[i]
		if v := m.judge(s); v != fine {
			return finding[L]{v, len(seen.states), retrace(m, seen.states, before, i)}
		}
		m.next(s, func(_ L, s S) {
			if seen.add(s) {
				before = append(before, i)
			}
		})
	}
	return finding[L]{fine, len(seen.states), nil}
}

// retrace takes the steps to state i again, for what they are called.
func retrace[S comparable, L any](m model[S, L], states []S, before []int, i int) []L {
	if before[i] < 0 {
		return nil
	}
	trace := retrace(m, states, before, before[i])
	taken := false
	m.next(states[before[i]], func(l L, s S) {
		if s == states[i] && !taken {
			trace, taken = append(trace, l), true
		}
	})
	return trace
}

// A set is states in the order in which they were added. A map would have each of
// them a second time, and they fill the memory.
type set[S comparable] struct {
	seed   maphash.Seed
	states []S
	slots  []int32 // a hash table of indexes, plus one, into states
}

// add reports whether s is new.
func (t *set[S]) add(s S) bool {
	if 2*len(t.states) >= len(t.slots) {
		t.slots = make([]int32, max(1024, 2*len(t.slots)))
		t.states = slices.Grow(t.states, len(t.slots)/2-len(t.states))
		for i, s := range t.states {
			*t.slot(s) = int32(i + 1)
		}
	}
	slot := t.slot(s)
	if *slot > 0 {
		return false
	}
	t.states = append(t.states, s)
	*slot = int32(len(t.states))
	return true
}

// slot is where the index of s is, or will be.
func (t *set[S]) slot(s S) *int32 {
	mask := uint64(len(t.slots) - 1)
	i := maphash.Comparable(t.seed, s) & mask
	for t.slots[i] > 0 && t.states[t.slots[i]-1] != s {
		i = (i + 1) & mask
	}
	return &t.slots[i]
}
