package damage

import "github.com/dystore/dystore/internal/conformance/kit"

var restoredChecks []kit.Check
