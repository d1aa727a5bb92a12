package dynamodbtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"sync"
)

// process is a child of this process.
type process struct {
	exited chan struct{} // closed when it has ended and was waited for
	kill   func()        // ends it and waits
}

// spawn starts cmd from a thread that lives as long as the child. On Linux the
// signal of dieWithParent is sent when the parent *thread* ends, and Go ends
// idle threads.
func spawn(cmd *exec.Cmd) (*process, error) {
	p := &process{exited: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			cmd.Wait() // the error does not matter: it was killed, or its output says why
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

// output keeps what a process prints, for error messages, and knows when the
// process has said that it listens.
type output struct {
	greeting string
	greeted  chan struct{} // closed when greeting has been printed

	mu  sync.Mutex
	buf bytes.Buffer
}

func newOutput(greeting string) *output {
	return &output{greeting: greeting, greeted: make(chan struct{})}
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.buf.Len() > 64<<10 {
		return len(p), nil
	}
	before := bytes.Contains(o.buf.Bytes(), []byte(o.greeting))
	o.buf.Write(p)
	if !before && bytes.Contains(o.buf.Bytes(), []byte(o.greeting)) {
		close(o.greeted)
	}
	return len(p), nil
}

// await waits for the greeting. Another process may have taken the port between
// our choice of it and the binding. Only the process that has bound it prints
// the greeting.
func (o *output) await(ctx context.Context, exited <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	select {
	case <-o.greeted:
		return nil
	case <-exited:
		return errors.New("it ended")
	case <-ctx.Done():
		return fmt.Errorf("it does not say %q", o.greeting)
	}
}

// tail is the last line or two, shortened, in one line.
func (o *output) tail() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	s := strings.Join(strings.Fields(o.buf.String()), " ")
	return s[max(0, len(s)-400):]
}
