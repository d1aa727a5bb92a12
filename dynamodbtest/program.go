package dynamodbtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
)

// program is a DynamoDB that runs as a process.
type program struct {
	name      string
	cached    string   // where it is in the user's cache directory
	arguments []string // besides its port
	greeting  string   // what it says, before its URL, when it has bound the port
}

// find returns the program at path. For "" it is the one on the path of the
// process, or the one in the user's cache directory, where its script installs
// it.
func (p program) find(path string) (string, error) {
	if path != "" {
		found, err := exec.LookPath(path)
		if err != nil {
			return "", notThere{err.Error()}
		}
		return found, nil
	}
	if found, err := exec.LookPath(p.name); err == nil {
		return found, nil
	}
	cached := "the user's cache directory"
	if cache, err := os.UserCacheDir(); err == nil {
		cached = filepath.Join(cache, "dystore", p.cached)
		if found, err := exec.LookPath(cached); err == nil {
			return found, nil
		}
	}
	return "", notThere{"no " + p.name + " is on the path or at " + cached + "; the module's README.md says how to install it"}
}

// start runs the program at path on a free port. It fails if another process
// takes the port before the program binds it, so start tries again.
func (p program) start(ctx context.Context, path string) (*Server, error) {
	for attempt := 1; ; attempt++ {
		server, err := p.startOnce(ctx, path)
		if err == nil || attempt == 3 || ctx.Err() != nil {
			return server, err
		}
	}
}

func (p program) startOnce(ctx context.Context, path string) (*Server, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	url := fmt.Sprintf("http://127.0.0.1:%d", port)
	said := newOutput(p.greeting + url)
	cmd := exec.Command(path, append(p.arguments, "--port", fmt.Sprint(port))...)
	cmd.Stdout, cmd.Stderr = said, said
	dieWithParent(cmd)

	process, err := spawn(cmd)
	if err != nil {
		return nil, err
	}
	s := &Server{Endpoint: url, Source: path, stop: func() error {
		process.kill()
		return nil
	}}
	if err = said.await(ctx, process.exited); err == nil {
		err = s.awaitAnswer(ctx, process.exited)
	}
	if err != nil {
		process.kill()
		return nil, fmt.Errorf("%s on port %d: %w; it said: %s", path, port, err, said.tail())
	}
	return s, nil
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	addr, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		return 0, errors.New("a TCP listener without a TCP address")
	}
	return addr.Port, nil
}
