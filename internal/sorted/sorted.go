// Package sorted lists map keys in order: expressions, requests and errors that
// are made of maps are then the same each time.
package sorted

import (
	"cmp"
	"slices"
)

// Keys returns the keys of m in order, nil if there are none.
func Keys[M ~map[K]V, K cmp.Ordered, V any](m M) []K {
	if len(m) == 0 {
		return nil
	}
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
