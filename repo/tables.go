package repo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/internal/usage"
)

// CreateTables creates the tables of the model, as [Repo.Tables] describes them, and
// waits until they and their indexes are active; the context bounds the wait. It is
// meant for development and tests. Tables that exist are left alone, but must have the
// key that the model needs: ErrInvalid otherwise. A global index that such a table
// lacks is added, and filled by DynamoDB before CreateTables returns, since models of
// several entities may share a table. A local index that it lacks, or an index of that
// name with other keys or another projection, is ErrInvalid.
//
// Time to live is switched on where items expire ([Repo.TimeToLive]), by a client that
// has DescribeTimeToLive and UpdateTimeToLive. A table in which it is on for another
// attribute is ErrInvalid. A table that is named by an ARN is created in the client's
// account and region, which must be those of the ARN. So CreateTables may be called again and again, by several
// programs at once. [Repo.Verify] compares without changing anything.
func (r *Repo[T]) CreateTables(ctx context.Context) (err error) {
	ctx, verb := r.c.reads(ctx, "CreateTables", 0)
	defer verb.End(&err)
	if err = begin(ctx, call{}); err == nil {
		err = tables.CreateIn(ctx, func(region string) tables.Admin { return r.c.admin(region) }, r.c.s.Wanted())
	}
	return r.c.fail("CreateTables", tables.Key{}, [16]byte{}, err)
}

// Tables returns what the tables of the model are made of: the root's, those of its
// parts and those that claim unique values, each once, ascending by full name. They
// have the keys and the indexes that the model needs, and on-demand billing. It is
// what [Repo.CreateTables] creates, for programs that make tables in another way:
// with tags, with encryption or provisioned capacity, or as text for a tool.
// A caller may change what it gets, which is new with each call. CreateTable takes no
// ARN, and creates in the client's own account and region: a table that is named by an
// ARN has its name here. A table in another region has that before its name, as in
// eu-west-1/Archive, which DynamoDB refuses: cut it off, and send the request to that region.
//
// CreateTable does not set everything: [Repo.TimeToLive] is what comes after it.
func (r *Repo[T]) Tables() []*dynamodb.CreateTableInput {
	wanted := r.c.s.Wanted()
	all := make([]*dynamodb.CreateTableInput, 0, len(wanted))
	for _, name := range sorted.Keys(wanted) {
		all = append(all, wanted[name].Input(name))
	}
	return all
}

// TimeToLive returns, for each table of the model whose items expire, the request that
// tells DynamoDB by which attribute, ascending by full name. It is empty for a model in
// which nothing expires. As with [Repo.Tables], a caller may change what it gets.
func (r *Repo[T]) TimeToLive() []*dynamodb.UpdateTimeToLiveInput {
	wanted := r.c.s.Wanted()
	all := make([]*dynamodb.UpdateTimeToLiveInput, 0, len(wanted))
	for _, name := range sorted.Keys(wanted) {
		if by := wanted[name].TTL; by != "" {
			all = append(all, tables.ExpiryInput(name, by))
		}
	}
	return all
}

// KeyUsage is which keys the stored objects of a model need, at the time when
// [Repo.KeysInUse] looked.
type KeyUsage struct {
	Keys  []KeyUse // ascending by scope, then by id
	Items int64    // items looked at: roots, parts, claims of unique values
	// Unreadable counts items that may be of the model or not, because their
	// record cannot be read, or because a part has none. Encrypted values in
	// them are counted as well.
	Unreadable int64
	// Unknown counts values that begin as envelopes do, but of a format that
	// this release does not know: which key they need, it cannot tell.
	Unknown int64
}

// KeyUse is how much is encrypted under one key. Keys have ids of their scope: see
// cipher.Scope.
type KeyUse struct {
	ID     cipher.KeyID
	Values int64
	Items  int64  // that hold the values
	Scope  string // whose key it is; "" without scopes, in items without a record, and in parts of objects with long keys
}

func keyUse(k usage.Use) KeyUse { return KeyUse(k) }

// Of returns how many values need a key with an id, in all scopes.
func (u *KeyUsage) Of(id cipher.KeyID) int64 {
	return u.count(func(k KeyUse) bool { return k.ID == id })
}

// OfScope returns how many values need a key of a scope, or may do.
func (u *KeyUsage) OfScope(scope string, id cipher.KeyID) int64 {
	return u.count(func(k KeyUse) bool { return k.ID == id && (k.Scope == scope || k.Scope == "") })
}

func (u *KeyUsage) count(of func(KeyUse) bool) (values int64) {
	for _, k := range u.Keys {
		if of(k) {
			values += k.Values
		}
	}
	return values
}

// KeysInUse reads the table of the roots and all tables of parts, and counts
// the encrypted values in them by key. It opens nothing: keys may be disabled,
// destroyed or unknown. A key that it does not find is not needed any more,
// provided that no program still writes under it, and that no backup is needed.
//
// A value counts in the scope that its cipher finds for it, and in those of all ciphers where
// the model does not encrypt the path any more. Everything that is stored counts: attributes that the type does not know,
// parts that no object refers to, the encrypted list of encrypted paths. In
// tables that several models share, what belongs to another entity does not.
// Envelopes of other ciphers are seen only if they have the form of package
// cipher. Tables that only shard.MovedFrom or AllowTables names need not
// exist any more.
//
// It costs as much as a scan of all these tables.
func (r *Repo[T]) KeysInUse(ctx context.Context) (_ *KeyUsage, err error) {
	ctx, verb := r.c.reads(ctx, "KeysInUse", 0)
	defer verb.End(&err)
	if err := begin(ctx, r.view.call("KeysInUse", nil)); err != nil {
		return nil, r.c.fail("KeysInUse", tables.Key{}, [16]byte{}, err)
	}
	found, table, err := usage.KeysInUse(ctx, &r.c.read.Reader, &r.c.s.Sealing)
	if err != nil {
		return nil, &Error{Op: "KeysInUse", Table: r.c.s.FullName(table), Err: lostRegion(err)}
	}
	return &KeyUsage{Keys: each(found.Uses(), keyUse), Items: found.Items, Unreadable: found.Unreadable, Unknown: found.Unknown}, nil
}
