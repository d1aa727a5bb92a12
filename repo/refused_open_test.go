package repo_test

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
)

func TestRefusedOpen(t *testing.T) {
	client := embedded.New().Client()
	open := func(table, key string, opts ...repo.Option) error {
		_, err := repo.Open(client, table, key, opts...)
		return err
	}
	_, noClient := repo.Open(nil, "Root", "ID")
	opener := repo.WithOpener(testKeys(t))
	const twice = " has two uses; partition key, sort key and record are different attributes"
	for _, c := range []struct {
		name string
		err  error
		text string
	}{
		{"no client", noClient, "invalid: the client is nil"},
		{"no table", open("", "ID"), `invalid: table name ""` + badName},
		{"a table with its prefix", open("Root", "ID", repo.TablePrefix("x/")), `invalid: table name "x/Root"` + badName},
		{"no key", open("Root", ""), "invalid: key: an attribute name has 1 to 255 bytes here, not 0"},
		{"a key that is no text", open("Root", "\xff"), `invalid: key: attribute name "\xff" is not valid UTF-8`},
		{"the key is the record", open("Root", "_meta"), `invalid: attribute "_meta"` + twice},
		{"the key is the sort key", open("Root", "ID", repo.SortKey("ID")), `invalid: attribute "ID"` + twice},
		{"the sort key is the record", open("Root", "ID", repo.SortKey("at"), repo.MetaAttribute("at")), `invalid: attribute "at"` + twice},
		{"no sort key", open("Root", "ID", repo.SortKey("")), "invalid: repo.SortKey: an attribute name has 1 to 255 bytes here, not 0"},
		{"no record", open("Root", "ID", repo.MetaAttribute("")), "invalid: repo.MetaAttribute: an attribute name has 1 to 255 bytes here, not 0"},
		{"the root's table allowed", open("Root", "ID", repo.AllowTables("Root")), `invalid: repo.AllowTables names the root's table "Root"; parts live in tables of their own`},
		{"no table allowed", open("Root", "ID", repo.AllowTables("ok-", "?")), `invalid: repo.AllowTables: table name "?"` + badName},
		{"Plain", open("Root", "ID", repo.Plain()), "invalid: repo.Plain is no option of Open, but of New"},
		{"no paths that must be sealed", open("Root", "ID", opener, repo.MustBeSealed()), "invalid: repo.MustBeSealed: it names no path"},
		{"sealed paths without an opener", open("Root", "ID", repo.MustBeSealed("a")), "invalid: repo.MustBeSealed: without repo.WithOpener nothing encrypted can be read"},
		{"a path that is none", open("Root", "ID", opener, repo.MustBeSealed("a..b")), `invalid: repo.MustBeSealed: path "a..b": an attribute name is missing`},
		{"a path to one element", open("Root", "ID", opener, repo.MustBeSealed("ok", "a.past[3].city")), `invalid: repo.MustBeSealed: path "a.past[3].city": a.past[3] is one element of a list, and a list is encrypted for all of them: a.past[]`},
		{"a path to the key", open("Root", "ID", opener, repo.MustBeSealed("ID")), `invalid: repo.MustBeSealed: path "ID": it is part of the key, which is never encrypted`},
		{"a path to the sort key", open("Root", "ID", opener, repo.MustBeSealed(`["at"]`), repo.SortKey("at")), `invalid: repo.MustBeSealed: path "[\"at\"]": it is part of the key, which is never encrypted`},
		{"a path into the record", open("Root", "ID", opener, repo.MustBeSealed("_meta.s")), `invalid: repo.MustBeSealed: path "_meta.s": it is in the stored record, which is never encrypted`},
		{"two paths that are none", open("Root", "ID", opener, repo.MustBeSealed("[]", "a"), repo.MustBeSealed("")),
			"invalid: repo.MustBeSealed: path \"[]\": a path begins with an attribute name\ninvalid: repo.MustBeSealed: path \"\": an attribute name is missing"},
		{"a nil option", open("Root", "ID", nil), "invalid: option 1 is nil"},
		{"two mistakes", open("", ""), `invalid: table name ""` + badName + "\ninvalid: key: an attribute name has 1 to 255 bytes here, not 0"},
	} {
		if !errors.Is(c.err, repo.ErrInvalid) || c.err.Error() != "repo.Open: "+c.text {
			t.Errorf("%s: %v, want repo.Open: %s", c.name, c.err, c.text)
		}
	}
}

func TestRefusedStored(t *testing.T) {
	ctx := context.Background()
	r := newRepos(t)
	get := func(key any) func() error {
		return func() error { _, err := r.stored.Get(ctx, key); return err }
	}
	const kinds = "a key is a string, []byte, an integer, attributevalue.Number or time.Time, not "
	var never context.Context
	refusedCalls(t, r, []call{
		{"nil", get(nil), "repo: Get Docs: invalid: key: " + kinds + "<nil>"},
		{"a bool", get(true), "repo: Get Docs: invalid: key: " + kinds + "bool"},
		{"a float", get(1.5), "repo: Get Docs: invalid: key: " + kinds + "float64"},
		{"no number", get(attributevalue.Number("x")), `repo: Get Docs: invalid: key: not a number`},
		{"empty", get(""), `repo: Get Docs "": invalid: key: it is empty`},
		{"no text", get("\xff"), `repo: Get Docs "\xff": invalid: key: it is not valid UTF-8`},
		{"a pair", get(repo.Pair("a", "b")), `repo: Get Docs "a"/"b": invalid: key: it has 2 parts, the key of the table has 1`},
		{"a pair with nothing", get(repo.Pair("a", nil)), `repo: Get Docs "a"/: invalid: key: ` + kinds + "<nil>"},
		{"no context", func() error { _, err := r.stored.Get(never, "1"); return err }, `repo: Get Docs "1": invalid: the context is nil`},
		{"delete nil", func() error { return r.stored.Delete(ctx, nil) }, "repo: Delete Docs: invalid: key: " + kinds + "<nil>"},
		{"delete with a nil option", func() error { return r.stored.Delete(ctx, "1", nil) }, `repo: Delete Docs "1": invalid: call option 1 is nil`},
		{"scan without a context", func() error {
			for _, err := range r.stored.Scan(never) {
				return err
			}
			return nil
		}, "repo: Scan Docs: invalid: the context is nil"},
	})
}
