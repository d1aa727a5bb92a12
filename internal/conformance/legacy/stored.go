package legacy

import (
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/dynamostore"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/repo"
)

//go:embed stored.json
var storedJSON []byte

// storedCase is a set of tables that dynamo-store has written.
type storedCase struct {
	Name, Note, Key string
	Encrypted       []string // paths, under the passphrase "somekey"
	Want            any
	Tables          map[string][]map[string]json.RawMessage
}

func storedCases() (cases []storedCase) {
	d := json.NewDecoder(strings.NewReader(string(storedJSON)))
	d.UseNumber()
	if err := d.Decode(&cases); err != nil {
		panic(err)
	}
	for i := range cases {
		cases[i].Want = numbers(cases[i].Want)
	}
	return cases
}

// numbers has attributevalue.Number for json.Number.
func numbers(v any) any {
	switch v := v.(type) {
	case json.Number:
		return attributevalue.Number(v)
	case map[string]any:
		for k, e := range v {
			v[k] = numbers(e)
		}
	case []any:
		for i, e := range v {
			v[i] = numbers(e)
		}
	}
	return v
}

// value reads DynamoDB's JSON.
func value(raw json.RawMessage) (types.AttributeValue, error) {
	var typed map[string]json.RawMessage
	if err := json.Unmarshal(raw, &typed); err != nil {
		return nil, err
	}
	for kind, raw := range typed {
		var s string
		var list []json.RawMessage
		var m map[string]json.RawMessage
		switch kind {
		case "BOOL":
			return kit.Boolean(string(raw) == "true"), nil
		case "NULL":
			return kit.Null(), nil
		case "S", "N", "B":
			if err := json.Unmarshal(raw, &s); err != nil {
				return nil, err
			}
			switch kind {
			case "S":
				return kit.Str(s), nil
			case "N":
				return kit.Num(s), nil
			}
			b, err := base64.StdEncoding.DecodeString(s)
			return kit.Bin(string(b)), err
		case "L":
			if err := json.Unmarshal(raw, &list); err != nil {
				return nil, err
			}
			out := make([]types.AttributeValue, len(list))
			for i, e := range list {
				var err error
				if out[i], err = value(e); err != nil {
					return nil, err
				}
			}
			return kit.List(out...), nil
		case "M":
			if err := json.Unmarshal(raw, &m); err != nil {
				return nil, err
			}
			row, err := row(m)
			return kit.Object(row), err
		}
	}
	return nil, fmt.Errorf("%s is no value", raw)
}

func row(m map[string]json.RawMessage) (kit.Row, error) {
	out := kit.Row{}
	for name, raw := range m {
		av, err := value(raw)
		if err != nil {
			return nil, err
		}
		out[name] = av
	}
	return out, nil
}

// anything is a type to make tables with.
type anything struct{ Text string }

// oldTables makes the tables of a program of dynamo-store, each with its key, and
// returns how to open the first one.
func oldTables(t *testing.T, x *kit.World, named ...string) func(opts ...dynamostore.Option) *dynamostore.Store {
	t.Helper()
	x.Tampered = true // their items are in no manifest
	var names []string
	for i := 0; i < len(named); i += 2 {
		kit.Open(t, x, repo.TableOf(named[i], repo.DetachedKey[anything, string](named[i+1])))
		names = append(names, named[i])
	}
	return func(opts ...dynamostore.Option) *dynamostore.Store {
		t.Helper()
		opts = append([]dynamostore.Option{dynamostore.TablePrefix(x.Prefix), dynamostore.AllowTables(names[1:]...)}, opts...)
		s, err := dynamostore.Open(x.Client, named[0], named[1], opts...)
		kit.Must(t, err)
		return s
	}
}

func peopleTables(t *testing.T, x *kit.World) func(opts ...dynamostore.Option) *dynamostore.Store {
	t.Helper()
	return oldTables(t, x, "Root", "ID", "Shard1", "IDX", "Shard2", "IDX", "Shard3", "GeoID", "Homes", "HID")
}

// somekey is the passphrase of paths.
func somekey(paths ...string) dynamostore.Option {
	return dynamostore.Passphrase(func(path string) string {
		if slices.Contains(paths, path) {
			return "somekey"
		}
		return ""
	})
}

// plant stores the items of a case.
func (c *storedCase) plant(t *testing.T, x *kit.World) {
	t.Helper()
	for table, items := range c.Tables {
		for _, m := range items {
			item, err := row(m)
			kit.Must(t, err)
			x.Plant(t, table, item)
		}
	}
}

// roundTrips are the requests of Get, by case.
var roundTrips = map[string][]string{
	"list-shards":   {"GetItem: Root", "BatchGetItem: Homes x3, Shard1, Shard2", "GetItem: Shard3"},
	"object":        {"GetItem: Root", "BatchGetItem: Shard1, Shard2 x2"},
	"object-sparse": {"GetItem: Root", "GetItem: Shard1"},
	"":              {"GetItem: Root", "BatchGetItem: Shard1, Shard2", "GetItem: Shard3"},
}

// storedChecks read what dynamo-store has written.
func storedChecks() (checks []kit.Check) {
	for _, c := range storedCases() {
		checks = append(checks, kit.Check{Name: c.Name, Run: func(t *testing.T, x *kit.World) {
			open := peopleTables(t, x)
			c.plant(t, x)
			s := open(somekey(c.Encrypted...))
			got, err := s.Get(t.Context(), c.Key)
			kit.Must(t, err)
			kit.Equal(t, c.Note, any(got), c.Want)
			sent, known := roundTrips[c.Name]
			if !known {
				sent = roundTrips[""]
			}
			x.WantSent(t, "get", sent...)
			n := 0
			for o, err := range s.All(t.Context()) {
				kit.Must(t, err)
				kit.Equal(t, "by All", o, &dynamostore.Object{ID: c.Key, Value: got})
				n++
			}
			kit.Equal(t, "objects", n, 1)
			x.WantSent(t, "all", append([]string{"Scan: Root"}, sent[1:]...)...)
		}})
	}
	return checks
}
