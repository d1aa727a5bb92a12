// Package repo stores Go structs in Amazon DynamoDB, each as one object whose
// parts may live in several tables.
//
//	people, err := repo.New(client, repo.TableOf("People", personID,
//		shard.New(shard.To("Places"), func(p *Person) *Location { return &p.Location }),
//		cipher.Protect(keys, hospital),
//		meta.Keep(func(p *Person) *meta.Record { return &p.Meta }),
//	))
//
//	key, err := people.Create(ctx, &john)                              // must not exist
//	got, err := people.Get(ctx, key)                                   // whole, in one committed state
//	err = people.Update(ctx, key, city.Set("Osaka"), lens.Add(visits, 1))
//	town, err := repo.Read(ctx, people, key, city)                     // one path
//	err = people.Delete(ctx, key)                                      // with all its parts
//
// A [Repo] is concrete, cheap to pass and safe for concurrent use. Services
// hold a *Repo[Person]; their tests make one over the embedded engine. [Client]
// is the only interface, and *dynamodb.Client satisfies it.
//
// # Models
//
// [TableOf] names the table of the root item, the key and the parts. The key
// is declared by [KeyOf], [CompositeKeyOf] (partition and sort key, see
// [Repo.Query]), [DetachedKey] (not a field of the model), which take generators
// (package keygen), or [JoinedKeyOf] (made of several fields). Parts are shards (package shard), encrypted
// fields (package cipher) and the field that receives the record (package
// meta). A part of another model does not compile.
//
// [New] checks the whole model and returns all mistakes joined, each naming
// type and field. It sends no request; [Repo.CreateTables] is for development
// and tests. [Repo.Layout] says what lives where.
//
// # Tables
//
// The root item has the model's attributes under their dynamodbav names, less
// those of shards, and the attribute _meta. Every shard has a table with a
// partition key of type S and no sort key; its items have the attributes of
// the shard's struct, the key and a _meta. Several models may share a shard
// table; a shard in the table of a root is refused.
//
// _meta of the root is the manifest. It names the parts, each with a random
// stamp that the part's item must carry, and holds the version, the ids of the
// last 8 writes, and the layout under which the object was written. A part
// takes about 45 bytes of the root item.
//
// Items that other programs wrote without _meta are read. The first write adopts
// such an item: it adds _meta and takes parts out, and states that attributes are
// still as they were read, about 130 at most; beyond is [ErrTooLarge], and any
// Update adopts as well. Afterwards, writes of programs that disregard _meta go
// unnoticed. [Plain] leaves _meta out, for tables shared with such programs.
//
// # Writing
//
// A write is planned, sealed, divided, checked on the final bytes and sent: as one
// TransactWriteItems of the root and the parts that change, or as one PutItem or
// UpdateItem where only the root changes, over a version that was read. A write of more
// than 100 items or 3.9 MB is staged, see [Staged]. What no write takes is [ErrTooLarge]
// before it is sent: an item over 400 KB, or more than 99 unique values.
//
// Create wants nothing to be stored, Update and Modify an object. Put and Delete
// work either way, unless [MustExist] is given.
//
// The repository retries by itself: the same bytes under the same token, at most
// 12 attempts (about 15 seconds), while the context lasts. A write is applied once,
// however often it was sent and however late a request arrives. After a lost reply
// the engine, or the write ids in the root, tell what became of it. [WithWriteID]
// extends that over a restart of the program; [Relaxed] gives some of it up for
// half the cost.
//
// Nothing that the caller passes in is modified, except a generated key and the
// [meta.Record], and those only when the write is known to be done.
//
// # Tracked values
//
// A value whose [meta.Record] came from a read or a write is tracked. Put replaces
// exactly that version, [ErrConflict] otherwise, and writes only the parts that
// differ from what was read. [Overwrite] puts it over any version. A record may
// leave the program and come back, as JSON or as an ETag: then Put reads the object
// first. An untracked value replaces what is stored, whole.
//
// Attributes and parts that the type does not know are kept, so that an old program
// does not erase what a newer one stored. In lists they stay with their element:
// the one with the same content, or with the same [Identity]. A change of the list
// that leaves open which element that is, is refused with [ErrNotLoaded]; Update
// can change single elements.
//
// A value read with [RootOnly] or [Skip] may be put back: parts that were not
// loaded are kept if the value has the zero value there, and refused with
// [ErrNotLoaded] if not. A list whose elements have unloaded parts must be
// unchanged.
//
// # Rotation of keys
//
// A part with a value under another key than today's primary, or with other
// padding, counts as changed. So a Scan with a tracked Put of each object, or a
// Modify that changes nothing, brings everything under a new primary key beside
// live writers. [Rewrite] writes all parts. The old key stays with parts that
// [RootOnly], [Skip] and [KeepShards] leave alone, with attributes and parts of
// another version of the program, and with values that an Update does not set.
// [Repo.KeysInUse] tells which keys are still needed.
//
// # Updates
//
// Update changes the items that own the paths, and always the root, whose version
// rises. Nothing is read first, except for elements of a divided list by position,
// entries of a divided map that come or go, and objects of another layout: then the
// manifest is.
//
// Changes and conditions are made from lenses (package lens). A condition concerns
// one item, or is an And of such. What the path leads through must exist,
// [ErrNoPath] otherwise; [EnsureParents] creates it. [IfExpr] takes conditions of
// the SDK's package expression. Options are given with [Repo.With]:
//
//	err := people.With(repo.EnsureParents()).Update(ctx, key, hospital.Set("Kosei Nenkin"))
//
// [Repo.Refused] shows what is stored when a write is refused; [UpdateGet] returns
// what it leaves. Changes that need the old value are for [Repo.Modify].
//
// # Counters
//
// A number that is too hot for one item is a counter (lens.Counter), which is spread
// over items of its own by shard.Spread. [Repo.Add] adds to it without a write of the
// object, and reads of the object have the sum in the field.
//
// # Reading
//
// Get sends one BatchGetItem for the root and the parts whose keys follow from the
// model, and a second one if the manifest names others: list elements, map entries,
// parts that have moved. A part whose stamp is not the one that the root names is
// read again with the root, at last in a transaction. The result is one committed
// state, or [ErrBusy]. A part that is missing under an unchanged root is
// [ErrCorrupt]; [AllowDamaged] reads such an object all the same, [Repo.Repair] mends
// it, and Delete removes it.
//
// [Read] and [ReadAll] fetch what owns the path, projected on it. [Eventually]
// halves the cost of the first request: the result may be old, but is never a mix.
// [Repo.Scan] and [Repo.Query] yield an object or an error for each root. [Open]
// reads, lists and deletes objects by the stored metadata alone.
//
// # Ranges, indexes and pages
//
// [Repo.Query] reads a range: [CompositeKey.In] the objects under one partition key,
// [Index.In] those under one value in an index, [All] the whole table. A range has
// bounds of the sort key (From, Before, Between), a direction (Backwards) and a filter
// (Where, WhereExpr), which concerns the root item. The next page is read while the
// loop has one; [Segments] scans in parallel. [Repo.Page] reads one page, whose
// [Cursor] begins the next one, and [Repo.Count] counts.
//
//	byStatus = repo.IndexOf("by-status",
//		func(o *Order) *string { return &o.Status }, func(o *Order) *time.Time { return &o.At })
//
//	for o, err := range orders.Query(ctx, byStatus.In("open").From(monday).Where(total.Gt(100))) { … }
//	page, err := orders.Page(ctx, byStatus.In("open"), repo.PageSize(25), repo.StartAt(cursor))
//
// Indexes are parts of the model: [IndexOf], [SimpleIndexOf], [LocalIndexOf],
// [MultiKeyIndexOf]. DynamoDB keeps them, a moment late. What comes from an index is
// whole all the same, and of one committed state; [IndexOf] says what may be missing.
// [Repo.Decode] makes objects of root items that the caller has read.
//
// # Several types in one table
//
// [JoinedKeyOf] makes keys of words and fields, such as CUSTOMER#c1 and
// ORDER#2026-11-29T08:00:00.000000000Z#00000000000000000017. The texts are injective and
// sort as the values do; [JoinedKey.In] and [Then] select and bound by field, and
// [JoinedKey.Parse] reads a key back. Each repository sees the objects of its own
// [Entity] only. [Union] reads a range for several models, and yields each object as its
// own type.
//
// # Many objects
//
// [Repo.GetMany] reads objects by their keys, 100 items in a request, in the order of
// the keys and with nil where there is none. [Repo.PutMany] and [Repo.DeleteMany] write
// each object by itself, 8 at a time; what they have to read first is read in batches.
// A [BatchError] says which failed.
//
// # Transactions
//
// [Transact] makes operations of several repositories, and actions of the caller's
// own, one write; [TransactGet] reads at one moment. Operations take the options of
// their verb; [WithWriteID] is for the transaction. Modify is none of them: read,
// change, put the tracked values, and begin again on [ErrConflict].
//
// # Unique values
//
// shard.Unique declares fields whose value no second object may have. A write that
// would make one is refused with [ErrDuplicate], by whatever verb. The value is claimed
// by an item of its own, which is written in the transaction of the object.
//
// # Lifetime
//
// [ExpiresAt] names the field that says when an object expires: from that second on it
// counts as absent for all verbs, and root, parts and claims expire together. [SoftDelete]
// keeps what Delete deletes, [Repo.Restore] brings it back. [By] says who writes, and the
// [meta.Record] has it.
//
// # Interface fields
//
// [OneOf] declares what an interface field may hold, [Variant] a type and its tag, and a
// table of its own if it has one. [Case.Lens] leads into one variant; in another there is
// no path. A variant that the program does not know is [ErrUnknownVariant]; paths beside it
// can be read and updated.
//
// # Operations
//
// [Repo.Tables] and [Repo.TimeToLive] are the tables as requests of the SDK; [Repo.Verify],
// at the start of a program, compares them with those there are. [Repo.Layout] says where
// everything is stored, and package schematest judges changes of it. [WithTracer] tells a
// [trace.Tracer] of each call and of each request; nothing is measured without one.
// [Repo.Plan] says beforehand what operations would send.
//
// # Validation
//
// Values are validated before every write by their validate tags
// (go-playground/validator); [WithValidator] replaces the validator, nil
// switches it off, [ValidateOnRead] adds reads. Update accepts what a Put of the
// changed object would. A rule that the changes do not decide is refused by name,
// with [UndecidedError]: one about other fields, about the outcome of an Add or
// Append, or in a function that [FieldRules] does not name.
//
// # Errors
//
// Decide with errors.Is; the texts may change. Errors of verbs are [*Error],
// which says what failed and where.
//
//   - [ErrNotFound], [ErrExists], [ErrNoPath]: not written; the object is not as the verb wants it.
//   - [ErrDuplicate]: not written; another object has a value that is unique.
//   - [ErrConflict]: not written; another version is stored.
//   - [ErrCondition]: not written; the caller's condition does not hold.
//   - [ErrInvalid], [ErrTooLarge], [ErrNotLoaded]: not written; the declaration, the value or the call is wrong.
//   - [ErrThrottled], [ErrContention]: not written within the time that there was; may be repeated.
//   - [ErrOutcomeUnknown]: written whole or not at all, or yet to be; repeat with [WithWriteID].
//   - [ErrUnavailable]: not written; a key source gave no key, so nothing encrypted can be written or read.
//   - [ErrBusy]: a read found the object changing each time.
//   - [ErrCorrupt], [ErrSchemaTooNew], [ErrSchemaTooOld]: this program cannot read what is stored.
//
// What ended a verb and what was in its way until then both hold: throttled until
// the caller's deadline is ErrThrottled and context.DeadlineExceeded. Only
// ErrOutcomeUnknown excludes the kinds that say that nothing was written. With it,
// Create still returns the key.
//
// # Concurrency
//
// The root item is the unit of contention: two updates of one object conflict at
// its root, also if they concern different shards. One waits for the other; beyond
// the retries the error is [ErrContention]. Objects do not affect each other. No
// goroutine outlives a call, and a call sends one request at a time.
//
// # Security considerations
//
// Encrypted values are bound to the entity, the key of the root and the path: a
// value moved to another object or field does not open, and a plain value in its
// place is an error. A field that was renamed needs cipher.BindAs. For [Open],
// [MustBeSealed] says which values must be encrypted. Who can write to the tables
// can still remove values, put back older ones, and reorder the elements of one
// list. Keys, attribute names, sizes and times are not hidden. See SECURITY.md.
//
// Stored metadata does not decide where the repository reads or deletes: only in
// the tables of the model and those named by shard.MovedFrom or [AllowTables], and
// only items that say they belong to the object. Errors contain keys and names, no
// other value that is stored. Nothing is logged.
//
// # Compatibility
//
// The stored format has a version, pinned by golden files. A later format is
// [ErrSchemaTooNew]; an earlier one is read for good. Fixed once objects are
// stored: the entity (the declared name of the root table, unless [Entity] gives
// another), [MetaAttribute], the root's key, and the attribute names. Tables may
// get another prefix, the root's table another name if [Entity] keeps the old one,
// and shards may move (shard.MovedFrom). What else changes is a new version of the model,
// to which [Schema] leads: objects of earlier ones are read as what they are today.
// [Repo.Migrate] brings all objects into the form of today, and [Repo.Reencrypt] those
// under old keys. [Repo.Export] and
// [Repo.Import] carry one object between environments, and [Repo.Policy] says what IAM
// has to allow.
//
// Values are encoded as attributevalue does, with exceptions that the comment of
// internal/codec lists. Those to know: nil slices, maps and pointers have no
// attribute, text marshalers are strings, attribute names match exactly, any holds
// numbers as attributevalue.Number, and omitempty leaves out zero times. Times in
// keys are in UTC with nine decimals, so that they sort.
//
// # Options
//
// An [Option] is for New or Open, a [CallOption] for one call, or for all calls
// of a view made by [Repo.With]. What takes each:
//
//	WithValidator        New
//	ValidateOnRead       New
//	FieldRules           New
//	StructRules          New
//	Entity               New
//	Plain                New
//	TablePrefix          New, Open
//	MetaAttribute        New, Open
//	AllowTables          New, Open
//	WithRegions          New, Open
//	WithCursorKey        New
//	SortKey              Open
//	Staged               New, Open
//	WithoutTransactions  New, Open
//	Direct               New
//	Lean                 New, Open
//	WithTracer           New, Open
//	WithOpener           Open
//	MustBeSealed         Open
//	WithWriteID          Create, Put, Update, UpdateGet, Modify, Add, Upload, Delete, DeleteValue, Restore, Repair, Import, Stored.Delete, Transact
//	Relaxed              New, Create, Put, PutMany, Update, UpdateGet, Modify, Add
//	MustExist            Put, PutMany, Delete, DeleteMany, Stored.Delete
//	Damaged              Delete, DeleteMany, Stored.Delete
//	Overwrite            Put, PutMany, Import
//	Rewrite              Put, PutMany, Modify
//	KeepShards           Put, PutMany, Modify, Delete, DeleteMany, DeleteValue, Stored.Delete
//	Permanently          Delete, DeleteMany, DeleteValue
//	By                   Create, Put, PutMany, Update, UpdateGet, Modify, Upload, Delete, DeleteMany, DeleteValue, Restore, Repair
//	EnsureParents        Update, UpdateGet
//	Eventually           Get, GetMany, Exists, Read, ReadAll, Download, Modify, Scan, Query, Page, Count, Decode, Union
//	RootOnly             UpdateGet, Get, GetMany, Modify, Scan, Query, Page, Decode, Union
//	Skip                 UpdateGet, Get, GetMany, Modify, Scan, Query, Page, Decode, Union
//	WithDeleted          Get, GetMany, Scan, Query, Page, Decode, Union
//	AllowDamaged         Get, GetMany, Scan, Query, Page, Decode
//	Limit                Scan, Query, Decode, Union
//	Segments             Migrate, Reencrypt, Scan, Query, Union
//	WithoutReadAhead     Scan, Query, Count, Union
//	ReadFirst            Plan
//	PageSize             Migrate, Reencrypt, Sweep, Page
//	StartAt              Page, Migrate, Reencrypt, Sweep, dynamostore.ImportAll
//	DryRun               Migrate, Reencrypt, Sweep, Repair, dynamostore.ImportAll
//	OnProgress           Migrate, Reencrypt, Sweep, dynamostore.ImportAll
//	Rate                 Migrate, Reencrypt, Sweep
//	Fence                Sweep
//	Discard              Repair
//
// Create stands for CreateAt as well, and Put for PutAt. Elsewhere an option is
// refused by name, with [ErrInvalid] and before any request. A view takes any,
// because its verbs share it; as a member of a [Union] it may have RootOnly, Skip
// and WithDeleted only. These exclude each other:
//
//	Plain and Entity
//	Plain and AllowTables
//	Lean and WithTracer
//	Permanently and Damaged
//	Rewrite and KeepShards
//	Rewrite and RootOnly
//	Rewrite and Skip
//	Rewrite and Overwrite
package repo
