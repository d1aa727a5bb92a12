package schematest

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/dystore/dystore/repo"
)

// Model is what has a layout: a *repo.Repo.
type Model interface{ Layout() repo.Layout }

// Option is an option of [Check].
type Option interface{ apply(*config) }

type config struct{ file string }

type option func(*config)

func (o option) apply(c *config) { o(c) }

// File names the file that has the schema. The default is testdata/Person.schema for
// the type Person, in the directory of the test.
func File(name string) Option { return option(func(c *config) { c.file = name }) }

// Check compares a model with its schema file, and fails the test if they differ or if
// there is no file. It reports each change with its verdict. Safe changes fail as well: the
// file is what the next change is judged by.
//
// With UPDATE_SCHEMA=1 in the environment, or if the test's own flag -update is set, the
// file is written and the verdicts are logged.
func Check(t testing.TB, m Model, opts ...Option) {
	t.Helper()
	new := m.Layout()
	name, _, _ := strings.Cut(new.Type, "[") // without the arguments of a generic type
	name = name[strings.LastIndex(name, ".")+1:]
	c := &config{file: filepath.Join("testdata", name+".schema")}
	for _, o := range opts {
		o.apply(c)
	}
	var old repo.Layout
	text, err := os.ReadFile(c.file)
	missing := errors.Is(err, fs.ErrNotExist)
	if err == nil {
		old, err = Parse(text)
	}
	switch {
	case missing && updating():
	case missing:
		t.Errorf("schematest: %s has no schema file %s; UPDATE_SCHEMA=1 go test writes it", new.Type, c.file)
		return
	case err != nil:
		t.Errorf("schematest: %s: %v", c.file, err)
		return
	}
	report(t, c, text, Text(new), missing, old, new)
}

func report(t testing.TB, c *config, before, after []byte, missing bool, old, new repo.Layout) {
	t.Helper()
	var lines []string
	if !missing {
		for _, change := range Compare(old, new) {
			lines = append(lines, change.String())
		}
	}
	switch {
	case updating() && !bytes.Equal(before, after):
		if len(lines) > 0 {
			t.Logf("schematest: %s accepted:\n%s", new.Type, strings.Join(lines, "\n"))
		}
		err := os.MkdirAll(filepath.Dir(c.file), 0o755)
		if err == nil {
			err = os.WriteFile(c.file, after, 0o644)
		}
		if err != nil {
			t.Errorf("schematest: %v", err)
		}
	case len(lines) > 0:
		t.Errorf("schematest: %s is not as in %s:\n%s\nUPDATE_SCHEMA=1 go test accepts it", new.Type, c.file, strings.Join(lines, "\n"))
	}
}

func updating() bool {
	f := flag.Lookup("update")
	return os.Getenv("UPDATE_SCHEMA") == "1" || f != nil && f.Value.String() == "true"
}

// Text is the schema of a layout: JSON, with a line for each element of a list, so that
// a change shows as a line. The prefix of tables is not in it.
func Text(l repo.Layout) []byte {
	l.Prefix = ""
	var b bytes.Buffer
	b.WriteString("{\n")
	v := reflect.ValueOf(l)
	first := true
	for i := range v.NumField() {
		f := v.Type().Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || strings.Contains(options, "omitempty") && v.Field(i).IsZero() {
			continue
		}
		if !first {
			b.WriteString(",\n")
		}
		first = false
		fmt.Fprintf(&b, "  %q: ", name)
		list := v.Field(i)
		if list.Kind() != reflect.Slice {
			b.Write(line(list))
			continue
		}
		b.WriteString("[")
		for j := range list.Len() {
			if j > 0 {
				b.WriteString(",")
			}
			b.WriteString("\n    ")
			b.Write(line(list.Index(j)))
		}
		b.WriteString("\n  ]")
	}
	b.WriteString("\n}\n")
	return b.Bytes()
}

// line is a value of strings, numbers and bools, which JSON always has.
func line(v reflect.Value) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v.Interface()); err != nil {
		panic(err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// Parse reads a schema. One that has members which this release does not know is an
// error: it was written by a newer one.
func Parse(schema []byte) (repo.Layout, error) {
	var l repo.Layout
	d := json.NewDecoder(bytes.NewReader(schema))
	d.DisallowUnknownFields()
	if err := d.Decode(&l); err != nil {
		return repo.Layout{}, fmt.Errorf("schematest: it is no schema of this release: %w", err)
	}
	if l.Type == "" || l.Table == "" || len(l.Key) == 0 {
		return repo.Layout{}, errors.New("schematest: it is no schema: type, table or key is missing")
	}
	return l, nil
}
