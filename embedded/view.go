package embedded

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// view is some tables as they are at one moment.
type view []*table

// view begins an operation on the tables with the names, which are plain names
// or ARNs. Tables that are not there are left out.
func (db *DB) view(ctx context.Context, names ...*string) (view, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	db.expire()
	return at(db.find(names)), nil
}

// find is the slots of the tables with the names, each once.
func (db *DB) find(names []*string) []*slot {
	all := *db.slots.Load()
	found := make([]*slot, 0, len(names))
	for _, name := range names {
		if s := all[plainName(aws.ToString(name))]; s != nil && !slices.Contains(found, s) {
			found = append(found, s)
		}
	}
	return found
}

// at is the tables of slots. If they are the same when they are looked at a
// second time, there was a moment in between when all of them were: a table
// that has been replaced never comes back.
func at(slots []*slot) view {
	for {
		v := make(view, 0, len(slots))
		for _, s := range slots {
			v = append(v, s.load())
		}
		if len(v) == 1 || slices.EqualFunc(slots, v, func(s *slot, t *table) bool { return s.load() == t }) {
			return slices.DeleteFunc(v, func(t *table) bool { return t == nil })
		}
	}
}

// current reports whether the tables are still what they were.
func (v view) current() bool {
	for _, t := range v {
		if t.slot.load() != t {
			return false
		}
	}
	return true
}

// table finds a table by the name in a request: a plain name or an ARN.
func (v view) table(name *string) (*table, error) {
	if t := v.find(name); t != nil {
		return t, nil
	}
	return nil, notFound()
}

// find is the table with a name or an ARN, nil if there is none.
func (v view) find(name *string) *table {
	given := aws.ToString(name)
	for _, t := range v {
		if t.is(given) {
			return t
		}
	}
	return nil
}

// is reports whether a name or an ARN is that of the table.
func (t *table) is(name string) bool {
	if isARN(name) {
		return name == t.arn
	}
	return name == t.Name
}
