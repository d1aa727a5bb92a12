package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
)

// The test binary is the program when this is set.
const programEnv = "DYNAMODB_EMBEDDED_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(programEnv) != "" {
		main()
	}
	os.Exit(m.Run())
}

// program is a running process.
type program struct {
	cmd    *exec.Cmd
	url    string
	stderr bytes.Buffer
}

func start(t *testing.T, args ...string) *program {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &program{cmd: exec.Command(exe, append([]string{"-addr", "127.0.0.1:0"}, args...)...)}
	p.cmd.Env = append(os.Environ(), programEnv+"=1")
	p.cmd.Stderr = &p.stderr
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.cmd.Process.Kill(); p.cmd.Wait() })
	lines := bufio.NewScanner(out)
	lines.Scan()
	url, ok := strings.CutPrefix(lines.Text(), "listening on ")
	if !ok || !strings.HasPrefix(url, "http://127.0.0.1:") {
		t.Fatalf("the program said %q", lines.Text())
	}
	p.url = url
	return p
}

// end sends the signal and returns the exit status.
func (p *program) end(t *testing.T, s syscall.Signal) int {
	t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
	err := p.cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return p.cmd.ProcessState.ExitCode()
}

func (p *program) client() *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region: "local", BaseEndpoint: aws.String(p.url),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "x", SecretAccessKey: "x"}, nil
		}),
	})
}

func key(id string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: id}}
}

func create(t *testing.T, c *dynamodb.Client) {
	t.Helper()
	_, err := c.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: aws.String("people"), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func add(t *testing.T, c *dynamodb.Client, id string) string {
	t.Helper()
	out, err := c.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String("people"), Key: key(id), UpdateExpression: aws.String("ADD n :one"), ReturnValues: types.ReturnValueAllNew,
		ExpressionAttributeValues: map[string]types.AttributeValue{":one": &types.AttributeValueMemberN{Value: "1"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Attributes["n"].(*types.AttributeValueMemberN).Value
}

func TestInMemory(t *testing.T) {
	p := start(t)
	c := p.client()
	create(t, c)
	for _, want := range []string{"1", "2"} {
		if got := add(t, c, "p1"); got != want {
			t.Errorf("n = %s, want %s", got, want)
		}
	}
	_, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{
		TableName: aws.String("people"), Item: key("p1"), ConditionExpression: aws.String("attribute_not_exists(id)"),
	})
	if e := new(types.ConditionalCheckFailedException); !errors.As(err, &e) {
		t.Errorf("got %v", err)
	}
	res, err := http.Get(p.url)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != 200 {
		t.Errorf("GET / answers %d", res.StatusCode)
	}
	if status := p.end(t, syscall.SIGINT); status != 0 || p.stderr.Len() > 0 {
		t.Errorf("status %d: %s", status, p.stderr.String())
	}
}

// TestWithoutTransactions: the engine of either kind has none if the flag says so.
func TestWithoutTransactions(t *testing.T) {
	for _, kind := range [][]string{nil, {"-data", filepath.Join(t.TempDir(), "dev.db")}} {
		for _, c := range []struct{ flag, code string }{{"-transactions=false", "UnknownOperationException"}, {"-transactions", "ResourceNotFoundException"}} {
			p := start(t, append([]string{c.flag}, kind...)...)
			_, err := p.client().TransactGetItems(t.Context(), &dynamodb.TransactGetItemsInput{
				TransactItems: []types.TransactGetItem{{Get: &types.Get{TableName: aws.String("people"), Key: key("p1")}}},
			})
			if e, ok := errors.AsType[smithy.APIError](err); !ok || e.ErrorCode() != c.code {
				t.Errorf("%v %s: %v", kind, c.flag, err)
			}
			p.end(t, syscall.SIGTERM)
		}
	}
}

// State outlives the process, both if it is asked to end and if it is killed.
func TestDataSurvives(t *testing.T) {
	data := filepath.Join(t.TempDir(), "dev.db")
	p := start(t, "-data", data)
	create(t, p.client())
	for i, s := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL, syscall.SIGINT} {
		if got, want := add(t, p.client(), "p1"), string(rune('1'+i)); got != want {
			t.Fatalf("n = %s, want %s", got, want)
		}
		want := 0
		if s == syscall.SIGKILL {
			want = -1
		}
		if status := p.end(t, s); status != want || p.stderr.Len() > 0 {
			t.Errorf("status %d after %v: %s", status, s, p.stderr.String())
		}
		p = start(t, "-data", data)
	}

	// The file belongs to one process at a time.
	var stderr bytes.Buffer
	if status := run(t.Context(), []string{"-addr", "127.0.0.1:0", "-data", data}, io.Discard, &stderr); status != 1 ||
		stderr.String() != "dynamodb-embedded: durable: open "+data+": the file is in use\n" {
		t.Errorf("status %d: %s", status, stderr.String())
	}
}

func TestFailures(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, bytes.Repeat([]byte("no database "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		args   []string
		status int
		stderr string // the beginning
	}{
		{"help", []string{"-h"}, 0, "Usage of dynamodb-embedded:\n"},
		{"flag", []string{"-port", "1"}, 2, "flag provided but not defined: -port\n"},
		{"argument", []string{"x"}, 2, "dynamodb-embedded: unexpected argument \"x\"\n"},
		{"address", []string{"-addr", "nowhere"}, 1, "dynamodb-embedded: listen tcp: address nowhere: missing port in address\n"},
		{"damaged file", []string{"-data", text}, 1, "dynamodb-embedded: durable: open " + text + ": the file is corrupt: invalid database\n"},
		{"no directory", []string{"-data", filepath.Join(dir, "no", "x")}, 1, "dynamodb-embedded: durable: open "},
	} {
		t.Run(c.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			if status := run(t.Context(), c.args, &stdout, &stderr); status != c.status || !strings.HasPrefix(stderr.String(), c.stderr) {
				t.Errorf("status %d: %s", status, stderr.String())
			}
			if stdout.Len() > 0 {
				t.Errorf("standard output: %s", stdout.String())
			}
		})
	}
}

// A request that is under way when the program is asked to end gets its answer.
func TestGracefulShutdown(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, w := io.Pipe()
	done := make(chan int)
	go func() {
		done <- run(ctx, []string{"-addr", "127.0.0.1:0"}, w, io.Discard)
	}()
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	url := strings.TrimSpace(strings.TrimPrefix(line, "listening on "))
	body, half := io.Pipe()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-amz-json-1.0")
	req.Header.Set("X-Amz-Target", "DynamoDB_20120810.ListTables")
	req.Header.Set("Expect", "100-continue") // the body is read when the handler asks for it
	type result struct {
		res *http.Response
		err error
	}
	answered := make(chan result)
	go func() {
		res, err := http.DefaultClient.Do(req)
		answered <- result{res, err}
	}()
	if _, err := half.Write([]byte("{")); err != nil {
		t.Fatal(err)
	}
	cancel()
	half.Write([]byte("}"))
	half.Close()
	got := <-answered
	if got.err != nil {
		t.Fatal(got.err)
	}
	defer got.res.Body.Close()
	text, err := io.ReadAll(got.res.Body)
	if err != nil || got.res.StatusCode != 200 || string(text) != `{"TableNames":[]}` {
		t.Errorf("%d %s, %v", got.res.StatusCode, text, err)
	}
	if status := <-done; status != 0 {
		t.Errorf("status %d", status)
	}
}
