// Package tables says where the objects of a model are stored, and under which names,
// as far as that does not depend on their type.
package tables

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/arn"
	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/stored"
)

// Tables says where objects are stored, and under which names. It is all that
// can be known of them without their type.
type Tables struct {
	Root     string // the table of the root items, as declared
	Prefix   string // of the tables in the root's region
	Keys     []KeyAttr
	Form     Form              // of the values of keys; nil: they may have any
	Entity   string            // empty: each object's record tells it
	MetaAttr string            // the attribute that holds the record
	Plain    bool              // there are no records
	TTL      string            // the attribute of root items that says when they expire; "" if there is none, or it is not known
	Keeps    bool              // what is deleted is kept, and can be restored
	Model    int               // the version of the model; 0: not known
	Parts    map[string]string // tables in which parts may be, and the key attribute of each where it is known
	Layouts  *stored.Layouts   // as stored, so that they are not parsed for each object

	// Accounts are the tables in other regions that are named by ARNs, and what goes before
	// their names there.
	Accounts map[string]string

	root  string            // the real name of Root; "": it was not made
	names map[string]string // the real names of the tables in Parts
}

// Name makes the real names of the tables once. They have to be known by then.
func (s *Tables) Name() {
	s.root, s.names = s.RootTable(), make(map[string]string, len(s.Parts))
	for table := range s.Parts {
		s.names[table] = s.FullName(table)
	}
}

// KeyAttr is a key attribute of the root's table. Its kind is empty where it
// is not known.
type KeyAttr struct {
	Name string
	Kind types.ScalarAttributeType
}

// Form is what the values of the keys of a model look like, where that is known.
type Form interface {
	// Fits reports whether a key looks like one of the model, whatever its values are.
	Fits(parts []types.AttributeValue) bool
	// Check returns why a key is none of the model.
	Check(parts []types.AttributeValue) error
}

// attrs is an item, or a document.
type attrs = map[string]types.AttributeValue

// FullName is the real name of a declared table; of one in another region, that after the
// region.
func (s *Tables) FullName(table string) string {
	if full, ok := s.names[table]; ok {
		return full
	}
	region, plain := arn.Region(table)
	if region == "" {
		return s.Prefix + table
	}
	_, prefix := arn.Split(s.Prefix)
	return arn.Apart(region, s.Accounts[table]+prefix+plain)
}

// InRegion reports whether a table is in another region than the root's.
func InRegion(table string) bool {
	region, _ := arn.Region(table)
	return region != ""
}

// RootTable is the real name of the root items' table.
func (s *Tables) RootTable() string {
	if s.root != "" {
		return s.root
	}
	return s.Prefix + s.Root
}

// RootItem names the root item of the object with a key.
func (s *Tables) RootItem(key Key) fetch.Item {
	return fetch.Item{Table: s.RootTable(), Key: s.keyAttrs(key)}
}

// PartItem names the item of a part.
func (s *Tables) PartItem(l stored.Location) fetch.Item {
	return fetch.Item{Table: s.FullName(l.Table), Key: attrs{l.KeyName: item.String(l.Key)}}
}

// keyAttrs is a key as DynamoDB wants it.
func (s *Tables) keyAttrs(k Key) map[string]types.AttributeValue {
	m := make(attrs, len(k.Parts))
	for i, p := range k.Parts {
		m[s.Keys[i].Name] = p
	}
	return m
}

// KeyNames are the names of the key attributes, the second "" if there is one.
func (s *Tables) KeyNames() (names [2]string) {
	for i, k := range s.Keys {
		names[i] = k.Name
	}
	return names
}

// IsKey reports whether a path is a key attribute.
func (s *Tables) IsKey(path attr.Path) bool {
	return len(path) == 1 && s.IsKeyName(path[0].Name)
}

// IsKeyName reports whether an attribute is one of the key.
func (s *Tables) IsKeyName(name string) bool {
	return slices.ContainsFunc(s.Keys, func(k KeyAttr) bool { return k.Name == name })
}

// CheckKey refuses a key that cannot be one of an object of the model.
func (s *Tables) CheckKey(key Key) error {
	err := s.CheckRootKey(key)
	if err == nil && s.Form != nil {
		if why := s.Form.Check(key.Parts); why != nil {
			err = fail.Withf(fail.ErrInvalid, "key: %w", why)
		}
	}
	return err
}

// CheckRootKey refuses a key that cannot be one of the root's table.
func (s *Tables) CheckRootKey(key Key) error {
	if err := key.check(len(s.Keys)); err != nil {
		return err
	}
	for i, p := range key.Parts {
		if got, want := item.TypeText(p), string(s.Keys[i].Kind); got != want && want != "" {
			return fail.Withf(fail.ErrInvalid, "key: %s is of type %s, the key of the model of type %s", s.Keys[i].Name, got, want)
		}
	}
	return nil
}

// MayHaveParts names a table of parts that the model itself puts nothing into.
func (s *Tables) MayHaveParts(table string) {
	if _, named := s.Parts[table]; !named {
		s.Parts[table] = ""
	}
}

// CheckTable refuses to follow a manifest into a table that neither the layout
// nor MovedFrom nor AllowTables names: metadata must not decide where we read or
// delete.
func (s *Tables) CheckTable(inst stored.Inst, loc stored.Location) error {
	return s.checkTable(fail.Text(inst), "layout puts this part into", loc)
}

// CheckClaim is CheckTable for the item that claims a unique value.
func (s *Tables) CheckClaim(name string, loc stored.Location) error {
	if InRegion(loc.Table) {
		return fail.At(fail.Text(stored.ClaimText(name)), fail.Withf(fail.ErrCorrupt, "the stored record claims the value in %s, which is in another region", loc.Table))
	}
	return s.checkTable(fail.Text(stored.ClaimText(name)), "record claims the value in", loc)
}

func (s *Tables) checkTable(what fail.Text, says string, loc stored.Location) error {
	key, named := s.Parts[loc.Table]
	switch {
	case !named:
		return fail.At(what, fail.Withf(fail.ErrCorrupt, "the stored %s table %s, which the model does not name; see shard.MovedFrom and repo.AllowTables", says, loc.Table))
	case key != "" && key != loc.KeyName:
		return fail.At(what, fail.Withf(fail.ErrCorrupt, "the stored layout has the key attribute %q for table %s, whose key is %q", loc.KeyName, loc.Table, key))
	}
	return nil
}

// RootMeta decodes the record of a root item; nil if there is none. Of a manifest that has
// lost pages there is what is left, and an error.
func (s *Tables) RootMeta(it map[string]types.AttributeValue) (*stored.Root, error) {
	m, err := s.RootAlone(it)
	if err != nil || m == nil || m.Pages == nil {
		return m, err
	}
	if m.Pages.Unread {
		return nil, fail.At(fail.Text(s.MetaAttr), fail.Withf(fail.ErrBusy, "the pages of the manifest have not been read"))
	}
	if lost := m.Pages.Lost(); len(lost) > 0 && !Expired(m.Expires) { // DynamoDB deletes what has expired in any order
		return m, fail.At(fail.Text(s.MetaAttr), fail.Withf(fail.ErrCorrupt, "of %d pages of the manifest %d are missing", len(m.Pages.List), len(lost)))
	}
	return m, nil
}

// RootAlone is RootMeta where the manifest does not matter. Nobody need have read its pages.
func (s *Tables) RootAlone(it map[string]types.AttributeValue) (*stored.Root, error) {
	av, ok := it[s.MetaAttr]
	if !ok || s.Plain {
		return nil, nil
	}
	m, err := s.Layouts.Decode(av)
	if err != nil {
		if entity, named := s.EntityIn(it); named {
			if other := s.CheckEntity(entity); other != nil { // its own program may read it
				return nil, other
			}
		}
		var tooNew *stored.TooNewError
		if errors.As(err, &tooNew) {
			return nil, fail.At(fail.Text(s.MetaAttr), fail.Withf(fail.ErrSchemaTooNew, "%w", err))
		}
		return nil, fail.At(fail.Text(s.MetaAttr), fail.Withf(fail.ErrCorrupt, "%w", err))
	}
	if err := s.CheckEntity(m.Entity); err != nil {
		return nil, err
	}
	m.Expires = s.Expiry(it, m)
	return m, nil
}

// CheckEntity refuses the record of an object of another entity.
func (s *Tables) CheckEntity(entity string) error {
	if s.Entity == "" || entity == s.Entity {
		return nil
	}
	return fail.At(fail.Text(s.MetaAttr), &otherEntityError{entity, s.Entity})
}

// KeyIn is the key in a root item.
func (s *Tables) KeyIn(it map[string]types.AttributeValue) []types.AttributeValue {
	parts := make([]types.AttributeValue, len(s.Keys))
	for i, k := range s.Keys {
		parts[i] = it[k.Name]
	}
	return parts
}

// KeyDocs are the attributes of a root item that say which object it is: its key, and
// its entity.
func (s *Tables) KeyDocs(e *expr.Builder) (docs []string) {
	for _, k := range s.Keys {
		docs = append(docs, e.Name(k.Name))
	}
	if !s.Plain {
		docs = append(docs, e.Path(s.MetaAttr, "e"))
	}
	return docs
}

// EntityIn is the entity that the record of a root item names.
func (s *Tables) EntityIn(it map[string]types.AttributeValue) (entity string, named bool) {
	e, named := item.Follow(it, attr.Names(s.MetaAttr, "e")).(*types.AttributeValueMemberS)
	if !named {
		return "", false
	}
	return e.Value, true
}

// Layouted are the conditions that a root item has a record of a layout, and nothing of the
// object is in pieces or on pages. Each of them is to stand in parentheses.
func (s *Tables) Layouted(e *expr.Builder, id string) []string {
	layout := e.Path(s.MetaAttr, "l")
	same := layout + " = " + e.Value(item.String(id))
	if id == stored.Undivided { // which a record need not name
		same = "attribute_not_exists(" + layout + ") OR " + same
	}
	return []string{e.Path(s.MetaAttr, "f") + " IN (" + e.Value(item.Int(stored.FirstFormat)) + ", " + e.Value(item.Int(stored.Compact)) + ")", same}
}

// Recorded reports whether a root item has a record with an entity.
func (s *Tables) Recorded(it map[string]types.AttributeValue) bool {
	return !s.Plain && item.Follow(it, attr.Names(s.MetaAttr, "e")) != nil
}

// CheckBare refuses an item whose record is not there, or names no entity, and whose key
// says that it is no object of the model: the table has objects of several programs.
func (s *Tables) CheckBare(key Key) error {
	if s.Form == nil || s.Form.Fits(key.Parts) {
		return nil
	}
	return &otherEntityError{"", s.Entity}
}

// otherEntityError: another kind of object has the key.
type otherEntityError struct{ got, want string }

func (e *otherEntityError) Error() string {
	return fmt.Sprintf("%v: the item is an object of entity %q, not %q", fail.ErrCorrupt, e.got, e.want)
}

func (e *otherEntityError) Unwrap() error { return fail.ErrCorrupt }

// IsOtherEntity reports whether an error says that an object is of another
// entity.
func IsOtherEntity(err error) bool {
	var other *otherEntityError
	return errors.As(err, &other)
}

// Items are the items of an object's parts. No two parts are in one.
type Items map[stored.Location]stored.Inst

// ItemsOf are the items of the parts and claims of an object with a key.
func ItemsOf(m *stored.Root, key []types.AttributeValue) Items {
	items := make(Items, len(m.Parts)+len(m.Claims))
	for inst := range m.Parts {
		items[m.Locate(inst, key)] = inst
	}
	for name, loc := range m.Claims {
		items[loc] = stored.Inst(name)
	}
	return items
}

// Take gives the item at loc to an instance.
func (o Items) Take(inst stored.Inst, loc stored.Location) error {
	if other, twice := o[loc]; twice {
		return fail.At(fail.Text(inst), fail.Withf(fail.ErrCorrupt, "the stored layout puts this part into the item of %s", other))
	}
	o[loc] = inst
	return nil
}

// ReadRecord reads the root item's record and expiry, and nothing else of it but the
// attributes that fields are in.
func (s *Tables) ReadRecord(ctx context.Context, get fetch.Reader, key Key, fields ...attr.Path) (map[string]types.AttributeValue, error) {
	var e expr.Builder
	names := []string{e.Name(s.Keys[0].Name), e.Name(s.MetaAttr)}
	add := func(attribute string) {
		if name := e.Name(attribute); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if s.TTL != "" {
		add(s.TTL)
	}
	for _, f := range fields {
		add(f[0].Name)
	}
	return get.One(ctx, s.RootItem(key), true, e.Project(names...))
}
