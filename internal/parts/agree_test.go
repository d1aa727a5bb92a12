package parts_test

import (
	"context"
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/schemas"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/snapshot"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// leaf is a part. Its fields are of the types that parts have.
type leaf struct {
	Name  string
	N     *int      `dynamodbav:",nullempty"`
	Tags  []string  `dynamodbav:",stringset"`
	Since time.Time `dynamodbav:",omitempty"`
	Ratio float64
	Sub   struct {
		Raw  []byte
		Text map[string]string
		Any  any `dynamodbav:",omitempty"`
	}
}

// tree has parts at all kinds of places, in the short way and not.
type tree struct {
	ID     string
	Note   string
	One    leaf
	Opt    *leaf
	List   []leaf
	Ptrs   []*leaf
	Keyed  []leaf
	Map    map[string]leaf
	Small  []leaf // in the root item, or not
	Nested []branch
	Meta   meta.Record `dynamodbav:"-"`
}

type branch struct {
	Name string
	Leaf leaf
}

var (
	treeID = repo.KeyOf(func(t *tree) *string { return &t.ID })
	list   = lens.Of(func(t *tree) *[]leaf { return &t.List })
	optN   = lens.Of(func(t *tree) **int { return &t.Opt.N })
	number = lens.Of(func(l *leaf) **int { return &l.N })
	sub    = lens.Of(func(l *leaf) *any { return &l.Sub.Any })
)

// model encrypts what may be NULL, if there are keys.
func model(keys cipher.Cipher) repo.Model[tree] {
	parts := []repo.Part[tree]{
		shard.New(shard.To("One"), func(t *tree) *leaf { return &t.One }),
		shard.Optional(shard.To("Opt"), func(t *tree) **leaf { return &t.Opt }),
		shard.Each(shard.To("List"), func(t *tree) *[]leaf { return &t.List }),
		shard.EachPtr(shard.To("Ptrs"), func(t *tree) *[]*leaf { return &t.Ptrs }),
		shard.Each(shard.To("Keyed"), func(t *tree) *[]leaf { return &t.Keyed }),
		shard.EachValue(shard.To("Map"), func(t *tree) *map[string]leaf { return &t.Map }),
		shard.Each(shard.To("Small", shard.WhenOver(150)), func(t *tree) *[]leaf { return &t.Small }),
		shard.Each(shard.To("Nested"), func(t *tree) *[]branch { return &t.Nested },
			shard.New(shard.To("Leaf"), func(b *branch) *leaf { return &b.Leaf })),
		repo.Identity(lens.Each(lens.Of(func(t *tree) *[]leaf { return &t.Keyed }), lens.Of(func(l *leaf) *string { return &l.Name }))),
		meta.Keep(func(t *tree) *meta.Record { return &t.Meta }),
	}
	if keys != nil {
		parts = append(parts, cipher.Protect(keys, lens.Each(list, number), lens.Each(list, sub), optN))
	}
	return repo.TableOf("Trees", treeID, parts...)
}

func newKeys(t *rapid.T) cipher.Cipher {
	if !rapid.Bool().Draw(t, "encrypted") {
		return nil
	}
	key, err := cipher.NewKey(1, []byte("a secret of 32 bytes for a test."))
	if err != nil {
		t.Fatal(err)
	}
	ring, err := cipher.NewKeyset(cipher.Primary(key))
	if err != nil {
		t.Fatal(err)
	}
	keys, err := cipher.New(ring)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func drawLeaf(t *rapid.T) (l leaf) {
	word := rapid.SampledFrom([]string{"", "a", "b", "c", "a longer text than the others, so that it is apart"})
	l.Name, l.Ratio = word.Draw(t, "name"), rapid.SampledFrom([]float64{0, -1.5, 1e30}).Draw(t, "ratio")
	if n := rapid.IntRange(-1, 2).Draw(t, "n"); n >= 0 {
		l.N = &n
	}
	l.Tags = rapid.SampledFrom([][]string{nil, {}, {"x"}, {"x", "y"}, {"y", "x"}}).Draw(t, "tags")
	l.Since = rapid.SampledFrom([]time.Time{{}, time.Unix(1e9, 5).UTC()}).Draw(t, "since")
	l.Sub.Raw = rapid.SampledFrom([][]byte{nil, {}, {1, 2}}).Draw(t, "raw")
	l.Sub.Text = rapid.SampledFrom([]map[string]string{nil, {}, {"k": "v", "a.b": ""}}).Draw(t, "text")
	l.Sub.Any = rapid.SampledFrom([]any{nil, "text", []any{"x", nil}, map[string]any{"k": true}}).Draw(t, "any")
	return l
}

// edit changes a tree in some places.
func edit(t *rapid.T, v *tree) {
	for range rapid.IntRange(0, 5).Draw(t, "edits") {
		switch rapid.IntRange(0, 9).Draw(t, "edit") {
		case 0:
			v.Note += "."
		case 1:
			v.One = drawLeaf(t)
		case 2:
			l := drawLeaf(t)
			v.Opt = rapid.SampledFrom([]*leaf{nil, &l}).Draw(t, "opt")
		case 3, 4:
			v.List = editList(t, v.List, drawLeaf(t))
		case 5:
			l := drawLeaf(t)
			v.Ptrs = editList(t, v.Ptrs, rapid.SampledFrom([]*leaf{nil, &l}).Draw(t, "ptr"))
		case 6:
			v.Keyed = editList(t, v.Keyed, drawLeaf(t))
		case 7:
			if v.Map == nil {
				v.Map = map[string]leaf{}
			}
			key := rapid.SampledFrom([]string{"a", "b", "c.d", "e:f#~"}).Draw(t, "key")
			if delete(v.Map, key); rapid.Bool().Draw(t, "entry") {
				v.Map[key] = drawLeaf(t)
			} else if rapid.Bool().Draw(t, "nil") {
				v.Map = nil
			}
		case 8:
			v.Small = editList(t, v.Small, drawLeaf(t))
		default:
			v.Nested = editList(t, v.Nested, branch{rapid.SampledFrom([]string{"x", "y"}).Draw(t, "branch"), drawLeaf(t)})
		}
	}
}

func editList[E any](t *rapid.T, list []E, e E) []E {
	list = append([]E(nil), list...)
	at := rapid.IntRange(0, len(list)).Draw(t, "at")
	switch rapid.IntRange(0, 3).Draw(t, "list") {
	case 0:
		return append(list[:at:at], append([]E{e}, list[at:]...)...)
	case 1:
		if at < len(list) {
			return append(list[:at:at], list[at+1:]...)
		}
	case 2:
		if at < len(list) {
			list[at] = e
		}
	default:
		return rapid.Permutation(list).Draw(t, "order")
	}
	return list
}

// What a Put remembers, of parts that it has compared and not encoded, is what a read of
// the whole object finds: the same parts, and the same digests of stored documents.
func TestWritesAgreeWithReads(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ctx := context.Background()
		var opts []func(*dynamodb.Options)
		if rapid.Bool().Draw(t, "JSON") { // then parts are written as that, without attribute values
			opts = append(opts, func(o *dynamodb.Options) { o.Protocol = awsjson.New10(schemas.DynamoDB_20120810) })
		}
		r, err := repo.New(embedded.New().Client(opts...), model(newKeys(t)))
		if err == nil {
			err = r.CreateTables(ctx)
		}
		if err != nil {
			t.Fatal(err)
		}
		v := &tree{ID: "t"}
		edit(t, v)
		key, err := r.Create(ctx, v)
		for n := 0; err == nil && n < 6; n++ {
			edit(t, v)
			switch rapid.IntRange(0, 5).Draw(t, "verb") {
			case 0:
				err = r.Modify(ctx, key, func(now *tree) error { now.Note, now.List = v.Note, v.List; return nil })
				if err == nil {
					v, err = r.Get(ctx, key)
				}
			case 1: // over a version that nobody has read
				fresh := *v
				fresh.Meta = meta.Record{}
				v = &fresh
				_, err = r.Put(ctx, v)
			case 2:
				_, err = r.Put(ctx, v, repo.Overwrite())
			default:
				_, err = r.Put(ctx, v)
			}
			if err != nil {
				break
			}
			var stored *tree
			if stored, err = r.Get(ctx, key); err != nil {
				break
			}
			if diff := cmp.Diff(v, stored, sameTree); diff != "" {
				t.Fatalf("after write %d the object is another (-written +stored):\n%s", n, diff)
			}
			sameMemory(t, v.Meta.Snapshot(), stored.Meta.Snapshot())
			if rapid.Bool().Draw(t, "reread") {
				v = stored
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	})
}

// sameTree compares what is stored: an empty set, map or list is not told from none
// everywhere, and a set has no order.
var sameTree = cmp.Options{
	cmp.Comparer(func(a, b meta.Record) bool { return a.Equal(b) }),
	cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Tags" }, cmp.Comparer(func(a, b []string) bool {
		count := map[string]int{}
		for _, s := range a {
			count[s]++
		}
		for _, s := range b {
			count[s]--
		}
		for _, n := range count {
			if n != 0 {
				return false
			}
		}
		return true
	})),
}

func sameMemory(t *rapid.T, written, read *snapshot.Snapshot) {
	if !reflect.DeepEqual(written.Root.Parts, read.Root.Parts) {
		t.Fatalf("parts: written %v, read %v", written.Root.Parts, read.Root.Parts)
	}
	if !reflect.DeepEqual(written.Digests, read.Digests) && len(written.Digests)+len(read.Digests) > 0 {
		t.Fatalf("digests: written %x, read %x", written.Digests, read.Digests)
	}
	for list, elems := range read.Elems {
		if len(elems) > 0 && !reflect.DeepEqual(written.Elems[list], elems) {
			t.Fatalf("elements of %s: written %v, read %v", list, written.Elems[list], elems)
		}
	}
}

// counted counts the actions of transactions.
type counted struct {
	repo.Client
	actions int
}

func (c *counted) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, o ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	c.actions += len(in.TransactItems)
	return c.Client.TransactWriteItems(ctx, in, o...)
}

func (c *counted) PutItem(ctx context.Context, in *dynamodb.PutItemInput, o ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	c.actions++
	return c.Client.PutItem(ctx, in, o...)
}

// A Put sends the parts that have changed, wherever they are.
func TestOnlyWhatHasChangedIsSent(t *testing.T) {
	ctx := t.Context()
	client := &counted{Client: embedded.New().Client()}
	r, err := repo.New(client, model(nil))
	if err == nil {
		err = r.CreateTables(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	v := &tree{ID: "t", Opt: &leaf{}, Map: map[string]leaf{}}
	for i := range 10 {
		l := leaf{Name: strconv.Itoa(i)}
		v.List, v.Ptrs, v.Keyed = append(v.List, l), append(v.Ptrs, &l, nil), append(v.Keyed, l)
		v.Map[l.Name] = l
	}
	if _, err := r.Create(ctx, v); err != nil {
		t.Fatal(err)
	}
	swap := func(l []leaf) { l[0], l[9] = l[9], l[0] }
	for _, c := range []struct {
		name   string
		change func()
		parts  int
	}{
		{"nothing", func() {}, 0},
		{"one part", func() { v.One.Name = "x" }, 1},
		{"an optional part", func() { v.Opt.Name = "x" }, 1},
		{"an optional part goes", func() { v.Opt = nil }, 1},
		{"an element", func() { v.List[3].Name = "x" }, 1},
		{"the order", func() { swap(v.List); v.Ptrs[0], v.Ptrs[1] = v.Ptrs[1], v.Ptrs[0] }, 0},
		{"a pointer", func() { v.Ptrs[1].Name = "x" }, 1},
		{"an element with a key, moved", func() { swap(v.Keyed); v.Keyed[0].Ratio = 1 }, 1},
		{"an entry", func() { v.Map["3"] = leaf{Name: "x"}; v.Map["new"] = leaf{} }, 2},
		{"all", func() { v.One.Name, v.List, v.Map, v.Keyed, v.Ptrs = "y", nil, nil, nil, nil }, 42},
	} {
		client.actions = 0
		c.change()
		if _, err := r.Put(ctx, v); err != nil || client.actions != 1+c.parts {
			t.Errorf("%s: %d actions, %v; want %d parts", c.name, client.actions, err, c.parts)
		}
	}
}
