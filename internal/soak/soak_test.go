package soak

import (
	"context"
	"flag"
	"fmt"
	"os"
	"testing"
	"time"
)

var soak = flag.Duration("soak", 4*time.Second, "how long programs write, and die")

// The test binary is also the program that writes and is killed.
func TestMain(m *testing.M) {
	if os.Getenv(endpointVar) == "" {
		os.Exit(m.Run())
	}
	if err := runProgram(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// TestSoak lets two programs, one of which stages its writes, write and die for a while,
// beside a sweep, and then audits what is stored.
func TestSoak(t *testing.T) {
	server := startServer(t)
	a := newAudit(t, server.endpoint)
	ctx, cancel := context.WithTimeout(t.Context(), *soak)
	defer cancel()
	a.group.Go(func() { a.live(ctx, false) })
	a.group.Go(func() { a.live(ctx, true) })
	a.group.Go(func() { a.sweeps(ctx) })
	a.group.Go(func() { a.watch(ctx, server.pid) })
	a.group.Wait()
	a.judge()
}
