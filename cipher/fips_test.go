package cipher_test

import (
	"crypto/fips140"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Attack 57: everything works where only approved cryptography runs. The
// setting is read at start-up, so the tests run again in a process of their
// own.
func TestAttack57FIPS(t *testing.T) {
	cmd := exec.Command(os.Args[0], "-test.run=^(TestInFIPSMode|TestVectors|TestAttack(01|02|07|10|12|18|19|53|56)[A-Za-z0-9]*)$", "-test.v")
	cmd.Env = append(os.Environ(), "GODEBUG=fips140=only", "CIPHER_IN_FIPS_MODE=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, ran := range []string{"--- PASS: TestInFIPSMode", "--- PASS: TestVectors", "--- PASS: TestAttack01", "--- PASS: TestAttack56"} {
		if !strings.Contains(string(out), ran) {
			t.Errorf("%s is not in the output\n%s", ran, out)
		}
	}
}

// TestInFIPSMode proves in the other process that the setting is on.
func TestInFIPSMode(t *testing.T) {
	if child := os.Getenv("CIPHER_IN_FIPS_MODE") != ""; child && (!fips140.Enabled() || !fips140.Enforced()) {
		t.Errorf("FIPS mode enabled %v, enforced %v", fips140.Enabled(), fips140.Enforced())
	}
	opens(t, one(t), seal(t, one(t), "Paris", city()), city(), "Paris")
}
