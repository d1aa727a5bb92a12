// Package bench compares dystore with other ways to do the same thing, in one
// run and on one machine: attributevalue, guregu/dynamo and the bare SDK.
//
// Ordinary tests assert everything that can be exact: requests, round trips,
// bytes and the allocations of dystore's own code. Times are noise on a shared
// machine, so they are never asserted, and are reported as ratios only.
//
// It is a separate module, so that users of dystore inherit nothing from it.
package bench
