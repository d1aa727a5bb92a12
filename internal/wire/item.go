package wire

import (
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Item is an item that was read: bytes of an answer until somebody wants its attributes.
type Item struct {
	of     *answer // nil once it is decoded
	self   span
	fields [2]int32 // which of the answer's it has
	record [2]int32 // which of the answer's members its record has; none if it has none
	texts  int32    // bytes in its texts

	attrs map[string]types.AttributeValue
}

// answer is what all items of an answer share.
type answer struct {
	b       []byte
	spaced  bool // there is white space between tokens
	fields  []field
	records []field
	record  string // the attribute whose members records are; "" for none
	sizes   []size
}

// Decoded is an item whose attributes are known; nil if there are none.
func Decoded(attrs map[string]types.AttributeValue) *Item {
	if attrs == nil {
		return nil
	}
	return &Item{attrs: attrs}
}

// Set gives the item attributes that are known.
func (it *Item) Set(attrs map[string]types.AttributeValue) { *it = Item{attrs: attrs} }

// Raw reports whether the item is bytes still.
func (it *Item) Raw() bool { return it != nil && it.of != nil }

// Attrs are the attributes of the item; nil if it is nil. The caller may change them: they
// are the item's from now on.
func (it *Item) Attrs() map[string]types.AttributeValue {
	if it == nil {
		return nil
	}
	if it.of != nil {
		r := it.of.reader(it.self)
		it.attrs, it.of = r.members(), nil
	}
	return it.attrs
}

// Copy is an item with attributes of its own.
func (it *Item) Copy(clone func(map[string]types.AttributeValue) map[string]types.AttributeValue) *Item {
	if it == nil {
		return nil
	}
	c := *it
	if c.of == nil {
		c.attrs = clone(it.attrs)
	}
	return &c
}

// Attr is one attribute, nil if there is none. Of an item that is bytes nothing else is decoded.
func (it *Item) Attr(name string) types.AttributeValue {
	switch {
	case it == nil:
		return nil
	case it.of == nil:
		return it.attrs[name]
	}
	r, ok := it.of.find(it.all(), name)
	if !ok {
		return nil
	}
	return r.Value()
}

func (a *answer) reader(at span) Reader {
	return Reader{of: a, b: a.b, i: int(at.from), spaced: a.spaced}
}

// find finds a field by its name. The reader stands before its value.
func (a *answer) find(fields []field, name string) (r Reader, ok bool) {
	for _, f := range fields {
		if string(a.b[f.name.from:f.name.to]) == name {
			return a.reader(f.value), true
		}
	}
	return r, false
}

// Key is Attr for attributes of keys, of many items: they share memory.
func (it *Item) Key(name string, memory *Keys) types.AttributeValue {
	if !it.Raw() {
		return it.Attr(name)
	}
	r, ok := it.of.find(it.all(), name)
	if !ok {
		return nil
	}
	switch tag := r.Open(); tag {
	case S:
		av := memory.texts.next()
		av.Value = memory.text(r.Text())
		return av
	case N:
		av := memory.numbers.next()
		av.Value = memory.text(r.Text())
		return av
	default:
		return r.Content(tag)
	}
}

// Keys is memory for attributes of keys. What is in it stays as long as any of it is used.
type Keys struct {
	texts   chunk[types.AttributeValueMemberS]
	numbers chunk[types.AttributeValueMemberN]
	names   arena
}

func (k *Keys) text(b []byte) string {
	k.names.piece = chunkText
	return k.names.string(b)
}

// chunk hands out variables that are in memory together.
type chunk[V any] struct{ free []V }

// chunkSize is how many variables are together, and chunkText how many bytes of text.
const (
	chunkSize = 64
	chunkText = 1024
)

func (c *chunk[V]) next() *V {
	if len(c.free) == 0 {
		c.free = make([]V, chunkSize)
	}
	v := &c.free[0]
	c.free = c.free[1:]
	return v
}

// Only are some of the attributes.
func (it *Item) Only(names ...string) map[string]types.AttributeValue {
	if !it.Raw() {
		return it.Attrs()
	}
	m := make(map[string]types.AttributeValue, len(names))
	for _, name := range names {
		if av := it.Attr(name); av != nil {
			m[name] = av
		}
	}
	return m
}

func (it *Item) all() []field { return it.of.fields[it.fields[0]:it.fields[1]] }

// Fields reads the attributes of an item that is bytes: the reader stands before the value
// of each. It stops at the first error.
func (it *Item) Fields(read func(r *Reader, name []byte) error) error {
	r := readers.Get().(*Reader)
	defer func() {
		r.of, r.b, r.arena = nil, nil, arena{}
		readers.Put(r)
	}()
	*r = Reader{of: it.of, b: it.of.b, spaced: it.of.spaced, plain: r.plain[:0]}
	r.room(int(it.texts))
	for _, f := range it.all() {
		r.i = int(f.value.from)
		if err := read(r, it.of.b[f.name.from:f.name.to]); err != nil {
			return err
		}
	}
	return nil
}

var readers = sync.Pool{New: func() any { return new(Reader) }}

// Record is the record of an item, which is bytes: the members of an attribute. There is none
// if that is no map, or not the one whose members are at hand: the answer may be one to the
// reader of another model.
func (it *Item) Record(name string) (Record, bool) {
	if !it.Raw() || it.of.record != name || it.record[0] == it.record[1] {
		return Record{}, false
	}
	return Record{it.of, it.of.records[it.record[0]:it.record[1]]}, true
}

// Record is a map that has been looked through.
type Record struct {
	of      *answer
	members []field
}

// Len is how many members it has.
func (m Record) Len() int { return len(m.members) }

// Member is one of its members. The reader stands before its value.
func (m Record) Member(i int) (name []byte, r Reader) {
	f := m.members[i]
	return m.of.b[f.name.from:f.name.to], m.of.reader(f.value)
}

// Type is the type of a member, None if it has no such.
func (m Record) Type(name string) Tag {
	r, ok := m.of.find(m.members, name)
	if !ok {
		return None
	}
	return r.Open()
}
