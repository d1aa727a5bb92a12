package dynamostore

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/legacy"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// Import reads an object and creates it in a repository, under the key that is
// returned. The repository's view says how (repo.Relaxed, for example). An object that
// came from the same import is left alone. With repo.ErrOutcomeUnknown, repeat the call.
//
// Objects of a repository with repo.Plain have no record of where they came from. There,
// an object is taken to be imported if it is equal to what would be created.
func Import[T any](ctx context.Context, old *Store, people *repo.Repo[T], id any) (repo.Key[T], error) {
	in, err := importerOf("Import", old, people)
	if err != nil {
		return repo.Key[T]{}, err
	}
	o, av, err := old.get(ctx, id)
	var key repo.Key[T]
	if err == nil {
		key, _, err = in.one(ctx, o, false)
	}
	return key, old.fail("Import", av, err)
}

// lent is what a repository lends to this package; package repo has it.
type lent[T any] interface {
	ImportSchema() *schema.Schema
	ImportCall(verb string, opts []repo.CallOption) (start repo.Cursor, dryRun bool, progress func(repo.Progress), err error)
	ImportKey(v *T, detached types.AttributeValue) (repo.Key[T], error)
	ImportOrigin(ctx context.Context, key repo.Key[T]) (id meta.WriteID, exists bool, err error)
	ImportCheck(ctx context.Context, v *T, key repo.Key[T]) error
}

// importer brings objects into a repository.
type importer[T any] struct {
	lent[T]
	old  *Store
	into *repo.Repo[T]
	s    *schema.Schema
}

func importerOf[T any](op string, old *Store, into *repo.Repo[T]) (*importer[T], error) {
	if old == nil {
		return nil, &Error{Op: op, Err: fail.Withf(repo.ErrInvalid, "the Store is nil")}
	}
	var l lent[T]
	if into != nil {
		l, _ = into.Lent().(lent[T])
	}
	if l == nil {
		return nil, old.fail(op, nil, fail.Withf(repo.ErrInvalid, "the repository is nil, or was not made by repo.New"))
	}
	return &importer[T]{l, old, into, l.ImportSchema()}, nil
}

// one imports an object, and reports whether that has changed anything.
func (in *importer[T]) one(ctx context.Context, o *legacy.Object, dryRun bool) (key repo.Key[T], created bool, err error) {
	v, err := in.decode(o)
	if err != nil {
		return key, false, err
	}
	if key, err = in.ImportKey(v, o.Key); err != nil {
		return repo.Key[T]{}, false, err
	}
	id := in.writeID(o.Key)
	origin, exists, err := in.ImportOrigin(ctx, key)
	if err != nil {
		return key, false, err
	}
	if exists {
		return key, false, in.came(ctx, key, v, origin == id)
	}
	if dryRun {
		return key, true, in.ImportCheck(ctx, v, key)
	}
	var opts []repo.CallOption
	if !in.s.Plain {
		opts = append(opts, repo.WithWriteID(id))
	}
	if in.s.Key.Detached {
		err = in.into.CreateAt(ctx, key, v, opts...)
	} else {
		_, err = in.into.Create(ctx, v, opts...)
	}
	return key, err == nil, err
}

// came returns why an object that exists did not come from the import, nil if it did.
func (in *importer[T]) came(ctx context.Context, key repo.Key[T], v *T, recorded bool) error {
	if recorded {
		return nil
	}
	if in.s.Plain {
		stored, err := in.into.Get(ctx, key)
		if err != nil {
			return err
		}
		if same(in.s.Codec, reflect.ValueOf(v).Elem(), reflect.ValueOf(stored).Elem()) {
			return nil
		}
	}
	return fail.Withf(repo.ErrExists, "%s %s did not come from this import", in.s.RootTable(), key)
}

// same reports whether two values are stored as one is.
func same(c *codec.Codec, a, b reflect.Value) bool {
	x, err := codec.EncodeStruct(c, a)
	if err != nil {
		return false
	}
	y, err := codec.EncodeStruct(c, b)
	return err == nil && item.Equal(&types.AttributeValueMemberM{Value: x}, &types.AttributeValueMemberM{Value: y})
}

// decode makes a value of T of an object. The key of the object is an attribute.
func (in *importer[T]) decode(o *legacy.Object) (*T, error) {
	doc := make(map[string]types.AttributeValue, len(o.Value)+1)
	for name, av := range o.Value {
		doc[name] = av
	}
	if name := in.old.r.KeyName; in.s.Codec.Lookup(name) != nil {
		doc[name] = o.Key
	}
	if spec := in.s.Key; len(spec.Attrs) == 1 && !spec.Detached && spec.Joined == nil && doc[spec.Attrs[0].Name] == nil {
		doc[spec.Attrs[0].Name] = o.Key
	}
	fitted, err := legacy.Fit(in.s.Codec, doc)
	if err == nil {
		err = in.determined(fitted)
	}
	if err != nil {
		return nil, err
	}
	v := new(T)
	if err := codec.DecodeStruct(in.s.Codec, fitted, reflect.ValueOf(v).Elem()); err != nil {
		wrong := fail.Withf(repo.ErrInvalid, "%w", err)
		if at, ok := errors.AsType[*codec.Error](err); ok {
			wrong = fail.At(fail.Text(at.Path), wrong)
		}
		return nil, wrong
	}
	return v, nil
}

// determined refuses an object that does not have all that is in its new key: the key
// would be generated, another one with each import, or the zero value, one for all.
func (in *importer[T]) determined(doc map[string]types.AttributeValue) error {
	var names []string
	switch spec := in.s.Key; {
	case spec.Detached:
	case spec.Joined != nil:
		names = spec.Joined.Names()
	default:
		for _, a := range spec.Attrs {
			names = append(names, a.Name)
		}
	}
	for _, name := range names {
		if item.Absent(doc[name]) {
			return fail.At(fail.Text(name), fail.Withf(repo.ErrInvalid, "the object has no value for %s, which is in the key of %s", name, in.s.Typ))
		}
	}
	return nil
}

// writeID is the id of the write that imports an object. A copy of the old table under a
// prefix is the same table. The new one has its real name: DynamoDB knows requests by
// their ids, whatever table they are for.
func (in *importer[T]) writeID(key types.AttributeValue) (id meta.WriteID) {
	text := []byte("dystore import of dynamo-store 1\x00")
	for _, s := range []string{in.old.r.Table, legacy.KeyText(key), in.s.RootTable(), in.s.Entity} {
		text = append(binary.AppendUvarint(text, uint64(len(s))), s...)
	}
	sum := sha256.Sum256(text)
	copy(id[:], sum[:])
	return id
}
