// Package bench measures dystore beside other ways to do the same thing, in
// one run and on one machine: attributevalue, guregu/dynamo and the bare SDK.
//
// What can be exact is asserted by ordinary tests: requests, round trips,
// bytes and the allocations of dystore's own code. Times are noise on a shared
// machine, so they are never asserted, and are reported as ratios only.
//
// It is a module of its own, so that users of dystore inherit nothing of it.
package bench
