package faulttest

import (
	"slices"
	"testing"
	"testing/synctest"
)

// TestLateStagedArrival is TestLateArrival for the requests of staged writes: flips,
// copies, placeholders, and the deletion of what they replace.
func TestLateStagedArrival(t *testing.T) {
	meanwhile := slices.Clone(foreigners)
	for _, f := range foreigners {
		f.name, f.satisfies = f.name+", and what the plan asks for", true
		meanwhile = append(meanwhile, f)
	}
	eachStaged(t, func(t *testing.T, v fVerb, w *fWorld) {
		requests, _ := v.control(t, w)
		for _, r := range requests {
			for n, f := range meanwhile {
				if !isWrite(r.Operation) && r.Operation != "BatchWriteItem" || v.spared(n+r.Index) {
					continue
				}
				if problem := v.late(w, r, f); problem != "" {
					t.Errorf("request %d, %s, late, after %s: %s", r.Index, r.Operation, f.name, problem)
				}
				schedules.Add(1)
			}
		}
	})
}

// TestForeignWritesBetweenStagedRequests is TestForeignWritesBetweenAttempts for every
// request of staged writes.
func TestForeignWritesBetweenStagedRequests(t *testing.T) {
	eachStaged(t, func(t *testing.T, v fVerb, w *fWorld) {
		requests, _ := v.control(t, w)
		for _, r := range requests {
			for n, f := range foreigners {
				for _, executed := range []bool{true, false} {
					if v.spared(n + r.Index) {
						continue
					}
					if problem := v.interfered(w, r, f, executed); problem != "" {
						t.Errorf("request %d, %s, executed before %s: %v: %s", r.Index, r.Operation, f.name, executed, problem)
					}
					schedules.Add(1)
				}
			}
		}
	})
}

// eachStaged runs a test of every verb that is staged, in each way.
func eachStaged(t *testing.T, test func(t *testing.T, v fVerb, w *fWorld)) {
	for _, way := range stagedWays {
		t.Run(way.name, func(t *testing.T) {
			for _, v := range allWrites {
				if way.stages(v) {
					t.Run(v.name, func(t *testing.T) {
						t.Parallel()
						synctest.Test(t, func(t *testing.T) { test(t, v, way.world(t)) })
					})
				}
			}
		})
	}
}

// spared leaves out most of the cases of verbs that are like others.
func (v fVerb) spared(n int) bool {
	share := 2
	if !v.deep {
		share = 8
	}
	if raceDetector {
		share *= 4
	}
	return (n+len(v.name))%share != 0
}
