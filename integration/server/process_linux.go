package server

import (
	"os/exec"
	"syscall"
)

// dieWithParent puts cmd into a group of its own and has it killed when the
// thread that starts it ends, even if this process is killed itself.
func dieWithParent(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// killGroup kills cmd and whatever it has started.
func killGroup(cmd *exec.Cmd) { syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
