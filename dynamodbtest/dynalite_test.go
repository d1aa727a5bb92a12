package dynamodbtest

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
)

// TestDynalite runs a real dynalite, if there is one.
func TestDynalite(t *testing.T) {
	if os.Getenv(EnvEndpoint)+os.Getenv(EnvImage)+os.Getenv(EnvDynoxide) != "" {
		t.Setenv(EnvRequire, "") // the run is about another engine
	}
	path := os.Getenv(EnvDynalite)
	clean(t)
	server := Start(t, Dynalite(path))
	if want := "dynalite/" + DynaliteVersion; server.Product != want {
		t.Errorf("%s is %s; the list of deviations is that of %s", server.Source, server.Product, want)
	}
	client := server.Client()
	name := create(t, client, server.TablePrefix(t))
	_, err := client.TransactGetItems(t.Context(), &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{
		{Get: &types.Get{TableName: &name, Key: map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: "1"}}}},
	}})
	if api, ok := errors.AsType[smithy.APIError](err); !ok || api.ErrorCode() != "UnknownOperationException" {
		t.Errorf("got %v; want an unknown operation", err)
	}
}

// TestDynaliteOfAnotherPackage: a program whose version is not known is not
// started. It is there, so the ways after it do not hide that.
func TestDynaliteOfAnotherPackage(t *testing.T) {
	clean(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "dynalite")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ manifest, want string }{
		{"", "it is no file of an npm package: "},
		{`{"name": "other", "version": "4.0.0"}`, `it is a file of the npm package "other", not of dynalite`},
	} {
		if c.manifest != "" {
			if err := os.WriteFile(filepath.Join(dir, "package.json"), []byte(c.manifest), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		_, err := Open(t.Context(), Dynalite(path), Embedded())
		if err == nil || errors.Is(err, ErrUnavailable) || !strings.HasPrefix(err.Error(), "dynamodbtest: "+path+": "+c.want) {
			t.Errorf("got %v; want %q", err, c.want)
		}
	}
}

// TestDynaliteVersion: the script installs the version that the list of
// deviations is for, and its texts say so.
func TestDynaliteVersion(t *testing.T) {
	var manifest struct{ Dependencies map[string]string }
	var lock struct {
		Packages map[string]struct{ Version, Integrity string }
	}
	for name, v := range map[string]any{"package.json": &manifest, "package-lock.json": &lock} {
		text, err := os.ReadFile(filepath.Join("dynalite", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, v); err != nil {
			t.Fatal(err)
		}
	}
	if got := manifest.Dependencies["dynalite"]; got != DynaliteVersion {
		t.Errorf("package.json has dynalite %s; want %s", got, DynaliteVersion)
	}
	if got := lock.Packages["node_modules/dynalite"].Version; got != DynaliteVersion {
		t.Errorf("package-lock.json has dynalite %s; want %s", got, DynaliteVersion)
	}
	for name, p := range lock.Packages {
		if name != "" && !strings.HasPrefix(p.Integrity, "sha512-") {
			t.Errorf("package-lock.json has no digest of %s", name)
		}
	}
	if readme, err := os.ReadFile("README.md"); err != nil || !strings.Contains(string(readme), "dynalite@"+DynaliteVersion+"\n") {
		t.Errorf("README.md does not say how to install dynalite %s: %v", DynaliteVersion, err)
	}
}
