package schema

import (
	"slices"

	"github.com/dystore/dystore/internal/arn"
	"github.com/dystore/dystore/internal/model"
)

// placed settles what goes before the names of all tables: the prefix, or the account
// and region of those that are named by ARNs.
func (c *compiler) placed(root string, parts []any) {
	places := append([]string{root}, c.cfg.Places...)
	for _, p := range parts {
		switch p := p.(type) {
		case *model.Shard:
			places = append(places, placesIn(p)...)
		case *model.Unique:
			places = append(places, p.Places...)
		case *model.OneOf:
			for _, v := range p.Variants {
				if v != nil && v.Apart != nil {
					places = append(places, v.Apart.Places...)
				}
			}
		}
	}
	var why string
	if c.s.Prefix, why = arn.Prefix(c.cfg.Prefix, places); why != "" {
		c.decline("", "%s", why)
	}
}

// placesIn are the places of a shard and of those inside it.
func placesIn(s *model.Shard) []string {
	all := slices.Clone(s.Places)
	for _, inner := range s.Parts {
		all = append(all, placesIn(inner)...)
	}
	return all
}
