package repo_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// stamps returns the stamp of every part, by instance.
func stamps(t *testing.T, c *dynamodb.Client) map[string]string {
	t.Helper()
	page, err := c.Scan(context.Background(), &dynamodb.ScanInput{TableName: new("Docs")})
	noErr(t, err)
	root, err := stored.Decode(page.Items[0]["_meta"])
	noErr(t, err)
	out := map[string]string{}
	for inst, ref := range root.Parts {
		out[string(inst)] = ref.Stamp.String()
	}
	return out
}

// Rewrite writes every part, encrypted or not, changed or not, once.
func TestRewrite(t *testing.T) {
	ctx := context.Background()
	for layout, parts := range roLayouts {
		for how, write := range roWrites {
			t.Run(layout+", "+how, func(t *testing.T) {
				c := embedded.New().Client()
				r := roRepo(t, c, parts(), roAES(t, nil, cipher.Primary(roKey(t, 1))))
				d := roDocOf("d")
				noErr(t, errOf(r.Create(ctx, &d)))
				before := stamps(t, c)
				noErr(t, write(ctx, r, "d", repo.Rewrite()))
				after := stamps(t, c)
				if len(before) != len(after) {
					t.Errorf("%d parts, then %d", len(before), len(after))
				}
				for inst, stamp := range after {
					if before[inst] == stamp || before[inst] == "" {
						t.Errorf("%s was not written", inst)
					}
				}
				roHas(t, r, d)
				noErr(t, write(ctx, r, "d")) // without the option nothing is
				if diff := cmp.Diff(after, stamps(t, c)); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}

// It is over the version that was read, and keeps what the type does not know.
func TestRewriteIsTracked(t *testing.T) {
	ctx := context.Background()
	eachLayout(t, func(t *testing.T, w *adWorld) {
		w.plant(theirGood("g"))
		g := w.get("g")
		g.Name = "adopted"
		noErr(t, errOf(w.goods.Put(ctx, g, repo.Rewrite())))
		want := adopted(theirGood("g"))
		want["Name"] = avS("adopted")
		w.holds(want)
		stale := w.get("g")
		noErr(t, errOf(w.goods.Put(ctx, g, repo.Rewrite())))
		w.holds(want)
		before := w.dump()
		if _, err := w.goods.Put(ctx, stale, repo.Rewrite()); !errors.Is(err, repo.ErrConflict) {
			t.Error(err)
		}
		if d := cmp.Diff(before, w.dump(), cmp.Comparer(item.Equal)); d != "" {
			t.Error(d)
		}
	})
}

func TestRewriteRefused(t *testing.T) {
	ctx := context.Background()
	client, net := fault.Wrap(embedded.New().Client())
	one := shard.New(shard.To("Ones"), func(d *roDoc) *roSub { return &d.One })
	opt := shard.Optional(shard.To("Opts"), func(d *roDoc) **roSub { return &d.Opt })
	keys := roAES(t, nil, cipher.Primary(roKey(t, 1)))
	r := roRepo(t, client, []repo.Part[roDoc]{one, opt}, keys)
	d := roDocOf("d")
	d.Opt = nil
	noErr(t, errOf(r.Create(ctx, &d)))
	whole := must(r.Get(ctx, roID.Of("d")))(t)
	without := must(r.Get(ctx, roID.Of("d"), repo.RootOnly()))(t)
	view := r.With(repo.Rewrite())
	for _, c := range []struct {
		name string
		run  func() error
		kind error
		text string
		sent int
	}{
		{"not read", func() error { return errOf(r.Put(ctx, &roDoc{ID: "d"}, repo.Rewrite())) }, repo.ErrInvalid, "Rewrite is for a value that was read", 0},
		{"not read, through a view", func() error { return errOf(view.Put(ctx, &roDoc{ID: "d"})) }, repo.ErrInvalid, "Rewrite is for a value that was read", 0},
		{"over any version", func() error { return errOf(r.Put(ctx, whole, repo.Rewrite(), repo.Overwrite())) }, repo.ErrInvalid, "repo.Rewrite and repo.Overwrite exclude each other", 0},
		{"with KeepShards", func() error { return errOf(r.Put(ctx, whole, repo.Rewrite(), repo.KeepShards())) }, repo.ErrInvalid, "repo.Rewrite and repo.KeepShards exclude each other", 0},
		{"modify with KeepShards", func() error {
			return view.Modify(ctx, roID.Of("d"), func(*roDoc) error { return nil }, repo.KeepShards())
		}, repo.ErrInvalid, "repo.Rewrite and repo.KeepShards exclude each other", 0},
		{"without a part", func() error { return errOf(r.Put(ctx, without, repo.Rewrite())) }, repo.ErrNotLoaded, "One: part was not loaded: Rewrite: the value was read without this part", 0},
		{"modify without a part", func() error {
			return view.Modify(ctx, roID.Of("d"), func(*roDoc) error { return nil }, repo.Skip(one))
		}, repo.ErrInvalid, "repo.Rewrite and repo.Skip exclude each other", 0},
	} {
		net.Reset()
		err := c.run()
		if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %v", c.name, err)
		}
		if n := len(net.Requests()); n != c.sent {
			t.Errorf("%s: %d requests", c.name, n)
		}
	}
	noErr(t, errOf(view.Create(ctx, &roDoc{ID: "e"})))
	roHas(t, r, d)
}

// Parts of another version of the program cannot be written anew by this one.
func TestRewriteOfOthersParts(t *testing.T) {
	ctx := context.Background()
	c := embedded.New().Client()
	o, n := versions(t, c, func() repo.Part[newDoc] {
		return shard.Within(func(d *newDoc) *[]newLine { return &d.Lines }, newNoteShard())
	})
	d := newDoc{ID: "1", Box: &newBox{3, newNote{"b"}}}
	noErr(t, errOf(n.Create(ctx, &d)))
	v := must(o.Get(ctx, oldID.Of("1")))(t)
	_, err := o.Put(ctx, v, repo.Rewrite())
	if !errors.Is(err, repo.ErrNotLoaded) || !strings.Contains(err.Error(), "Box.Note: part was not loaded: Rewrite: the part is of another version of the program") {
		t.Error(err)
	}
	noErr(t, errOf(o.Put(ctx, v)))
	noErr(t, n.Modify(ctx, newID.Of("1"), func(*newDoc) error { return nil }, repo.Rewrite()))
}
