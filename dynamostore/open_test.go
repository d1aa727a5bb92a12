package dynamostore_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/dynamostore"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
)

// TestOpenRefuses: all that is wrong with a call is in one error, and nothing is sent.
func TestOpenRefuses(t *testing.T) {
	client := embedded.New().Client()
	var none *dynamodb.Client
	for what, c := range map[string]struct {
		open func() (*dynamostore.Store, error)
		want []string
	}{
		"a nil client": {func() (*dynamostore.Store, error) { return dynamostore.Open(none, "Root", "ID") }, []string{"the client is nil"}},
		"no client":    {func() (*dynamostore.Store, error) { return dynamostore.Open(nil, "Root", "ID") }, []string{"the client is nil"}},
		"no table":     {func() (*dynamostore.Store, error) { return dynamostore.Open(client, "", "ID") }, []string{`table name ""`}},
		"no key":       {func() (*dynamostore.Store, error) { return dynamostore.Open(client, "Root", "") }, []string{"the key: "}},
		"a nil option": {func() (*dynamostore.Store, error) { return dynamostore.Open(client, "Root", "ID", nil) }, []string{"option 1 is nil"}},
		"a table": {func() (*dynamostore.Store, error) {
			return dynamostore.Open(client, "Root", "ID", dynamostore.AllowTables("a b"))
		}, []string{`"a b"`}},
		"no passphrases": {func() (*dynamostore.Store, error) {
			return dynamostore.Open(client, "Root", "ID", dynamostore.Passphrase(nil))
		}, []string{"Passphrase: the function is nil"}},
		"a region": {func() (*dynamostore.Store, error) {
			return dynamostore.Open(client, "Root", "ID", dynamostore.Region("", nil))
		}, []string{`Region("")`}},
		"a prefix": {func() (*dynamostore.Store, error) {
			return dynamostore.Open(client, "Root", "ID", dynamostore.TablePrefix("!"))
		}, []string{`"!Root"`}},
		"paths": {func() (*dynamostore.Store, error) {
			return dynamostore.Open(client, "Root", "ID", dynamostore.Omit("", "a[]", "a{}.b", "a{}", "a..b"))
		}, []string{`Omit("")`, `Omit("a[]")`, `Omit("a{}.b")`, `Omit("a{}")`, `Omit("a..b")`}},
		"several of them": {func() (*dynamostore.Store, error) { return dynamostore.Open(nil, "", "", dynamostore.Passphrase(nil)) }, []string{"the client", "table", "the key", "Passphrase"}},
	} {
		s, err := c.open()
		var located *dynamostore.Error
		if s != nil || !errors.Is(err, repo.ErrInvalid) || !errors.As(err, &located) || located.Op != "Open" {
			t.Errorf("%s: %v, %v", what, s, err)
			continue
		}
		for _, text := range c.want {
			if !strings.Contains(err.Error(), text) {
				t.Errorf("%s: %v; want %s in it", what, err, text)
			}
		}
	}
}

// TestCallsRefused: what can never work is refused before any request.
func TestCallsRefused(t *testing.T) {
	client := embedded.New().Client() // which has no tables: each request would fail otherwise
	old, err := dynamostore.Open(client, "Root", "ID")
	if err != nil {
		t.Fatal(err)
	}
	friends, err := repo.New(client, repo.TableOf("Friends", friendID))
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	var missing context.Context
	for what, call := range map[string]func() error{
		"no id":           func() error { _, err := old.Get(ctx, ""); return err },
		"nil":             func() error { _, err := old.Get(ctx, nil); return err },
		"an id":           func() error { _, err := old.Get(ctx, 1.5); return err },
		"a long id":       func() error { _, err := old.Get(ctx, strings.Repeat("x", 2049)); return err },
		"no context":      func() error { _, err := old.Get(missing, "p"); return err },
		"none for Import": func() error { _, err := dynamostore.Import(missing, old, friends, "p"); return err },
		"none for all":    func() error { _, err := dynamostore.ImportAll(missing, old, friends); return err },
		"none for All": func() (err error) {
			for _, err = range old.All(missing) {
			}
			return err
		},
		"no store":          func() error { _, err := dynamostore.Import(ctx, nil, friends, "p"); return err },
		"no store for all":  func() error { _, err := dynamostore.ImportAll(ctx, nil, friends); return err },
		"no repository":     func() error { _, err := dynamostore.Import[Friend](ctx, old, nil, "p"); return err },
		"a zero repository": func() error { _, err := dynamostore.ImportAll(ctx, old, &repo.Repo[Friend]{}); return err },
		"a nil option":      func() error { _, err := dynamostore.ImportAll(ctx, old, friends, nil); return err },
		"no function":       func() error { _, err := dynamostore.ImportAll(ctx, old, friends, repo.OnProgress(nil)); return err },
		"another option":    func() error { _, err := dynamostore.ImportAll(ctx, old, friends, repo.Limit(3)); return err },
	} {
		err := call()
		var located *dynamostore.Error
		if !errors.Is(err, repo.ErrInvalid) || !errors.As(err, &located) {
			t.Errorf("%s: %v", what, err)
		}
	}
	var located *dynamostore.Error
	if _, err := old.Get(ctx, "p"); !errors.As(err, &located) || errors.Is(err, repo.ErrInvalid) {
		t.Errorf("no table: %v", err)
	}
}

// TestWrongKeyName: the name of another key is no key of the table.
func TestWrongKeyName(t *testing.T) {
	client := embedded.New().Client()
	table(client, "Root", "ID", m{"ID": "p", "__dystore_meta__": layout("Root", "ID", nil)})
	old, err := dynamostore.Open(client, "Root", "id")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := old.Get(t.Context(), "p"); !errors.Is(err, repo.ErrInvalid) {
		t.Errorf("get: %v", err)
	}
	n := 0
	for _, err := range old.All(t.Context()) {
		if n++; !errors.Is(err, repo.ErrInvalid) || !strings.Contains(err.Error(), `"id"`) {
			t.Errorf("all: %v", err)
		}
	}
	if n != 1 {
		t.Errorf("%d errors", n)
	}
}

// TestResultsAreTheCallers: what is returned shares nothing with a later result.
func TestResultsAreTheCallers(t *testing.T) {
	old, err := dynamostore.Open(john(), "Root", "ID", dynamostore.AllowTables("Shard2"), dynamostore.Passphrase(passphrases))
	if err != nil {
		t.Fatal(err)
	}
	want := m{"firstname": "john", "age": "42", "location": m{"city": "Osaka", "country": "Japan"}}
	for range 2 {
		got, err := old.Get(t.Context(), "p1")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		got["location"].(m)["city"] = "changed"
	}
}
