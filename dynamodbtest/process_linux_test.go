package dynamodbtest

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// envParent makes the test binary a parent that starts a child, prints its
// process id, and waits to be killed.
const envParent = "DYSTORE_TEST_PARENT"

func TestMain(m *testing.M) {
	if os.Getenv(envParent) == "1" {
		child := exec.Command("sleep", "60")
		dieWithParent(child)
		if _, err := spawn(child); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println(child.Process.Pid)
		select {}
	}
	os.Exit(m.Run())
}

func TestChildDiesWithItsParent(t *testing.T) {
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), envParent+"=1")
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	line, _ := bufio.NewReader(out).ReadString('\n')
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatalf("the parent says %q", line)
	}
	if !alive(pid) {
		t.Fatalf("child %d did not start", pid)
	}
	parent.Process.Kill()
	parent.Wait()
	for range 100 {
		if !alive(pid) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("child %d outlives its parent", pid)
	syscall.Kill(pid, syscall.SIGKILL)
}

func TestKillWaits(t *testing.T) {
	child := exec.Command("sleep", "60")
	dieWithParent(child)
	p, err := spawn(child)
	if err != nil {
		t.Fatal(err)
	}
	p.kill()
	if alive(child.Process.Pid) {
		t.Errorf("child %d is there after kill", child.Process.Pid)
	}
}

// alive reports whether pid is a process that has not ended. A zombie that
// nobody waited for has ended.
func alive(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(rest, "Z")
}
