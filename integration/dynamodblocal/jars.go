package dynamodblocal

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Version is the DynamoDB Local that is fetched. The tests expect its texts.
const Version = "3.1.0"

// pom names DynamoDB Local for Maven; image/build.sh uses the same file.
//
//go:embed pom.xml
var pom []byte

// Jars returns the cached directory of jars and native libraries, filling it
// first if need be.
func Jars(ctx context.Context) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "dystore", "dynamodb-local-"+Version)
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	// Not worth a download that nothing could run.
	if _, err := findJava(); err != nil {
		return "", err
	}
	mvn, err := exec.LookPath("mvn")
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return "", err
	}
	// Fetched beside its place and moved there whole: a directory that exists
	// is complete, and of two who fetch at once one wins.
	work, err := os.MkdirTemp(filepath.Dir(dir), "fetch-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(work)
	project := filepath.Join(work, "pom.xml")
	if err := os.WriteFile(project, pom, 0o644); err != nil {
		return "", err
	}
	lib := filepath.Join(work, "lib")
	cmd := exec.CommandContext(ctx, mvn, "-q", "-B", "-Dstyle.color=never", "-f", project, "dependency:copy-dependencies", "-DincludeScope=runtime", "-DoutputDirectory="+lib)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("mvn: %w: %s", err, out[:min(len(out), 400)])
	}
	if err := os.Rename(lib, dir); err != nil && !errors.Is(err, os.ErrExist) {
		if _, statErr := os.Stat(dir); statErr != nil {
			return "", err
		}
	}
	return dir, nil
}
