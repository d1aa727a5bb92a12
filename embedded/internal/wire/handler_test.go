package wire_test

import (
	"bytes"
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
		if body, _ := io.ReadAll(res.Body); res.StatusCode != 200 || string(body) != "healthy\n" {
			t.Errorf("%d %q", res.StatusCode, body)
		}
	})
}

// Requests that end early get an answer, if anybody is there to read it.
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

// blank is an endless body of white space; it counts what is read of it.
type blank struct{ read int }

func (b *blank) Read(p []byte) (int, error) {
	b.read += len(p)
	copy(p, bytes.Repeat([]byte{' '}, len(p)))
	return len(p), nil
}

func TestHugeBody(t *testing.T) {
	const limit = 16<<20*4/3 + 2<<20
	d := wire.NewTransport(fake(func(context.Context, any) (any, error) { return nil, nil }))
	put := func(body io.Reader, length int64) *http.Request {
		r := request(t, "PutItem", "")
		r.Body, r.ContentLength = io.NopCloser(body), length
		return r
	}
	for name, length := range map[string]int64{"announced": limit + 1, "endless": -1} {
		t.Run(name, func(t *testing.T) {
			body := &blank{}
			got := send(t, d, put(body, length))
			if got.status != 413 || got.code != "RequestEntityTooLargeException" ||
				got.text != "the request body is larger than 24466773 bytes" {
				t.Errorf("%d %s %q", got.status, got.code, got.text)
			}
			if body.read > 2*limit {
				t.Errorf("%d bytes were read", body.read)
			}
		})
	}
	t.Run("largest", func(t *testing.T) {
		body := `{"TableName":"` + strings.Repeat("t", limit-len(`{"TableName":""}`)) + `"}`
		if got := send(t, d, put(strings.NewReader(body), limit)); got.status != 200 {
			t.Errorf("%d %s", got.status, got.text)
		}
	})
	t.Run("broken off", func(t *testing.T) {
		if res, err := d.Do(put(strings.NewReader(`{}`), 10)); err != io.ErrUnexpectedEOF {
			t.Errorf("%v, %v", res, err)
		}
	})
}
