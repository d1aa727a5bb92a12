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

// Version is the dynoxide that dystore is tested with: the crate dynoxide-rs.
// Its program calls itself [Product].
const (
	Version = "3.2.0"
	Product = "Dynoxide/1.5.0"
)

// find returns the program at path. For "" it is the one on the path of the
// process, or the one in the user's cache directory, where install-dynoxide.sh
// puts it.
func find(path string) (string, error) {
	if path != "" {
		found, err := exec.LookPath(path)
		if err != nil {
			return "", notThere{err.Error()}
		}
		return found, nil
	}
	if found, err := exec.LookPath("dynoxide"); err == nil {
		return found, nil
	}
	cached := "the user's cache directory"
	if cache, err := os.UserCacheDir(); err == nil {
		cached = filepath.Join(cache, "dystore", "dynoxide-"+Version, "bin", "dynoxide")
		if found, err := exec.LookPath(cached); err == nil {
			return found, nil
		}
	}
	return "", notThere{"no dynoxide is on the path or at " + cached + "; the module's README.md says how to install it"}
}

// startProcess runs the program on a free port. It fails if another process
// takes the port before the program binds it, so startProcess tries again.
func startProcess(ctx context.Context, program string) (*Server, error) {
	for attempt := 1; ; attempt++ {
		server, err := startProcessOnce(ctx, program)
		if err == nil || attempt == 3 || ctx.Err() != nil {
			return server, err
		}
	}
}

func startProcessOnce(ctx context.Context, program string) (*Server, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	address := fmt.Sprintf("127.0.0.1:%d", port)
	said := newOutput("listening on http://" + address)
	cmd := exec.Command(program, "--port", fmt.Sprint(port))
	cmd.Stdout, cmd.Stderr = said, said
	dieWithParent(cmd)

	process, err := spawn(cmd)
	if err != nil {
		return nil, err
	}
	s := &Server{Endpoint: "http://" + address, Source: program, stop: func() error {
		process.kill()
		return nil
	}}
	if err = said.await(ctx, process.exited); err == nil {
		err = s.awaitAnswer(ctx, process.exited)
	}
	if err != nil {
		process.kill()
		return nil, fmt.Errorf("%s on port %d: %w; it said: %s", program, port, err, said.tail())
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
