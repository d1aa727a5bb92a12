package wire

import "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

// Item is an item that was read: bytes of an answer until somebody wants its attributes.
type Item struct {
	of     *answer // nil once it is decoded
	self   int32   // its token
	record int32   // that of its record, 0 for none
	texts  int32   // bytes in its other texts

	attrs map[string]types.AttributeValue
}

// answer is what all items of an answer share.
type answer struct {
	b      []byte
	tokens []token
	record string // the attribute that records are; "" for none
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
		r := it.reader()
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
	r, ok := it.at(name)
	if !ok {
		return nil
	}
	return r.Value()
}

func (it *Item) reader() Reader { return Reader{of: it.of, i: int(it.self)} }

// at is a reader before an attribute. It is false if there is none.
func (it *Item) at(name string) (r Reader, ok bool) {
	r = it.reader()
	if name == "" || name != it.of.record {
		return r, r.Find(name)
	}
	r.i = int(it.record)
	return r, r.i > 0
}

// Key is Attr for attributes of keys, of many items: they share memory. The last one is that
// of the item before, which is often the same.
func (it *Item) Key(name string, last types.AttributeValue, memory *Keys) types.AttributeValue {
	if !it.Raw() {
		return it.Attr(name)
	}
	r, ok := it.at(name)
	if !ok {
		return nil
	}
	switch r.Tag() {
	case S:
		text := r.Text()
		if last, ok := last.(*types.AttributeValueMemberS); ok && last.Value == string(text) {
			return last
		}
		av := memory.texts.next()
		av.Value = memory.text(text)
		return av
	case N:
		av := memory.numbers.next()
		av.Value = memory.text(r.Text())
		return av
	default:
		return r.Value()
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

// Open returns a reader before the map of all attributes of an item that is bytes. It is to
// be closed.
func (it *Item) Open() *Reader {
	r := readers.Get().(*Reader)
	*r = Reader{of: it.of, i: int(it.self), plain: r.plain[:0]}
	r.room(int(it.texts))
	return r
}

// Record is a reader before the record of an item that is bytes: a map, of an attribute with a
// name. There is none if that is no map, or is empty.
func (it *Item) Record(name string) (r Reader, ok bool) {
	if !it.Raw() {
		return r, false
	}
	r, ok = it.at(name)
	return r, ok && r.Tag() == M && !r.empty()
}
