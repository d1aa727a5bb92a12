package durable_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/embedded/journal"
)

const writerEnv = "DURABLE_TEST_WRITER"

func TestMain(m *testing.M) {
	if path := os.Getenv(writerEnv); path != "" {
		writeUntilKilled(path)
	}
	os.Exit(m.Run())
}

// step is the n-th batch of the writer: it changes two items that must always
// agree, and every third one drops and makes a table.
func step(n int) journal.Batch {
	v := fmt.Sprint(n)
	b := items("t", "first", v, "second", v, "n"+v, v)
	b.Tokens = []journal.TokenChange{{Token: "last", Record: []byte(v)}}
	if n%3 == 0 {
		b.Tables = []journal.TableChange{{Name: "u"}, {Name: "u", Definition: []byte(v)}}
		b.Items = append(b.Items, items("u", "k"+v, v).Items...)
	}
	return b
}

// process is the tb of the writer.
type process struct{}

func (process) Helper()                  {}
func (process) Fatal(v ...any)           { panic(fmt.Sprint(v...)) }
func (process) Context() context.Context { return context.Background() }

// writeUntilKilled commits one batch after the other and prints the number of
// each.
func writeUntilKilled(path string) {
	t := process{}
	s := open(t, path)
	n := 0
	if written := len(load(t, s).Items["t"]); written > 0 {
		n = written - 2 // besides first and second
	} else {
		commit(t, s, table("t"))
	}
	for ; ; n++ {
		commit(t, s, step(n))
		fmt.Println(n)
	}
}

// The process is killed (SIGKILL) while it writes, again and again. What it
// acknowledged is in the file. At most one batch more is, and that as a whole.
func TestKill(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "data")
	next := 0 // the first batch that may be missing
	for round := range 8 {
		cmd := exec.Command(exe)
		cmd.Env = append(os.Environ(), writerEnv+"="+path)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for acked := 0; lines.Scan(); acked++ {
			n, err := strconv.Atoi(lines.Text())
			if err != nil {
				t.Fatalf("the writer said %q", lines.Text())
			}
			next = n + 1
			if acked == 3+round {
				time.AfterFunc(time.Duration(round)*300*time.Microsecond, func() { cmd.Process.Kill() })
			}
		}
		cmd.Wait()

		got := reopened(t, path)
		done := len(got.Items["t"]) - 2 // besides first and second
		if done != next && done != next+1 {
			t.Fatalf("%d batches are there, %d were acknowledged", done, next)
		}
		want := newState()
		want.apply(table("t"))
		for n := range done {
			want.apply(step(n))
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("(-want +got) %s", d)
		}
		next = done
	}
}

// A commit is cut off after each of the pages that it writes, and in the middle
// of the last one, the header. Until the header is complete, the file has the
// old state.
func TestCutOffCommit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data")
	s := open(t, path)
	commit(t, s, table("t"))
	commit(t, s, table("v"))
	for n := range 30 {
		b := step(n)
		for i := range 5 { // enough that each table fills some pages
			b.Items = append(b.Items, items("v", fmt.Sprint(i, "/", n), strings.Repeat("x", 500)).Items...)
		}
		commit(t, s, b)
	}
	s.Close()
	before, beforeState := read(t, path), reopened(t, path)
	s = open(t, path)
	last := step(30)
	last.Items = append(last.Items, items("v", "0/0", "changed", "4/29", "changed").Items...)
	commit(t, s, last)
	s.Close()
	after, afterState := read(t, path), reopened(t, path)

	page := os.Getpagesize()
	crashed := make([]byte, max(len(before), len(after)))
	copy(crashed, before)
	same := func(at int) bool { return bytes.Equal(crashed[at:at+page], after[at:at+page]) }
	check := func(what string, want *state) {
		t.Helper()
		got, err := try(t, crashed)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("%s: (-want +got) %s", what, d)
		}
	}
	written := 0
	for at := 2 * page; at < len(after); at += page {
		if same(at) {
			continue
		}
		written++
		copy(crashed[at:at+page/2], after[at:at+page/2])
		check(fmt.Sprintf("page %d, half", at/page), beforeState)
		copy(crashed[at:at+page], after[at:at+page])
		check(fmt.Sprintf("page %d", at/page), beforeState)
	}
	if written < 3 {
		t.Fatalf("only %d pages were written", written)
	}
	headers := 0
	for _, at := range []int{0, page} {
		if same(at) {
			continue
		}
		headers++
		for i := range page { // byte by byte
			if crashed[at+i] == after[at+i] {
				continue
			}
			crashed[at+i] = after[at+i]
			if same(at) {
				break
			}
			check(fmt.Sprintf("header, %d bytes", i+1), beforeState)
		}
	}
	if headers != 1 {
		t.Fatalf("%d headers were written", headers)
	}
	check("whole", afterState)
}
