package repo

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/stored"
)

// storage says where objects are stored, and under which names. It is all that
// can be known of them without their type.
type storage struct {
	root     string // the table of the root items, as declared
	prefix   string // of all tables
	keys     []keyColumn
	entity   string            // empty: each object's record tells it
	metaAttr string            // the attribute that holds the record
	plain    bool              // there are no records
	parts    map[string]string // tables in which parts may be, and the key attribute of each where it is known
	layouts  *stored.Layouts   // as stored, so that they are not parsed for each object
}

// keyColumn is a key attribute of the root's table. Its kind is empty where it
// is not known.
type keyColumn struct {
	name string
	kind types.ScalarAttributeType
}

type attrs = map[string]types.AttributeValue

// fullName is the real name of a declared table.
func (s *storage) fullName(table string) string { return s.prefix + table }

// rootTable is the real name of the root items' table.
func (s *storage) rootTable() string { return s.prefix + s.root }

// rootItem names the root item of the object with a key.
func (s *storage) rootItem(key storedKey) fetch.Item {
	return fetch.Item{Table: s.rootTable(), Key: s.keyAttrs(key)}
}

// partItem names the item of a part.
func (s *storage) partItem(l stored.Location) fetch.Item {
	return fetch.Item{Table: s.fullName(l.Table), Key: attrs{l.KeyName: item.String(l.Key)}}
}

// keyAttrs is a key as DynamoDB wants it.
func (s *storage) keyAttrs(k storedKey) map[string]types.AttributeValue {
	m := make(attrs, len(k.parts))
	for i, p := range k.parts {
		m[s.keys[i].name] = p
	}
	return m
}

// keyNames are the names of the key attributes, the second "" if there is one.
func (s *storage) keyNames() (names [2]string) {
	for i, k := range s.keys {
		names[i] = k.name
	}
	return names
}

// isKey reports whether a path is a key attribute.
func (s *storage) isKey(path attr.Path) bool {
	return len(path) == 1 && slices.ContainsFunc(s.keys, func(k keyColumn) bool { return k.name == path[0].Name })
}

// checkKey refuses a key that is none of the root's table.
func (s *storage) checkKey(key storedKey) error {
	if err := key.check(len(s.keys)); err != nil {
		return err
	}
	for i, p := range key.parts {
		if got, want := item.TypeName(p), string(s.keys[i].kind); got != want && want != "" {
			return fail.Withf(ErrInvalid, "key: %s is of type %s, the key of the model of type %s", s.keys[i].name, got, want)
		}
	}
	return nil
}

// mayHaveParts names a table of parts that the model itself puts nothing into.
func (s *storage) mayHaveParts(table string) {
	if _, named := s.parts[table]; !named {
		s.parts[table] = ""
	}
}

// checkTable refuses to follow a manifest into a table that neither the layout
// nor MovedFrom nor AllowTables names: metadata must not decide where we read or
// delete.
func (s *storage) checkTable(inst stored.Inst, loc stored.Location) error {
	key, named := s.parts[loc.Table]
	switch {
	case !named:
		return fail.At(fail.Text(inst), fail.Withf(ErrCorrupt, "the stored layout puts this part into table %s, which the model does not name; see shard.MovedFrom and repo.AllowTables", loc.Table))
	case key != "" && key != loc.KeyName:
		return fail.At(fail.Text(inst), fail.Withf(ErrCorrupt, "the stored layout has the key attribute %q for table %s, whose key is %q", loc.KeyName, loc.Table, key))
	}
	return nil
}

// rootMeta decodes the record of a root item; nil if there is none.
func (s *storage) rootMeta(it map[string]types.AttributeValue) (*stored.Root, error) {
	av, ok := it[s.metaAttr]
	if !ok || s.plain {
		return nil, nil
	}
	m, err := s.layouts.Decode(av)
	if err != nil {
		var tooNew *stored.TooNewError
		if errors.As(err, &tooNew) {
			return nil, fail.At(fail.Text(s.metaAttr), fail.Withf(ErrSchemaTooNew, "%w", err))
		}
		return nil, fail.At(fail.Text(s.metaAttr), fail.Withf(ErrCorrupt, "%w", err))
	}
	if err := s.checkEntity(m.Entity); err != nil {
		return nil, err
	}
	return m, nil
}

// checkEntity refuses the record of an object of another entity.
func (s *storage) checkEntity(entity string) error {
	if s.entity == "" || entity == s.entity {
		return nil
	}
	return fail.At(fail.Text(s.metaAttr), &otherEntityError{entity, s.entity})
}

// otherEntityError: another kind of object has the key.
type otherEntityError struct{ got, want string }

func (e *otherEntityError) Error() string {
	return fmt.Sprintf("%v: the item is an object of entity %q, not %q", ErrCorrupt, e.got, e.want)
}

func (e *otherEntityError) Unwrap() error { return ErrCorrupt }

// isOtherEntity reports whether an error says that an object is of another
// entity.
func isOtherEntity(err error) bool {
	var other *otherEntityError
	return errors.As(err, &other)
}

// occupied are the items of an object's parts. No two parts are in one.
type occupied map[stored.Location]stored.Inst

func (o occupied) take(inst stored.Inst, loc stored.Location) error {
	if other, twice := o[loc]; twice {
		return fail.At(fail.Text(inst), fail.Withf(ErrCorrupt, "the stored layout puts this part into the item of %s", other))
	}
	o[loc] = inst
	return nil
}

// readRecord reads the root item's record, and nothing else of it.
func (s *storage) readRecord(ctx context.Context, get fetch.Reader, key storedKey) (map[string]types.AttributeValue, error) {
	var e expr.Builder
	return get.One(ctx, s.rootItem(key), true, e.Project(e.Name(s.keys[0].name), e.Name(s.metaAttr)))
}
