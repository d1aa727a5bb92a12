package dystoreotel

import (
	"context"
	"encoding/json"
	"slices"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	oteltrace "go.opentelemetry.io/otel/trace"

	"github.com/dystore/dystore/trace"
)

type attributes []attribute.KeyValue

func (a *attributes) text(name, value string) {
	if value != "" {
		*a = append(*a, attribute.String(name, value))
	}
}

func (a *attributes) number(name string, n int64) {
	if n != 0 {
		*a = append(*a, attribute.Int64(name, n))
	}
}

// asked are the attributes of a request that begins.
func asked(s *trace.RequestStart) attributes {
	a := attributes{system, attribute.String("db.operation.name", s.Operation), attribute.StringSlice("aws.dynamodb.table_names", s.Tables)}
	if len(s.Tables) == 1 {
		a.text("db.collection.name", s.Tables[0])
	}
	if s.Items > 1 {
		a.number("db.operation.batch.size", int64(s.Items))
	}
	a.text("aws.dynamodb.index_name", s.Index)
	a.number("aws.dynamodb.limit", int64(s.Limit))
	a.number("aws.dynamodb.total_segments", int64(s.Segments))
	if s.Consistent {
		a = append(a, attribute.Bool("aws.dynamodb.consistent_read", true))
	}
	if s.Attempt > 1 {
		a.number("dystore.request.attempt", int64(s.Attempt))
	}
	a.text("dystore.request.reason", string(s.Why))
	return a
}

// endVerb gives the span of a verb what became of it.
func (t *tracer) endVerb(span oteltrace.Span, e *trace.VerbEnd) {
	a := attributes{attribute.Int64("dystore.objects", e.Objects), attribute.Int64("dystore.requests", e.Requests)}
	a.number("dystore.failed", e.Failed)
	a.number("dystore.repeated", e.Repeated)
	a.text("dystore.outcome", string(e.Outcome))
	a.text("dystore.protocol", string(e.Protocol))
	a.text("dystore.write_id", e.WriteID)
	a.text("error.type", typeOf(e.Kind))
	span.SetAttributes(a...)
	if e.Kind != "" && !slices.Contains(answers, e.Kind) {
		span.SetStatus(codes.Error, e.Kind)
	}
}

// answers are the kinds of errors that say something about an object, and nothing
// about what carries it.
var answers = []string{"ErrNotFound", "ErrNoPath", "ErrExists", "ErrDuplicate", "ErrConflict", "ErrCondition", "ErrInvalid", "ErrTooLarge", "ErrNotLoaded"}

// endRequest gives the span of a request what came back.
func endRequest(span oteltrace.Span, s *trace.RequestStart, e *trace.RequestEnd) {
	var a attributes
	a.text("aws.request_id", e.RequestID)
	a.text("cloud.region", e.Region)
	a.text("server.address", e.Host)
	a.number("http.response.status_code", int64(e.Status))
	a.text("db.response.status_code", e.Code)
	a.text("error.type", errorType(e))
	if reads(s.Operation) && e.Kind == "" {
		a = append(a, attribute.Int64("db.response.returned_rows", int64(e.Items)))
	}
	if s.Operation == "Query" || s.Operation == "Scan" {
		a = append(a, attribute.Int64("aws.dynamodb.count", int64(e.Items)), attribute.Int64("aws.dynamodb.scanned_count", int64(e.Scanned)))
	}
	if len(e.Capacity) > 0 {
		a = append(a, attribute.StringSlice("aws.dynamodb.consumed_capacity", consumed(e.Capacity)))
	}
	if len(e.Reasons) > 0 {
		a = append(a, attribute.StringSlice("dystore.request.cancellation", e.Reasons))
	}
	var why []string
	for _, r := range e.Throttling {
		why = append(why, r.Reason)
	}
	if len(why) > 0 {
		a = append(a, attribute.StringSlice("dystore.request.throttling", why))
	}
	span.SetAttributes(a...)
	if e.Kind != "" && !refused(e) {
		span.SetStatus(codes.Error, errorType(e))
	}
}

// refused reports whether nothing is wrong with a request but that a condition does
// not hold.
func refused(e *trace.RequestEnd) bool {
	if e.Code == "ConditionalCheckFailedException" {
		return true
	}
	return slices.Contains(e.Reasons, "ConditionalCheckFailed") && !slices.ContainsFunc(e.Reasons, func(r string) bool {
		return r != "" && r != "None" && r != "ConditionalCheckFailed"
	})
}

// consumed is the capacity of a request as texts, as the conventions want it: the JSON
// of DynamoDB's ConsumedCapacity, one of each table.
func consumed(all []trace.Capacity) (texts []string) {
	type units struct {
		Read  float64 `json:"ReadCapacityUnits,omitempty"`
		Write float64 `json:"WriteCapacityUnits,omitempty"`
	}
	type table struct {
		TableName string
		units
		Indexes map[string]units `json:",omitempty"`
	}
	var tables []*table
	for _, c := range all {
		i := slices.IndexFunc(tables, func(t *table) bool { return t.TableName == c.Table })
		if i < 0 {
			i = len(tables)
			tables = append(tables, &table{TableName: c.Table})
		}
		t, u := tables[i], units{c.Read, c.Write}
		t.Read += c.Read
		t.Write += c.Write
		if c.Index != "" {
			if t.Indexes == nil {
				t.Indexes = map[string]units{}
			}
			t.Indexes[c.Index] = u
		}
	}
	for _, t := range tables {
		text, err := json.Marshal(t)
		if err == nil {
			texts = append(texts, string(text))
		}
	}
	return texts
}

func reads(operation string) bool {
	switch operation {
	case "GetItem", "BatchGetItem", "TransactGetItems", "Query", "Scan":
		return true
	}
	return false
}

// typeOf is a kind as the conventions want the type of an error.
func typeOf(kind string) string {
	if kind == "other" {
		return "_OTHER"
	}
	return kind
}

func errorType(e *trace.RequestEnd) string {
	if e.Code != "" {
		return e.Code
	}
	return typeOf(e.Kind)
}

// measure records the metrics of a request.
func (t *tracer) measure(ctx context.Context, s *trace.RequestStart, e *trace.RequestEnd) {
	a := attributes{system, attribute.String("db.operation.name", s.Operation)}
	if len(s.Tables) == 1 {
		a.text("db.collection.name", s.Tables[0])
	}
	a.text("cloud.region", e.Region)
	a.text("server.address", e.Host)
	a.text("db.response.status_code", e.Code)
	a.text("error.type", errorType(e))
	set := metric.WithAttributeSet(attribute.NewSet(a...))
	t.requestDuration.Record(ctx, e.Duration.Seconds(), set)
	if reads(s.Operation) && e.Kind == "" {
		t.returned.Record(ctx, float64(e.Items), set)
	}
	if s.Why != "" {
		t.repetitions.Add(ctx, 1, metric.WithAttributes(system, attribute.String("db.operation.name", s.Operation), attribute.String("dystore.request.reason", string(s.Why))))
	}
	for _, c := range e.Capacity {
		t.consume(ctx, c.Table, "read", c.Read)
		t.consume(ctx, c.Table, "write", c.Write)
	}
}

func (t *tracer) consume(ctx context.Context, table, mode string, units float64) {
	if units != 0 {
		t.units.Add(ctx, units, metric.WithAttributes(system, attribute.String("db.collection.name", table), attribute.String("dystore.capacity.type", mode)))
	}
}
