package embedded

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/aws/aws-sdk-go-v2/aws"
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
// of reading when it was a replay.
func (t *transaction) consumed(mode types.ReturnConsumedCapacity) []types.ConsumedCapacity {
	if !t.replayed {
		out := consumedByChanges(mode, t.done, 2)
		for n := range out {
			out[n].WriteCapacityUnits = aws.Float64(*out[n].CapacityUnits)
			if out[n].Table != nil {
				out[n].Table.WriteCapacityUnits = aws.Float64(*out[n].Table.CapacityUnits)
			}
		}
		return out
	}
	var reads []tableRecord
	for _, c := range t.done {
		reads = append(reads, tableRecord{c.table, c.before})
	}
	return consumedByTransactionReads(mode, reads)
}

// tableRecord is a record, or none, with its table.
type tableRecord struct {
	table  *table
	record *record
}

func consumedByTransactionReads(mode types.ReturnConsumedCapacity, reads []tableRecord) []types.ConsumedCapacity {
	per := map[string]*usage{}
	for _, r := range reads {
		u := per[r.table.Name]
		if u == nil {
			u = &usage{table: r.table}
			per[r.table.Name] = u
		}
		u.units += readUnits(r.record.itemSize(), transactional)
	}
	var out []types.ConsumedCapacity
	for _, name := range sortedNames(per) {
		c := per[name].report(mode)
		if c == nil {
			continue
		}
		c.ReadCapacityUnits = aws.Float64(*c.CapacityUnits)
		if c.Table != nil {
			c.Table.ReadCapacityUnits = aws.Float64(*c.Table.CapacityUnits)
		}
		out = append(out, *c)
	}
	return out
}
