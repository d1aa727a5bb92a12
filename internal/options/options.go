// Package options has the table of what takes each option of package repo.
package options

import (
	"slices"
	"strings"

	"github.com/dystore/dystore/internal/fail"
)

// ByProtocol makes an option of New and Open by which writes are sent by another protocol: a
// func(commit.Client) commit.Protocol. It is for tests, which so need no other build of the
// repository than programs have. It is none of the table, and goes by the name of one that
// both take.
var ByProtocol func(protocol any) any

// Takers says what takes each option: the constructors New and Open, and the
// verbs. CreateAt counts as Create, PutAt as Put, an operation of Transact or
// TransactGet as its verb. What is not in it is refused,
// since an option that is ignored looks as if it had worked; the
// documentation of the package prints it.
var Takers = []struct {
	Option string
	By     []string
}{
	{"WithValidator", []string{"New"}},
	{"ValidateOnRead", []string{"New"}},
	{"FieldRules", []string{"New"}},
	{"StructRules", []string{"New"}},
	{"Entity", []string{"New"}},
	{"Plain", []string{"New"}},
	{"TablePrefix", []string{"New", "Open"}},
	{"MetaAttribute", []string{"New", "Open"}},
	{"AllowTables", []string{"New", "Open"}},
	{"WithRegions", []string{"New", "Open"}},
	{"WithCursorKey", []string{"New"}},
	{"SortKey", []string{"Open"}},
	{"Staged", []string{"New", "Open"}},
	{"WithoutTransactions", []string{"New", "Open"}},
	{"Direct", []string{"New"}},
	{"Lean", []string{"New", "Open"}},
	{"WithTracer", []string{"New", "Open"}},
	{"WithOpener", []string{"Open"}},
	{"MustBeSealed", []string{"Open"}},

	{"WithWriteID", []string{"Create", "Put", "Update", "UpdateGet", "Modify", "Add", "Upload", "Delete", "DeleteValue", "Restore", "Repair", "Import", "Stored.Delete", "Transact"}},
	{"Relaxed", []string{"New", "Create", "Put", "PutMany", "Update", "UpdateGet", "Modify", "Add"}},
	{"MustExist", []string{"Put", "PutMany", "Delete", "DeleteMany", "Stored.Delete"}},
	{"Damaged", []string{"Delete", "DeleteMany", "Stored.Delete"}},
	{"Overwrite", []string{"Put", "PutMany", "Import"}},
	{"Rewrite", []string{"Put", "PutMany", "Modify"}},
	{"KeepShards", []string{"Put", "PutMany", "Modify", "Delete", "DeleteMany", "DeleteValue", "Stored.Delete"}},
	{"Permanently", []string{"Delete", "DeleteMany", "DeleteValue"}},
	{"By", []string{"Create", "Put", "PutMany", "Update", "UpdateGet", "Modify", "Upload", "Delete", "DeleteMany", "DeleteValue", "Restore", "Repair"}},
	{"EnsureParents", []string{"Update", "UpdateGet"}},
	{"Eventually", []string{"Get", "GetMany", "Exists", "Read", "ReadAll", "Download", "Modify", "Scan", "Query", "Page", "Count", "Decode", "Union"}},
	{"RootOnly", []string{"UpdateGet", "Get", "GetMany", "Modify", "Scan", "Query", "Page", "Decode", "Union"}},
	{"Skip", []string{"UpdateGet", "Get", "GetMany", "Modify", "Scan", "Query", "Page", "Decode", "Union"}},
	{"WithDeleted", []string{"Get", "GetMany", "Scan", "Query", "Page", "Decode", "Union"}},
	{"AllowDamaged", []string{"Get", "GetMany", "Scan", "Query", "Page", "Decode"}},
	{"Limit", []string{"Scan", "Query", "Decode", "Union"}},
	{"Segments", []string{"Migrate", "Reencrypt", "Scan", "Query", "Union"}},
	{"WithoutReadAhead", []string{"Scan", "Query", "Count", "Union"}},
	{"ReadFirst", []string{"Plan"}},
	{"PageSize", []string{"Migrate", "Reencrypt", "Sweep", "Page"}},
	{"StartAt", []string{"Page", "Migrate", "Reencrypt", "Sweep", "dynamostore.ImportAll"}},
	{"DryRun", []string{"Migrate", "Reencrypt", "Sweep", "Repair", "dynamostore.ImportAll"}},
	{"OnProgress", []string{"Migrate", "Reencrypt", "Sweep", "dynamostore.ImportAll"}},
	{"Rate", []string{"Migrate", "Reencrypt", "Sweep"}},
	{"Fence", []string{"Sweep"}},
	{"Discard", []string{"Repair"}},
}

// Exclusive are the pairs of options that cannot both be meant.
var Exclusive = [][2]string{
	{"Plain", "Entity"},        // no record, no parts, nothing encrypted: nothing has the name in it
	{"Plain", "AllowTables"},   // no parts
	{"Lean", "WithTracer"},     // whose steps are middleware
	{"Permanently", "Damaged"}, // which is never kept
	{"Rewrite", "KeepShards"},
	{"Rewrite", "RootOnly"},
	{"Rewrite", "Skip"},
	{"Rewrite", "Overwrite"}, // which writes every part anyway
}

// Missed are the verbs that do not take an option and refuse a view that has it:
// what they do would look as if they had heeded it.
var Missed = []struct {
	Option string
	By     []string
}{
	{"WithWriteID", []string{"PutMany", "DeleteMany"}}, // an id is for one write of one object
}

// Untaken is why a constructor or a verb does not take an option, nil if it
// does.
func Untaken(option, by string) error {
	var who []string
	for _, t := range Takers {
		if t.Option == option {
			who = t.By
		}
	}
	if slices.Contains(who, by) {
		return nil
	}
	last := len(who) - 1
	names := strings.Join(who[:last], ", ")
	if names != "" {
		names += " and "
	}
	return fail.Withf(fail.ErrInvalid, "repo.%s is no option of %s, but of %s", option, by, names+who[last])
}

// Misses reports whether a verb refuses a view that has an option which the verb
// does not take.
func Misses(option, by string) bool {
	for _, m := range Missed {
		if m.Option == option && slices.Contains(m.By, by) {
			return true
		}
	}
	return false
}

// Excluded is why an option cannot be given beside others, nil if it can.
func Excluded(option string, given []string) error {
	for _, pair := range Exclusive {
		for i, one := range pair {
			if other := pair[1-i]; option == one && slices.Contains(given, other) {
				return fail.Withf(fail.ErrInvalid, "repo.%s and repo.%s exclude each other", other, option)
			}
		}
	}
	return nil
}
