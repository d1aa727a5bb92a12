package schema

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/tables"
)

// Wanted are the tables of a declaration, by their full names.
func (s *Schema) Wanted() map[string]tables.Columns {
	var root tables.Columns
	for _, k := range s.Keys {
		root.Names, root.Kinds = append(root.Names, k.Name), append(root.Kinds, k.Kind)
	}
	for _, x := range s.Indexes {
		root.Indexes = append(root.Indexes, x.Wanted())
	}
	wanted := map[string]tables.Columns{s.RootTable(): root}
	for _, p := range s.Tree.All {
		if p.Table != "" {
			wanted[s.FullName(p.Table)] = tables.Columns{Names: []string{p.KeyName}, Kinds: []types.ScalarAttributeType{types.ScalarAttributeTypeS}}
		}
	}
	for _, u := range s.Uniques {
		wanted[s.FullName(u.table)] = tables.Columns{Names: []string{u.keyName}, Kinds: []types.ScalarAttributeType{types.ScalarAttributeTypeS}}
	}
	return wanted
}
