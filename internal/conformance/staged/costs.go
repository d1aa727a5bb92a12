package staged

import "github.com/dystore/dystore/internal/conformance/kit"

var costChecks = []kit.Check{}
