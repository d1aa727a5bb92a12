package bench

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"time"
)

// Cost is what one operation took on average in one round.
type Cost struct {
	Time   time.Duration
	Allocs float64
	Bytes  float64 // allocated
}

// Plan says how operations are compared.
type Plan struct {
	Rounds int
	Slice  time.Duration        // about the time of each operation per round
	Clock  func() time.Duration // CPU or Wall
}

// Wall is the elapsed time. For a server in another process only Wall says how
// long an operation took.
func Wall() time.Duration { return time.Since(began) }

var began = time.Now()

// Compare runs the operations in turn, round after round, so that a disturbance
// of the machine disturbs all of them. The result is by operation, then by
// round.
func Compare(ctx context.Context, p Plan, ops ...Op) ([][]Cost, error) {
	out := make([][]Cost, len(ops))
	times := make([]int, len(ops))
	for i, op := range ops {
		start := time.Now()
		if err := op(ctx); err != nil {
			return nil, err
		}
		times[i] = int(max(1, min(p.Slice/max(1, time.Since(start)), 1<<20)))
	}
	for round := range p.Rounds + 1 {
		for i, op := range ops {
			c, took, err := p.measure(ctx, op, times[i])
			if err != nil {
				return nil, err
			}
			times[i] = int(max(1, min(float64(times[i])*float64(p.Slice)/float64(max(1, took)), 1<<22)))
			if round > 0 { // the first round finds out how often to run
				out[i] = append(out[i], c)
			}
		}
	}
	return out, nil
}

func (p Plan) measure(ctx context.Context, op Op, times int) (Cost, time.Duration, error) {
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	wall, start := Wall(), p.Clock()
	for range times {
		if err := op(ctx); err != nil {
			return Cost{}, 0, err
		}
	}
	took, passed := p.Clock()-start, Wall()-wall
	runtime.ReadMemStats(&after)
	n := float64(times)
	return Cost{time.Duration(float64(took) / n), float64(after.Mallocs-before.Mallocs) / n, float64(after.TotalAlloc-before.TotalAlloc) / n}, passed, nil
}

// Ratio is the median, over the rounds, of the operation's time divided by that
// of base. It compares only times of the same round.
func Ratio(base, other []Cost) float64 {
	ratios := make([]float64, len(base))
	for i := range base {
		ratios[i] = float64(other[i].Time) / float64(max(1, base[i].Time))
	}
	return median(ratios)
}

// Best is the ratio of the shortest times. It is for clocks that run on while
// other programs use the machine: the least disturbed round says most.
func Best(base, other []Cost) float64 {
	shorter := func(a, b Cost) int { return cmp.Compare(a.Time, b.Time) }
	return float64(slices.MinFunc(other, shorter).Time) / float64(max(1, slices.MinFunc(base, shorter).Time))
}

// Median is the cost in the middle, separately for each figure.
func Median(costs []Cost) Cost {
	var times, allocs, bytes []float64
	for _, c := range costs {
		times, allocs, bytes = append(times, float64(c.Time)), append(allocs, c.Allocs), append(bytes, c.Bytes)
	}
	return Cost{time.Duration(median(times)), median(allocs), median(bytes)}
}

func median(values []float64) float64 {
	s := slices.Sorted(slices.Values(values))
	if len(s) == 0 {
		return 0
	}
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}
