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
	"Put/dystore, Plain":                                        {390, "TransactWriteItems"},
	"Put/dystore":                                               {414, "PutItem"},
	"Put/dystore, Plain and Relaxed":                            {377, "PutItem"},
	"Get/dystore, Plain":                                        {326, "GetItem"},
	"Get/dystore":                                               {336, "GetItem"},
	"Create/dystore, Plain":                                     {401, "TransactWriteItems"},
	"Create/dystore, Relaxed":                                   {415, "PutItem"},
	"Create/dystore":                                            {428, "TransactWriteItems"},
	"Update one path/dystore, Plain and Relaxed":                {340, "UpdateItem"},
	"Update one path/dystore":                                   {385, "TransactWriteItems"},
	"Update one path/dystore, Relaxed":                          {373, "UpdateItem"},
	"Query 1,000 items/dystore, Plain":                          {3415, "Query"},
	"Query 1,000 items/dystore":                                 {3425, "Query"},
	"Scan 1,000 items/dystore, Plain":                           {3403, "Scan"},
	"Scan 1,000 items/dystore":                                  {3413, "Scan"},
	"Get 100 by key/dystore, Plain":                             {996, "BatchGetItem"},
	"Get 100 by key/dystore":                                    {1105, "BatchGetItem"},
	"TransactGet of 10/dystore, Plain":                          {635, "TransactGetItems"},
	"TransactGet of 10/dystore":                                 {654, "TransactGetItems"},
	"Transaction of 20 items/dystore":                           {649, "TransactWriteItems"},
	"Put an object of 99 parts, one changed/dystore":            {453, "TransactWriteItems"},
	"Sharded: create/dystore, nothing encrypted":                {484, "TransactWriteItems"},
	"Sharded: create/dystore":                                   {528, "TransactWriteItems"},
	"Sharded: get/dystore, nothing encrypted":                   {430, "BatchGetItem"},
	"Sharded: get/dystore":                                      {483, "BatchGetItem"},
	"Sharded: update one path/dystore, nothing encrypted":       {424, "TransactWriteItems"},
	"Sharded: update one path/dystore":                          {435, "TransactWriteItems"},
	"Sharded: put, one part changed/dystore, nothing encrypted": {464, "TransactWriteItems"},
	"Sharded: put, one part changed/dystore":                    {504, "TransactWriteItems"},
}

func TestStubAllocations(t *testing.T) {
	eachOurs(t, bench.OnStub(), len(onStub), func(t *testing.T, name string, c bench.Contender) {
		op, stub, err := bench.Stubbed(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		allocs := testing.AllocsPerRun(20, func() { err = op(t.Context()) })
		if err != nil {
			t.Fatal(err)
		}
		check(t, allocs, onStub[name].allocs)
		if got := strings.Join(stub.Operations(), ", "); got != onStub[name].request {
			t.Errorf("it sends %s, want %s", got, onStub[name].request)
		}
	})
}
