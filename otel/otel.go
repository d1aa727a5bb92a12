// Package dystoreotel makes spans and metrics of OpenTelemetry of what repositories
// do. It is a module of its own, so that dystore does not depend on OpenTelemetry.
//
//	tracer, err := dystoreotel.New()
//	people, err := repo.New(client, model, repo.WithTracer(tracer))
//
// # Spans
//
// A call of a verb is a span of kind internal, in the span of the caller's context:
// "Put people", the verb and the entity. Each request is a span of kind client in it,
// named by its operation and its table: "GetItem Root". Their attributes are those of
// the semantic conventions, v1.45.0:
//
//	db.system.name                  aws.dynamodb
//	db.operation.name               Put; GetItem
//	db.collection.name              the table, if it is one
//	db.operation.batch.size         keys or actions, from 2 on
//	db.response.status_code         DynamoDB's code of an error
//	db.response.returned_rows       items in the answer
//	error.type                      the code; of a verb the kind of the error, such as ErrConflict
//	aws.dynamodb.table_names        all tables of a request
//	aws.dynamodb.index_name, .limit, .total_segments, .count, .scanned_count, .consistent_read
//	aws.dynamodb.consumed_capacity  a JSON text for each table
//	aws.request_id, cloud.region, server.address, http.response.status_code
//
// The conventions have nothing for what a repository is and does. These attributes are
// our own:
//
//	dystore.entity, dystore.objects, dystore.failed
//	dystore.outcome                 committed, not written, unknown, partly
//	dystore.protocol                transaction, single, staged
//	dystore.write_id
//	dystore.requests, dystore.repeated
//	dystore.request.attempt         from 2 on
//	dystore.request.reason          why a request follows an earlier one: throttled, torn read, …
//	dystore.request.throttling      what DynamoDB says about it
//	dystore.request.cancellation    the codes of a cancelled transaction, by action
//
// A span has the status Error if something is wrong. What is an answer about an
// object is none: ErrNotFound, ErrExists, ErrConflict, ErrCondition and the like, and
// a request that a condition has refused. No attribute has a key or a value of an
// object, and none the text of an error.
//
// # Metrics
//
//	db.client.operation.duration       histogram, s: each request
//	db.client.response.returned_rows   histogram, {row}: items of each read
//	dystore.verb.duration              histogram, s: each call of a verb
//	dystore.verb.requests              histogram, {request}: how many it made
//	dystore.request.repetitions        counter, {request}: by dystore.request.reason
//	dystore.consumed_capacity          counter, {unit}: by db.collection.name, and
//	                                   dystore.capacity.type, read or write
package dystoreotel

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	oteltrace "go.opentelemetry.io/otel/trace"

	"github.com/dystore/dystore/trace"
)

const scope = "github.com/dystore/dystore/otel"

// Option is an option of New.
type Option interface{ apply(*config) }

type option func(*config)

func (o option) apply(c *config) { o(c) }

type config struct {
	tracers  oteltrace.TracerProvider
	meters   metric.MeterProvider
	requests bool
	capacity bool
}

// WithTracerProvider makes the spans, instead of the global provider.
func WithTracerProvider(p oteltrace.TracerProvider) Option {
	return option(func(c *config) { c.tracers = p })
}

// WithMeterProvider has the metrics, instead of the global provider.
func WithMeterProvider(p metric.MeterProvider) Option {
	return option(func(c *config) { c.meters = p })
}

// WithoutRequestSpans leaves the spans of requests to another instrumentation of the
// client, such as otelaws, which would make a second one of each. They are children
// of the verb's span then too. Metrics are not affected.
func WithoutRequestSpans() Option { return option(func(c *config) { c.requests = false }) }

// WithoutCapacity does not ask DynamoDB for the consumed capacity.
func WithoutCapacity() Option { return option(func(c *config) { c.capacity = false }) }

// New returns a tracer for repo.WithTracer. An error is one of the meter provider.
func New(opts ...Option) (trace.CapacityTracer, error) {
	c := config{requests: true, capacity: true, tracers: otel.GetTracerProvider(), meters: otel.GetMeterProvider()}
	for _, o := range opts {
		o.apply(&c)
	}
	t := &tracer{config: c, spans: c.tracers.Tracer(scope)}
	if err := t.instruments(c.meters.Meter(scope)); err != nil {
		return nil, err
	}
	return t, nil
}

type tracer struct {
	config
	spans oteltrace.Tracer

	requestDuration, returned, verbDuration metric.Float64Histogram
	verbRequests                            metric.Int64Histogram
	repetitions                             metric.Int64Counter
	units                                   metric.Float64Counter
}

// durations are the boundaries that the conventions advise.
var durations = metric.WithExplicitBucketBoundaries(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10)

// counts are those that they advise for rows.
var counts = metric.WithExplicitBucketBoundaries(1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)

func (t *tracer) instruments(m metric.Meter) error {
	var errs [6]error
	t.requestDuration, errs[0] = m.Float64Histogram("db.client.operation.duration", metric.WithUnit("s"), metric.WithDescription("Duration of requests to DynamoDB."), durations)
	t.returned, errs[1] = m.Float64Histogram("db.client.response.returned_rows", metric.WithUnit("{row}"), metric.WithDescription("Items in the answer of a read."), counts)
	t.verbDuration, errs[2] = m.Float64Histogram("dystore.verb.duration", metric.WithUnit("s"), metric.WithDescription("Duration of calls of a verb."), durations)
	t.verbRequests, errs[3] = m.Int64Histogram("dystore.verb.requests", metric.WithUnit("{request}"), metric.WithDescription("Requests of a call."), counts)
	t.repetitions, errs[4] = m.Int64Counter("dystore.request.repetitions", metric.WithUnit("{request}"), metric.WithDescription("Requests that follow an earlier one."))
	t.units, errs[5] = m.Float64Counter("dystore.consumed_capacity", metric.WithUnit("{unit}"), metric.WithDescription("Capacity units consumed."))
	return errors.Join(errs[:]...)
}

// WantsCapacity implements trace.CapacityTracer.
func (t *tracer) WantsCapacity() bool { return t.capacity }

var system = attribute.String("db.system.name", "aws.dynamodb")

// StartVerb implements trace.Tracer.
func (t *tracer) StartVerb(ctx context.Context, s trace.VerbStart) (context.Context, func(trace.VerbEnd)) {
	a := attributes{system, attribute.String("db.operation.name", s.Verb)}
	a.text("db.collection.name", s.Table)
	a.text("dystore.entity", s.Entity)
	name := s.Verb
	if s.Entity != "" {
		name += " " + s.Entity
	}
	ctx, span := t.spans.Start(ctx, name, oteltrace.WithAttributes(a...))
	return ctx, func(e trace.VerbEnd) {
		t.endVerb(span, &e)
		a := attributes{system, attribute.String("db.operation.name", s.Verb)}
		a.text("db.collection.name", s.Table)
		a.text("error.type", typeOf(e.Kind))
		set := metric.WithAttributeSet(attribute.NewSet(a...))
		t.verbDuration.Record(ctx, e.Duration.Seconds(), set)
		t.verbRequests.Record(ctx, e.Requests, set)
		span.End()
	}
}

// StartRequest implements trace.RequestTracer.
func (t *tracer) StartRequest(ctx context.Context, s trace.RequestStart) (context.Context, func(trace.RequestEnd)) {
	var span oteltrace.Span
	if t.requests {
		name := s.Operation
		if len(s.Tables) == 1 {
			name += " " + s.Tables[0]
		}
		ctx, span = t.spans.Start(ctx, name, oteltrace.WithSpanKind(oteltrace.SpanKindClient), oteltrace.WithAttributes(asked(&s)...))
	}
	return ctx, func(e trace.RequestEnd) {
		if span != nil {
			endRequest(span, &s, &e)
		}
		t.measure(ctx, &s, &e)
		if span != nil {
			span.End()
		}
	}
}
