package bench_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/bench"
)

// traffic is what dystore sends and receives in each workload: operations,
// trips, bytes sent, bytes received. It is exact: ids are random, but have a
// fixed length.
var traffic = map[string]bench.Traffic{
	"Put and Get/dystore, Plain":                                {[]string{"TransactWriteItems", "GetItem"}, 2, 1145, 876},
	"Put and Get/dystore":                                       {[]string{"PutItem", "GetItem"}, 2, 1745, 1305},
	"Create/dystore, Plain":                                     {[]string{"TransactWriteItems"}, 1, 1125, 2},
	"Create/dystore":                                            {[]string{"TransactWriteItems"}, 1, 1259, 2},
	"Create/dystore, Relaxed":                                   {[]string{"PutItem"}, 1, 1171, 2},
	"Update one path/dystore, Plain and Relaxed":                {[]string{"UpdateItem"}, 1, 380, 2},
	"Update one path/dystore":                                   {[]string{"TransactWriteItems"}, 1, 1241, 2},
	"Two pages of 25 of an index/dystore, Plain":                {[]string{"Query", "Query"}, 2, 673, 13604},
	"Two pages of 25 of an index/dystore":                       {[]string{"Query", "Query"}, 2, 673, 20572},
	"Query 1,000 items/dystore, Plain":                          {[]string{"Query"}, 1, 208, 255044},
	"Query 1,000 items/dystore":                                 {[]string{"Query"}, 1, 208, 389044},
	"Scan 1,000 items/dystore, Plain":                           {[]string{"Scan"}, 1, 50, 255044},
	"Scan 1,000 items/dystore":                                  {[]string{"Scan"}, 1, 50, 389044},
	"Get 100 by key/dystore, Plain":                             {[]string{"BatchGetItem"}, 1, 5866, 25553},
	"Get 100 by key/dystore":                                    {[]string{"BatchGetItem"}, 1, 5866, 38953},
	"Transaction of 20 items/dystore":                           {[]string{"TransactWriteItems"}, 1, 13367, 2},
	"Transact of 2 objects/dystore, Plain":                      {[]string{"TransactWriteItems"}, 1, 611, 2},
	"Transact of 2 objects/dystore":                             {[]string{"TransactWriteItems"}, 1, 877, 2},
	"Sharded: create/dystore, nothing encrypted":                {[]string{"TransactWriteItems"}, 1, 2863, 2},
	"Sharded: create/dystore":                                   {[]string{"TransactWriteItems"}, 1, 3495, 2},
	"Sharded: get/dystore, nothing encrypted":                   {[]string{"BatchGetItem"}, 1, 481, 1799},
	"Sharded: get/dystore":                                      {[]string{"BatchGetItem"}, 1, 481, 2431},
	"Sharded: update one path/dystore, nothing encrypted":       {[]string{"TransactWriteItems"}, 1, 1688, 2},
	"Sharded: update one path/dystore":                          {[]string{"TransactWriteItems"}, 1, 1816, 2},
	"Sharded: put, one part changed/dystore, nothing encrypted": {[]string{"TransactWriteItems"}, 1, 2201, 2},
	"Sharded: put, one part changed/dystore":                    {[]string{"TransactWriteItems"}, 1, 2702, 2},
}

// eachOurs tests dystore in each workload, by the names of both, of which there are as many
// as a table of expectations has rows.
func eachOurs(t *testing.T, list []bench.Workload, rows int, run func(t *testing.T, name string, c bench.Contender)) {
	t.Helper()
	seen := 0
	for _, w := range list {
		for _, c := range w.Contenders {
			if !c.Ours() {
				continue
			}
			seen++
			name := w.Name + "/" + c.Name
			t.Run(name, func(t *testing.T) { run(t, name, c) })
		}
	}
	if seen != rows {
		t.Errorf("%d of %d rows are about a workload", seen, rows)
	}
}

func TestTraffic(t *testing.T) {
	eachOurs(t, bench.OnEngine(), len(traffic), func(t *testing.T, name string, c bench.Contender) {
		tracer, err := bench.Trace(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		for range 4 {
			time.Sleep(2 * time.Millisecond) // records say when an object was written only if it is not when it was created
			got, err := tracer.Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if !cmp.Equal(traffic[name], got) {
				t.Fatalf("%+v, want %+v", got, traffic[name])
			}
		}
	})
}

// A workload on four tables takes no more requests and trips than the same
// written by hand.
func TestNoRequestMoreThanByHand(t *testing.T) {
	for _, w := range bench.OnEngine() {
		var hand bench.Traffic
		for _, c := range w.Contenders {
			tracer, err := bench.Trace(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			got, err := tracer.Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case c.Name == bench.SDK:
				hand = got
			case len(got.Operations) > len(hand.Operations) || got.Trips > hand.Trips:
				t.Errorf("%s: %s sends %v, by hand it is %v", w.Name, c.Name, got.Operations, hand.Operations)
			case slices.Contains(got.Operations, ""):
				t.Errorf("%s: %s sends a request without a name", w.Name, c.Name)
			}
		}
	}
}
