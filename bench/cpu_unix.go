//go:build unix

package bench

import (
	"syscall"
	"time"
)

// CPU is the processor time of the process, garbage collection included. On a
// shared machine it says more than elapsed time.
func CPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return Wall()
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
