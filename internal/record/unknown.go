package record

import (
	"crypto/rand"
	"crypto/sha256"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/item"
)

// DigestOf identifies a value by its canonical encoding: equal values, however
// their sets and maps were ordered, have equal digests. A value without a
// canonical form, which only a foreign writer can store, equals nothing.
func DigestOf(av types.AttributeValue) Digest {
	d, _ := digest(make([]byte, 0, usualBytes), av)
	return d
}

// usualBytes is what most parts and elements need for their encoding.
const usualBytes = 256

// digest is DigestOf with memory for the encoding, which it returns as it has
// grown.
func digest(buf []byte, av types.AttributeValue) (d Digest, grown []byte) {
	b, err := item.AppendCanonical(buf[:0], av)
	if err != nil {
		rand.Read(d[:])
		return d, buf
	}
	return sha256.Sum256(b), b
}

// DigestMap is DigestOf for a document.
func DigestMap(doc map[string]types.AttributeValue) Digest {
	return DigestOf(&types.AttributeValueMemberM{Value: doc})
}

// Unknown holds what a document has beside the fields of its Go type: written
// by another version of the program, kept so that this one does not erase it.
type Unknown struct {
	attrs  map[string]types.AttributeValue
	fields map[string]*Unknown // struct attributes and map entries
	elems  []*Unknown          // list elements, nil where there is nothing
	// digests identify the elements by their known content, because a list may
	// be reordered before it is written back.
	digests []Digest
}

// Extract removes from doc what the struct type of c does not know, and
// returns it; nil if there is nothing.
func Extract(c *codec.Codec, doc map[string]types.AttributeValue, keep func(name string) bool) *Unknown {
	var u Unknown
	for name, av := range doc {
		if keep != nil && keep(name) {
			continue
		}
		f := c.Lookup(name)
		if f == nil {
			u.attr(name, av)
			delete(doc, name)
			continue
		}
		u.field(name, extract(f.Codec, av))
	}
	return u.orNil()
}

func extract(c *codec.Codec, av types.AttributeValue) *Unknown {
	var u Unknown
	switch v := av.(type) {
	case *types.AttributeValueMemberM:
		switch c.Kind() {
		case codec.Struct:
			return Extract(c, v.Value, nil)
		case codec.Map:
			for key, e := range v.Value {
				u.field(key, extract(c.Elem(), e))
			}
		}
	case *types.AttributeValueMemberL:
		if c.Kind() == codec.List {
			u.list(c.Elem(), v.Value)
		}
	}
	return u.orNil()
}

func (u *Unknown) list(c *codec.Codec, values []types.AttributeValue) {
	for i, e := range values {
		found := extract(c, e)
		if found == nil {
			continue
		}
		if u.elems == nil {
			u.elems = make([]*Unknown, len(values))
		}
		u.elems[i] = found
	}
	if u.elems != nil {
		// Only now: extract takes the unknown out of the elements.
		u.digests = Digests(values)
	}
}

// Merge puts u back into doc and returns what is unknown in the new document.
func (u *Unknown) Merge(doc map[string]types.AttributeValue) *Unknown {
	if u == nil {
		return nil
	}
	out := &Unknown{attrs: u.attrs}
	for name, f := range u.fields {
		out.field(name, f.mergeValue(doc[name]))
	}
	for name, av := range u.attrs {
		if _, ok := doc[name]; !ok {
			doc[name] = item.Clone(av)
		}
	}
	return out
}

func (u *Unknown) mergeValue(av types.AttributeValue) *Unknown {
	switch v := av.(type) {
	case *types.AttributeValueMemberM:
		return u.Merge(v.Value)
	case *types.AttributeValueMemberL:
		if u.elems == nil {
			return nil
		}
		out := &Unknown{elems: make([]*Unknown, len(v.Value)), digests: Digests(v.Value)}
		for i, old := range Match(u.digests, out.digests) {
			if old >= 0 && u.elems[old] != nil {
				out.elems[i] = u.elems[old].mergeValue(v.Value[i])
			}
		}
		return out
	}
	return nil // the value that held it is gone
}

func (u *Unknown) attr(name string, av types.AttributeValue) {
	if u.attrs == nil {
		u.attrs = map[string]types.AttributeValue{}
	}
	u.attrs[name] = av
}

func (u *Unknown) field(name string, f *Unknown) {
	if f == nil {
		return
	}
	if u.fields == nil {
		u.fields = map[string]*Unknown{}
	}
	u.fields[name] = f
}

// orNil keeps what was found. There is nothing in most values, and looking
// costs no memory then.
func (u Unknown) orNil() *Unknown {
	if u.attrs == nil && u.fields == nil && u.elems == nil {
		return nil
	}
	kept := u // a variable of its own, so that u is none of the heap's
	return &kept
}

// Digests returns the digest of each value.
func Digests(values []types.AttributeValue) []Digest {
	out := make([]Digest, len(values))
	buf := make([]byte, 0, usualBytes)
	for i, v := range values {
		out[i], buf = digest(buf, v)
	}
	return out
}

// Match pairs the elements of a changed list with the old ones: equal content
// first, in order, then whatever is left, in order. The result holds an old
// index, or -1, for each new element.
func Match(old, now []Digest) []int {
	at := make(map[Digest][]int, len(old))
	for i, d := range old {
		at[d] = append(at[d], i)
	}
	out, used := make([]int, len(now)), make([]bool, len(old))
	for i, d := range now {
		out[i] = -1
		if same := at[d]; len(same) > 0 {
			out[i], at[d] = same[0], same[1:]
			used[same[0]] = true
		}
	}
	next := 0
	for i := range out {
		if out[i] >= 0 {
			continue
		}
		for next < len(old) && used[next] {
			next++
		}
		if next == len(old) {
			break
		}
		out[i] = next
		next++
	}
	return out
}
