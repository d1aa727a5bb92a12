package stress

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"

	"github.com/dystore/dystore/fault"
)

// SplitBatches is a fault that makes a BatchGetItem read its keys one by one, in
// the order of their positions that order returns. It calls between before each
// key but the first. The service promises no more, since a batch is not
// isolated. An engine in process may read it under one lock.
//
// Other operations pass.
func SplitBatches(order func(n int) []int, between func(step int)) fault.Fault {
	return fault.Custom("batch split", func(next fault.HTTPClient, req *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		var in map[string]json.RawMessage
		var tables map[string]map[string]json.RawMessage
		if json.Unmarshal(body, &in) != nil || json.Unmarshal(in["RequestItems"], &tables) != nil {
			req.Body = io.NopCloser(bytes.NewReader(body))
			return next.Do(req)
		}
		b := splitBatch{next: next, req: req}
		for _, table := range slices.Sorted(maps.Keys(tables)) {
			var keys []json.RawMessage
			if err := json.Unmarshal(tables[table]["Keys"], &keys); err != nil {
				return nil, err
			}
			for _, key := range keys {
				get := maps.Clone(tables[table])
				get["Keys"] = encode([]json.RawMessage{key})
				b.singles = append(b.singles, encode(map[string]any{"RequestItems": map[string]any{table: get}}))
			}
		}
		return b.send(order(len(b.singles)), between)
	})
}

// splitBatch is a batch as a list of requests, each for one key.
type splitBatch struct {
	next    fault.HTTPClient
	req     *http.Request
	singles [][]byte
}

func (b *splitBatch) send(order []int, between func(step int)) (*http.Response, error) {
	type reply struct{ Responses, UnprocessedKeys map[string]json.RawMessage }
	items, left := map[string][]json.RawMessage{}, map[string]json.RawMessage{}
	var last *http.Response
	for step, i := range order {
		if step > 0 {
			between(step)
		}
		req := b.req.Clone(b.req.Context())
		req.Body = io.NopCloser(bytes.NewReader(b.singles[i]))
		res, err := b.next.Do(req)
		if err != nil || res.StatusCode != http.StatusOK {
			return res, err
		}
		var r reply
		err = json.NewDecoder(res.Body).Decode(&r)
		res.Body.Close()
		if err != nil {
			return nil, err
		}
		for table, raw := range r.Responses {
			var found []json.RawMessage
			if err := json.Unmarshal(raw, &found); err != nil {
				return nil, err
			}
			items[table] = append(items[table], found...)
		}
		maps.Copy(left, r.UnprocessedKeys)
		last = res
	}
	body := encode(map[string]any{"Responses": items, "UnprocessedKeys": left})
	last.Header.Del("X-Amz-Crc32")
	last.Body, last.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return last, nil
}

func encode(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // v is made of JSON that was read before
	}
	return b
}

// Forwards and Backwards are orders for SplitBatches.
func Forwards(n int) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	return order
}

// Backwards is Forwards, reversed.
func Backwards(n int) []int {
	order := Forwards(n)
	slices.Reverse(order)
	return order
}
