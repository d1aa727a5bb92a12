package schema

import (
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/place"
)

// What only the description of a model asks for.

// Table is where the claims of u are, and the key attribute of it.
func (u *Unique) Table() (table, keyName string) { return u.table, u.keyName }

// MovedFrom names tables that claims of u may still be in.
func (u *Unique) MovedFrom() []string { return u.movedFrom }

// Hashed reports whether claims have a keyed hash in place of the values.
func (u *Unique) Hashed() bool { return u.secret != nil }

// Folds reports whether values are compared without regard to case.
func (f *UniqueField) Folds() bool { return f.fold }

// Declared is the declaration of a place.
func (s *Schema) Declared(p *place.Place) *model.Shard {
	for sh, places := range s.Shards {
		for _, q := range places {
			if p == q {
				return sh
			}
		}
	}
	return nil
}

// RulesTag is the name of the tag that has the rules of fields, empty if nothing is
// validated.
func (s *Schema) RulesTag() string { return s.rules.Tag() }
