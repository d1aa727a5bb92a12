// Dynamodb-embedded serves the embedded engine over HTTP, so that programs in
// any language can use it in development and tests. It is one binary without
// dependencies and answers some milliseconds after its start.
//
//	go install github.com/dystore/dystore/embedded/cmd/dynamodb-embedded@latest
//	dynamodb-embedded                       # in memory, on 127.0.0.1:8000
//	dynamodb-embedded -data dev.db          # tables and items survive a restart
//	dynamodb-embedded -addr 127.0.0.1:0     # any free port; the line printed says which
//
// The flags are
//
//	-addr host:port
//		where to listen. Requests are not authenticated: anyone who reaches the
//		port reads and writes everything. The default is the loopback interface.
//	-data file
//		keep the state in this file. A write that was answered is on disk, also
//		after kill -9. One process at a time can have a file open; a damaged
//		one is refused. Without the flag, the state ends with the process.
//	-transactions=false
//		answer TransactWriteItems and TransactGetItems with an
//		UnknownOperationException, as engines that have no transactions do.
//
// When it is ready, it prints one line, "listening on http://127.0.0.1:8000",
// to standard output; GET / answers 200 and "healthy: 127.0.0.1:8000", for
// readiness probes. SIGINT and SIGTERM end it after the requests under way, with
// status 0; a second signal ends it at once. Other failures are one line on
// standard error and status 1, or 2 for wrong flags.
//
// # Clients
//
// Clients insist on a region and credentials; any will do. With the AWS CLI:
//
//	export AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x AWS_REGION=local
//	export AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:8000
//	aws dynamodb create-table --table-name people --billing-mode PAY_PER_REQUEST \
//		--attribute-definitions AttributeName=id,AttributeType=S \
//		--key-schema AttributeName=id,KeyType=HASH
//	aws dynamodb put-item --table-name people --item '{"id": {"S": "p1"}}'
//
// With boto3:
//
//	db = boto3.resource("dynamodb", endpoint_url="http://127.0.0.1:8000", region_name="local",
//	                    aws_access_key_id="x", aws_secret_access_key="x")
//
// With the AWS SDK for Go:
//
//	client := dynamodb.NewFromConfig(cfg, func(o *dynamodb.Options) {
//		o.BaseEndpoint = aws.String("http://127.0.0.1:8000")
//	})
//
// Go programs that need no other process use package embedded itself.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/embedded/internal/durable"
)

// grace is how long requests under way may take after a signal.
const grace = 10 * time.Second

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr))
}

// run is main with all its inputs and outputs as parameters; it returns the
// exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("dynamodb-embedded", flag.ContinueOnError)
	flags.SetOutput(stderr)
	addr := flags.String("addr", "127.0.0.1:8000", "host:port to listen on")
	data := flags.String("data", "", "file to keep the state in; empty means in memory")
	transactions := flags.Bool("transactions", true, "have TransactWriteItems and TransactGetItems")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return 0
	} else if err != nil {
		return 2
	}
	if flags.NArg() > 0 {
		fmt.Fprintf(stderr, "dynamodb-embedded: unexpected argument %q\n", flags.Arg(0))
		return 2
	}
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal has its usual effect
	var opts []embedded.Option
	if !*transactions {
		opts = append(opts, embedded.WithoutTransactions())
	}
	if err := serve(ctx, *addr, *data, stdout, opts); err != nil {
		fmt.Fprintf(stderr, "dynamodb-embedded: %v\n", err)
		return 1
	}
	return 0
}

// serve listens until ctx ends.
func serve(ctx context.Context, addr, data string, stdout io.Writer, opts []embedded.Option) (err error) {
	db := embedded.New(opts...)
	if data != "" {
		store, err := durable.Open(data)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, store.Close()) }()
		if db, err = embedded.Open(ctx, store, opts...); err != nil {
			return err
		}
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: db, ReadHeaderTimeout: grace}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	fmt.Fprintf(stdout, "listening on http://%s\n", listener.Addr())

	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	if err := server.Shutdown(limit); err != nil {
		server.Close()
		return fmt.Errorf("requests were still under way after %v: %w", grace, err)
	}
	return nil
}
