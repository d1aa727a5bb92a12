package cipher_test

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"github.com/dystore/dystore/cipher"
)

// The worked example of the format document, computed with another
// implementation of the primitives. The test reads the document itself.
func TestWorkedExample(t *testing.T) {
	doc, err := os.ReadFile("../internal/docs/format.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, ok := strings.Cut(string(doc), "### Worked example")
	blocks := strings.Split(example, "```")
	if !ok || len(blocks) != 5 {
		t.Fatal("the document has no worked example of two blocks")
	}
	first, second := fields(blocks[1]), fields(blocks[3])
	key := unhex(t, first["key"])
	prk, enc, commit, err := specDerive(key, unhex(t, first["envelope"])[:32])
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string][]byte{"prk": prk, "enc": enc, "commit": commit} {
		if want := unhex(t, first[name]); !bytes.Equal(got, want) {
			t.Errorf("%s = %x, want %x", name, got, want)
		}
	}
	k, err := cipher.NewKey(7, key)
	if err != nil {
		t.Fatal(err)
	}
	number, err := cipher.KeyNumber("1E2")
	if err != nil {
		t.Fatal(err)
	}
	b := &cipher.Binding{Entity: "person", Key: []cipher.KeyPart{cipher.KeyString("p1"), number},
		Path: cipher.Path{cipher.Name("past"), cipher.Elem(), cipher.Name("city")}}
	spec := specBinding{entity: "person", key: []specPart{{'S', "p1"}, {'N', "100"}}, path: []specSegment{{name: "past"}, {elem: true}, {name: "city"}}}
	want := unhex(t, first["binding"])
	if got := b.AppendAAD([]byte("dst")); !bytes.Equal(got, append([]byte("dst"), want...)) || !bytes.Equal(spec.bytes(), want) {
		t.Errorf("binding = %x, want %x after dst", got, want)
	}
	plaintext := unhex(t, first["plaintext"])
	a := newAES(t, cipher.Primary(k))
	for name, env := range map[string][]byte{"suite 1": unhex(t, first["envelope"]), "suite 2": unhex(t, second["envelope"])} {
		got, err := a.Open(context.Background(), nil, env, b)
		if err != nil || !bytes.Equal(got, plaintext) {
			t.Errorf("%s: Open = %x, %v; want %x", name, got, err, plaintext)
		}
		if got, err := specOpen(env, map[uint32]specKey{7: {secret: key}}, spec); err != nil || !bytes.Equal(got, plaintext) {
			t.Errorf("%s: second decoder = %x, %v; want %x", name, got, err, plaintext)
		}
	}
}

// fields reads lines of a name in 11 columns and a value; a line without a
// name goes on with the value above.
func fields(block string) map[string]string {
	const column = 11
	m := map[string]string{}
	name := ""
	for line := range strings.Lines(strings.Trim(block, "\n")) {
		if len(line) <= column {
			continue
		}
		if n := strings.TrimSpace(line[:column]); n != "" {
			name = n
		}
		m[name] += line[column:]
	}
	return m
}
