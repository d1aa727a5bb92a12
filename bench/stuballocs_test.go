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
	"Put/dystore, Plain":                                        {343, "TransactWriteItems"},
	"Put/dystore":                                               {364, "PutItem"},
	"Put/dystore, Plain and Relaxed":                            {331, "PutItem"},
	"Put/dystore, Lean":                                         {165, "PutItem"},
	"Get/dystore, Plain":                                        {313, "GetItem"},
	"Get/dystore":                                               {318, "GetItem"},
	"Get/dystore, Lean":                                         {109, "GetItem"},
	"Create/dystore, Plain":                                     {354, "TransactWriteItems"},
	"Create/dystore, Relaxed":                                   {364, "PutItem"},
	"Create/dystore":                                            {376, "TransactWriteItems"},
	"Create/dystore, Lean":                                      {172, "TransactWriteItems"},
	"Update one path/dystore, Plain and Relaxed":                {327, "UpdateItem"},
	"Update one path/dystore":                                   {379, "TransactWriteItems"},
	"Update one path/dystore, Relaxed":                          {367, "UpdateItem"},
	"Update one path/dystore, Lean":                             {175, "TransactWriteItems"},
	"Query 1,000 items/dystore, Plain":                          {3365, "Query"},
	"Query 1,000 items/dystore":                                 {3364, "Query"},
	"Query 1,000 items/dystore, Lean":                           {3155, "Query"},
	"Scan 1,000 items/dystore, Plain":                           {3353, "Scan"},
	"Scan 1,000 items/dystore":                                  {3353, "Scan"},
	"Scan 1,000 items/dystore, Lean":                            {3143, "Scan"},
	"Get 100 by key/dystore, Plain":                             {871, "BatchGetItem"},
	"Get 100 by key/dystore":                                    {971, "BatchGetItem"},
	"Get 100 by key/dystore, Lean":                              {759, "BatchGetItem"},
	"TransactGet of 10/dystore, Plain":                          {602, "TransactGetItems"},
	"TransactGet of 10/dystore":                                 {612, "TransactGetItems"},
	"TransactGet of 10/dystore, Lean":                           {399, "TransactGetItems"},
	"Transaction of 20 items/dystore":                           {630, "TransactWriteItems"},
	"Transaction of 20 items/dystore, Lean":                     {397, "TransactWriteItems"},
	"Put an object of 99 parts, one changed/dystore":            {439, "TransactWriteItems"},
	"Put an object of 99 parts, one changed/dystore, Lean":      {232, "TransactWriteItems"},
	"Sharded: create/dystore, nothing encrypted":                {462, "TransactWriteItems"},
	"Sharded: create/dystore":                                   {506, "TransactWriteItems"},
	"Sharded: create/dystore, Lean":                             {251, "TransactWriteItems"},
	"Sharded: get/dystore, nothing encrypted":                   {414, "BatchGetItem"},
	"Sharded: get/dystore":                                      {473, "BatchGetItem"},
	"Sharded: get/dystore, Lean":                                {203, "BatchGetItem"},
	"Sharded: update one path/dystore, nothing encrypted":       {415, "TransactWriteItems"},
	"Sharded: update one path/dystore":                          {425, "TransactWriteItems"},
	"Sharded: update one path/dystore, Lean":                    {208, "TransactWriteItems"},
	"Sharded: put, one part changed/dystore, nothing encrypted": {450, "TransactWriteItems"},
	"Sharded: put, one part changed/dystore":                    {489, "TransactWriteItems"},
	"Sharded: put, one part changed/dystore, Lean":              {243, "TransactWriteItems"},
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
