package repo_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// TestRefusedMany: what each verb over many objects refuses before it sends a
// request.
func TestRefusedMany(t *testing.T) {
	ctx := context.Background()
	r := newRepos(t)
	good := goodDoc()
	invalid := goodDoc()
	invalid.ID, invalid.Name = "2", "too long"
	get := func(keys []repo.Key[iDoc], opts ...repo.CallOption) func() error {
		return func() error { return errOf(r.docs.GetMany(ctx, keys, opts...)) }
	}
	put := func(values ...*iDoc) func() error {
		return func() error { return errOf(r.docs.PutMany(ctx, values)) }
	}
	var never context.Context
	const chance = "which write is the last would be left to chance"
	refusedCalls(t, r, []call{
		{"no context: GetMany", func() error { return errOf(r.docs.GetMany(never, nil)) }, "repo: GetMany Docs: invalid: the context is nil"},
		{"no context: PutMany", func() error { return errOf(r.docs.PutMany(never, nil)) }, "repo: PutMany Docs: invalid: the context is nil"},
		{"no context: DeleteMany", func() error { return r.docs.DeleteMany(never, nil) }, "repo: DeleteMany Docs: invalid: the context is nil"},
		{"a nil option: GetMany", get(nil, nil), "repo: GetMany Docs: invalid: call option 1 is nil"},
		{"a foreign shard: GetMany", get(nil, repo.Skip(mGeoShard)), "repo: GetMany Docs: invalid: Skip: the shard is not one of this model"},
		{"a write id: PutMany", func() error { return errOf(r.docs.PutMany(ctx, nil, repo.WithWriteID(meta.NewWriteID()))) },
			"repo: PutMany Docs: invalid: repo.WithWriteID is no option of PutMany, but of Create, Put, Update, UpdateGet, Modify, Add, Upload, Delete, DeleteValue, Restore, Repair, Import, Stored.Delete and Transact"},
		{"a view with a write id: DeleteMany", func() error { return r.docs.With(repo.WithWriteID(meta.NewWriteID())).DeleteMany(ctx, nil) },
			"repo: DeleteMany Docs: invalid: repo.WithWriteID is no option of DeleteMany, but of Create, Put, Update, UpdateGet, Modify, Add, Upload, Delete, DeleteValue, Restore, Repair, Import, Stored.Delete and Transact"},

		{"wrong keys: GetMany", get([]repo.Key[iDoc]{{}, iID.Of(""), repo.DetachedKey[iDoc, int]("ID").Of(5)}),
			"repo: GetMany Docs: 3 of 3 failed: at 0: invalid: key: the zero Key names no object; at 1: invalid: key: ID is empty; 5 at 2: invalid: key: ID is of type N, the key of the model of type S"},
		{"wrong keys: DeleteMany", func() error {
			return r.docs.DeleteMany(ctx, []repo.Key[iDoc]{{}, {}, {}, {}, {}})
		}, "repo: DeleteMany Docs: 5 of 5 failed: at 0: invalid: key: the zero Key names no object; at 1: invalid: key: the zero Key names no object; at 2: invalid: key: the zero Key names no object; 2 more"},
		{"no value: PutMany", put(nil, nil), "repo: PutMany Docs: 2 of 2 failed: at 0: invalid: the *repo_test.iDoc is nil; at 1: invalid: the *repo_test.iDoc is nil"},
		{"an invalid value: PutMany", put(&invalid), `repo: PutMany Docs: 1 of 1 failed: "2" at 0: invalid: Key: 'iDoc.Name' Error:Field validation for 'Name' failed on the 'max' tag`},
		{"one key twice: PutMany", func() error {
			one, other := good, good
			return put(&one, &other)()
		}, `repo: PutMany Docs: 2 of 2 failed: "1" at 0: invalid: value 0 has the same key as value 1; ` + chance + `; "1" at 1: invalid: value 1 has the same key as value 0; ` + chance},
		{"one pointer twice: PutMany", put(&good, &good),
			`repo: PutMany Docs: 2 of 2 failed: "1" at 0: invalid: value 0 is the same pointer as value 1; ` + chance + `; "1" at 1: invalid: value 1 is the same pointer as value 0; ` + chance},
		{"without the detached key: PutMany", func() error { return errOf(r.loose.PutMany(ctx, []*iLoose{{}})) },
			"repo: PutMany Loose: 1 of 1 failed: at 0: invalid: the key is not in the model and nothing generates it; use CreateAt or PutAt"},
	})
}

// TestBatchError: what a BatchError says and what is in it.
func TestBatchError(t *testing.T) {
	plain := errors.New("plain")
	err := error(&repo.BatchError{Errs: []error{nil, plain, nil, &repo.Error{Op: "GetMany", Table: "Docs", Key: `"k"`, Path: "a.b", Err: repo.ErrCorrupt}}})
	if want := `repo: GetMany Docs: 2 of 4 failed: at 1: plain; "k" at 3, a.b: stored data is corrupt`; err.Error() != want {
		t.Errorf("%q; want %q", err, want)
	}
	var one *repo.Error
	if !errors.Is(err, plain) || !errors.Is(err, repo.ErrCorrupt) || errors.Is(err, repo.ErrNotFound) || !errors.As(err, &one) || one.Key != `"k"` {
		t.Errorf("%v, %v", err, one)
	}
}

// mnDoc has parts that two shards keep in one table.
type mnDoc struct {
	ID   string
	Note *pgNote
	Past []pgNote
	Meta meta.Record `dynamodbav:"-"`
}

var (
	mnID    = repo.KeyOf(func(d *mnDoc) *string { return &d.ID })
	mnModel = repo.TableOf("Docs", mnID, shard.Optional(shard.To("Notes"), func(d *mnDoc) **pgNote { return &d.Note }),
		shard.Each(shard.To("Notes"), func(d *mnDoc) *[]pgNote { return &d.Past }), meta.Keep(func(d *mnDoc) *meta.Record { return &d.Meta }))
)

// TestManyBesideAWrongManifest: the record of one object leads to items that are not
// its own, one of them in another's place, or that cannot be read at all. The other
// objects are returned, and few requests find which one is wrong.
func TestManyBesideAWrongManifest(t *testing.T) {
	ctx := context.Background()
	db := embedded.New()
	client, net := fault.Wrap(db.Client())
	r := repoOver(t, client, mnModel)
	var values []*mnDoc
	for i := range 64 {
		values = append(values, &mnDoc{ID: fmt.Sprint("d", i), Note: &pgNote{"x"}, Past: []pgNote{{"a"}, {"b"}}})
	}
	keys, err := r.PutMany(ctx, values)
	noErr(t, err)
	for name, key := range map[string]string{"another's": "Docs/Sd7/Note", "too long": strings.Repeat("x", 2049)} {
		t.Run(name, func(t *testing.T) {
			out, err := db.GetItem(ctx, &dynamodb.GetItemInput{TableName: new("Docs"), Key: rawItem{"ID": avS("d5")}})
			noErr(t, err)
			it := out.Item
			parts := it["_meta"].(*types.AttributeValueMemberM).Value["m"].(*types.AttributeValueMemberM).Value
			for inst, entry := range parts {
				if b, ok := entry.(*types.AttributeValueMemberB); inst != "Note" {
					if !ok {
						b = entry.(*types.AttributeValueMemberM).Value["w"].(*types.AttributeValueMemberB)
					}
					parts[inst] = avM(rawItem{"w": b, "t": avS("Notes"), "a": avS("_id"), "k": avS(key)})
					break
				}
			}
			_, err = db.PutItem(ctx, &dynamodb.PutItemInput{TableName: new("Docs"), Item: it})
			noErr(t, err)
			net.Reset()
			found, err := r.GetMany(ctx, keys)
			batch, ok := errors.AsType[*repo.BatchError](err)
			if !ok || len(batch.Errs) != 64 {
				t.Fatalf("%v", err)
			}
			for at := range found {
				if at == 5 {
					if !errors.Is(batch.Errs[at], repo.ErrCorrupt) || found[at] != nil {
						t.Errorf("the wrong one: %v", batch.Errs[at])
					}
				} else if diff := cmp.Diff(values[at], found[at]); diff != "" || batch.Errs[at] != nil {
					t.Errorf("at %d: %v\n%s", at, batch.Errs[at], diff)
				}
			}
			if n := net.Count(); n > 2+2*7+4 {
				t.Errorf("%d requests: %v", n, net.Operations())
			}
		})
	}
}
