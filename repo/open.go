package repo

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/keys"
	"github.com/dystore/dystore/internal/large"
	"github.com/dystore/dystore/internal/load"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/seal"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/internal/traced"
	"github.com/dystore/dystore/internal/write"
)

// Stored reads and deletes whole objects without their Go type, from the
// metadata that is stored with them. Open makes one. It is safe for concurrent
// use.
//
// Stored metadata is not trusted: it leads only into tables named with
// AllowTables, only to items that say they belong to the object, and only to
// plaintext where the encrypted list of encrypted paths allows it. MustBeSealed
// says which paths every such list must have.
type Stored struct {
	r       *load.Reader
	remover *write.Remover
	lists   *seal.Lists
	tracer  *traced.Tracer // nil: there is none
}

// Open returns access to the objects of a table by metadata alone. key is the
// name of the partition key attribute; SortKey names a sort key. The table may be named by
// its ARN, as in TableOf. Which options it takes is in the table of options of the package.
func Open(client Client, table, key string, opts ...Option) (*Stored, error) {
	cfg, err := newConfig("Open", opts)
	var required []attr.Path
	if err == nil {
		required, err = cfg.checkOpen(client, table, key)
	}
	if err != nil {
		return nil, fmt.Errorf("repo.Open: %w", err)
	}
	s, _ := cfg.Named(table)
	s.MetaAttr, s.Keys, s.Layouts = cfg.MetaAttr, []tables.KeyAttr{{Name: key}}, stored.NewLayouts(nil)
	if cfg.sortKey != nil {
		s.Keys = append(s.Keys, tables.KeyAttr{Name: *cfg.sortKey})
	}
	reached, err := cfg.reach(client)
	if err != nil {
		return nil, fmt.Errorf("repo.Open: %w", err)
	}
	sends := large.Client(reached, s)
	r := load.New(sends, s)
	r.Fetch.Alone = cfg.alone
	return &Stored{r, write.NewRemover(r, cfg.protocols(sends), nil), &seal.Lists{Opener: cfg.opener, Required: required}, cfg.tracer}, nil
}

// checkOpen checks the parameters of Open, and returns the paths that must be
// encrypted.
func (cfg *config) checkOpen(client Client, table, key string) ([]attr.Path, error) {
	keys, errs := cfg.CheckOpen(table, key, cfg.sortKey)
	if model.IsNil(client) {
		errs = append(errs, fail.Withf(ErrInvalid, "the client is nil"))
	}
	required, wrongPaths := cfg.mustBeSealed(keys, cfg.MetaAttr)
	return required, errors.Join(append(errs, wrongPaths...)...)
}

// Pair is a composite key for Stored.
func Pair(partition, sort any) any { return [2]any{partition, sort} }

// Get returns a whole object: attribute names and values, numbers as
// attributevalue.Number, binary as []byte. The key is a string, []byte, an
// integer, attributevalue.Number or time.Time, or a Pair.
func (s *Stored) Get(ctx context.Context, key any) (doc map[string]any, err error) {
	ctx, verb := s.verb(ctx, "Get", 1, false)
	defer verb.End(&err)
	k := s.key(key)
	doc, err = s.get(ctx, k)
	return doc, failure(s.r.Tables, "Get", k, [16]byte{}, err)
}

func (s *Stored) get(ctx context.Context, key tables.Key) (map[string]any, error) {
	if err := beginAt(ctx, s.r.Tables, call{}, key); err != nil {
		return nil, err
	}
	o := load.NewObject(key, nil)
	if err := s.r.Load(ctx, []*load.Object{o}, true, nil); err != nil {
		return nil, err
	}
	return s.document(ctx, o)
}

// Delete removes an object and the parts that its metadata names. An object
// that does not exist is no error, unless MustExist is given. One whose metadata
// cannot be read is removed with Damaged.
func (s *Stored) Delete(ctx context.Context, key any, opts ...CallOption) (err error) {
	ctx, verb := s.verb(ctx, "Delete", 1, true)
	defer verb.End(&err)
	k := s.key(key)
	id, err := remove(ctx, s.remover, k, callOptions(nil).call("Stored.Delete", opts))
	return failure(s.r.Tables, "Delete", k, id, err)
}

// Scan reads every object of the table. An object that cannot be read is one
// error, and the loop may go on.
func (s *Stored) Scan(ctx context.Context) iter.Seq2[map[string]any, error] {
	return func(yield func(map[string]any, error) bool) {
		var err error
		ctx, verb := s.verb(ctx, "Scan", 0, false)
		defer verb.End(&err)
		if err = begin(ctx, call{}); err != nil {
			yield(nil, failure(s.r.Tables, "Scan", tables.Key{}, [16]byte{}, err))
			return
		}
		pages := s.r.Fetch.Scan(&dynamodb.ScanInput{TableName: new(s.r.Tables.RootTable()), ConsistentRead: new(true)})
		s.r.Each(ctx, &load.Source{Pages: pages, Ahead: true, Strong: true, Whole: true}, func(o *load.Object, err error) bool {
			if o == nil {
				verb.Found(err, true)
				return yield(nil, failure(s.r.Tables, "Scan", tables.Key{}, [16]byte{}, err))
			}
			doc, err := s.document(ctx, o)
			verb.Found(err, false)
			return yield(doc, failure(s.r.Tables, "Scan", o.Key, [16]byte{}, err))
		})
	}
}

// document turns a loaded object into plain values.
func (s *Stored) document(ctx context.Context, o *load.Object) (map[string]any, error) {
	if o.Err != nil {
		return nil, o.Err
	}
	sealing, err := s.lists.Of(ctx, s.r.Tables.MetaAttr, o.Key.Parts, o.Meta)
	if err != nil {
		return nil, err
	}
	doc, _, err := s.r.Assemble(ctx, o, sealing)
	if err != nil {
		return nil, err
	}
	for i, k := range s.r.Tables.Keys {
		doc[k.Name] = o.Key.Parts[i]
	}
	return codec.Generic(&types.AttributeValueMemberM{Value: doc}).(map[string]any), nil
}

// key encodes a key given as a plain Go value.
func (s *Stored) key(key any) tables.Key {
	if pair, ok := key.([2]any); ok {
		return keys.Plain(pair[:]...)
	}
	return keys.Plain(key)
}

// MustBeSealed names paths that must be encrypted in every object that Open
// reads. Without it, which values those are is known from the list that is
// stored with each object, and a writer of the table can put an older
// list of the same object back: one that does not have a path yet, beside
// plaintext at that path.
//
// An object whose list does not have every one of the paths is refused, with
// ErrCorrupt and cipher.ErrNotEncrypted, and nothing of it is returned. That
// includes objects that were written before a path was encrypted, until a Put
// or a Modify renews their list; an Update does not. Where the list has them,
// the value is an envelope or is absent. Delete returns no value and
// does not look.
//
// Paths are written as errors and [Repo.Layout] write them: location.city,
// past[].city for all elements of a list, homes{}.city for all entries of a
// map, and ["a.b"] for a name with one of . [ ] { } " in it. A path inside of
// what is encrypted is encrypted. A struct of which only fields are encrypted,
// as by cipher.ProtectAll, is not, since it may hold others; name the fields. A
// wrong path is ErrInvalid in Open.
func MustBeSealed(paths ...string) Option {
	return option{"MustBeSealed", func(c *config) { c.sealed, c.sealing = append(c.sealed, paths...), true }}
}

// mustBeSealed checks and reads the paths of MustBeSealed. key and record are
// attributes that are never encrypted.
func (cfg *config) mustBeSealed(key []string, record string) ([]attr.Path, []error) {
	wrong := func(format string, args ...any) error {
		return fail.Withf(ErrInvalid, "repo.MustBeSealed: "+format, args...)
	}
	paths, errs := seal.ParsePaths(cfg.sealed, key, record, wrong)
	switch {
	case !cfg.sealing:
		return nil, nil
	case len(cfg.sealed) == 0:
		errs = append(errs, wrong("it names no path"))
	case cfg.opener == nil:
		errs = append(errs, wrong("without repo.WithOpener nothing encrypted can be read"))
	}
	return paths, errs
}
