package wire_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/embedded/internal/wire"
)

func TestHandlerWithTheSDK(t *testing.T) {
	var got any
	srv := httptest.NewServer(wire.NewHandler(fake(func(_ context.Context, in any) (any, error) {
		got = in
		return filled[dynamodb.PutItemOutput](), nil
	})))
	defer srv.Close()
	c := dynamodb.New(client(nil).Options(), func(o *dynamodb.Options) {
		o.BaseEndpoint = aws.String(srv.URL)
		o.HTTPClient = srv.Client()
	})
	res, err := c.PutItem(t.Context(), filled[dynamodb.PutItemInput]())
	if err != nil {
		t.Fatal(err)
	}
	mustEqual(t, "input", any(filled[dynamodb.PutItemInput]()), got)
	mustEqual(t, "output", filled[dynamodb.PutItemOutput](), res)
}

func TestHTTPDetails(t *testing.T) {
	srv := httptest.NewServer(wire.NewHandler(fake(func(context.Context, any) (any, error) { return nil, nil })))
	defer srv.Close()
	type header = map[string]string
	good := header{"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "DynamoDB_20120810.ListTables"}
	for _, c := range []struct {
		name, method, path string
		header             header
		status             int
		text               string
	}{
		{"plain", "POST", "/", good, 200, ""},
		{"with a charset", "POST", "/", header{"Content-Type": "application/json; charset=utf-8", "X-Amz-Target": good["X-Amz-Target"]}, 200, ""},
		{"another path", "POST", "/tables", good, 404, "requests are POST / with an X-Amz-Target header"},
		{"another method", "PUT", "/", good, 404, "requests are POST / with an X-Amz-Target header"},
		{"another content type", "POST", "/", header{"Content-Type": "application/cbor", "X-Amz-Target": good["X-Amz-Target"]}, 404,
			`the content type must be application/x-amz-json-1.0, not "application/cbor"`},
		{"no target", "POST", "/", header{"Content-Type": good["Content-Type"]}, 400,
			`X-Amz-Target must be DynamoDB_20120810.Operation, not ""`},
		{"another service", "POST", "/", header{"Content-Type": good["Content-Type"], "X-Amz-Target": "DynamoDBStreams_20120810.ListStreams"}, 400,
			`X-Amz-Target must be DynamoDB_20120810.Operation, not "DynamoDBStreams_20120810.ListStreams"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := http.NewRequestWithContext(t.Context(), c.method, srv.URL+c.path, strings.NewReader("{}"))
			if err != nil {
				t.Fatal(err)
			}
			for k, v := range c.header {
				r.Header.Set(k, v)
			}
			got := send(t, srv.Client(), r)
			if got.status != c.status || got.text != c.text {
				t.Errorf("%d %q, want %d %q", got.status, got.text, c.status, c.text)
			}
			if c.status != 200 && got.code != "UnknownOperationException" {
				t.Errorf("code %s", got.code)
			}
		})
	}
	t.Run("readiness", func(t *testing.T) {
		res, err := srv.Client().Get(srv.URL)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if body, _ := io.ReadAll(res.Body); res.StatusCode != 200 || string(body) != "healthy: "+strings.TrimPrefix(srv.URL, "http://")+"\n" {
			t.Errorf("%d %q", res.StatusCode, body)
		}
	})
}

// Requests that end early get an answer, if the client still reads.
func TestRequestsThatEndEarly(t *testing.T) {
	h := wire.NewHandler(fake(func(context.Context, any) (any, error) { return nil, nil }))
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	short := request(t, "PutItem", `{"TableName":"t"}`)
	short.ContentLength++
	for _, c := range []struct {
		name   string
		r      *http.Request
		status int
		body   string
	}{
		{"context", request(t, "PutItem", `{}`).WithContext(ended), 500,
			`{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"context canceled"}`},
		{"body", short, 400,
			`{"__type":"com.amazon.coral.service#SerializationException","message":"the request body cannot be read: unexpected EOF"}`},
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, c.r)
		if w.Code != c.status || w.Body.String() != c.body {
			t.Errorf("%s: %d %s, want %d %s", c.name, w.Code, w.Body, c.status, c.body)
		}
	}
}

// blank is an endless body of white space; it counts the bytes that are read.
type blank struct{ read int }

func (b *blank) Read(p []byte) (int, error) {
	b.read += len(p)
	copy(p, bytes.Repeat([]byte{' '}, len(p)))
	return len(p), nil
}

func putRequest(t *testing.T, body io.Reader, length int64) *http.Request {
	r := request(t, "PutItem", "")
	r.Body, r.ContentLength = io.NopCloser(body), length
	return r
}

func TestHugeBody(t *testing.T) {
	const limit = 16 << 20
	d := wire.NewTransport(fake(func(context.Context, any) (any, error) { return nil, nil }))
	for name, length := range map[string]int64{"announced": limit + 1, "endless": -1} {
		t.Run(name, func(t *testing.T) {
			body := &blank{}
			got := send(t, d, putRequest(t, body, length))
			if got.status != 413 || got.code != "RequestEntityTooLargeException" ||
				got.text != "the request body is larger than 16777216 bytes" {
				t.Errorf("%d %s %q", got.status, got.code, got.text)
			}
			if body.read > 2*limit {
				t.Errorf("%d bytes were read", body.read)
			}
		})
	}
	t.Run("largest", func(t *testing.T) {
		body := `{"TableName":"` + strings.Repeat("t", limit-len(`{"TableName":""}`)) + `"}`
		if got := send(t, d, putRequest(t, strings.NewReader(body), limit)); got.status != 200 {
			t.Errorf("%d %s", got.status, got.text)
		}
	})
	t.Run("broken off", func(t *testing.T) {
		if res, err := d.Do(putRequest(t, strings.NewReader(`{}`), 10)); err != io.ErrUnexpectedEOF {
			t.Errorf("%v, %v", res, err)
		}
	})
}

func gzipped(t *testing.T, parts ...string) string {
	var b bytes.Buffer
	for _, part := range parts {
		w := gzip.NewWriter(&b)
		if _, err := w.Write([]byte(part)); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

// TestCompressedBody has the answers of the service, which reports a body that
// is not gzip as an internal error.
func TestCompressedBody(t *testing.T) {
	const unpacked = 16<<20*4/3 + 2<<20
	var got string
	srv := httptest.NewServer(wire.NewHandler(fake(func(_ context.Context, in any) (any, error) {
		got = *in.(*dynamodb.PutItemInput).TableName
		return nil, nil
	})))
	defer srv.Close()
	const plain = `{"TableName":"t"}`
	good := gzipped(t, plain)
	filled := func(n int) string { return plain + strings.Repeat(" ", n-len(plain)) }
	for _, c := range []struct {
		name, encoding, body string
		status               int
		text                 string
	}{
		{"gzip", "gzip", good, 200, ""},
		{"by another spelling", "GZIP", good, 200, ""},
		{"in two parts", "gzip", gzipped(t, plain[:5], plain[5:]), 200, ""},
		{"larger than a body may be", "gzip", gzipped(t, filled(16<<20+1)), 200, ""},
		{"as large as it may be", "gzip", gzipped(t, filled(unpacked)), 200, ""},
		{"too large", "gzip", gzipped(t, filled(unpacked+1)), 413, "the unpacked request body is larger than 24466773 bytes"},
		{"not gzip", "gzip", plain, 500, "the request body is not gzip: gzip: invalid header"},
		{"nothing", "gzip", "", 500, "the request body is not gzip: EOF"},
		{"cut off", "gzip", good[:len(good)-1], 500, "the request body is not gzip: unexpected EOF"},
		{"followed by something else", "gzip", good + "junk", 500, "the request body is not gzip: unexpected EOF"},
		{"another encoding", "br", plain, 500, `the content encoding "br" is not supported by the embedded engine`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got = ""
			r, err := http.NewRequestWithContext(t.Context(), "POST", srv.URL, strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			for k, v := range map[string]string{"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "DynamoDB_20120810.PutItem", "Content-Encoding": c.encoding} {
				r.Header.Set(k, v)
			}
			answer := send(t, srv.Client(), r)
			if answer.status != c.status || answer.text != c.text || (got == "t") != (c.status == 200) {
				t.Errorf("%d %q with table %q, want %d %q", answer.status, answer.text, got, c.status, c.text)
			}
		})
	}
}
