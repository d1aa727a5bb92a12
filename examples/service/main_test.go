package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/dynamodbtest"
	"github.com/dystore/dystore/examples/service/internal/drive"
)

// begin runs the program until the test is over, and returns its URL. The program
// has to end without an error.
func begin(t *testing.T, args ...string) string {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := run(ctx, append([]string{"-addr", "127.0.0.1:0"}, args...), in)
		in.CloseWithError(err)
		ended <- err
	}()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(strings.TrimPrefix(line, "listening on "))
}

// TestDrive runs the client against the program. What it prints is in README.md.
func TestDrive(t *testing.T) {
	var out bytes.Buffer
	if err := drive.Run(t.Context(), begin(t), &out); err != nil {
		t.Fatal(err)
	}
	compare(t, out.String())
}

// TestDriveOnEngine is the same on the engine that the environment chooses:
// another process, or a container.
func TestDriveOnEngine(t *testing.T) {
	server := dynamodbtest.Start(t)
	for _, name := range []string{"SHOP_KEY", "SHOP_EMAIL_SECRET"} {
		t.Setenv(name, base64.StdEncoding.EncodeToString([]byte(fmt.Sprintf("%-32s", name))))
	}
	for name, value := range map[string]string{"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any"} {
		if os.Getenv(name) == "" {
			t.Setenv(name, value)
		}
	}
	var out bytes.Buffer
	if err := drive.Run(t.Context(), begin(t, "-dynamodb", server.Endpoint, "-prefix", server.TablePrefix(t)), &out); err != nil {
		t.Fatal(err)
	}
	compare(t, out.String())
}

var update = flag.Bool("update", false, "write what the client prints into README.md")

// compare compares a transcript with the one at the end of README.md.
func compare(t *testing.T, got string) {
	t.Helper()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	const begin = "<!-- transcript -->\n\n```\n"
	text, want, _ := strings.Cut(string(readme), begin)
	got = strings.TrimSpace(got) + "\n```\n"
	if *update {
		if err := os.WriteFile("README.md", []byte(text+begin+got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-README.md +printed):\n%s", diff)
	}
}

// TestShutdown: a request that is under way is answered, and then the program
// ends.
func TestShutdown(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, []string{"-addr", "127.0.0.1:0", "-drain", "10ms"}, in) }()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	url := strings.TrimSpace(strings.TrimPrefix(line, "listening on "))

	underWay := make(chan struct{}) // the handler reads the body
	body, send := io.Pipe()
	trace := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{Got100Continue: func() { close(underWay) }})
	r, err := http.NewRequestWithContext(trace, "POST", url+"/customers", body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Idempotency-Key", "k")
	r.Header.Set("Expect", "100-continue")
	answered := make(chan int, 1)
	go func() {
		response, err := (&http.Transport{ExpectContinueTimeout: time.Hour}).RoundTrip(r)
		if err != nil {
			t.Error(err)
			answered <- 0
			return
		}
		response.Body.Close()
		answered <- response.StatusCode
	}()
	<-underWay
	stop()
	for { // until the program does not take new requests
		response, err := http.Get(url + "/readyz")
		if err != nil {
			break
		}
		response.Body.Close()
		if response.StatusCode == http.StatusServiceUnavailable {
			break
		}
	}
	io.WriteString(send, `{"name": "Ada", "email": "ada@example.org"}`)
	send.Close()
	if status := <-answered; status != http.StatusCreated {
		t.Errorf("the request was answered with %d, want 201", status)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestTables: what is printed for the AWS CLI makes tables that the service
// accepts, and Terraform's resources are the same tables.
func TestPolicy(t *testing.T) {
	var policy struct {
		Statement []struct {
			Sid              string
			Action, Resource []string
		}
	}
	printed(t, "iam", &policy)
	sids := map[string]bool{}
	for _, st := range policy.Statement {
		if sids[st.Sid] || len(st.Resource) == 0 {
			t.Errorf("statement %q is there twice, or is about nothing", st.Sid)
		}
		sids[st.Sid] = true
		for _, action := range st.Action {
			if action == "dynamodb:Scan" || strings.Contains(action, "*") {
				t.Errorf("%s allows %s", st.Sid, action)
			}
		}
	}
	if !sids["OrdersRoots"] || !sids["SessionsRoots"] {
		t.Errorf("statements: %v", sids)
	}
}

func TestTables(t *testing.T) {
	var aws struct {
		CreateTable, UpdateTimeToLive []map[string]any
	}
	var terraform struct {
		Resource struct {
			Tables map[string]struct {
				Attribute []any `json:"attribute"`
				TTL       any   `json:"ttl"`
			} `json:"aws_dynamodb_table"`
		} `json:"resource"`
	}
	printed(t, "aws", &aws)
	printed(t, "terraform", &terraform)
	var want, got []string
	for _, table := range aws.CreateTable {
		want = append(want, table["TableName"].(string))
		for name, value := range table {
			if value == nil || value == "" {
				t.Errorf("%s is empty in %v", name, table)
			}
		}
		if _, ok := terraform.Resource.Tables[table["TableName"].(string)]; ok {
			got = append(got, table["TableName"].(string))
		}
	}
	if diff := cmp.Diff([]string{"prod-customer-emails", "prod-customers", "prod-order-baskets", "prod-orders", "prod-stock", "prod-movements", "prod-sessions"}, want); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(want, got); diff != "" || len(terraform.Resource.Tables) != len(want) {
		t.Errorf("Terraform has other tables: %s", diff)
	}
	if len(aws.UpdateTimeToLive) != 1 || terraform.Resource.Tables["prod-sessions"].TTL == nil || len(terraform.Resource.Tables["prod-orders"].Attribute) != 4 {
		t.Errorf("got %v and %+v", aws.UpdateTimeToLive, terraform.Resource.Tables)
	}
	if err := printTables(io.Discard, "yaml", ""); err == nil {
		t.Error("another format is accepted")
	}
}

func printed(t *testing.T, format string, into any) {
	t.Helper()
	var out bytes.Buffer
	if err := run(t.Context(), []string{"-tables", format, "-prefix", "prod-"}, &out); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out.Bytes(), into); err != nil {
		t.Fatal(err)
	}
}
