package lint

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

const module = "github.com/dystore/dystore"

// root is the top of the repository.
var root = filepath.Join("..", "..")

// pkg is what the go command reports about a package.
type pkg struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
}

// ours are the imports that are packages of this module, without its path.
func (p pkg) ours(imports []string) []string {
	var out []string
	for _, i := range imports {
		if rest, ok := strings.CutPrefix(i, module+"/"); ok {
			out = append(out, rest)
		}
	}
	return out
}

// listPackages returns the packages of the root module by their path in it.
func listPackages(t *testing.T) map[string]pkg {
	t.Helper()
	packages, err := goList()
	if err != nil {
		t.Fatal(err)
	}
	return packages
}

var goList = sync.OnceValues(func() (map[string]pkg, error) {
	packages := map[string]pkg{}
	err := decodeAll(func(p pkg) { packages[strings.TrimPrefix(p.ImportPath, module+"/")] = p },
		"list", "-e", "-json=ImportPath,Imports,TestImports,XTestImports", "./...")
	return packages, err
})

// decodeAll runs the go command in the root and hands each JSON value that the
// command prints to use.
func decodeAll[T any](use func(T), args ...string) error {
	cmd := exec.Command("go", args...)
	cmd.Dir = root
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return errors.Join(err, errors.New(stderr.String()))
	}
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var v T
		switch err := dec.Decode(&v); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		use(v)
	}
}
