//go:build !linux

package dynamodbtest

import "os/exec"

// dieWithParent has no equivalent here: if a test binary is killed, its server
// stays.
func dieWithParent(*exec.Cmd) {}

func killGroup(cmd *exec.Cmd) { cmd.Process.Kill() }
