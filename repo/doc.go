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
// [Repo.Query]) or [DetachedKey] (not a field of the model); all of them take
// generators (package keygen). Parts are shards (package shard), encrypted
// fields (package cipher) and the field that receives the record (package
// meta). A part of another model does not compile.
//
// [New] checks the whole model and returns all mistakes joined, each naming
// type and field. It sends no request; [Repo.CreateTables] is for development
// and tests. [Repo.Layout] prints what lives where.
//
// # Tables
//
// The root item has the model's attributes under their dynamodbav names, less
// those of shards, and the attribute _meta. Every shard has a table with a
// partition key of type S and no sort key; its items have the attributes of
// the shard's struct, the key and a _meta of their own. Several models may
// share a shard table; a shard in the table of a root is refused.
//
// _meta of the root is the manifest. It names the parts, each with a random
// stamp that the part's item must carry, and holds the version, the ids of the
// last 8 writes, and the layout under which the object was written. A part
// takes about 45 bytes of the root item.
//
// Items that other programs wrote without _meta are read as they are and
// adopted by the first write, which adds _meta and takes parts out. For want of
// a version it states that there is still no _meta and that attributes are as
// they were read, one by one: some 130 of them fit into a condition, beyond is
// [ErrTooLarge], and any Update adopts as well. A program that goes on writing
// such items without regard to _meta is not noticed any more. [Plain] leaves
// _meta out, for models without parts in tables shared with such programs.
//
// # Writing
//
// A write is planned, encoded, sealed, divided, checked against the limits of
// DynamoDB on the final bytes, and sent: as one TransactWriteItems of the root
// and the parts that change, or as one PutItem or UpdateItem where only the root
// is concerned and the write is over a version that was read. So an object has at
// most 99 parts, and one write at most 3.9 MB; beyond, [ErrTooLarge] comes
// before the write is sent.
//
// Verbs state what must be true of the stored object. Create: nothing is there.
// Update, Modify: something is. Put and Delete work either way, unless
// [MustExist] is given.
//
// The repository retries by itself, with the SDK's retries switched off: the
// same bytes under the same token, with pauses, as long as the context lasts,
// at most 12 attempts (about 15 seconds). What is encrypted is encrypted once.
// An idempotency token, or the version and the write id in the condition, sees
// to it that a write is applied once however often it was sent and however late
// a request arrives; where a reply was lost, the engine or the write ids in the
// root say what became of it. [WithWriteID] extends that over a restart of the
// program; [Relaxed] gives some of it up for half the cost. The client must pass
// the options of a call on to the SDK ([Client]).
//
// Nothing that the caller passes in is modified, except a generated key and
// the [meta.Record], and those only when the write is known to be done.
//
// # Tracked values
//
// A value with a [meta.Record] that came from a read or a write is tracked. Put
// then replaces exactly the version that was read, [ErrConflict] otherwise, and
// writes only the parts that differ from what was read. [Overwrite] puts it over
// any version.
//
// Attributes and parts that today's type does not know are kept: an old program
// does not erase what a newer one stored. In lists they stay with their
// element, the one of the same content or, with an [Identity], of the same
// identity. Where a change of the list leaves open which that is, it is refused
// with [ErrNotLoaded]: single elements can be changed by Update.
//
// A record may leave the program and come back, as JSON or as an ETag (see the
// example): Put reads the object before it writes over that version.
//
// An untracked value (no meta.Keep, or a zero record) replaces whatever is
// stored; the manifest is read first, since old parts have to go.
//
// A value read with [RootOnly] or [Skip] may be put back: parts that were not
// loaded stay as they are while they are zero in the value, and are refused
// with [ErrNotLoaded] when they are not. A list whose elements have unloaded
// parts must be unchanged.
//
// # Rotation of keys
//
// A part that holds a value under another key than today's primary, or padded
// in another way, counts as changed. So after a new key has become primary
// everywhere, a Scan and a tracked Put of each object, or a Modify that changes
// nothing, brings everything under it, beside live writers: [ErrConflict] says
// that another one was faster.
// [Repo.KeysInUse] tells which keys are still needed. The old key stays with
// what is not written: parts that RootOnly, Skip and KeepShards leave alone,
// attributes and parts of another version of the program, values that an Update
// does not set. [Rewrite] writes all parts, whatever they hold.
//
// # Updates
//
// Update sends its changes to the items that own the paths, and always to the
// root, whose version rises: two actions for a path in a shard, one for a path
// of the root. Nothing is read first, except for elements of a divided list by
// position, entries of a divided map that come or go, and objects written
// under another layout: then the manifest is.
//
// Changes and conditions are made from lenses (package lens). A condition
// concerns one item, or is an And of such. What the path leads through must
// exist, [ErrNoPath] otherwise; [EnsureParents] creates it, or for Remove does
// without. An element beyond the end of a list is no path: use lens.Append.
// Options are given with [Repo.With]:
//
//	err := people.With(repo.EnsureParents()).Update(ctx, key, hospital.Set("Kosei Nenkin"))
//
// Changes that need the old value are for [Repo.Modify].
//
// # Reading
//
// Get sends one BatchGetItem for the root and the parts whose keys follow from
// the model, and a second one if the manifest names others: list elements, map
// entries, parts that have moved. A part must carry the stamp that the root
// names; where it does not, because a write came in between, root and part are
// read again together, at last in a transaction. The result is one committed
// state, or [ErrBusy]. A part that is missing under a root that has not
// changed before and after is [ErrCorrupt]. [Damaged] deletes such an object.
//
// [Read] and [ReadAll] fetch what owns the path, projected on it.
// [Eventually] halves the cost of the first request: the result may be old, but
// is never a mix.
//
// [Repo.Scan] and [Repo.Query] yield an object or an error for each root; an
// object that cannot be read does not end the loop. A scan is no snapshot.
//
// [Open] reads, lists and deletes objects from the stored metadata alone.
//
// # Validation
//
// Values are validated before every write by their validate tags
// (go-playground/validator); [WithValidator] replaces the validator, nil
// switches it off, [ValidateOnRead] adds reads. Update accepts what a Put of the
// changed object would. A rule that its changes do not decide, because it
// depends on other fields, on the outcome of an Add or Append, or is a function
// of your own ([FieldRules]), is refused by name: [UndecidedError].
//
// # Errors
//
// Decide with errors.Is; the texts may change. Errors of verbs are [*Error],
// which says what failed and where.
//
//	ErrNotFound, ErrExists, ErrNoPath        definitely not written: the object is not as the verb states
//	ErrConflict                              definitely not written: another version is stored
//	ErrCondition                             definitely not written: the caller's condition does not hold
//	ErrInvalid, ErrTooLarge, ErrNotLoaded    not written: the declaration, the value or the call is wrong
//	ErrThrottled, ErrContention              not written, within the time there was; may be repeated
//	ErrOutcomeUnknown                        written whole or not at all, or yet to be; repeat with WithWriteID
//	ErrUnavailable                           not written; a key source gave no key, so nothing encrypted can be written or read
//	ErrBusy                                  a read found the object changing each time
//	ErrCorrupt, ErrSchemaTooNew              what is stored cannot be read by this program
//
// What ended a verb and what was in its way until then both hold: throttled
// until the caller's deadline is ErrThrottled and context.DeadlineExceeded. Only
// ErrOutcomeUnknown excludes the kinds that say that nothing was written. With
// it, Create still returns the key.
//
// # Concurrency
//
// The root item is the unit of contention: two updates of one object conflict
// at its root, also if they concern different shards. They are repeated, and
// one waits for the other; beyond the retries the error is [ErrContention].
// Objects do not affect each other.
//
// No goroutine outlives a call, and a call sends one request at a time.
//
// # Security considerations
//
// Encrypted values are bound to the entity, the key of the root and the path:
// a value moved to another object or field does not open. A plain value in the
// place of an encrypted one is an error; where [Open] reads, [MustBeSealed] says
// which values must be encrypted. Whoever can write to the tables can
// still remove or put back older values, and reorder the elements of one list.
// Keys, attribute names, sizes and times are not hidden. See SECURITY.md.
//
// Stored metadata does not decide where the repository reads or deletes: only
// in the tables of the model and those named by shard.MovedFrom or
// [AllowTables], and only items that say they belong to the object.
//
// Errors contain keys, entries' names and attribute names, no other value that
// is stored, and nothing of an encrypted one. Nothing is logged.
//
// # Compatibility
//
// What is stored is versioned, and pinned by golden files. A later format is
// [ErrSchemaTooNew]; an earlier one is read for good. Part of the format, and
// so fixed once objects are stored: the entity (the name of the root table as
// declared, unless [Entity] gives another), [MetaAttribute], the root's key,
// and the attribute names. All tables may get another prefix, the root's
// another name if [Entity] keeps the old one, and shards may move to other
// tables (shard.MovedFrom): every object says which tables its parts are in.
//
// Values are encoded as attributevalue does, with exceptions that the comment
// of internal/codec lists. Those to know: nil slices, maps and pointers have no
// attribute, text marshalers are strings, attribute names match exactly, any
// holds numbers as attributevalue.Number, and omitempty leaves out zero times.
// Times in keys are in UTC with nine decimals, so that they sort.
//
// # Options
//
// An [Option] is for New or Open, a [CallOption] for one call, or for all calls
// of a view made by [Repo.With]. What takes each:
//
//	WithValidator   New
//	ValidateOnRead  New
//	FieldRules      New
//	StructRules     New
//	Entity          New
//	Plain           New
//	TablePrefix     New, Open
//	MetaAttribute   New, Open
//	AllowTables     New, Open
//	SortKey         Open
//	WithOpener      Open
//	MustBeSealed    Open
//	WithWriteID     Create, Put, Update, Modify, Delete, DeleteValue, Stored.Delete
//	Relaxed         New, Create, Put, Update, Modify
//	MustExist       Put, Delete, Stored.Delete
//	Damaged         Delete, Stored.Delete
//	Overwrite       Put
//	Rewrite         Put, Modify
//	KeepShards      Put, Modify, Delete, DeleteValue, Stored.Delete
//	EnsureParents   Update
//	Eventually      Get, Exists, Read, ReadAll, Modify, Scan, Query
//	RootOnly        Get, Modify, Scan, Query
//	Skip            Get, Modify, Scan, Query
//	Limit           Scan, Query
//
// Create stands for CreateAt as well, and Put for PutAt. Anywhere else an option
// is refused by name, with [ErrInvalid] and before any request. A view takes
// any, because its verbs share it, and each verb leaves aside what it does not
// take. These exclude each other:
//
//	Plain and Entity
//	Plain and AllowTables
//	Rewrite and KeepShards
//	Rewrite and RootOnly
//	Rewrite and Skip
//	Rewrite and Overwrite
package repo
