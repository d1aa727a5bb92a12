package costs_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/embedded"
)

// trip is how long each request takes in virtual time: what passes while an operation
// runs is the number of its round trips.
const trip = time.Second

// meter counts what passes through it.
type meter struct {
	next dynamodb.HTTPClient

	mu       sync.Mutex
	requests int
	read     float64 // capacity units
	written  float64
}

// metered returns a client of a new engine, and what counts its requests.
func metered() (*dynamodb.Client, *meter) {
	options := embedded.New().Client().Options()
	m := &meter{next: options.HTTPClient}
	options.HTTPClient = m
	return dynamodb.New(options), m
}

// Do asks for the capacity that the request takes, and adds it up.
func (m *meter) Do(req *http.Request) (*http.Response, error) {
	var in map[string]any
	if err := json.NewDecoder(req.Body).Decode(&in); err != nil {
		return nil, err
	}
	_, op, _ := strings.Cut(req.Header.Get("X-Amz-Target"), ".")
	if !strings.HasSuffix(op, "Table") && !strings.HasSuffix(op, "Tables") && !strings.HasSuffix(op, "TimeToLive") {
		in["ReturnConsumedCapacity"] = "TOTAL"
	}
	body, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	again := req.Clone(req.Context())
	again.Body, again.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	time.Sleep(trip)
	res, err := m.next.Do(again)
	if err != nil {
		return nil, err
	}
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	res.Body = io.NopCloser(bytes.NewReader(answer))
	return res, m.add(op, answer)
}

func (m *meter) add(op string, answer []byte) error {
	var out struct{ ConsumedCapacity json.RawMessage }
	if err := json.Unmarshal(answer, &out); err != nil {
		return err
	}
	type units struct{ CapacityUnits float64 }
	var of []units
	if text := bytes.TrimSpace(out.ConsumedCapacity); len(text) > 0 && text[0] == '{' {
		of = make([]units, 1)
		if err := json.Unmarshal(text, &of[0]); err != nil {
			return err
		}
	} else if len(text) > 0 {
		if err := json.Unmarshal(text, &of); err != nil {
			return err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.requests++
	for _, u := range of {
		switch op {
		case "GetItem", "BatchGetItem", "TransactGetItems", "Query", "Scan":
			m.read += u.CapacityUnits
		default:
			m.written += u.CapacityUnits
		}
	}
	return nil
}

// reset forgets what was counted.
func (m *meter) reset() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.requests, m.read, m.written = 0, 0, 0
}
