package large

import (
	"context"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/stored"
)

// Count reads how many pieces the parts have whose items have keys. The result is parallel
// to these; an item that is not there has none.
func Count(ctx context.Context, get fetch.Reader, meta string, items []fetch.Item) ([]int, error) {
	proj := fetch.Projections{}
	for _, it := range items {
		var e expr.Builder
		docs := []string{e.Path(meta, "c", "n")}
		for name := range it.Key {
			docs = append(docs, e.Name(name))
		}
		proj[it.Table] = e.Project(docs...)
	}
	found, err := get.Items(ctx, items, true, proj)
	counts := make([]int, len(found))
	for i, it := range found {
		if n, ok := item.Follow(it, attr.Names(meta, "c", "n")).(*types.AttributeValueMemberN); ok {
			counts[i], _ = strconv.Atoi(n.Value)
		}
		counts[i] = min(counts[i], MostPieces)
	}
	return counts, err
}

// There reports which items are there.
func There(ctx context.Context, get fetch.Reader, items []fetch.Item) ([]bool, error) {
	proj := fetch.Projections{}
	for _, it := range items {
		var e expr.Builder
		for name := range it.Key {
			proj[it.Table] = e.Project(e.Name(name))
		}
	}
	found, err := get.Items(ctx, items, true, proj)
	there := make([]bool, len(found))
	for i, it := range found {
		there[i] = it != nil
	}
	return there, err
}

// PieceKey is the key of piece n of the part whose item has a key.
func PieceKey(key attrs, n int) attrs {
	for name, av := range key {
		if text, ok := av.(*types.AttributeValueMemberS); ok {
			return attrs{name: item.String(stored.PieceKey(text.Value, n))}
		}
	}
	return key
}
