package dynamodbtest

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// DynaliteVersion is the dynalite that dystore is tested with: the npm package.
const DynaliteVersion = "4.0.0"

var dynalite = program{
	name:   "dynalite",
	cached: filepath.Join("dynalite-"+DynaliteVersion, "node_modules", ".bin", "dynalite"),
	// In memory, which is its default, and without waiting states of tables.
	arguments: []string{"--host", "127.0.0.1", "--createTableMs", "0", "--deleteTableMs", "0", "--updateTableMs", "0"},
	greeting:  "Dynalite listening at: ",
}

// Dynalite is a process of a dynalite program, an engine that has no
// transactions. The way is there if the program is. For the path "", it is the
// program on the path of the process, or the one in
// dystore/dynalite-[DynaliteVersion] of the user's cache directory. The program
// needs Node.js.
func Dynalite(path string) Way {
	return Way{func(ctx context.Context) (*Server, error) {
		found, err := dynalite.find(path)
		if err != nil {
			return nil, err
		}
		version, err := dynaliteVersion(found)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", found, err)
		}
		server, err := dynalite.start(ctx, found)
		if err == nil {
			server.Product = "dynalite/" + version // its answers do not say
		}
		return server, err
	}}
}

// dynaliteVersion is the version of a program that npm has installed: that of the
// package which the program is a file of.
func dynaliteVersion(path string) (string, error) {
	script, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", err
	}
	text, err := os.ReadFile(filepath.Join(filepath.Dir(script), "package.json"))
	if err != nil {
		return "", fmt.Errorf("it is no file of an npm package: %w", err)
	}
	var manifest struct{ Name, Version string }
	if err := json.Unmarshal(text, &manifest); err != nil || manifest.Name != dynalite.name {
		return "", fmt.Errorf("it is a file of the npm package %q, not of dynalite", manifest.Name)
	}
	return manifest.Version, nil
}
