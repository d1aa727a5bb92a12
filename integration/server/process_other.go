//go:build !linux

package server

import "os/exec"

// dieWithParent has no equivalent here: a test binary that is killed leaves
// its server behind.
func dieWithParent(*exec.Cmd) {}

func killGroup(cmd *exec.Cmd) { cmd.Process.Kill() }
