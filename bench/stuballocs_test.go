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
	"Put/dystore, Plain":                                        {342, "TransactWriteItems"},
	"Put/dystore":                                               {356, "PutItem"},
	"Put/dystore, Plain and Relaxed":                            {330, "PutItem"},
	"Put/dystore, Lean":                                         {156, "PutItem"},
	"Get/dystore, Plain":                                        {313, "GetItem"},
	"Get/dystore":                                               {318, "GetItem"},
	"Get/dystore, Lean":                                         {109, "GetItem"},
	"Create/dystore, Plain":                                     {353, "TransactWriteItems"},
	"Create/dystore, Relaxed":                                   {360, "PutItem"},
	"Create/dystore":                                            {372, "TransactWriteItems"},
	"Create/dystore, Lean":                                      {168, "TransactWriteItems"},
	"Update one path/dystore, Plain and Relaxed":                {324, "UpdateItem"},
	"Update one path/dystore":                                   {378, "TransactWriteItems"},
	"Update one path/dystore, Relaxed":                          {366, "UpdateItem"},
	"Update one path/dystore, Lean":                             {174, "TransactWriteItems"},
	"Query 1,000 items/dystore, Plain":                          {3364, "Query"},
	"Query 1,000 items/dystore":                                 {3363, "Query"},
	"Query 1,000 items/dystore, Lean":                           {3154, "Query"},
	"Scan 1,000 items/dystore, Plain":                           {3352, "Scan"},
	"Scan 1,000 items/dystore":                                  {3352, "Scan"},
	"Scan 1,000 items/dystore, Lean":                            {3143, "Scan"},
	"Get 100 by key/dystore, Plain":                             {871, "BatchGetItem"},
	"Get 100 by key/dystore":                                    {971, "BatchGetItem"},
	"Get 100 by key/dystore, Lean":                              {759, "BatchGetItem"},
	"TransactGet of 10/dystore, Plain":                          {602, "TransactGetItems"},
	"TransactGet of 10/dystore":                                 {612, "TransactGetItems"},
	"TransactGet of 10/dystore, Lean":                           {399, "TransactGetItems"},
	"Transaction of 20 items/dystore":                           {625, "TransactWriteItems"},
	"Transaction of 20 items/dystore, Lean":                     {392, "TransactWriteItems"},
	"Put an object of 99 parts, one changed/dystore":            {399, "TransactWriteItems"},
	"Put an object of 99 parts, one changed/dystore, Lean":      {192, "TransactWriteItems"},
	"Sharded: create/dystore, nothing encrypted":                {427, "TransactWriteItems"},
	"Sharded: create/dystore":                                   {469, "TransactWriteItems"},
	"Sharded: create/dystore, Lean":                             {216, "TransactWriteItems"},
	"Sharded: get/dystore, nothing encrypted":                   {414, "BatchGetItem"},
	"Sharded: get/dystore":                                      {473, "BatchGetItem"},
	"Sharded: get/dystore, Lean":                                {203, "BatchGetItem"},
	"Sharded: update one path/dystore, nothing encrypted":       {411, "TransactWriteItems"},
	"Sharded: update one path/dystore":                          {422, "TransactWriteItems"},
	"Sharded: update one path/dystore, Lean":                    {204, "TransactWriteItems"},
	"Sharded: put, one part changed/dystore, nothing encrypted": {406, "TransactWriteItems"},
	"Sharded: put, one part changed/dystore":                    {446, "TransactWriteItems"},
	"Sharded: put, one part changed/dystore, Lean":              {199, "TransactWriteItems"},
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
