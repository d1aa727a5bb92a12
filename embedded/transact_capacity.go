package embedded

import "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

// consumed is the cost of the transaction: two units of writing for each write,
// or two of reading for a replay, which reads the sizes that the writes had.
func (t *transaction) consumed(mode types.ReturnConsumedCapacity) []types.ConsumedCapacity {
	if !t.replayed {
		return t.done.consumed(mode, 2, writeAxis)
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
	record record
}

func consumedByTransactionReads(mode types.ReturnConsumedCapacity, reads []tableRecord) []types.ConsumedCapacity {
	all := usages{}
	for _, r := range reads {
		all.of(r.table).units += readUnits(r.record.size(), transactional)
	}
	return all.report(mode, readAxis)
}
