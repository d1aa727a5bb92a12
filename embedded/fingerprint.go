package embedded

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/dystore/dystore/internal/engine/packed"
)

// fingerprint is a digest of everything that a transaction does. Requests with
// the same token must have the same fingerprint.
func fingerprint(writes []*itemWrite) [32]byte {
	var b []byte
	text := func(s *string) {
		if s == nil {
			b = append(b, 0)
			return
		}
		b = append(binary.AppendUvarint(append(b, 1), uint64(len(*s))), *s...)
	}
	item := func(packed []byte) {
		encoded := string(packed)
		text(&encoded)
	}
	for _, w := range writes {
		b = append(b, byte(w.kind))
		text(w.tableName)
		if w.kind == putItem {
			item(w.packed)
		} else {
			item(packed.Encode(w.item))
		}
		text(w.condition)
		text(w.update)
		b = binary.AppendUvarint(b, uint64(len(w.names)))
		for _, placeholder := range sortedNames(w.names) {
			name := w.names[placeholder]
			text(&placeholder)
			text(&name)
		}
		item(packed.Encode(w.values))
		returned := string(w.returnItem)
		text(&returned)
	}
	return sha256.Sum256(b)
}
