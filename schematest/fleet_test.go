package schematest_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/schematest"
)

// program is a release of a service: a declaration over a client, and the object that it
// writes. Types have the fields ID and Name.
type program func(*testing.T, *dynamodb.Client) *running

// running is a program that runs.
type running struct {
	layout repo.Layout
	sample map[string]any
	create func(id string) error
	read   func(id string) (map[string]any, error)
	touch  func(id string) error // reads, changes the name, puts
	remove func(id string) error
}

// of is a program of a model.
func of[T any](m repo.Model[T], sample T, opts ...repo.Option) program {
	return func(t *testing.T, c *dynamodb.Client) *running {
		t.Helper()
		r, err := repo.New(c, m, opts...)
		if err != nil {
			t.Fatal(err)
		}
		_ = r.CreateTables(t.Context()) // of two declarations of one table, the first wins
		named := func(id string) *T {
			v := sample
			reflect.ValueOf(&v).Elem().FieldByName("ID").SetString(id)
			return &v
		}
		get := func(id string) (*T, error) {
			key, err := r.Key(named(id))
			if err != nil {
				return nil, err
			}
			return r.Get(context.Background(), key)
		}
		return &running{
			layout: r.Layout(), sample: fieldsOf(&sample),
			create: func(id string) error { _, err := r.Create(context.Background(), named(id)); return err },
			read: func(id string) (map[string]any, error) {
				v, err := get(id)
				if err != nil {
					return nil, err
				}
				return fieldsOf(v), nil
			},
			touch: func(id string) error {
				v, err := get(id)
				if err == nil {
					reflect.ValueOf(v).Elem().FieldByName("Name").SetString("touched")
					_, err = r.Put(context.Background(), v)
				}
				return err
			},
			remove: func(id string) error {
				key, err := r.Key(named(id))
				if err == nil {
					err = r.Delete(context.Background(), key, repo.MustExist())
				}
				return err
			},
		}
	}
}

// fieldsOf are the fields of a value but for its key, its record and its name.
func fieldsOf(v any) map[string]any {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var m map[string]any
	if err := d.Decode(&m); err != nil {
		panic(err)
	}
	if a := reflect.ValueOf(v).Elem().FieldByName("V"); a.IsValid() && a.Kind() == reflect.Array {
		m["V"] = base64.StdEncoding.EncodeToString(a.Bytes()) // as a slice
	}
	delete(m, "ID")
	delete(m, "Meta")
	delete(m, "Name")
	return m
}

// differ says how what was read differs from what was written, in fields of both.
func differ(read, wrote map[string]any) error {
	for name, want := range wrote {
		if got, both := read[name]; both && !cmp.Equal(within(got, want), want) {
			return fmt.Errorf("%s is %v, was written as %v", name, got, want)
		}
	}
	return nil
}

// within is got without the fields of structs that want does not have.
func within(got, want any) any {
	switch want := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			return got
		}
		out := map[string]any{}
		for k, v := range want {
			if gv, both := g[k]; both {
				out[k] = within(gv, v)
			} else {
				out[k] = v
			}
		}
		return out
	case []any:
		if g, ok := got.([]any); ok && len(g) == len(want) {
			out := make([]any, len(want))
			for i := range want {
				out[i] = within(g[i], want[i])
			}
			return out
		}
	}
	return got
}

// fleet runs both programs on one engine and says what each of them could not do.
type fleet struct{ old, new []error }

func run(t *testing.T, o, n program) (f fleet, changes []schematest.Change) {
	c := embedded.New().Client()
	old, new := o(t, c), n(t, c)
	reads := func(errs *[]error, by, of *running, id string) {
		got, err := by.read(id)
		if err == nil {
			err = differ(got, of.sample)
		}
		note(errs, "read", err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range []string{"a", "b", "c"} {
		must(old.create("old-" + id))
		must(new.create("new-" + id))
	}
	reads(&f.new, new, old, "old-a")
	reads(&f.old, old, new, "new-a")
	note(&f.new, "put", new.touch("old-b"))
	reads(&f.old, old, old, "old-b")
	note(&f.old, "put", old.touch("new-b"))
	reads(&f.old, new, new, "new-b") // what the old program has left of it
	note(&f.new, "delete", new.remove("old-c"))
	note(&f.old, "delete", old.remove("new-c"))
	return f, schematest.Compare(old.layout, new.layout)
}

func note(errs *[]error, what string, err error) {
	if err != nil {
		*errs = append(*errs, fmt.Errorf("%s: %w", what, err))
	}
}

// bears reports whether what has happened is what a verdict says.
func (f fleet) bears(v schematest.Verdict) bool {
	switch v {
	case schematest.Safe:
		return len(f.old) == 0 && len(f.new) == 0
	case schematest.BreaksOldReaders:
		return len(f.old) > 0 && len(f.new) == 0
	case schematest.BreaksStoredData, schematest.NeedsMovedFrom:
		return len(f.new) > 0
	case schematest.NeedsAllowTables, schematest.NeedsUpgrade:
		return len(f.old) > 0 || len(f.new) > 0
	}
	return false
}

func aes(b byte) cipher.Cipher {
	key, err := cipher.NewKey(1, bytes.Repeat([]byte{b}, 32))
	if err != nil {
		panic(err)
	}
	ring, err := cipher.NewKeyset(cipher.Primary(key))
	if err != nil {
		panic(err)
	}
	keys, err := cipher.New(ring)
	if err != nil {
		panic(err)
	}
	return keys
}
