package dynamodbtest

import (
	"os/exec"
	"syscall"
)

// dieWithParent puts cmd into a new process group and has it killed when the
// thread that starts it ends, even if this process is killed itself.
func dieWithParent(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// killGroup kills cmd and its children.
func killGroup(cmd *exec.Cmd) { syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
