package verify

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/arn"
	"github.com/dystore/dystore/internal/regions"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/tables"
)

// Tables compares the tables that a model needs, by their full names, with those that
// there are. The findings are in the order of their severity; of each, those about the
// root's table come first, then those of the others by name. of is the client of a region,
// "" for the root's.
func Tables(ctx context.Context, of func(region string) Describer, root string, wanted map[string]tables.Columns) ([]Finding, error) {
	var findings []Finding
	var first *state            // the others are compared with it: the root's table if it is there
	near := map[string]*state{} // the first one of each region
	names := slices.DeleteFunc(sorted.Keys(wanted), func(name string) bool { return name == root })
	divided := len(names) > 0
	for _, name := range append([]string{root}, names...) {
		l := list{name, &findings}
		region, there := arn.Region(name)
		s, err := look(ctx, of(region), there, wanted[name], divided, l)
		if err != nil {
			return nil, regions.Failed(region, err, there)
		}
		s.name = name
		if s.table == nil {
			continue
		}
		l.definition(s, wanted[name])
		l.expiry(s, wanted[name].TTL, name == root)
		if divided {
			l.settings(s, first, near[region])
		}
		if near[region] == nil {
			near[region] = s
		}
		if first == nil {
			first = s
		}
	}
	slices.SortStableFunc(findings, Finding.order)
	return findings, nil
}

// definition compares keys and indexes.
func (l list) definition(s *state, wanted tables.Columns) {
	switch s.table.TableStatus {
	case types.TableStatusActive, types.TableStatusUpdating, "":
	default:
		l.add(Finding{Subject: "table", Severity: Wrong, Found: string(s.table.TableStatus), Wanted: string(types.TableStatusActive),
			Why: "DynamoDB refuses requests for it", Mend: "wait while it is created; otherwise restore it, or its KMS key"})
	}
	have := tables.KeyOf(s.table)
	if got, want := keyText(have.Names, have.Kinds), keyText(wanted.Names, wanted.Kinds); got != want {
		l.add(Finding{Subject: "key", Severity: Wrong, Found: got, Wanted: want,
			Why:  "no object has a key that fits this table",
			Mend: "declare the key that the table has, or another table: DynamoDB changes no key"})
	}
	for i := range wanted.Indexes {
		l.index(s, &wanted.Indexes[i])
	}
}

func (l list) index(s *state, want *tables.Index) {
	have := tables.Existing(s.table, want.Name)
	found := func(subject string, severity Severity, got, wanted, why, mend string) {
		l.add(Finding{Index: want.Name, Subject: subject, Severity: severity, Found: got, Wanted: wanted, Why: why, Mend: mend})
	}
	anew := "create it with CreateTables or UpdateTable"
	if want.Local {
		anew = "make it a global index, or create the table anew: DynamoDB adds no local index to a table"
	}
	if have == nil {
		found("index", Wrong, "no index", indexText(want), "ranges over it are refused", anew)
		return
	}
	if got, wanted := indexText(have), indexText(want); got != wanted {
		found("index", Wrong, got, wanted, "ranges over it are refused, or find other objects",
			"declare the index that the table has, or delete that and create this one: DynamoDB changes no index")
	}
	if got, wanted := projectionText(have), projectionText(want); got != wanted {
		mend := "declare the projection that it has, or delete the index and create it anew: DynamoDB changes no projection"
		if covers(have, want) {
			found("projection", Warning, got, wanted, "writes keep more in the index than is read from it", mend)
		} else {
			found("projection", Wrong, got, wanted, "what the index lacks looks absent", mend)
		}
	}
	for _, x := range s.table.GlobalSecondaryIndexes {
		if *x.IndexName == want.Name && x.IndexStatus != "" && x.IndexStatus != types.IndexStatusActive && x.IndexStatus != types.IndexStatusUpdating {
			found("index", Wrong, string(x.IndexStatus), string(types.IndexStatusActive), "ranges over it are refused", "wait until it is filled")
		}
	}
}

// expiry compares the attribute by which items expire. A table may have one that the
// model knows nothing of: an object that is one item is gone as a whole then, and
// nobody has asked.
func (l list) expiry(s *state, wanted string, root bool) {
	want := "by " + wanted
	if wanted == "" {
		want = "nothing expires"
	}
	f := Finding{Subject: "time to live", Severity: Wrong, Found: "by " + s.expiry.text, Wanted: want}
	switch {
	case s.expiry.unknown != "":
		l.unchecked(f.Subject, want, s.expiry.unknown, "DescribeTimeToLive")
		return
	case s.expiry.text == wanted:
		return
	case s.expiry.text == "":
		f.Severity, f.Found = Warning, "nothing expires"
		f.Why, f.Mend = "what has expired is never deleted, and costs storage", "set it with CreateTables or UpdateTimeToLive"
	case wanted != "":
		f.Why, f.Mend = "DynamoDB deletes by an attribute that the model does not keep", "switch it off, wait until it is off, and set the attribute that is wanted"
	case !root:
		f.Why, f.Mend = "DynamoDB may delete a part or a claim of an object that stays", "switch it off, or declare when objects expire"
	default:
		f.Severity = Warning
		f.Why, f.Mend = "the parts and claims of a deleted object stay, and its unique values stay taken", "declare when objects expire, or delete them with Delete"
	}
	l.add(f)
}

// keyText shows a key.
func keyText(names []string, kinds []types.ScalarAttributeType) string {
	all := make([]string, len(names))
	for i, n := range names {
		all[i] = fmt.Sprintf("%s (%s)", n, kinds[i])
	}
	return strings.Join(all, ", ")
}

func indexText(x *tables.Index) string {
	s := keyText(x.Partition.Names, x.Partition.Kinds)
	if len(x.Sort.Names) > 0 {
		s += ", sorted by " + keyText(x.Sort.Names, x.Sort.Kinds)
	}
	if x.Local {
		return "a local index of " + s
	}
	return "a global index of " + s
}

func projectionText(x *tables.Index) string {
	if x.Projection != types.ProjectionTypeInclude {
		return string(x.Projection)
	}
	return "INCLUDE of " + strings.Join(slices.Sorted(slices.Values(x.Include)), ", ")
}

// covers reports whether an index has all attributes that another one is to have.
func covers(have, want *tables.Index) bool {
	switch {
	case have.Projection == types.ProjectionTypeAll || want.Projection == types.ProjectionTypeKeysOnly:
		return true
	case have.Projection != types.ProjectionTypeInclude || want.Projection != types.ProjectionTypeInclude:
		return false
	}
	return !slices.ContainsFunc(want.Include, func(name string) bool { return !slices.Contains(have.Include, name) })
}
