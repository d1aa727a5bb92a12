//go:build !race

package cipher_test

// allocBudget is what a value of 64 bytes may cost: AES, GCM and the result.
const allocBudget = 3
