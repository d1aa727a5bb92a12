//go:build !race

package bench_test

import (
	"strings"
	"testing"

	"github.com/dystore/dystore/bench"
)

// stubbed is one operation of dystore on the stub: how often the whole way
// allocates, the SDK's part included, and what it sends.
type stubbed struct {
	allocs  float64
	request string
}

// onStub is what was measured. If you reduce a number, write the lower one here.
var onStub = map[string]stubbed{
	"Put/dystore, Plain":                                        {422, "TransactWriteItems"},
	"Put/dystore":                                               {450, "PutItem"},
	"Put/dystore, Plain and Relaxed":                            {409, "PutItem"},
	"Get/dystore, Plain":                                        {459, "GetItem"},
	"Get/dystore":                                               {514, "GetItem"},
	"Create/dystore, Plain":                                     {433, "TransactWriteItems"},
	"Create/dystore, Relaxed":                                   {447, "PutItem"},
	"Create/dystore":                                            {460, "TransactWriteItems"},
	"Update one path/dystore, Plain and Relaxed":                {340, "UpdateItem"},
	"Update one path/dystore":                                   {402, "TransactWriteItems"},
	"Update one path/dystore, Relaxed":                          {390, "UpdateItem"},
	"Query 1,000 items/dystore, Plain":                          {30907, "Query"},
	"Query 1,000 items/dystore":                                 {84956, "Query"},
	"Scan 1,000 items/dystore, Plain":                           {30894, "Scan"},
	"Scan 1,000 items/dystore":                                  {84943, "Scan"},
	"Get 100 by key/dystore, Plain":                             {3317, "BatchGetItem"},
	"Get 100 by key/dystore":                                    {8775, "BatchGetItem"},
	"TransactGet of 10/dystore, Plain":                          {796, "TransactGetItems"},
	"TransactGet of 10/dystore":                                 {1227, "TransactGetItems"},
	"Transaction of 20 items/dystore":                           {810, "TransactWriteItems"},
	"Put an object of 99 parts, one changed/dystore":            {1860, "TransactWriteItems"},
	"Sharded: create/dystore, nothing encrypted":                {497, "TransactWriteItems"},
	"Sharded: create/dystore":                                   {541, "TransactWriteItems"},
	"Sharded: get/dystore, nothing encrypted":                   {542, "BatchGetItem"},
	"Sharded: get/dystore":                                      {578, "BatchGetItem"},
	"Sharded: update one path/dystore, nothing encrypted":       {442, "TransactWriteItems"},
	"Sharded: update one path/dystore":                          {453, "TransactWriteItems"},
	"Sharded: put, one part changed/dystore, nothing encrypted": {490, "TransactWriteItems"},
	"Sharded: put, one part changed/dystore":                    {530, "TransactWriteItems"},
}

func TestStubAllocations(t *testing.T) {
	seen := 0
	for _, w := range bench.OnStub() {
		for _, c := range w.Contenders {
			if !c.Ours() {
				continue
			}
			name := w.Name + "/" + c.Name
			seen++
			t.Run(name, func(t *testing.T) {
				op, stub, err := bench.Stubbed(t.Context(), c)
				if err != nil {
					t.Fatal(err)
				}
				allocs := testing.AllocsPerRun(20, func() { err = op(t.Context()) })
				if err != nil {
					t.Fatal(err)
				}
				t.Log(name, allocs, onStub[name].allocs)
				check(t, allocs, onStub[name].allocs)
				if got := strings.Join(stub.Operations(), ", "); got != onStub[name].request {
					t.Errorf("it sends %s, want %s", got, onStub[name].request)
				}
			})
		}
	}
	if seen != len(onStub) {
		t.Errorf("%d of %d rows are about a workload", seen, len(onStub))
	}
}
