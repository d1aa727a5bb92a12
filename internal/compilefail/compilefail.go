package compilefail

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Check reports a test failure unless the compiler refuses src, one Go file,
// with an error whose text contains want. A file that does not parse, or that
// imports a package that does not exist, fails the test too: it would be
// refused for the wrong reason.
func Check(t testing.TB, src, want string) {
	t.Helper()
	msgs, err := errorsOf(src)
	switch {
	case err != nil:
		t.Errorf("the program could not be checked: %v\n%s", err, numbered(src))
	case len(msgs) == 0:
		t.Errorf("the program compiles, want an error with %q\n%s", want, numbered(src))
	case !slices.ContainsFunc(msgs, func(m string) bool { return strings.Contains(m, want) }):
		t.Errorf("no error contains %q:\n%s\n%s", want, strings.Join(msgs, "\n"), numbered(src))
	}
}

// OK reports a test failure unless src, one Go file, compiles.
func OK(t testing.TB, src string) {
	t.Helper()
	if msgs, err := errorsOf(src); err != nil || len(msgs) > 0 {
		t.Errorf("the program does not compile: %v\n%s\n%s", err, strings.Join(msgs, "\n"), numbered(src))
	}
}

// errorsOf returns what the type checker says about src, one text per error. It
// returns err if src never got to the type checker.
func errorsOf(src string) (msgs []string, err error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "src.go", src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	exports, err := exportData(file)
	if err != nil {
		return nil, err
	}
	conf := types.Config{
		Importer:  importer.ForCompiler(fset, "gc", exports.open),
		GoVersion: languageVersion(),
		Error:     func(err error) { msgs = append(msgs, err.Error()) },
	}
	// conf.Error has received every error already.
	_, _ = conf.Check("src", fset, []*ast.File{file}, nil)
	return msgs, nil
}

// languageVersion is that of the toolchain, without its patch level.
func languageVersion() string {
	v := strings.SplitN(runtime.Version(), ".", 3)
	if len(v) < 2 || !strings.HasPrefix(v[0], "go") {
		return ""
	}
	return v[0] + "." + v[1]
}

// exports maps an import path to its file of export data.
type exports map[string]string

// listed holds the answers of the go command, by the packages asked for: most
// programs of a test import the same packages.
var listed sync.Map // imports, joined → func() (exports, error)

func exportData(file *ast.File) (exports, error) {
	var paths []string
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		paths = append(paths, path)
	}
	if len(paths) == 0 {
		return nil, nil
	}
	slices.Sort(paths)
	list, _ := listed.LoadOrStore(strings.Join(paths, " "), sync.OnceValues(func() (exports, error) { return list(paths) }))
	return list.(func() (exports, error))()
}

// list asks the go command for the export data of packages and of all their
// imports. The go command compiles what its build cache does not have.
func list(paths []string) (exports, error) {
	args := append([]string{"list", "-export", "-deps", "-f", "{{.ImportPath}}\t{{.Export}}"}, paths...)
	out, err := exec.Command("go", args...).Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return nil, fmt.Errorf("go list: %s", bytes.TrimSpace(exit.Stderr))
	}
	if err != nil {
		return nil, err
	}
	m := exports{}
	for line := range strings.Lines(string(out)) {
		if path, export, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok {
			m[path] = export
		}
	}
	return m, nil
}

func (m exports) open(path string) (io.ReadCloser, error) {
	if m[path] == "" {
		return nil, fmt.Errorf("no export data for %s", path)
	}
	return os.Open(m[path])
}

func numbered(src string) string {
	var b strings.Builder
	n := 0
	for line := range strings.Lines(src) {
		n++
		fmt.Fprintf(&b, "%4d  %s", n, line)
	}
	return b.String()
}
