// Service is a small order service over DynamoDB: a template for services with
// dystore. README.md tells what it shows.
//
//	go run .                                    # a DynamoDB in process, gone at the end
//	go run . -dynamodb http://127.0.0.1:8000    # or any other, for development
//	go run . -tables terraform > tables.tf.json # what production needs; iam: the policy
//	go run . -dynamodb aws -prefix prod-        # production
//
// Outside the process it needs SHOP_KEY and SHOP_EMAIL_SECRET, 32 bytes each in
// base64. OTEL_EXPORTER_OTLP_ENDPOINT sends traces and metrics.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/dystore/dystore/examples/service/internal/api"
	"github.com/dystore/dystore/examples/service/internal/shop"
	"github.com/dystore/dystore/examples/service/internal/telemetry"
	dystoreotel "github.com/dystore/dystore/otel"
	"github.com/dystore/dystore/repo"
)

// flags are the flags of the program.
type flags struct {
	addr, dynamodb, prefix, tables string
	drain                          time.Duration
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil && !errors.Is(err, flag.ErrHelp) {
		slog.Error("service", "error", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout io.Writer) (err error) {
	var f flags
	set := flag.NewFlagSet("service", flag.ContinueOnError)
	set.StringVar(&f.addr, "addr", "127.0.0.1:8080", "host:port to listen on")
	set.StringVar(&f.dynamodb, "dynamodb", "embedded", "embedded, aws, or the URL of a DynamoDB")
	set.StringVar(&f.prefix, "prefix", "", "of the names of tables")
	set.StringVar(&f.tables, "tables", "", "print what makes the tables, for aws or terraform, or the policy for iam, and end")
	set.DurationVar(&f.drain, "drain", 0, "time between the signal and the end in which the instance is not ready")
	if err := set.Parse(args); err != nil {
		return err
	}
	if f.tables != "" {
		return printTables(stdout, f.tables, f.prefix)
	}
	stop, err := telemetry.Start(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop(context.WithoutCancel(ctx))) }()
	store, err := open(ctx, f)
	if err != nil {
		return err
	}
	return serve(ctx, f, api.New(store, time.Now), stdout)
}

// open returns the store, with tables that fit. In production the service makes
// none: it has no permission to.
func open(ctx context.Context, f flags) (*shop.Store, error) {
	tracer, err := dystoreotel.New()
	if err != nil {
		return nil, err
	}
	secrets, err := secretsFor(f)
	if err != nil {
		return nil, err
	}
	client, err := connect(ctx, f.dynamodb)
	if err != nil {
		return nil, err
	}
	store, err := shop.New(client, secrets, repo.TablePrefix(f.prefix), repo.WithTracer(tracer))
	if err != nil {
		return nil, err
	}
	if f.dynamodb != "aws" {
		return store, store.CreateTables(ctx)
	}
	warnings, err := store.Verify(ctx)
	for _, w := range warnings {
		slog.Warn("table", "finding", w)
	}
	return store, err
}

func secretsFor(f flags) (shop.Secrets, error) {
	if f.dynamodb == "embedded" {
		return shop.RandomSecrets()
	}
	return shop.SecretsFromEnvironment()
}

// serve listens until ctx ends, and then lets the requests under way end.
func serve(ctx context.Context, f flags, a *api.API, stdout io.Writer) error {
	listener, err := net.Listen("tcp", f.addr)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: telemetry.Handler(a.Routes()), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	fmt.Fprintf(stdout, "listening on http://%s\n", listener.Addr())

	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	a.Ending()
	time.Sleep(f.drain)
	limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return server.Shutdown(limit)
}
