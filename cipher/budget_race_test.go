//go:build race

package cipher_test

// The race detector makes sync.Pool forget at random.
const (
	allocBudget = 12
	batchBudget = 60
)
