package ranges

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/conformance/kit"
)

var update = flag.Bool("update", false, "write matrix.md")

// TestMatrix writes the table of matrix.md if asked to, and compares it otherwise.
func TestMatrix(t *testing.T) {
	x := kit.NewWorld(t, kit.Engine{Name: "embedded", Client: embedded.New().Client()})
	head, want, _ := strings.Cut(matrix, "<!-- matrix -->\n")
	got := Matrix(t, x)
	if *update {
		kit.Must(t, os.WriteFile("matrix.md", []byte(head+"<!-- matrix -->\n"+got), 0o644))
		return
	}
	kit.Equal(t, "matrix.md", got, want)
}
