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
	"Put/dystore, Plain":                                        {344, "TransactWriteItems"},
	"Put/dystore":                                               {366, "PutItem"},
	"Put/dystore, Plain and Relaxed":                            {332, "PutItem"},
	"Put/dystore, Lean":                                         {166, "PutItem"},
	"Get/dystore, Plain":                                        {316, "GetItem"},
	"Get/dystore":                                               {325, "GetItem"},
	"Get/dystore, Lean":                                         {116, "GetItem"},
	"Create/dystore, Plain":                                     {355, "TransactWriteItems"},
	"Create/dystore, Relaxed":                                   {365, "PutItem"},
	"Create/dystore":                                            {377, "TransactWriteItems"},
	"Create/dystore, Lean":                                      {173, "TransactWriteItems"},
	"Update one path/dystore, Plain and Relaxed":                {328, "UpdateItem"},
	"Update one path/dystore":                                   {385, "TransactWriteItems"},
	"Update one path/dystore, Relaxed":                          {373, "UpdateItem"},
	"Update one path/dystore, Lean":                             {176, "TransactWriteItems"},
	"Query 1,000 items/dystore, Plain":                          {3415, "Query"},
	"Query 1,000 items/dystore":                                 {3425, "Query"},
	"Query 1,000 items/dystore, Lean":                           {3183, "Query"},
	"Scan 1,000 items/dystore, Plain":                           {3403, "Scan"},
	"Scan 1,000 items/dystore":                                  {3413, "Scan"},
	"Scan 1,000 items/dystore, Lean":                            {3170, "Scan"},
	"Get 100 by key/dystore, Plain":                             {873, "BatchGetItem"},
	"Get 100 by key/dystore":                                    {978, "BatchGetItem"},
	"Get 100 by key/dystore, Lean":                              {767, "BatchGetItem"},
	"TransactGet of 10/dystore, Plain":                          {615, "TransactGetItems"},
	"TransactGet of 10/dystore":                                 {630, "TransactGetItems"},
	"TransactGet of 10/dystore, Lean":                           {427, "TransactGetItems"},
	"Transaction of 20 items/dystore":                           {632, "TransactWriteItems"},
	"Transaction of 20 items/dystore, Lean":                     {399, "TransactWriteItems"},
	"Put an object of 99 parts, one changed/dystore":            {441, "TransactWriteItems"},
	"Put an object of 99 parts, one changed/dystore, Lean":      {234, "TransactWriteItems"},
	"Sharded: create/dystore, nothing encrypted":                {466, "TransactWriteItems"},
	"Sharded: create/dystore":                                   {510, "TransactWriteItems"},
	"Sharded: create/dystore, Lean":                             {255, "TransactWriteItems"},
	"Sharded: get/dystore, nothing encrypted":                   {430, "BatchGetItem"},
	"Sharded: get/dystore":                                      {483, "BatchGetItem"},
	"Sharded: get/dystore, Lean":                                {218, "BatchGetItem"},
	"Sharded: update one path/dystore, nothing encrypted":       {424, "TransactWriteItems"},
	"Sharded: update one path/dystore":                          {435, "TransactWriteItems"},
	"Sharded: update one path/dystore, Lean":                    {210, "TransactWriteItems"},
	"Sharded: put, one part changed/dystore, nothing encrypted": {452, "TransactWriteItems"},
	"Sharded: put, one part changed/dystore":                    {491, "TransactWriteItems"},
	"Sharded: put, one part changed/dystore, Lean":              {245, "TransactWriteItems"},
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
