// Package costs measures what operations cost: requests, round trips and capacity
// units. It is for tests only. The table is costs.md, which a test writes
//
//	go test ./internal/costs -update
//
// and otherwise compares.
package costs
