package kit

import (
	"slices"
	"time"
)

// At returns the n-th of some times. As texts with fewer digits, or in their
// zones, they would sort wrongly.
func At(n int) time.Time {
	base := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	return []time.Time{
		base, base.Add(1), base.Add(10), base.Add(100 * time.Millisecond), base.Add(101 * time.Millisecond),
		base.Add(time.Second).In(time.FixedZone("east", 9*3600)), base.Add(2 * time.Second).In(time.FixedZone("west", -9*3600)), base.AddDate(1, 0, 0),
	}[n]
}

// Backwards returns a copy of s in the reverse order.
func Backwards[V any](s []V) []V {
	s = slices.Clone(s)
	slices.Reverse(s)
	return s
}
