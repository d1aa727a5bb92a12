package schema

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
)

// Wanted are the tables of a declaration, by their full names.
func (s *Schema) Wanted() map[string]tables.Columns {
	root, expiry := tables.Columns{TTL: s.TTL}, ""
	if s.TTL != "" {
		expiry = stored.PartTTL
	}
	for _, k := range s.Keys {
		root.Names, root.Kinds = append(root.Names, k.Name), append(root.Kinds, k.Kind)
	}
	for _, x := range s.Indexes {
		root.Indexes = append(root.Indexes, x.Wanted())
	}
	wanted := map[string]tables.Columns{s.RootTable(): root}
	for _, p := range s.Tree.All {
		if p.Table != "" {
			wanted[s.FullName(p.Table)] = keyed(p.KeyName, expiry)
		}
	}
	for _, u := range s.Uniques {
		wanted[s.FullName(u.table)] = keyed(u.keyName, expiry)
	}
	for _, c := range s.Counters {
		wanted[s.FullName(c.Of.Root)] = keyed(c.KeyName, "")
	}
	return wanted
}

// keyed are the columns of a table of parts, or of claims.
func keyed(name, expiry string) tables.Columns {
	return tables.Columns{Names: []string{name}, Kinds: []types.ScalarAttributeType{types.ScalarAttributeTypeS}, TTL: expiry}
}
