package dynamodblocal

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
)

// startJava runs the jars in dir on a free port. Whoever takes that port
// between our looking and Java's binding makes it fail, so it is tried again.
func startJava(ctx context.Context, dir string) (*Server, error) {
	if found, _ := filepath.Glob(filepath.Join(dir, "DynamoDBLocal*.jar")); len(found) == 0 {
		return nil, fmt.Errorf("no DynamoDBLocal jar in %s", dir)
	}
	java, err := findJava()
	if err != nil {
		return nil, err
	}
	for attempt := 1; ; attempt++ {
		server, err := startJavaOnce(ctx, java, dir)
		if err == nil || attempt == 3 || ctx.Err() != nil {
			return server, err
		}
	}
}

func startJavaOnce(ctx context.Context, java, dir string) (*Server, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	origin := "http://" + strings.ToLower(rand.Text()) + ".invalid"
	var output lockedBuffer
	cmd := exec.Command(java,
		"-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", // starts in a second, stays small
		"-Djava.library.path="+dir, "-cp", filepath.Join(dir, "*"),
		"software.amazon.dynamodb.services.local.main.ServerRunner",
		"-inMemory", "-sharedDb", "-disableTelemetry", "-cors", origin, "-port", fmt.Sprint(port))
	cmd.Stdout, cmd.Stderr = &output, &output
	dieWithParent(cmd)

	process, err := spawn(cmd)
	if err != nil {
		return nil, err
	}
	endpoint := fmt.Sprintf("http://127.0.0.1:%d", port)
	if err := awaitAnswer(ctx, endpoint, origin, process.exited); err != nil {
		process.kill()
		return nil, fmt.Errorf("java on port %d: %w; it said: %s", port, err, output.tail())
	}
	return &Server{Endpoint: endpoint, Source: "the jar in " + dir, stop: process.kill}, nil
}

// process is a child of ours.
type process struct {
	exited chan struct{} // closed when it has ended and was waited for
	kill   func()        // ends it and waits
}

// spawn starts cmd from a thread that lives as long as the child: on Linux
// the signal of dieWithParent is sent when the parent *thread* ends, and Go
// ends idle threads.
func spawn(cmd *exec.Cmd) (*process, error) {
	p := &process{exited: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			cmd.Wait() // how it ended does not matter: it was killed, or awaitAnswer reports it
			close(p.exited)
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	p.kill = func() {
		killGroup(cmd)
		<-p.exited
	}
	return p, nil
}

func findJava() (string, error) {
	if home := os.Getenv("JAVA_HOME"); home != "" {
		return exec.LookPath(filepath.Join(home, "bin", "java"))
	}
	return exec.LookPath("java")
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", ":0") // every address, as DynamoDB Local will bind it
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

// lockedBuffer keeps what the process prints, for the error message.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.buf.Len() > 64<<10 {
		return len(p), nil
	}
	return b.buf.Write(p)
}

// tail is the last line or two, shortened.
func (b *lockedBuffer) tail() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := strings.TrimSpace(b.buf.String())
	return s[max(0, len(s)-400):]
}
