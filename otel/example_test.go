package dystoreotel_test

import (
	"context"
	"fmt"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/dystore/dystore/embedded"
	dystoreotel "github.com/dystore/dystore/otel"
	"github.com/dystore/dystore/repo"
)

type River struct {
	Name string `dynamodbav:"name"`
	Km   int    `dynamodbav:"km"`
}

var riverName = repo.KeyOf(func(r *River) *string { return &r.Name })

// rivers makes a repository with a tracer, reads something in a span of the program,
// and prints the spans.
func rivers(opts ...dystoreotel.Option) {
	ctx := context.Background()
	spans := tracetest.NewInMemoryExporter()
	provider := sdktrace.NewTracerProvider(sdktrace.WithSyncer(spans))
	tracer, err := dystoreotel.New(append(opts, dystoreotel.WithTracerProvider(provider))...)
	if err != nil {
		panic(err)
	}
	client := embedded.New().Client()
	plain, err := repo.New(client, repo.TableOf("Rivers", riverName))
	if err == nil {
		err = plain.CreateTables(ctx)
	}
	if err != nil {
		panic(err)
	}
	r, err := repo.New(client, repo.TableOf("Rivers", riverName), repo.WithTracer(tracer))
	if err != nil {
		panic(err)
	}
	ctx, span := provider.Tracer("program").Start(ctx, "GET /rivers")
	_, err = r.GetMany(ctx, []repo.Key[River]{riverName.Of("Tiber"), riverName.Of("Arno")})
	fmt.Println(err)
	span.End()
	for _, s := range spans.GetSpans() {
		fmt.Println(s.SpanKind, s.Name)
	}
}

func ExampleNew() {
	rivers()
	// Output:
	// <nil>
	// client BatchGetItem Rivers
	// internal GetMany Rivers
	// internal GET /rivers
}

// Beside otelaws, which makes the spans of requests.
func ExampleWithoutRequestSpans() {
	rivers(dystoreotel.WithoutRequestSpans(), dystoreotel.WithoutCapacity(), dystoreotel.WithMeterProvider(sdkmetric.NewMeterProvider()))
	// Output:
	// <nil>
	// internal GetMany Rivers
	// internal GET /rivers
}
