//go:build !unix

package bench

import "time"

// CPU is the elapsed time, because this system does not give the processor
// time.
func CPU() time.Duration { return Wall() }
