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
		"Patients byEmail=(a tag) clinic=north email=(under key 1) name=(under key 1) no=2 since=2026",
		"Letters  _id=Patients/Ssouth/N2/letters#",
		"patient 2 of south",
		"6 patients, 2 requests to the KMS\n  6 patients, 0 requests to the KMS",
		"a process that has the keys reads on: Ada",
		"one that has not cannot, for now: true",
		"refused: true",
		"keys [1] are destroyed by privacy desk: end of contract\n  a patient whose key is destroyed\n  nobody",
		"Patients clinic=south no=2 since=2026",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if _, after, _ := strings.Cut(got, "nobody"); strings.Contains(after, "/Ssouth/") {
		t.Error("letters of south are left")
	}
	for _, secret := range []string{"ada.1", "ada.2@north", "well"} {
		if strings.Contains(got, secret) {
			t.Errorf("%q can be seen", secret)
		}
	}
	t.Log(got)
}
