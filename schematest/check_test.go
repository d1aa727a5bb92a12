package schematest_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/schematest"
	"github.com/dystore/dystore/shard"
)

// recorder is a test that remembers what it was told.
type recorder struct {
	testing.TB
	errors, logs []string
}

func (r *recorder) Helper()                   {}
func (r *recorder) Errorf(f string, a ...any) { r.errors = append(r.errors, fmt.Sprintf(f, a...)) }
func (r *recorder) Logf(f string, a ...any)   { r.logs = append(r.logs, fmt.Sprintf(f, a...)) }

func TestCheck(t *testing.T) {
	t.Chdir(t.TempDir())
	c := embedded.New().Client()
	first, second := open(t, c, boxModel[one](), repo.TablePrefix("p-")), open(t, c, boxModel[one](homes("Homes")))
	check := func(m schematest.Model, errors, logs string) {
		t.Helper()
		r := &recorder{TB: t}
		schematest.Check(r, m, schematest.File("testdata/Box.schema"))
		if got := strings.Join(r.errors, ""); !strings.Contains(got, errors) || errors == "" && got != "" {
			t.Errorf("errors %q, want %q", got, errors)
		}
		if got := strings.Join(r.logs, ""); !strings.Contains(got, logs) || logs == "" && got != "" {
			t.Errorf("logs %q, want %q", got, logs)
		}
	}
	check(first, "has no schema file testdata/Box.schema; UPDATE_SCHEMA=1", "")
	t.Setenv("UPDATE_SCHEMA", "1")
	check(first, "", "")
	t.Setenv("UPDATE_SCHEMA", "")
	check(first, "", "")
	check(open(t, c, boxModel[one]()), "", "") // another prefix
	check(second, "needs AllowTables first: v: it became a shard", "")
	check(first, "", "") // the file is as it was
	t.Setenv("UPDATE_SCHEMA", "1")
	check(second, "", "needs AllowTables first: v: it became a shard")
	t.Setenv("UPDATE_SCHEMA", "0")
	check(second, "", "")
	must(t, os.WriteFile("testdata/Box.schema", []byte("{}"), 0o600))
	check(second, "testdata/Box.schema: schematest: it is no schema: type, table or key is missing", "")
	t.Setenv("UPDATE_SCHEMA", "1")
	check(second, "type, table or key is missing", "") // what cannot be read was not judged
}

// TestText: a schema is read as it was written, also with everything in it.
func TestText(t *testing.T) {
	c := embedded.New().Client()
	r := open(t, c, boxModel[string](cipher.Protect(aes(1), field[string]()), shard.Unique(shard.To("Names"), lensName[string]()),
		repo.SimpleIndexOf("by-name", func(b *box[string]) *string { return &b.Name })), repo.TablePrefix("p-"), repo.AllowTables("Gone"))
	text := schematest.Text(r.Layout())
	back, err := schematest.Parse(text)
	must(t, err)
	want := r.Layout()
	want.Prefix = ""
	if d := cmp.Diff(want, back, cmpopts.IgnoreUnexported(repo.Layout{})); d != "" {
		t.Error(d)
	}
	if again := schematest.Text(back); string(again) != string(text) {
		t.Errorf("%s\n%s", text, again)
	}
	for schema, why := range map[string]string{
		"":                          "EOF",
		"dystore":                   "invalid character",
		`{"type":"x","later":true}`: `unknown field "later"`,
		`{"type":"x"}`:              "type, table or key is missing",
	} {
		if _, err := schematest.Parse([]byte(schema)); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%q: %v, want %s", schema, err, why)
		}
	}
}
