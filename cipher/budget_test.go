//go:build !race

package cipher_test

// allocBudget is what a value of 64 bytes may cost: AES, GCM and the result.
const allocBudget = 3

// batchBudget is what ten values of 64 bytes in a batch may cost: the batch, AES, GCM and the
// results.
const batchBudget = 13
