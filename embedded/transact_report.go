package embedded

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded/internal/attr"
)

// fingerprint is a digest of everything that a transaction does. Requests with
// the same token must agree in it.
func fingerprint(writes []*itemWrite) [32]byte {
	var b []byte
	text := func(s *string) {
		if s == nil {
			b = append(b, 0)
			return
		}
		b = append(binary.AppendUvarint(append(b, 1), uint64(len(*s))), *s...)
	}
	item := func(i attr.Item) {
		encoded := string(attr.Encode(i))
		text(&encoded)
	}
	for _, w := range writes {
		b = append(b, byte(w.kind))
		text(w.tableName)
		item(w.item)
		text(w.condition)
		text(w.update)
		b = binary.AppendUvarint(b, uint64(len(w.names)))
		for _, placeholder := range sortedNames(w.names) {
			name := w.names[placeholder]
			text(&placeholder)
			text(&name)
		}
		item(w.values)
		returned := string(w.returnItem)
		text(&returned)
	}
	return sha256.Sum256(b)
}

// consumed is the cost of the transaction: two units of writing for each, or
// two of reading when it was a replay, which reads what the writes were sized
// on.
func (t *transaction) consumed(mode types.ReturnConsumedCapacity) []types.ConsumedCapacity {
	if !t.replayed {
		return t.done.usages(2).report(mode, writeAxis)
	}
	all := usages{}
	for n, w := range t.writes {
		all.of(w.table).units += readUnits(t.sizes[n], transactional)
	}
	return all.report(mode, readAxis)
}

// tableRecord is a record, or none, with its table.
type tableRecord struct {
	table  *table
	record *record
}

func consumedByTransactionReads(mode types.ReturnConsumedCapacity, reads []tableRecord) []types.ConsumedCapacity {
	all := usages{}
	for _, r := range reads {
		all.of(r.table).units += readUnits(r.record.itemSize(), transactional)
	}
	return all.report(mode, readAxis)
}
