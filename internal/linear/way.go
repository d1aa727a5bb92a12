package linear

import "github.com/dystore/dystore/repo"

// way is how a client writes: each has its own, and the objects cross between them.
type way struct {
	name    string // after that of the release
	options []repo.Option
}

// waysOf are those that an engine allows.
func waysOf(alone bool) []way {
	if alone {
		return []way{{", without transactions", []repo.Option{repo.WithoutTransactions()}}}
	}
	return []way{{"", nil}, {", staged", []repo.Option{repo.Staged()}}}
}
