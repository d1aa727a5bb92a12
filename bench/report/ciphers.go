package main

import (
	"cmp"
	"runtime"
	"runtime/debug"

	"github.com/dystore/dystore/bench"
	"github.com/dystore/dystore/bench/ciphers"
)

const tink = "github.com/tink-crypto/tink-go/v2"

// ciphers says what each way to encrypt a value does, and compares what it costs.
func (r *reporter) ciphers() error {
	r.printf("\n### Encryption\n\n%s with %s. A key is in memory, except where a KMS is named. How often each allocates is asserted.\n\n", tinkVersion(), runtime.Version())
	r.printf("| | 64 B become | notices a change | bound to its place | committed to its key | rotation of keys |\n|---|---|---|---|---|---|\n")
	yes := map[bool]string{true: "yes", false: "no"}
	for _, f := range ciphers.Facts() {
		r.printf("| %s | %d B | %s | %s | %s | %s |\n", f.Name, 64+f.Longer, yes[f.Authentic], f.Binding, f.Commitment, f.Rotation)
	}
	if _, err := r.workloads(ciphers.Workloads(), r.embedded); err != nil {
		return err
	}
	r.printf("\nAn object of ten fields of 64 B, each encrypted by itself, on the stub: the whole way to the wire and back.\n")
	_, err := r.workloads(bench.Encrypted(), r.stubbed)
	return err
}

// tinkVersion is that which this program was built with.
func tinkVersion() string {
	version := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, d := range info.Deps {
			if d.Path == tink {
				version = " " + d.Version
			}
		}
	}
	return "tink-go" + cmp.Or(version, " of an unknown version")
}
