package schema

import (
	"fmt"

	"github.com/dystore/dystore/internal/arn"
	"github.com/dystore/dystore/internal/model"
)

// naming is which tables declarations name, perhaps by ARNs, and how a model calls
// them: by their plain names, and those in other regions with the region before it.
type naming struct {
	root     string            // the place of the root's table, "" if it has a plain name
	regions  map[string]bool   // that have a client
	called   map[string]string // by what is declared
	accounts map[string]string // the places of tables in other regions, by what they are called
	places   []string          // of the others
	twice    string            // a table that two accounts have
}

// call settles how a table is called. An ARN leads to another region if that has a client.
func (n *naming) call(declared string) string {
	region, there := arn.Region(declared)
	place, plain := arn.Split(there)
	if place != "" && arn.Bad(there) != "" {
		n.called[declared] = declared // which is refused
		return declared
	}
	if at := arn.RegionOf(place); region == "" && place != n.root && n.regions[at] {
		region = at
	}
	name := plain
	if region == "" {
		n.places = append(n.places, place)
	} else {
		name = arn.Apart(region, plain)
		if other, known := n.accounts[name]; known && other != place {
			n.twice = name
		}
		n.accounts[name] = place
	}
	n.called[declared] = name
	return name
}

// naming settles how the tables are called that are in a list, beside the root's.
func (s *Settings) naming(root string, declared []string) *naming {
	n := &naming{root: root, regions: s.Regions, called: map[string]string{}, accounts: map[string]string{}, places: []string{root}}
	for _, t := range declared {
		n.call(t)
	}
	return n
}

// prefix is what goes before the names of all tables in the root's region: the prefix that
// is declared, or the account and region of those that are named by ARNs.
func (n *naming) prefix(declared string) (prefix, why string) {
	if n.twice != "" {
		return "", fmt.Sprintf("table %q is in two accounts; an object names a table by its region and its name", n.twice)
	}
	places := n.places
	for _, place := range n.accounts {
		if place != "" && declared != "" {
			places = append(places, place)
		}
	}
	return arn.Prefix(declared, places)
}

// bad says what is wrong with a table of the model, if anything is: its name, or that it
// cannot be reached.
func bad(c *compiler, table string) string { return c.cfg.bad(c.s.FullName(table)) }

func (s *Settings) bad(full string) string {
	region, there := arn.Region(full)
	if region == "" {
		return arn.Bad(full)
	}
	for _, why := range []string{arn.BadRegion(region), arn.Bad(there)} {
		if why != "" {
			return why
		}
	}
	if !s.Regions[region] {
		return fmt.Sprintf("region %s has no client; see repo.WithRegions", region)
	}
	return ""
}

// placed settles how all tables are called.
func (c *compiler) placed(root string, parts []any) {
	declared := append([]string(nil), c.cfg.Allowed...)
	for _, p := range parts {
		switch p := p.(type) {
		case *model.Shard:
			declared = append(declared, tablesIn(p)...)
		case *model.Unique:
			declared = append(append(declared, p.Table), p.MovedFrom...)
		case *model.Spread:
			declared = append(declared, p.Table)
		case *model.OneOf:
			for _, v := range p.Variants {
				if v != nil && v.Apart != nil {
					declared = append(declared, tablesIn(v.Apart)...)
				}
			}
		}
	}
	n := c.cfg.naming(root, declared)
	c.s.called, c.s.Accounts = n.called, n.accounts
	for _, t := range c.cfg.Allowed {
		c.s.Allowed = append(c.s.Allowed, n.called[t])
	}
	var why string
	if c.s.Prefix, why = n.prefix(c.cfg.Prefix); why != "" {
		c.decline("", "%s", why)
	}
}

// Called is how a model calls tables that a declaration names.
func Called(s *Schema, declared ...string) []string {
	all := make([]string, len(declared))
	for i, t := range declared {
		all[i] = s.called[t]
	}
	return all
}

// tablesIn are the tables of a shard and of those inside it.
func tablesIn(s *model.Shard) []string {
	all := append([]string{s.Table}, s.MovedFrom...)
	for _, inner := range s.Parts {
		all = append(all, tablesIn(inner)...)
	}
	return all
}
