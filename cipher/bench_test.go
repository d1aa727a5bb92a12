package cipher_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/dystore/dystore/cipher"
)

func TestAllocationBudget(t *testing.T) {
	a, b := one(t), city()
	plaintext := make([]byte, 64)
	env := seal(t, a, string(plaintext), b)
	ctx := context.Background()
	if n := testing.AllocsPerRun(200, func() { _, _ = a.Seal(ctx, nil, plaintext, b) }); n > allocBudget {
		t.Errorf("Seal allocates %v times, want at most %d", n, allocBudget)
	}
	if n := testing.AllocsPerRun(200, func() {
		batch := cipher.Batch(a)
		for range 10 {
			_, _ = batch.Seal(ctx, nil, plaintext, b)
		}
	}); n > batchBudget {
		t.Errorf("a batch of ten allocates %v times, want at most %d", n, batchBudget)
	}
	if n := testing.AllocsPerRun(200, func() { _, _ = a.Open(ctx, nil, env, b) }); n > allocBudget {
		t.Errorf("Open allocates %v times, want at most %d", n, allocBudget)
	}
}

func BenchmarkSeal(b *testing.B) {
	for _, size := range []int{64, 1 << 10, 64 << 10, 400 << 10} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			a, bind, plaintext, ctx := one(b), city(), make([]byte, size), context.Background()
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				_, _ = a.Seal(ctx, nil, plaintext, bind)
			}
		})
	}
}

func BenchmarkOpen(b *testing.B) {
	for _, size := range []int{64, 1 << 10, 64 << 10, 400 << 10} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			a, bind, ctx := one(b), city(), context.Background()
			env := seal(b, a, string(make([]byte, size)), bind)
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				_, _ = a.Open(ctx, nil, env, bind)
			}
		})
	}
}
