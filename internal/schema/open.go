package schema

import (
	"fmt"
	"slices"

	"github.com/dystore/dystore/internal/arn"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/tables"
)

// CheckOpen checks the names that repo.Open is given. It returns those of the key
// attributes, and what is wrong.
func (s *Settings) CheckOpen(root, key string, sortKey *string) (keys []string, errs []error) {
	wrong := func(what, why string) error {
		if why == "" {
			return nil
		}
		return fail.Withf(fail.ErrInvalid, "%s%s", what, why)
	}
	prefix, table, why := s.Named(root)
	errs = []error{wrong("", why), wrong("", arn.Bad(prefix+table)), wrong("key: ", tables.BadName(key)), wrong("repo.MetaAttribute: ", tables.BadName(s.MetaAttr))}
	keys = []string{key}
	if sortKey != nil {
		errs = append(errs, wrong("repo.SortKey: ", tables.BadName(*sortKey)))
		keys = append(keys, *sortKey)
	}
	names := append(slices.Clip(keys), s.MetaAttr)
	for i, n := range names {
		if slices.Contains(names[:i], n) {
			errs = append(errs, wrong("", fmt.Sprintf("attribute %q has two uses; partition key, sort key and record are different attributes", n)))
		}
	}
	for _, t := range s.Allowed {
		if t == table {
			errs = append(errs, wrong("", fmt.Sprintf("repo.AllowTables names the root's table %q; parts live in tables of their own", t)))
		} else {
			errs = append(errs, wrong("repo.AllowTables: ", arn.Bad(prefix+t)))
		}
	}
	return keys, errs
}

// Named divides the name of the root's table into what goes before the names of all
// tables, and the plain name.
func (s *Settings) Named(root string) (prefix, table, why string) {
	place, table := arn.Split(root)
	prefix, why = arn.Prefix(s.Prefix, append([]string{place}, s.Places...))
	return prefix, table, why
}
