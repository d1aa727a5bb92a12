package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
)

// meter is the client's HTTP transport. It records requests, and counts a
// round trip whenever one begins while no other is under way.
type meter struct {
	*fault.Transport

	mu    sync.Mutex
	open  int // requests under way
	trips int
}

// connect returns a client of the DynamoDB at endpoint, or of an in-process one,
// and the meter that its requests go through.
func connect(endpoint string) (*dynamodb.Client, *meter) {
	m := &meter{}
	if endpoint == "" {
		return embedded.New().Client(func(o *dynamodb.Options) {
			m.Transport = fault.Record(o.HTTPClient)
			o.HTTPClient = m
		}), m
	}
	m.Transport = fault.Record(http.DefaultClient)
	return dynamodb.New(dynamodb.Options{
		Region: env("AWS_REGION", "us-east-1"), BaseEndpoint: aws.String(endpoint), HTTPClient: m,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{
				AccessKeyID:     env("AWS_ACCESS_KEY_ID", "local"),
				SecretAccessKey: env("AWS_SECRET_ACCESS_KEY", "local"),
				SessionToken:    os.Getenv("AWS_SESSION_TOKEN"),
			}, nil
		}),
	}), m
}

func env(name, otherwise string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return otherwise
}

// Do implements the SDK's HTTPClient.
func (m *meter) Do(r *http.Request) (*http.Response, error) {
	m.mu.Lock()
	if m.open == 0 {
		m.trips++
	}
	m.open++
	m.mu.Unlock()
	res, err := m.Transport.Do(r)
	m.mu.Lock()
	m.open--
	m.mu.Unlock()
	return res, err
}

// begin forgets what was counted.
func (m *meter) begin() {
	m.Reset()
	m.mu.Lock()
	m.trips = 0
	m.mu.Unlock()
}

func (m *meter) heading(out io.Writer) {
	fmt.Fprintf(out, "\n%-16s  %8s  %11s  %s\n", "operation", "requests", "round trips", "sent as (number of items)")
}

// report prints what was counted since begin, and begins anew.
func (m *meter) report(out io.Writer, operation, format string, args ...any) {
	m.mu.Lock()
	trips := m.trips
	m.mu.Unlock()
	var sent []string
	for _, r := range m.Requests() {
		sent = append(sent, fmt.Sprintf("%s (%d)", r.Operation, items(r.Body)))
	}
	fmt.Fprintf(out, "%-16s  %8d  %11d  %-35s  %s\n", operation, m.Count(), trips, strings.Join(sent, ", "), fmt.Sprintf(format, args...))
	m.begin()
}

// items is the number of items that a request names.
func items(body []byte) int {
	var r struct {
		TransactItems []json.RawMessage
		RequestItems  map[string]struct{ Keys []json.RawMessage }
	}
	if err := json.Unmarshal(body, &r); err != nil {
		return 0
	}
	n := len(r.TransactItems)
	for _, table := range r.RequestItems {
		n += len(table.Keys)
	}
	return max(n, 1)
}
