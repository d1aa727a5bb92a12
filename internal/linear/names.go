package linear

import (
	"context"
	"encoding/binary"
	"sync"

	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/meta"
)

// names are the write ids of a schedule. The specification knows a write by the
// number of its operation. An operation that is named has an id made of its number.
// The id of another one is the library's, and becomes known when the write has been
// applied, or by the error.
type names struct {
	mu      sync.Mutex
	numbers map[meta.WriteID]int
	ids     map[int]meta.WriteID
}

func newNames() *names { return &names{numbers: map[meta.WriteID]int{}, ids: map[int]meta.WriteID{}} }

// namesIn are those of the schedule that a context belongs to.
func namesIn(ctx context.Context) *names { return scheduleOf(ctx).names }

// writeID is the id of a named operation.
func writeID(number int) (id meta.WriteID) {
	binary.BigEndian.PutUint64(id[8:], uint64(number))
	return id
}

// id is the write id of an operation.
func (n *names) id(number int) meta.WriteID {
	n.mu.Lock()
	defer n.mu.Unlock()
	if id, ok := n.ids[number]; ok {
		return id
	}
	return writeID(number)
}

// number is the operation that has a write id.
func (n *names) number(id meta.WriteID) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	if number, ok := n.numbers[id]; ok {
		return number
	}
	return int(binary.BigEndian.Uint64(id[8:])) // of a named one; otherwise large, and no operation's
}

func (n *names) numberOfStored(id stored.ID) int { return n.number(meta.WriteID(id)) }

// learn takes in the id that the library has given to an operation.
func (n *names) learn(id meta.WriteID, number int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if _, ok := n.numbers[id]; !ok && binary.BigEndian.Uint64(id[:8]) != 0 {
		n.numbers[id], n.ids[number] = number, id
	}
}
