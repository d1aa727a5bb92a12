package recipes_test

import (
	"context"
	"fmt"
	"log"
	"maps"
	"reflect"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
)

// meter adds up the capacity units that a client's requests consume, by table.
// It is safe for concurrent use.
type meter struct {
	mu    sync.Mutex
	units map[string]float64
}

// install makes the requests of a client pass through the meter.
func (m *meter) install(o *dynamodb.Options) {
	o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("meter", m.measure), middleware.Before)
	})
}

func (m *meter) measure(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
	in.Parameters = asking(in.Parameters)
	out, md, err := next.HandleInitialize(ctx, in)
	if err == nil {
		m.add(out.Result)
	}
	return out, md, err
}

// asking returns a copy of a request that asks for the consumed capacity, if
// its operation can. The caller's request is not changed.
func asking(request any) any {
	v := reflect.New(reflect.TypeOf(request).Elem())
	v.Elem().Set(reflect.ValueOf(request).Elem())
	if f := v.Elem().FieldByName("ReturnConsumedCapacity"); f.IsValid() {
		f.Set(reflect.ValueOf(types.ReturnConsumedCapacityTotal))
	}
	return v.Interface()
}

// add counts what an answer reports: of one table, or of several.
func (m *meter) add(answer any) {
	f := reflect.ValueOf(answer).Elem().FieldByName("ConsumedCapacity")
	if !f.IsValid() {
		return
	}
	var all []types.ConsumedCapacity
	switch c := f.Interface().(type) {
	case *types.ConsumedCapacity:
		if c != nil {
			all = append(all, *c)
		}
	case []types.ConsumedCapacity:
		all = c
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.units == nil {
		m.units = map[string]float64{}
	}
	for _, c := range all {
		m.units[*c.TableName] += *c.CapacityUnits
	}
}

// report prints what was consumed since the last report.
func (m *meter) report(what string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, table := range slices.Sorted(maps.Keys(m.units)) {
		fmt.Println(what, table, m.units[table])
	}
	m.units = nil
}

func Example_capacity() {
	ctx := context.Background()
	var m meter
	r := over(embedded.New().Client(m.install), divided())

	rep := Report{ID: "r1", Title: "On Go", Body: Body{string(make([]byte, 4500))}}
	key, err := r.Create(ctx, &rep)
	if err != nil {
		log.Fatal(err)
	}
	m.report("create")
	if _, err := r.Get(ctx, key); err != nil {
		log.Fatal(err)
	}
	m.report("get")
	if _, err := r.Get(ctx, key, repo.Eventually()); err != nil {
		log.Fatal(err)
	}
	m.report("get, eventually")
	rep.Title = "On Go, again"
	if _, err := r.Put(ctx, &rep); err != nil { // the body has not changed
		log.Fatal(err)
	}
	m.report("put")
	// Output:
	// create Bodies 10
	// create Reports 2
	// get Bodies 2
	// get Reports 1
	// get, eventually Bodies 1
	// get, eventually Reports 0.5
	// put Reports 1
}
