package schema

import (
	"fmt"
	"slices"

	"github.com/dystore/dystore/internal/arn"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/sorted"
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
	named, why := s.Named(root)
	errs = []error{wrong("", why), wrong("", arn.Bad(named.RootTable())), wrong("key: ", tables.BadName(key)), wrong("repo.MetaAttribute: ", tables.BadName(s.MetaAttr))}
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
	for _, t := range sorted.Keys(named.Parts) {
		if t == named.Root {
			errs = append(errs, wrong("", fmt.Sprintf("repo.AllowTables names the root's table %q; parts live in tables of their own", t)))
		} else {
			errs = append(errs, wrong("repo.AllowTables: ", s.bad(named.FullName(t))))
		}
	}
	return keys, errs
}

// Named says how the tables are called that Open is given: the root's, and those that
// parts may be in.
func (s *Settings) Named(root string) (t *tables.Tables, why string) {
	place, table := arn.Split(root)
	n := s.naming(place, s.Allowed)
	t = &tables.Tables{Root: table, Accounts: n.accounts, Parts: map[string]string{}}
	t.Prefix, why = n.prefix(s.Prefix)
	for _, name := range s.Allowed {
		t.MayHaveParts(n.called[name])
	}
	t.Name()
	return t, why
}
