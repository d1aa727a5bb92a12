//go:build !unix

package bench

import "time"

// CPU is the time that passes, where the processor time cannot be had.
func CPU() time.Duration { return Wall() }
