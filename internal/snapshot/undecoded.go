package snapshot

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/wire"
)

// OfItem is OfMap for the attributes of an item that is bytes, but for those that aside says,
// and with those of more.
func (g *Digester) OfItem(it *wire.Item, aside func(name []byte) bool, more map[string]types.AttributeValue) (d Digest) {
	if g.buf == nil {
		g.buf = make([]byte, 0, usualBytes)
	}
	c := canonical{b: item.OpenMap(g.buf[:0]), spare: g.spare, entries: g.entries[:0]}
	r := it.Open()
	defer r.Close()
	var err error
	for end := r.Begin(); err == nil && r.More(end); {
		if name := r.Name(); aside(name) {
			r.Skip()
		} else {
			err = c.entry(r, name, 2)
		}
	}
	for name, av := range more {
		if err == nil {
			err = c.decoded(name, av)
		}
	}
	if err != nil {
		rand.Read(d[:])
		return d
	}
	c.close(0, 0)
	g.buf, g.spare, g.entries = c.b, c.spare, c.entries
	return sha256.Sum256(c.b)
}

// canonical is the canonical form of values, made of their JSON.
type canonical struct {
	b, spare []byte
	entries  []entry // of the maps that are open, the innermost last
}

// entry is an entry of a map: where in the form it begins, its name is, and it ends.
type entry struct{ from, name, value, to int }

// entry appends an entry of a map. The reader stands before its value.
func (c *canonical) entry(r *wire.Reader, name []byte, level int) error {
	e, err := c.begin(string(name))
	if err == nil {
		err = c.value(r, level)
	}
	c.end(e)
	return err
}

// begin appends the name of an entry, whose value follows, and then end.
func (c *canonical) begin(name string) (e entry, err error) {
	e.from = len(c.b)
	if c.b, err = item.AppendName(c.b, name); err != nil {
		return e, err
	}
	e.value = len(c.b)
	e.name = e.value - len(name)
	return e, nil
}

func (c *canonical) end(e entry) {
	e.to = len(c.b)
	c.entries = append(c.entries, e)
}

// decoded appends an attribute that is decoded.
func (c *canonical) decoded(name string, av types.AttributeValue) error {
	if item.Depth(av) >= item.MaxDepth {
		return item.ErrTooDeep
	}
	e, err := c.begin(name)
	if err == nil {
		c.b, err = item.AppendCanonical(c.b, av)
	}
	c.end(e)
	return err
}

// close ends the map that began at start. Its entries are those from one on; they are put in
// the order of their names.
func (c *canonical) close(start, first int) {
	own := c.entries[first:]
	c.entries = c.entries[:first]
	byName := func(x, y entry) int { return bytes.Compare(c.b[x.name:x.value], c.b[y.name:y.value]) }
	if !slices.IsSortedFunc(own, byName) {
		from := own[0].from
		slices.SortFunc(own, byName)
		c.spare = append(c.spare[:0], c.b[from:]...)
		c.b = c.b[:from]
		for _, e := range own {
			c.b = append(c.b, c.spare[e.from-from:e.to-from]...)
		}
	}
	c.b = item.CloseAt(c.b, start, len(own))
}

func (c *canonical) value(r *wire.Reader, level int) error {
	if level > item.MaxDepth {
		return item.ErrTooDeep
	}
	var err error
	switch r.Tag() {
	case wire.S:
		c.b, err = item.AppendString(c.b, string(r.Text()))
	case wire.N:
		c.b, err = item.AppendNumber(c.b, string(r.Text()))
	case wire.B:
		c.b = item.AppendBinary(c.b, r.Bytes())
	case wire.BOOL:
		c.b = item.AppendBool(c.b, r.Bool())
	case wire.L:
		return c.list(r, level+1)
	case wire.M:
		return c.mapping(r, level+1)
	default:
		c.b, err = item.AppendCanonical(c.b, r.Value())
	}
	return err
}

func (c *canonical) list(r *wire.Reader, level int) error {
	if level > item.MaxDepth {
		return item.ErrTooDeep
	}
	start, n := len(c.b), 0
	c.b = item.OpenList(c.b)
	for end := r.Begin(); r.More(end); n++ {
		if err := c.value(r, level); err != nil {
			return err
		}
	}
	c.b = item.CloseAt(c.b, start, n)
	return nil
}

func (c *canonical) mapping(r *wire.Reader, level int) error {
	if level > item.MaxDepth {
		return item.ErrTooDeep
	}
	start, first := len(c.b), len(c.entries)
	c.b = item.OpenMap(c.b)
	for end := r.Begin(); r.More(end); {
		if err := c.entry(r, r.Name(), level); err != nil {
			return err
		}
	}
	c.close(start, first)
	return nil
}
