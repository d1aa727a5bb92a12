package embedded

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/engine/attr"
)

// collectionMetrics is the answer to ReturnItemCollectionMetrics: only tables
// with local secondary indexes have item collections. The estimate is no
// better than DynamoDB's own: the collection is at most as large as the table.
func (c change) collectionMetrics(mode types.ReturnItemCollectionMetrics) *types.ItemCollectionMetrics {
	if mode != types.ReturnItemCollectionMetricsSize || len(c.table.Local) == 0 {
		return nil
	}
	rec := c.after
	if rec == "" {
		rec = c.before
	}
	if rec == "" {
		return nil
	}
	name := c.table.key.partitionName()
	return &types.ItemCollectionMetrics{
		ItemCollectionKey:   attr.Item{name: rec.item().Get(name)},
		SizeEstimateRangeGB: []float64{0, float64(1 + c.table.bytes>>30)},
	}
}

// collectionMetrics are those of all changes, one for each collection.
func (list changes) collectionMetrics(mode types.ReturnItemCollectionMetrics) map[string][]types.ItemCollectionMetrics {
	var out map[string][]types.ItemCollectionMetrics
	seen := map[itemID]bool{}
	for _, c := range list {
		m := c.collectionMetrics(mode)
		if m == nil {
			continue
		}
		id := itemID{c.table, c.table.key.partition(m.ItemCollectionKey)}
		if seen[id] {
			continue
		}
		seen[id] = true
		if out == nil {
			out = map[string][]types.ItemCollectionMetrics{}
		}
		out[c.table.Name] = append(out[c.table.Name], *m)
	}
	return out
}
