package telemetry

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/otel"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/examples/service/internal/api"
	"github.com/dystore/dystore/examples/service/internal/shop"
	dystoreotel "github.com/dystore/dystore/otel"
	"github.com/dystore/dystore/repo"
)

// TestSpans: a request of a client has the verb in it, and the verb the request to
// DynamoDB. Probes have none.
func TestSpans(t *testing.T) {
	spans := tracetest.NewInMemoryExporter()
	before := otel.GetTracerProvider()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSyncer(spans)))
	t.Cleanup(func() { otel.SetTracerProvider(before) })
	tracer, err := dystoreotel.New()
	if err != nil {
		t.Fatal(err)
	}
	secrets, err := shop.RandomSecrets()
	if err != nil {
		t.Fatal(err)
	}
	store, err := shop.New(embedded.New().Client(), secrets, repo.WithTracer(tracer))
	if err != nil {
		t.Fatal(err)
	}
	if err := store.CreateTables(t.Context()); err != nil {
		t.Fatal(err)
	}
	spans.Reset()

	handler := Handler(api.New(store, time.Now).Routes())
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/livez", nil))
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/customers/c1", nil))
	var names []string
	recorded := spans.GetSpans()
	for i, s := range recorded {
		names = append(names, fmt.Sprint(s.SpanKind, " ", s.Name))
		if i > 0 && recorded[i-1].Parent.SpanID() != s.SpanContext.SpanID() {
			t.Errorf("%s is not in %s", recorded[i-1].Name, s.Name)
		}
	}
	if want := []string{"client GetItem customers", "internal Get customers", "server GET /customers/{id}"}; !slices.Equal(names, want) {
		t.Errorf("got %q, want %q", names, want)
	}
}

// TestStart: what is left is sent at the end, to the collector that the variable
// names. Without it nothing is.
func TestStart(t *testing.T) {
	traces, meters := otel.GetTracerProvider(), otel.GetMeterProvider()
	t.Cleanup(func() { otel.SetTracerProvider(traces); otel.SetMeterProvider(meters) })

	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "")
	stop, err := Start(t.Context())
	if err != nil || stop(t.Context()) != nil {
		t.Fatal(err)
	}

	var mu sync.Mutex
	var received []string
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		received = append(received, r.URL.Path)
	}))
	defer collector.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL)
	if stop, err = Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, span := otel.Tracer("test").Start(t.Context(), "request")
	span.End()
	counter, err := otel.Meter("test").Int64Counter("requests")
	if err != nil {
		t.Fatal(err)
	}
	counter.Add(t.Context(), 1)
	if err := stop(context.Background()); err != nil {
		t.Fatal(err)
	}
	slices.Sort(received)
	if got := strings.Join(received, " "); got != "/v1/metrics /v1/traces" {
		t.Errorf("got %s", got)
	}
}
