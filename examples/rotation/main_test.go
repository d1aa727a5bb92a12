package main

import (
	"bytes"
	"strings"
	"testing"
)

// The program says what it shows, and nothing of what is encrypted can be seen in the tables.
func TestRun(t *testing.T) {
	var out bytes.Buffer
	if err := run(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	got := out.String()
	for _, want := range []string{
		"Visits clinic=north day=2026-11-30 finding=(under key 1) no=1",
		"9 values need key 1 of north",
		"north: key 1 is replaced by key 2",
		"9 values need key 2 of north",
		"9 values need key 1 of south",
		"south: keys [1] are destroyed by privacy desk: end of contract",
		"a visit cannot be read: true",
		"what is not encrypted can: {Clinic:south No:1 Day:2026-11-30 Finding: Notes:[{By:Dr. A Text:}]}",
		"erased: [finding notes[].text]",
		"it never gets a key again: true",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing", want)
		}
	}
	for _, secret := range []string{"well", "slept badly"} {
		if strings.Contains(got, secret) {
			t.Errorf("%q can be seen", secret)
		}
	}
	if t.Failed() {
		t.Log(got)
	}
}
