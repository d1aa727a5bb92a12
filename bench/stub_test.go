package bench_test

import (
	"context"
	"encoding/json"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/dystore/dystore/bench"
)

// Every contender does its workload on the stub, several times, and sends what it
// has sent to the engine.
func TestOnStub(t *testing.T) {
	for _, w := range bench.OnStub() {
		for _, c := range w.Contenders {
			t.Run(w.Name+"/"+c.Name, func(t *testing.T) {
				op, stub, err := bench.Stubbed(t.Context(), c)
				if err != nil {
					t.Fatal(err)
				}
				if len(stub.Operations()) != 1 {
					t.Errorf("it sends %v", stub.Operations())
				}
				for range 3 {
					if err := op(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
			})
		}
	}
}

// An answer is as from AWS: with its length and its checksum.
func TestStubAnswers(t *testing.T) {
	get := bench.OnStub()[1].Contenders[0]
	_, stub, err := bench.Stubbed(t.Context(), get)
	if err != nil {
		t.Fatal(err)
	}
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader("{}"))
	req.Header.Set("X-Amz-Target", "DynamoDB_20120810.GetItem")
	for range 2 {
		res, err := stub.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		if res.StatusCode != http.StatusOK || res.ContentLength != int64(len(body)) || !json.Valid(body) {
			t.Errorf("status %d, length %d, body %s", res.StatusCode, res.ContentLength, body)
		}
		if sum := strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10); res.Header.Get("X-Amz-Crc32") != sum {
			t.Errorf("the checksum is %q, want %s", res.Header.Get("X-Amz-Crc32"), sum)
		}
	}
}

// Readers share a stub. Those of dystore share their repository too.
func TestStubIsConcurrent(t *testing.T) {
	for _, w := range bench.OnStub() {
		if !slices.Contains([]string{"Get", "Query 1,000 items", "TransactGet of 10", "Sharded: get"}, w.Name) {
			continue
		}
		for _, c := range w.Contenders {
			op, _, err := bench.Stubbed(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			var g sync.WaitGroup
			for range 4 {
				g.Go(func() {
					for range 5 {
						if err := op(t.Context()); err != nil {
							t.Errorf("%s, %s: %v", w.Name, c.Name, err)
						}
					}
				})
			}
			g.Wait()
		}
	}
}

// A stub has one answer for each kind of request, and refuses to play an
// operation that needs more, or another.
func TestStubRefuses(t *testing.T) {
	w := bench.OnStub()
	put, get := w[0].Contenders[0], w[1].Contenders[0]
	twice := bench.Contender{Name: "twice", Make: func(ctx context.Context, e bench.Engine) (bench.Op, error) {
		op, err := put.Make(ctx, e)
		return func(ctx context.Context) error { _ = op(ctx); return op(ctx) }, err
	}}
	if _, _, err := bench.Stubbed(t.Context(), twice); err == nil {
		t.Error("an operation of two puts is played with one answer")
	}
	runs := 0
	other := bench.Contender{Name: "other", Make: func(ctx context.Context, e bench.Engine) (bench.Op, error) {
		puts, err := put.Make(ctx, e)
		if err != nil {
			return nil, err
		}
		e.Prefix = "other-"
		gets, err := get.Make(ctx, e)
		return func(ctx context.Context) error {
			if runs++; runs <= 2 {
				return puts(ctx)
			}
			return gets(ctx)
		}, err
	}}
	op, _, err := bench.Stubbed(t.Context(), other)
	if err != nil {
		t.Fatal(err)
	}
	if err := op(t.Context()); err == nil {
		t.Error("a request that was not recorded is answered")
	}
}
