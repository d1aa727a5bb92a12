package repo

import "github.com/dystore/dystore/internal/commit"

// OptionTable prints the table of options as the documentation has it.
func OptionTable() (table, pairs []string) {
	width := 0
	for _, t := range takers {
		width = max(width, len(t.option))
	}
	for _, t := range takers {
		line := t.option
		for len(line) < width+2 {
			line += " "
		}
		for i, by := range t.by {
			if i > 0 {
				line += ", "
			}
			line += by
		}
		table = append(table, line)
	}
	for _, pair := range exclusive {
		pairs = append(pairs, pair[0]+" and "+pair[1])
	}
	return table, pairs
}

// ByProtocol is an option of New and Open: writes are sent by another protocol.
// It is none of the table, so it goes by the name of one that both take.
func ByProtocol(p func(Client) commit.Protocol) Option {
	return option{"MetaAttribute", func(c *config) { c.protocol = p }}
}
