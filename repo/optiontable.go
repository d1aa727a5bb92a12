package repo

import (
	"slices"
	"strings"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/model"
)

// takers says what takes each option: the constructors New and Open, and the
// verbs. CreateAt counts as Create, PutAt as Put. What is not in it is refused,
// since an option that is swallowed is a wish that nobody hears; the
// documentation of the package prints it.
var takers = []struct {
	option string
	by     []string
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
	{"SortKey", []string{"Open"}},
	{"WithOpener", []string{"Open"}},
	{"MustBeSealed", []string{"Open"}},

	{"WithWriteID", []string{"Create", "Put", "Update", "Modify", "Delete", "DeleteValue", "Stored.Delete"}},
	{"Relaxed", []string{"New", "Create", "Put", "Update", "Modify"}},
	{"MustExist", []string{"Put", "Delete", "Stored.Delete"}},
	{"Damaged", []string{"Delete", "Stored.Delete"}},
	{"Overwrite", []string{"Put"}},
	{"Rewrite", []string{"Put", "Modify"}},
	{"KeepShards", []string{"Put", "Modify", "Delete", "DeleteValue", "Stored.Delete"}},
	{"EnsureParents", []string{"Update"}},
	{"Eventually", []string{"Get", "Exists", "Read", "ReadAll", "Modify", "Scan", "Query"}},
	{"RootOnly", []string{"Get", "Modify", "Scan", "Query"}},
	{"Skip", []string{"Get", "Modify", "Scan", "Query"}},
	{"Limit", []string{"Scan", "Query"}},
}

// exclusive are the pairs of options that cannot both be meant.
var exclusive = [][2]string{
	{"Plain", "Entity"},      // no record, no parts, nothing encrypted: nothing has the name in it
	{"Plain", "AllowTables"}, // no parts
	{"Rewrite", "KeepShards"},
	{"Rewrite", "RootOnly"},
	{"Rewrite", "Skip"},
	{"Rewrite", "Overwrite"}, // which writes every part anyway
}

// untaken is why a constructor or a verb does not take an option, nil if it
// does.
func untaken(option, by string) error {
	var who []string
	for _, t := range takers {
		if t.option == option {
			who = t.by
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
	return fail.Withf(ErrInvalid, "repo.%s is no option of %s, but of %s", option, by, names+who[last])
}

// excluded is why an option cannot be given beside others, nil if it can.
func excluded(option string, given []string) error {
	for _, pair := range exclusive {
		for i, one := range pair {
			if other := pair[1-i]; option == one && slices.Contains(given, other) {
				return fail.Withf(ErrInvalid, "repo.%s and repo.%s exclude each other", other, option)
			}
		}
	}
	return nil
}

// callOptions are those of a view. Different verbs share them, so each takes
// the ones that concern it and leaves the others.
type callOptions []callOption

func (v callOptions) with(opts []CallOption) callOptions {
	v = slices.Clip(v)
	for i, o := range opts {
		if model.IsNil(o) {
			v = append(v, callOption{err: fail.Withf(ErrInvalid, "call option %d is nil", i+1)})
			continue
		}
		v = append(v, o.forCall())
	}
	return v
}

// call gathers the options of one call of a verb: those of the view that it
// takes, and its own, all of which it must take.
func (v callOptions) call(verb string, own []CallOption) call {
	if len(v)+len(own) == 0 {
		return call{} // as most are; what options change is on the heap
	}
	var c call
	var few [4]string
	given := few[:0]
	for i, o := range v.with(own) {
		err := o.err
		if err == nil {
			if err = untaken(o.name, verb); err != nil && i < len(v) {
				continue
			}
		}
		if err == nil {
			err = excluded(o.name, given)
		}
		if err == nil {
			o.apply(&c)
			given = append(given, o.name)
		} else if c.err == nil {
			c.err = err
		}
	}
	return c
}
