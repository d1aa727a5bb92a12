package linear

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"

	"github.com/dystore/dystore/fault"
)

// Mutation breaks one thing that the library relies on. A harness that finds
// nothing then proves nothing.
type Mutation struct {
	Name string
	// What schedules consist of; nil: of everything.
	Verbs []verb
	Fates []string

	splits bool // transaction reads are done key by key, with others in between
	do     func(engine fault.HTTPClient, verb string, req *http.Request, body object) (*http.Response, error)
}

// object is a request's body.
type object map[string]json.RawMessage

// Unchanged is no mutation: it parses every request as mutations do, and sends
// it on.
func Unchanged() Mutation {
	return Mutation{Name: "unchanged", do: func(engine fault.HTTPClient, _ string, req *http.Request, body object) (*http.Response, error) {
		body.actions(func(string, object) {})
		return send(engine, req, body)
	}}
}

// Mutations returns all of them.
func Mutations() []Mutation {
	return append([]Mutation{
		{Name: "transactions without a token", Verbs: []verb{create, remove}, Fates: []string{"executed, its answer lost", "late: its sender gives up"},
			do: func(engine fault.HTTPClient, verb string, req *http.Request, body object) (*http.Response, error) {
				delete(body, "ClientRequestToken")
				return send(engine, req, body)
			}},
		{Name: "puts without their conditions", do: func(engine fault.HTTPClient, verb string, req *http.Request, body object) (*http.Response, error) {
			if verb == "PutItem" {
				unconditional(body)
			}
			body.actions(func(kind string, action object) {
				if kind == "Put" {
					unconditional(action)
				}
			})
			return send(engine, req, body)
		}},
		{Name: "transactions of which only the first action happens", do: func(engine fault.HTTPClient, verb string, req *http.Request, body object) (*http.Response, error) {
			var items []json.RawMessage
			if verb == "TransactWriteItems" && json.Unmarshal(body["TransactItems"], &items) == nil {
				body["TransactItems"] = encode(items[:1])
			}
			return send(engine, req, body)
		}},
		{Name: "transactions that change one object only", Verbs: []verb{transact, create}, do: func(engine fault.HTTPClient, verb string, req *http.Request, body object) (*http.Response, error) {
			var items []json.RawMessage
			if verb == "TransactWriteItems" && json.Unmarshal(body["TransactItems"], &items) == nil {
				if some := slices.DeleteFunc(items, ofSecond); len(some) > 0 {
					body["TransactItems"] = encode(some)
				}
			}
			return send(engine, req, body)
		}},
		{Name: "transaction reads that mix two states", Verbs: []verb{transact, transactGet, create}, Fates: []string{}, splits: true, do: func(engine fault.HTTPClient, _ string, req *http.Request, body object) (*http.Response, error) {
			return send(engine, req, body)
		}},
		{Name: "pages that leave out what comes first", Verbs: []verb{walk, create, update}, do: func(engine fault.HTTPClient, verb string, req *http.Request, body object) (*http.Response, error) {
			later := body["ExclusiveStartKey"] != nil
			return listed(engine, verb, req, body, func(items []object) []object {
				if later && len(items) > 0 {
					return items[1:]
				}
				return items
			})
		}},
		{Name: "indexes with a state that never was", Verbs: []verb{query, walk, create, update}, do: func(engine fault.HTTPClient, verb string, req *http.Request, body object) (*http.Response, error) {
			index := body["IndexName"] != nil
			return listed(engine, verb, req, body, func(items []object) []object {
				for _, it := range items {
					if index && it["Name"] != nil {
						it["Name"] = encode(object{"S": encode("nobody's")})
					}
				}
				return items
			})
		}},
		{Name: "stale reads in place of strong ones", do: func(engine fault.HTTPClient, verb string, req *http.Request, body object) (*http.Response, error) {
			delete(body, "ConsistentRead")
			var tables map[string]object
			if json.Unmarshal(body["RequestItems"], &tables) == nil {
				for _, t := range tables {
					delete(t, "ConsistentRead")
				}
				body["RequestItems"] = encode(tables)
			}
			return send(engine, req, body)
		}},
		{Name: "writes that are acknowledged and not made", do: func(engine fault.HTTPClient, verb string, req *http.Request, body object) (*http.Response, error) {
			if token := body["ClientRequestToken"]; len(token) > 3 && token[1]%8 == 0 {
				return success([]byte("{}")), nil
			}
			return send(engine, req, body)
		}},
	}, stagedMutations()...)
}

// stagedMutations are those of the requests of staged writes.
func stagedMutations() []Mutation {
	return []Mutation{
		{Name: "copies that are acknowledged and not made", Verbs: []verb{create, putBlind, update}, do: func(engine fault.HTTPClient, verb string, req *http.Request, body object) (*http.Response, error) {
			if verb == "PutItem" && partTables[tableOf(encode(body))] != "" {
				return success([]byte("{}")), nil
			}
			return send(engine, req, body)
		}},
		{Name: "deletions over any state", Verbs: []verb{create, update, remove, removeValue}, do: func(engine fault.HTTPClient, verb string, req *http.Request, body object) (*http.Response, error) {
			if verb == "DeleteItem" {
				unconditional(body)
			}
			return send(engine, req, body)
		}},
		{Name: "sweeps by records that are behind", Verbs: []verb{create, update, sweep}, do: func(engine fault.HTTPClient, verb string, req *http.Request, body object) (*http.Response, error) {
			var tables map[string]object
			if verb == "BatchGetItem" && json.Unmarshal(body["RequestItems"], &tables) == nil {
				for _, t := range tables {
					if t["ProjectionExpression"] != nil {
						delete(t, "ConsistentRead")
					}
				}
				body["RequestItems"] = encode(tables)
			}
			return send(engine, req, body)
		}},
	}
}

// engine puts the mutation in front of an engine.
func (m *Mutation) engine(e fault.HTTPClient, p *packet) fault.HTTPClient {
	if m == nil {
		return e
	}
	return mutant{m, e, p.verb}
}

type mutant struct {
	mutation *Mutation
	engine   fault.HTTPClient
	verb     string
}

func (m mutant) Do(req *http.Request) (*http.Response, error) {
	data, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	var body object
	if err := json.Unmarshal(data, &body); err != nil {
		return nil, err
	}
	return m.mutation.do(m.engine, m.verb, req, body)
}

func send(engine fault.HTTPClient, req *http.Request, body object) (*http.Response, error) {
	data := encode(body)
	req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(data)), int64(len(data))
	return engine.Do(req)
}

func encode(v any) json.RawMessage {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // v is made of JSON that was read before
	}
	return data
}

// listed sends a Query or a Scan, and changes what it finds.
func listed(engine fault.HTTPClient, verb string, req *http.Request, body object, change func([]object) []object) (*http.Response, error) {
	res, err := send(engine, req, body)
	if err != nil || res.StatusCode != http.StatusOK || verb != "Query" && verb != "Scan" {
		return res, err
	}
	var out object
	var items []object
	if err := json.NewDecoder(res.Body).Decode(&out); err != nil {
		return nil, err
	}
	if json.Unmarshal(out["Items"], &items) == nil {
		items = change(items)
		out["Items"], out["Count"] = encode(items), encode(len(items))
	}
	return success(encode(out)), nil
}

// actions visits the actions of a transaction, which visit may change.
func (o object) actions(visit func(kind string, action object)) {
	var items []map[string]object
	if json.Unmarshal(o["TransactItems"], &items) != nil {
		return
	}
	for _, item := range items {
		for kind, action := range item {
			visit(kind, action)
		}
	}
	o["TransactItems"] = encode(items)
}

// unconditional removes the condition of a put. Only the condition uses names
// and values.
func unconditional(put object) {
	for _, member := range []string{"ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues"} {
		delete(put, member)
	}
}

// ofSecond reports whether an action of a transaction is on an item of object b.
func ofSecond(action json.RawMessage) bool {
	return slices.ContainsFunc([]string{`"TableName":"Mates"`, `"ID":{"S":"l"}`, `{"S":"Mates/`, `{"S":"Docs/Sl`}, func(sign string) bool {
		return bytes.Contains(action, []byte(sign))
	})
}

// splitReads is the fault that mixes states in a TransactGetItems: the engine reads one
// key after the other, and between is called before each but the first.
func splitReads(between func()) fault.Fault {
	return fault.Custom("transaction read split", func(next fault.HTTPClient, req *http.Request) (*http.Response, error) {
		data, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		var in struct{ TransactItems []json.RawMessage }
		if err := json.Unmarshal(data, &in); err != nil {
			return nil, err
		}
		var all []json.RawMessage
		for i, item := range in.TransactItems {
			if i > 0 {
				between()
			}
			res, err := send(next, req.Clone(req.Context()), object{"TransactItems": encode([]json.RawMessage{item})})
			if err != nil || res.StatusCode != http.StatusOK {
				return res, err
			}
			var out struct{ Responses []json.RawMessage }
			if err := json.NewDecoder(res.Body).Decode(&out); err != nil {
				return nil, err
			}
			all = append(all, out.Responses...)
		}
		return success(encode(object{"Responses": encode(all)})), nil
	})
}

// success is an answer without an error.
func success(body []byte) *http.Response {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}}, Body: io.NopCloser(bytes.NewReader(body))}
}

// knows reports whether the schedules of the mutation have a fate.
func (m *Mutation) knows(f fate) bool {
	return m == nil || m.Fates == nil || slices.Contains(m.Fates, f.name)
}
