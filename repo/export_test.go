package repo

import (
	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/options"
)

// OptionTable prints the table of options as the documentation has it.
func OptionTable() (table, pairs []string) {
	width := 0
	for _, t := range options.Takers {
		width = max(width, len(t.Option))
	}
	for _, t := range options.Takers {
		line := t.Option
		for len(line) < width+2 {
			line += " "
		}
		for i, by := range t.By {
			if i > 0 {
				line += ", "
			}
			line += by
		}
		table = append(table, line)
	}
	for _, pair := range options.Exclusive {
		pairs = append(pairs, pair[0]+" and "+pair[1])
	}
	return table, pairs
}

// ByProtocol is an option of New and Open: writes are sent by another protocol.
// It is none of the table, so it goes by the name of one that both take.
func ByProtocol(p func(commit.Client) commit.Protocol) Option {
	return option{"MetaAttribute", func(c *config) { c.protocol = p }}
}
