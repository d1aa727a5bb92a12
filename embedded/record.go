package embedded

import (
	"encoding/binary"
	"strings"

	"github.com/dystore/dystore/internal/engine/attr"
	"github.com/dystore/dystore/internal/engine/packed"
)

// record is one stored item in one piece of memory that has no pointers: the
// length of the storage key, the key, the size of the item, the packed item.
// The empty record is no item.
type record string

func newRecord(key string, size int, item []byte) record {
	var keyLength, itemSize [binary.MaxVarintLen32]byte
	k, s := binary.PutUvarint(keyLength[:], uint64(len(key))), binary.PutUvarint(itemSize[:], uint64(size))
	var b strings.Builder
	b.Grow(k + len(key) + s + len(item))
	b.Write(keyLength[:k])
	b.WriteString(key)
	b.Write(itemSize[:s])
	b.Write(item)
	return record(b.String())
}

// number is the varint at the beginning of a record, and what follows it.
func (r record) number() (n int, rest record) {
	for i := 0; ; i++ {
		n |= int(r[i]&0x7f) << (7 * i)
		if r[i] < 0x80 {
			return n, r[i+1:]
		}
	}
}

// parts are the storage key and what follows it, both a part of the record.
func (r record) parts() (key string, rest record) {
	n, rest := r.number()
	return string(rest[:n]), rest[n:]
}

func (r record) key() string {
	key, _ := r.parts()
	return key
}

// size is the size of the item, 0 for no item.
func (r record) size() int {
	if r == "" {
		return 0
	}
	_, rest := r.parts()
	size, _ := rest.number()
	return size
}

// item is the item itself.
func (r record) item() packed.Item {
	if r == "" {
		return ""
	}
	_, rest := r.parts()
	_, item := rest.number()
	return packed.Item(item)
}

// withKeys is a record with the values of the keys of its table, decoded once for
// all indexes.
type withKeys struct {
	record
	keys attr.Item
}

func (s *tableSchema) withKeys(r record) withKeys { return withKeys{r, r.values(s.inKeys)} }

// values are the attributes of the item that have the names, all for nil. For
// no item they are nil.
func (r record) values(names packed.Names) attr.Item { return r.item().Decode(names) }
