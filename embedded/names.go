package embedded

import (
	"github.com/dystore/dystore/internal/engine/expr"
	"github.com/dystore/dystore/internal/engine/packed"
)

// namesIn are the attributes that paths begin with.
func namesIn(paths []expr.Path) packed.Names {
	names := make(packed.Names, len(paths))
	for _, p := range paths {
		names[p[0].Name] = true
	}
	return names
}

// inBoth are the names that both have.
func inBoth(a, b packed.Names) packed.Names {
	if a == nil {
		return b
	}
	if b == nil {
		return a
	}
	both := packed.Names{}
	for name := range a {
		if b[name] {
			both[name] = true
		}
	}
	return both
}
