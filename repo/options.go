package repo

import (
	"reflect"
	"slices"

	"github.com/go-playground/validator/v10"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/load"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/options"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/traced"
	"github.com/dystore/dystore/internal/write"
	"github.com/dystore/dystore/meta"
)

// Option says how a repository behaves. New and Open take it, each those that
// concern it.
type Option interface{ forNew() option }

// CallOption says how one call behaves, or all calls of a view made by With.
type CallOption interface{ forCall() callOption }

// DefaultOption is a CallOption that New takes as well, for all calls of a
// repository.
type DefaultOption interface {
	Option
	CallOption
}

// config are the options of New or Open.
type config struct {
	schema.Settings
	validateOnRead bool
	opener         cipher.Opener                       // Open
	sortKey        *string                             // Open
	sealed         []string                            // Open: paths that must be encrypted
	sealing        bool                                // Open: whether sealed was given
	protocol       func(commit.Client) commit.Protocol // of tests; nil: that of repositories
	staged, alone  bool
	direct         bool              // nobody in the client looks at items
	lean           bool              // without the middleware of the SDK
	tracer         *traced.Tracer    // nil: there is none
	regions        map[string]Client // other than the root's; nil: none
	defaults       []callOption      // of every call
	cursors        cipher.Cipher     // nil: cursors are not encrypted
	wrong          []error           // options that cannot work
}

// call collects the options of one call.
type call struct {
	err       error // an option that cannot work
	read      load.Options
	write     write.Options
	parents   bool
	readFirst bool
	limit     int

	segments int
	onDemand bool
	pageSize int
	startAt  Cursor
	dryRun   bool
	discard  bool
	fence    bool
	progress func(Progress)
	rate     [2]float64 // capacity units a second, of reads and of writes; 0: no bound
}

// option is an Option by the name of its constructor, which the table in internal/options has.
type option struct {
	name  string
	apply func(*config)
}

func init() {
	options.ByProtocol = func(p any) any {
		return option{"MetaAttribute", func(c *config) { c.protocol = p.(func(commit.Client) commit.Protocol) }}
	}
}

func (o option) forNew() option { return o }

type callOption struct {
	name  string
	apply func(*call)
	err   error // why it cannot work
}

func (o callOption) forCall() callOption { return o }

type defaultOption struct{ callOption }

func (o defaultOption) forNew() option {
	return option{o.name, func(c *config) { c.defaults = append(c.defaults, o.callOption) }}
}

// TablePrefix is put before the name of every table, the shards' included. It
// is not part of keys or encryption: data can move between prefixes unchanged.
//
// A prefix may be the beginning of an ARN, up to the names:
// "arn:aws:dynamodb:eu-west-1:123456789012:table/prod-". It does not go with tables
// that are named by ARNs.
func TablePrefix(prefix string) Option {
	return option{"TablePrefix", func(c *config) { c.Prefix = prefix }}
}

// Entity names the kind of object; the default is the declared name of the
// root table, without the rest of an ARN. It is in the keys of all parts and in the associated data of all
// encrypted values, so it can never change once objects are stored.
func Entity(name string) Option { return option{"Entity", func(c *config) { c.Entity = name }} }

// MetaAttribute names the attribute that holds the stored record, "_meta" by
// default. Like Entity it is part of the format.
func MetaAttribute(name string) Option {
	return option{"MetaAttribute", func(c *config) { c.MetaAttr = name }}
}

// Plain stores no record beside the attributes, for tables shared with other
// programs. Objects then have no version and no parts: it is refused for
// models with shards, sealed fields or meta.Keep. Writes are exact as far as a
// single item allows: a repetition after a lost reply cannot be told from a
// foreign write, so such a write may end in ErrOutcomeUnknown.
func Plain() Option { return option{"Plain", func(c *config) { c.Plain = true }} }

// AllowTables names tables that a stored layout may lead into, without their
// prefix, or by their ARNs. Open, which has no model, goes into no other; New needs it for
// objects of earlier declarations whose shards have gone for good: they are
// read there until the next Put takes their parts back into the root. A shard
// that has only moved says so with shard.MovedFrom. A table in another region than the
// root's is named by both, as in eu-west-1/Archive.
func AllowTables(names ...string) Option {
	return option{"AllowTables", func(c *config) {
		c.Allowed = append(c.Allowed, names...)
	}}
}

// WithOpener gives Open what it needs to read encrypted values.
func WithOpener(o cipher.Opener) Option {
	return option{"WithOpener", func(c *config) { c.opener = o }}
}

// SortKey names the sort key attribute of a table that Open reads.
func SortKey(name string) Option { return option{"SortKey", func(c *config) { c.sortKey = &name }} }

// WithWriteID fixes the identity of a write, so that a program can repeat it
// after a restart, or after ErrOutcomeUnknown with the WriteID of the Error. A
// write whose id the object remembers (its last 8) is not applied again and
// reports success. Once the object was deleted, or written 8 times more, a
// repetition is a write like any other, or ErrOutcomeUnknown as long as
// DynamoDB knows the request of the first call (10 minutes). What is late of the
// first call is never applied after the second one has succeeded, also if others
// write or delete in between, unless the calls are Relaxed.
//
// An id is for one write of one object, or for one Transact. Where the key is
// generated, a repetition needs that of the first call, which is returned beside
// ErrOutcomeUnknown: another key is another object. Deletions are not remembered: a repetition that
// finds no object says so. The zero id, which errors of reads and of refused
// calls have, is no id: ErrInvalid.
//
// A write with an id is a transaction, at twice the cost, also where it is of a
// single item over the version that was read, unless it is Relaxed.
func WithWriteID(id meta.WriteID) CallOption {
	if id == (meta.WriteID{}) {
		return callOption{name: "WithWriteID", err: fail.Withf(ErrInvalid, "WithWriteID: the id is zero; meta.NewWriteID makes one")}
	}
	return callOption{name: "WithWriteID", apply: func(c *call) { c.write.ID = stored.ID(id) }}
}

// Eventually allows the first request of a read to be eventually consistent,
// at half the cost. The result may be stale, never torn.
func Eventually() CallOption {
	return callOption{name: "Eventually", apply: func(c *call) { c.read.Eventually = true }}
}

// RootOnly reads the root item without any part. The model must have
// meta.Keep: a later Put has to know what is missing. Lists and maps whose
// parts may stand in the root item (shard.WhenOver) are read whole, and so is
// an object that was divided by another declaration of the model. What is put
// back then leaves the other parts as they are, under the keys that they were
// encrypted with.
func RootOnly() CallOption {
	return callOption{name: "RootOnly", apply: func(c *call) { c.read.RootOnly = true }}
}

// Shard is a declared shard of any model, for Skip.
type Shard interface{ shardOf }

type shardOf interface{ ModelShard() *model.Shard }

// Skip reads the object without a shard, as RootOnly reads it without any.
func Skip(shards ...Shard) CallOption {
	skip := make([]*model.Shard, len(shards))
	for i, s := range shards {
		if model.IsNil(s) {
			return callOption{name: "Skip", err: fail.Withf(ErrInvalid, "Skip: shard %d is nil", i+1)}
		}
		skip[i] = s.ModelShard()
	}
	return callOption{name: "Skip", apply: func(c *call) { c.read.Skip = append(c.read.Skip, skip...) }}
}

// KeepShards makes Put write the root item only. Every stored part stays
// unchanged, also if the value holds another. Lists and maps that stay in the root keep the
// parts of their elements: such a list must not have changed. With shards that
// may stand in the root (WhenOver) the stored root is read first. Encrypted
// values in parts stay under the keys that they were encrypted with. With Delete,
// the parts stay in their tables and are the caller's to remove.
func KeepShards() CallOption {
	return callOption{name: "KeepShards", apply: func(c *call) { c.write.KeepShards = true }}
}

// Overwrite makes Put replace any version of the object, as the Put of an
// untracked value does: what the type does not know goes.
func Overwrite() CallOption {
	return callOption{name: "Overwrite", apply: func(c *call) { c.write.Overwrite = true }}
}

// Rewrite makes Put of a tracked value, and Modify, write every part anew, also
// where nothing has changed, and still over the version that was read only. So
// everything in them is encrypted under today's primary key. It takes a value
// that was read whole: parts that RootOnly or Skip has left out, and those of
// another version of the program, are refused with ErrNotLoaded, and so is
// an untracked value, with ErrInvalid. Encrypted attributes that the type does
// not know are encrypted anew as well, where a cipher of the model opens them.
func Rewrite() CallOption {
	return callOption{name: "Rewrite", apply: func(c *call) { c.write.Rewrite = true }}
}

// MustExist makes absence an error, ErrNotFound, for Put and Delete.
func MustExist() CallOption {
	return callOption{name: "MustExist", apply: func(c *call) { c.write.MustExist = true }}
}

// Relaxed halves the cost of writes of a single item: Create, Put, Modify and
// Update send a PutItem or an UpdateItem where otherwise they send a transaction
// under an idempotency token, in the same number of requests. Writes that
// concern a part, and Delete, are transactions all the same. A Put over the
// version that a value was read from is no transaction anyway, unless it has a
// WithWriteID.
//
// What it gives up is the outcome of a request that got no answer. Without a
// token the request could be applied twice, so it is not sent again; the object
// is read instead. Only if that shows that the write is done, the verb returns
// nil. Otherwise it returns ErrOutcomeUnknown, and two things may be the case:
//
//   - The answer was lost. The write was done, but the object has been deleted,
//     or written 8 times since, so that nothing shows it.
//   - The request is late. The write may yet be done, when others have written,
//     deleted or created the object. A Create then brings back what somebody has
//     deleted in between, and an Update may change an object of which the caller
//     knows nothing.
//
// Whoever repeats the call, as after any ErrOutcomeUnknown, may have it applied
// twice; WithWriteID excludes that while the object remembers the id.
//
// The client must pass on the options of a call, as *dynamodb.Client does: one
// that repeats requests by itself may apply such a write twice unseen.
func Relaxed() DefaultOption {
	return defaultOption{callOption{name: "Relaxed", apply: func(c *call) { c.write.Relaxed = true }}}
}

// EnsureParents lets Update create absent parents of the paths it changes,
// which otherwise are ErrNoPath: nil pointers, maps and their entries, and
// whole parts. An element of a list is not created.
//
// Remove creates nothing: below an absent parent, a nil list among them, there
// is nothing to remove, and that is no error. A position past the end of a list
// that is there stays ErrNoPath. Set and SetIfAbsent create parents also
// for nil.
func EnsureParents() CallOption {
	return callOption{name: "EnsureParents", apply: func(c *call) { c.parents = true }}
}

// Limit ends Scan and Query after n objects; 0 means no limit.
func Limit(n int) CallOption {
	if n < 0 {
		return callOption{name: "Limit", err: fail.Withf(ErrInvalid, "Limit(%d): a limit is 1 or more, or 0 for none", n)}
	}
	return callOption{name: "Limit", apply: func(c *call) { c.limit = n }}
}

// Damaged makes Delete remove an object whose stored record cannot be read or
// leads where it must not, or under whose keys another's parts stand; without
// it, such an object is ErrCorrupt, and stays. One of a newer format,
// ErrSchemaTooNew, goes as well, though newer programs may find it sound: look
// before you ask for it.
//
// The root item goes, provided that its record is still as it was read. With it go, in the same transaction, those parts that
// say that they belong to the object, of the ones that the record names, as far
// as it can be read, and of the ones whose keys follow from the model. They are
// read first, which costs one request per 100 and more where tables are missing.
// The outcome is as exact as that of any Delete.
//
// What is not found stays: parts in lists and maps that no readable record names,
// parts that have lost their own record, and parts in tables that neither the
// model nor AllowTables names. Nobody reads them any more, and a new object under
// the key writes over them or beside them. Claims of unique values that the record does
// not name stay as well, and keep their values from others: create an object under the
// key with these values, and delete it. To find them, scan the tables of parts
// for items whose record has the object's owner in the member o, as the example
// does: the entity, a slash, the type of the key, the key. The specification of
// the stored format has it in full.
//
// An object of another entity is not a damaged one. It is refused as ever, also
// if its record cannot be read otherwise; a repository of that entity, or Open,
// which knows none, deletes it. KeepShards deletes the root alone.
//
// Nothing overwrites an object whose record cannot be read: delete it, and
// create it anew. Put replaces an object of which only values are wrong.
func Damaged() CallOption {
	return callOption{name: "Damaged", apply: func(c *call) { c.write.Damaged = true }}
}

// WithValidator replaces the validator that checks values before every write;
// nil switches validation off. Its tag name, aliases, rules and functions must
// be complete before New. Update needs to know what functions of your own look
// at: see [FieldRules]. The validator follows pointers without end, also in
// fields that are not stored: one that leads back, as to a parent, needs the
// tag validate:"-".
func WithValidator(v *validator.Validate) Option {
	return option{"WithValidator", func(c *config) { c.Validate = v }}
}

// ValidateOnRead also validates every object that is read; a stored object
// that fails is reported as ErrInvalid, not returned. It affects Get, Scan,
// Query and Modify. What is not read (RootOnly, Skip) is not asked.
func ValidateOnRead() Option {
	return option{"ValidateOnRead", func(c *config) { c.validateOnRead = true }}
}

// FieldRules names functions that were registered with RegisterValidation and
// look at nothing but the value of their field. A function may as well look at
// the struct around it, or at the whole object, which Update does not know: so
// as long as a model has one that is not named here, every Update is an
// [UndecidedError].
func FieldRules(names ...string) Option {
	return option{"FieldRules", func(c *config) { c.Local.Functions = append(c.Local.Functions, names...) }}
}

// StructRules is [FieldRules] for functions that were registered with
// RegisterStructValidation: it names, in the same way, the structs whose
// function looks at nothing but that struct. Update is then an
// [UndecidedError] only if it changes something in such a struct.
func StructRules(structs ...any) Option {
	return option{"StructRules", func(c *config) {
		for _, s := range structs {
			t := reflect.TypeOf(s)
			for t != nil && t.Kind() == reflect.Pointer {
				t = t.Elem()
			}
			c.Local.Structs = append(c.Local.Structs, t)
		}
	}}
}

// UndecidedError says that Update cannot tell from the changes alone whether a
// validation rule would hold for the changed object: it is about another field,
// the sum of an Add, the length of a list, or a function of the user's own.
// Nothing was written; [Repo.Modify] reads the object and can tell.
type UndecidedError struct {
	Type  string // the struct that has the rule: shop.Order
	Field string // its field, empty for the function of a struct
	Rule  string // as in the tag: gte=0; empty for the function of a struct
	Err   error  // the reason; has validator.ValidationErrors in it if something would fail in a new parent
}

func (e *UndecidedError) Error() string { return e.Err.Error() }

func (e *UndecidedError) Unwrap() error { return e.Err }

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
			if err = options.Untaken(o.name, verb); err != nil && i < len(v) && !options.Misses(o.name, verb) {
				continue
			}
		}
		if err == nil {
			err = options.Excluded(o.name, given)
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
