package dystoreotel_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/lens"
	dystoreotel "github.com/dystore/dystore/otel"
	"github.com/dystore/dystore/repo"
)

type city struct {
	Name   string `dynamodbav:"name"`
	People int    `dynamodbav:"people"`
}

var (
	cityName   = repo.KeyOf(func(c *city) *string { return &c.Name })
	cityPeople = lens.Of(func(c *city) *int { return &c.People })
)

// world is a repository whose spans and metrics are in memory.
type world struct {
	cities  *repo.Repo[city]
	net     *fault.Transport
	spans   *tracetest.SpanRecorder
	metrics *sdkmetric.ManualReader
	tracers *sdktrace.TracerProvider
}

func newWorld(t *testing.T, opts ...dystoreotel.Option) *world {
	t.Helper()
	client, net := fault.Wrap(embedded.New().Client())
	plain, err := repo.New(client, repo.TableOf("Cities", cityName))
	check(t, err)
	check(t, plain.CreateTables(t.Context()))
	w := &world{net: net, spans: tracetest.NewSpanRecorder(), metrics: sdkmetric.NewManualReader()}
	w.tracers = sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(w.spans))
	meters := sdkmetric.NewMeterProvider(sdkmetric.WithReader(w.metrics))
	tracer, err := dystoreotel.New(append([]dystoreotel.Option{dystoreotel.WithTracerProvider(w.tracers), dystoreotel.WithMeterProvider(meters)}, opts...)...)
	check(t, err)
	w.cities, err = repo.New(client, repo.TableOf("Cities", cityName), repo.Entity("city"), repo.WithTracer(tracer))
	check(t, err)
	return w
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// lines are the spans that have ended, as text, without what differs from run to run.
func (w *world) lines() (lines []string) {
	spans := w.spans.Ended()
	parent := map[string]string{}
	for _, s := range spans {
		parent[s.SpanContext().SpanID().String()] = s.Name()
	}
	for _, s := range spans {
		var attrs []string
		for _, a := range s.Attributes() {
			switch a.Key {
			case "aws.request_id", "dystore.write_id", "cloud.region", "server.address", "db.system.name":
				continue
			}
			attrs = append(attrs, fmt.Sprintf("%s=%s", a.Key, a.Value.String()))
		}
		slices.Sort(attrs)
		line := fmt.Sprintf("%s in %q, %s: %s", s.Name(), parent[s.Parent().SpanID().String()], s.SpanKind(), strings.Join(attrs, " "))
		if s.Status().Code == codes.Error {
			line += " ERROR " + s.Status().Description
		}
		lines = append(lines, line)
	}
	return lines
}

func equal(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n%s\nwant:\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestSpans(t *testing.T) {
	w := newWorld(t)
	ctx, span := w.tracers.Tracer("test").Start(t.Context(), "handler")
	key, err := w.cities.Create(ctx, &city{Name: "Rome"})
	check(t, err)
	w.net.Reset(fault.Inject(fault.Throttle(), fault.Times(1)))
	check(t, w.cities.Update(ctx, key, cityPeople.Set(2)))
	w.net.Reset()
	if _, err := w.cities.Create(ctx, &city{Name: "Rome"}); !errors.Is(err, repo.ErrExists) {
		t.Error(err)
	}
	for _, err := range w.cities.Scan(ctx) {
		check(t, err)
	}
	span.End()
	const tx = " aws.dynamodb.table_names=[\"Cities\"] db.collection.name=Cities db.operation.name=TransactWriteItems"
	equal(t, "spans", w.lines(),
		`TransactWriteItems Cities in "Create city", client: aws.dynamodb.consumed_capacity=["{\"TableName\":\"Cities\",\"WriteCapacityUnits\":2}"]`+tx+` http.response.status_code=200`,
		`Create city in "handler", internal: db.collection.name=Cities db.operation.name=Create dystore.entity=city dystore.objects=1 dystore.outcome=committed dystore.protocol=transaction dystore.requests=1`,
		`TransactWriteItems Cities in "Update city", client:`+tx+` db.response.status_code=ThrottlingException error.type=ThrottlingException http.response.status_code=400 ERROR ThrottlingException`,
		`TransactWriteItems Cities in "Update city", client: aws.dynamodb.consumed_capacity=["{\"TableName\":\"Cities\",\"WriteCapacityUnits\":2}"]`+tx+` dystore.request.attempt=2 dystore.request.reason=throttled http.response.status_code=200`,
		`Update city in "handler", internal: db.collection.name=Cities db.operation.name=Update dystore.entity=city dystore.objects=1 dystore.outcome=committed dystore.protocol=transaction dystore.repeated=1 dystore.requests=2`,
		`TransactWriteItems Cities in "Create city", client:`+tx+` db.response.status_code=TransactionCanceledException dystore.request.cancellation=["ConditionalCheckFailed"] error.type=TransactionCanceledException http.response.status_code=400`,
		`Create city in "handler", internal: db.collection.name=Cities db.operation.name=Create dystore.entity=city dystore.objects=0 dystore.outcome=not written dystore.protocol=transaction dystore.requests=1 error.type=ErrExists`,
		`Scan Cities in "Scan city", client: aws.dynamodb.consistent_read=true aws.dynamodb.consumed_capacity=["{\"TableName\":\"Cities\",\"ReadCapacityUnits\":1}"] aws.dynamodb.count=1 aws.dynamodb.scanned_count=1 aws.dynamodb.table_names=["Cities"] db.collection.name=Cities db.operation.name=Scan db.response.returned_rows=1 http.response.status_code=200`,
		`Scan city in "handler", internal: db.collection.name=Cities db.operation.name=Scan dystore.entity=city dystore.objects=1 dystore.requests=1`,
		`handler in "", internal: `)
	for _, s := range w.spans.Ended() {
		if text := fmt.Sprint(s.Attributes(), s.Status(), s.Events()); strings.Contains(text, "Rome") {
			t.Errorf("%s has the key: %s", s.Name(), text)
		}
	}
}

func TestWithoutRequestSpans(t *testing.T) {
	w := newWorld(t, dystoreotel.WithoutRequestSpans(), dystoreotel.WithoutCapacity())
	_, err := w.cities.Create(t.Context(), &city{Name: "Rome"})
	check(t, err)
	equal(t, "spans", w.lines(),
		`Create city in "", internal: db.collection.name=Cities db.operation.name=Create dystore.entity=city dystore.objects=1 dystore.outcome=committed dystore.protocol=transaction dystore.requests=1`)
	body := string(w.net.Requests()[len(w.net.Requests())-1].Body)
	if strings.Contains(body, "ReturnConsumedCapacity") {
		t.Error(body)
	}
	equal(t, "metrics", w.points(t),
		"db.client.operation.duration s TransactWriteItems Cities: 1",
		"dystore.verb.duration s Create Cities: 1",
		"dystore.verb.requests {request} Create Cities: 1 sum 1")
}

// points are the metrics as text: durations only by number.
func (w *world) points(t *testing.T) (lines []string) {
	t.Helper()
	var all metricdata.ResourceMetrics
	check(t, w.metrics.Collect(context.Background(), &all))
	of := func(set attribute.Set) (text string) {
		for _, name := range []attribute.Key{"db.operation.name", "db.collection.name", "dystore.request.reason", "dystore.capacity.type", "error.type"} {
			if v, ok := set.Value(name); ok {
				text += " " + v.String()
			}
		}
		return text
	}
	for _, s := range all.ScopeMetrics {
		for _, m := range s.Metrics {
			head := m.Name + " " + m.Unit
			switch data := m.Data.(type) {
			case metricdata.Histogram[float64]:
				for _, p := range data.DataPoints {
					line := fmt.Sprintf("%s%s: %d", head, of(p.Attributes), p.Count)
					if m.Unit != "s" {
						line += fmt.Sprintf(" sum %g", p.Sum)
					}
					lines = append(lines, line)
				}
			case metricdata.Histogram[int64]:
				for _, p := range data.DataPoints {
					lines = append(lines, fmt.Sprintf("%s%s: %d sum %d", head, of(p.Attributes), p.Count, p.Sum))
				}
			case metricdata.Sum[int64]:
				for _, p := range data.DataPoints {
					lines = append(lines, fmt.Sprintf("%s%s: %d", head, of(p.Attributes), p.Value))
				}
			case metricdata.Sum[float64]:
				for _, p := range data.DataPoints {
					lines = append(lines, fmt.Sprintf("%s%s: %g", head, of(p.Attributes), p.Value))
				}
			default:
				t.Errorf("%s is a %T", m.Name, data)
			}
		}
	}
	slices.Sort(lines)
	return lines
}

func TestMetrics(t *testing.T) {
	w := newWorld(t)
	key, err := w.cities.Create(t.Context(), &city{Name: "Rome"})
	check(t, err)
	w.net.Reset(fault.Inject(fault.Throttle(), fault.Times(1)))
	check(t, w.cities.Update(t.Context(), key, cityPeople.Set(2)))
	_, err = w.cities.Get(t.Context(), key)
	check(t, err)
	if _, err = w.cities.Get(t.Context(), cityName.Of("Oslo")); !errors.Is(err, repo.ErrNotFound) {
		t.Error(err)
	}
	equal(t, "metrics", w.points(t),
		"db.client.operation.duration s GetItem Cities: 2",
		"db.client.operation.duration s TransactWriteItems Cities ThrottlingException: 1",
		"db.client.operation.duration s TransactWriteItems Cities: 2",
		"db.client.response.returned_rows {row} GetItem Cities: 2 sum 1",
		"dystore.consumed_capacity {unit} Cities read: 2",
		"dystore.consumed_capacity {unit} Cities write: 4",
		"dystore.request.repetitions {request} TransactWriteItems throttled: 1",
		"dystore.verb.duration s Create Cities: 1",
		"dystore.verb.duration s Get Cities ErrNotFound: 1",
		"dystore.verb.duration s Get Cities: 1",
		"dystore.verb.duration s Update Cities: 1",
		"dystore.verb.requests {request} Create Cities: 1 sum 1",
		"dystore.verb.requests {request} Get Cities ErrNotFound: 1 sum 1",
		"dystore.verb.requests {request} Get Cities: 1 sum 1",
		"dystore.verb.requests {request} Update Cities: 1 sum 2")
}
