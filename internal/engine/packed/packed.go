// Package packed is an item as bytes: the form that the engine keeps in memory
// and gives to a journal. A collector of garbage does not look inside, an
// answer is made of it without copying a tree, and one attribute is read
// without the others.
//
//	item   version, fields
//	fields number of attributes, then name and value of each, in the order of names
//	value  tag, then
//	       S N B    text
//	       SS NS BS number of elements, texts in the order of the set
//	       M        fields
//	       L        number of elements, values
//	text   length, bytes
//
// Numbers and lengths are varints. Equal items have equal bytes: the numbers in
// them are in normal form and sets are in order.
package packed

import (
	"errors"

	"github.com/dystore/dystore/internal/engine/attr"
)

// version is the first byte of an item.
const version = 1

// The tags of values. They are stored: never renumber.
const (
	tagS = iota + 1
	tagN
	tagB
	tagSS
	tagNS
	tagBS
	tagM
	tagL
	tagTrue
	tagFalse
	tagNull
)

// ErrMalformed is the error for bytes that this package did not write.
var ErrMalformed = errors.New("packed: malformed item")

// Item is one item. The texts of its values are parts of it. The empty string
// is no item. Any other is what Append or Encode wrote, or Check has accepted.
type Item string

// Names choose attributes of an item, which need not have all of them. Nil
// chooses all.
type Names map[string]bool

func (n Names) has(name string) bool { return n == nil || n[name] }

// fields is a cursor before the first attribute, and the number of attributes.
func (it Item) fields() (cursor, int) {
	c := cursor{rest: string(it)}
	if c.byte() != version {
		c.fail()
	}
	return c, c.count()
}

// Get is the value of one attribute, nil if there is none.
func (it Item) Get(name string) attr.Value {
	c, n := it.fields()
	for range n {
		if c.text() == name {
			d := decoder{cursor: c}
			return d.value(1)
		}
		c.skip(1)
	}
	return nil
}

// Keep is the item with those of its attributes that are chosen.
func (it Item) Keep(names Names) Item {
	if names == nil || it == "" {
		return it
	}
	c, n := it.fields()
	kept, body := 0, make([]byte, 0, len(it))
	for range n {
		start := c.rest
		name := c.text()
		c.skip(1)
		if names[name] {
			kept++
			body = append(body, start[:len(start)-len(c.rest)]...)
		}
	}
	return Item(append(appendCount([]byte{version}, kept), body...))
}

// Size is what the chosen attributes count, names included.
func (it Item) Size(names Names) int {
	c, n := it.fields()
	size := 0
	for range n {
		name := c.text()
		if names.has(name) {
			size += len(name) + c.size(1)
		} else {
			c.skip(1)
		}
	}
	return size
}

// Check is the item that foreign bytes are, and its size. It accepts what
// Append and Encode write, and nothing else.
func Check(b []byte) (Item, int, error) {
	it := Item(b)
	c, n := it.fields()
	size := c.sizeOfFields(n, 1)
	if c.failed || c.rest != "" {
		return "", 0, ErrMalformed
	}
	return it, size, nil
}
