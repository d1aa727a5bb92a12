package kit

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dystore/dystore/fault"
)

// describe renders a request as its operation with the tables and the number of
// keys or actions in each, as in "BatchGetItem: Past x50, Root". A read that may
// be stale is marked.
func describe(r fault.Request, prefix string) (string, error) {
	var body struct {
		TableName      string
		IndexName      string
		ConsistentRead *bool
		RequestItems   map[string]batched
		TransactItems  []map[string]struct{ TableName string }
	}
	if err := json.Unmarshal(r.Body, &body); err != nil {
		return "", fmt.Errorf("request %d, %s: %w", r.Index, r.Operation, err)
	}
	var parts []string
	add := func(text string, n int, strong *bool) {
		if strong != nil && !*strong {
			text += " (eventually)"
		}
		if n > 1 {
			text += fmt.Sprintf(" x%d", n)
		}
		parts = append(parts, text)
	}
	switch {
	case body.RequestItems != nil:
		for _, table := range slices.Sorted(maps.Keys(body.RequestItems)) {
			of := body.RequestItems[table]
			add(strings.TrimPrefix(table, prefix), len(of.Keys)+len(of.writes), of.ConsistentRead)
		}
	case body.TransactItems != nil:
		var actions []string
		for _, item := range body.TransactItems {
			for op, a := range item {
				actions = append(actions, op+" "+strings.TrimPrefix(a.TableName, prefix))
			}
		}
		for len(actions) > 0 {
			n := 1
			for n < len(actions) && actions[n] == actions[0] {
				n++
			}
			add(actions[0], n, nil)
			actions = actions[n:]
		}
	default:
		table := strings.TrimPrefix(body.TableName, prefix)
		if body.IndexName != "" {
			table += "/" + body.IndexName
		}
		add(table, 1, body.ConsistentRead)
	}
	return r.Operation + ": " + strings.Join(parts, ", "), nil
}

// batched is what a batch has of one table: keys, or writes.
type batched struct {
	Keys           []json.RawMessage
	ConsistentRead *bool
	writes         []json.RawMessage
}

func (b *batched) UnmarshalJSON(text []byte) error {
	if text[0] == '[' {
		return json.Unmarshal(text, &b.writes)
	}
	type reads batched
	return json.Unmarshal(text, (*reads)(b))
}
