package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestReplace(t *testing.T) {
	const before = "text\n<!-- report -->\nmachine\n\n### A\n\nold a\n\n### B\n\nold b\n<!-- end of report -->\nmore\n"
	for _, x := range []struct {
		name, text string
		all        bool
		want       string
	}{
		{"all", "other machine\n\n### C\n\nnew c\n", true, "other machine\n\n### C\n\nnew c\n"},
		{"one", "\n### A\n\nnew a\n", false, "machine\n\n### A\n\nnew a\n\n### B\n\nold b\n"},
		{"one more", "\n### C\n\nnew c\n", false, "machine\n\n### A\n\nold a\n\n### B\n\nold b\n\n### C\n\nnew c\n"},
		{"the machine", "other machine\n", false, "other machine\n\n### A\n\nold a\n\n### B\n\nold b\n"},
	} {
		t.Run(x.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "README.md")
			if err := os.WriteFile(file, []byte(before), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := replace(file, []byte(x.text), x.all); err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(file)
			if want := "text\n<!-- report -->\n" + x.want + "<!-- end of report -->\nmore\n"; err != nil || string(got) != want {
				t.Errorf("%q, %v, want %q", got, err, want)
			}
		})
	}
}

func TestReplaceNeedsMarks(t *testing.T) {
	file := filepath.Join(t.TempDir(), "README.md")
	if err := os.WriteFile(file, []byte("text\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := replace(file, nil, true); err == nil {
		t.Error("a file without marks is written")
	}
}
