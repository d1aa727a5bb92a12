package dynamodbtest

import (
	"os"
	"strings"
	"testing"
)

// TestProgram runs a real dynoxide, if there is one.
func TestProgram(t *testing.T) {
	if os.Getenv(EnvEndpoint)+os.Getenv(EnvImage) != "" {
		t.Setenv(EnvRequire, "") // the run is about another engine
	}
	program := os.Getenv(EnvDynoxide)
	clean(t)
	server := Start(t, Dynoxide(program))
	if server.Product != Product {
		t.Errorf("%s calls itself %s; the lists of deviations are those of %s", server.Source, server.Product, Product)
	}
}

// TestTextsHaveTheVersion: every text that says how to install dynoxide names
// the version that the lists of deviations are for. With another version, its
// readers would see failures.
func TestTextsHaveTheVersion(t *testing.T) {
	for _, name := range []string{"README.md", "../CONTRIBUTING.md"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		command := "dynoxide-rs --version "
		for rest := string(text); ; {
			_, after, found := strings.Cut(rest, command)
			if !found {
				break
			}
			if !strings.HasPrefix(after, Version+" ") {
				t.Errorf("%s installs %s%.6s; want %s", name, command, after, Version)
			}
			rest = after
		}
	}
	if readme, _ := os.ReadFile("README.md"); !strings.Contains(string(readme), "dynoxide-rs --version "+Version) {
		t.Errorf("README.md does not say how to install %s", Version)
	}
}
