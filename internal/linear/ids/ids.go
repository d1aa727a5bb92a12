// Package ids has the write ids of a schedule.
package ids

import (
	"encoding/binary"
	"sync"

	"github.com/dystore/dystore/meta"
)

// IDs tells which operation of a schedule has which write id. The specification knows a
// write by the number of its operation. An operation that is named has an id made of its
// number. The id of another one is the library's, and becomes known when the write has been
// applied, or by the error.
type IDs struct {
	mu      sync.Mutex
	numbers map[meta.WriteID]int
	ids     map[int]meta.WriteID
}

// New returns the ids of a schedule.
func New() *IDs { return &IDs{numbers: map[meta.WriteID]int{}, ids: map[int]meta.WriteID{}} }

// Named is the write id of a named operation.
func Named(number int) (id meta.WriteID) {
	binary.BigEndian.PutUint64(id[8:], uint64(number))
	return id
}

// ID is the write id of an operation.
func (n *IDs) ID(number int) meta.WriteID {
	n.mu.Lock()
	defer n.mu.Unlock()
	if id, ok := n.ids[number]; ok {
		return id
	}
	return Named(number)
}

// Number is the operation that has a write id.
func (n *IDs) Number(id meta.WriteID) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	if number, ok := n.numbers[id]; ok {
		return number
	}
	return int(binary.BigEndian.Uint64(id[8:])) // of a named one; otherwise large, and no operation's
}

// Learn takes in the id that the library has given to an operation.
func (n *IDs) Learn(id meta.WriteID, number int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if _, ok := n.numbers[id]; !ok && binary.BigEndian.Uint64(id[:8]) != 0 {
		n.numbers[id], n.ids[number] = number, id
	}
}
