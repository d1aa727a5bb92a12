package huge

import (
	"encoding/binary"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type (
	film struct {
		ID     string           `dynamodbav:"id"`
		Title  string           `dynamodbav:"title"`
		Until  time.Time        `dynamodbav:"until,unixtime,omitempty"`
		Reel   reel             `dynamodbav:"reel"`
		Frames []frame          `dynamodbav:"frames"`
		Cast   map[string]frame `dynamodbav:"cast"`
		Meta   meta.Record      `dynamodbav:"-"`
	}
	reel struct {
		Name string            `dynamodbav:"name"`
		Data []byte            `dynamodbav:"data"`
		Text string            `dynamodbav:"text"`
		List []string          `dynamodbav:"list"`
		Tags map[string]string `dynamodbav:"tags"`
	}
	frame struct {
		Text string `dynamodbav:"text"`
		N    int    `dynamodbav:"n"`
		Data []byte `dynamodbav:"data,omitempty"`
	}
)

var (
	filmID  = repo.KeyOf(func(f *film) *string { return &f.ID })
	fTitle  = lens.Of(func(f *film) *string { return &f.Title })
	fUntil  = lens.Of(func(f *film) *time.Time { return &f.Until })
	fName   = lens.Of(func(f *film) *string { return &f.Reel.Name })
	fData   = lens.Of(func(f *film) *[]byte { return &f.Reel.Data })
	fText   = lens.Of(func(f *film) *string { return &f.Reel.Text })
	fList   = lens.Of(func(f *film) *[]string { return &f.Reel.List })
	fFrames = lens.Of(func(f *film) *[]frame { return &f.Frames })
	fCast   = lens.Of(func(f *film) *map[string]frame { return &f.Cast })
	frameD  = lens.Of(func(f *frame) *[]byte { return &f.Data })
	frameN  = lens.Of(func(f *frame) *int { return &f.N })
	fExpire = repo.ExpiresAt(func(f *film) *time.Time { return &f.Until })
)

// films is the model, with a placement for its reels.
func films(reels shard.Placement, parts ...repo.Part[film]) repo.Model[film] {
	return repo.TableOf("Films", filmID, append(parts,
		shard.New(reels, func(f *film) *reel { return &f.Reel }),
		shard.Each(shard.To("Frames"), func(f *film) *[]frame { return &f.Frames }),
		shard.EachValue(shard.To("Casts", shard.KeyName("k")), func(f *film) *map[string]frame { return &f.Cast }),
		meta.Keep(func(f *film) *meta.Record { return &f.Meta }))...)
}

var reels = shard.To("Reels")

// noise are n bytes that cannot be compressed, always the same.
func noise(n int) []byte {
	r := rand.New(rand.NewPCG(uint64(n), 1))
	b := make([]byte, n+8)
	for i := 0; i < n; i += 8 {
		binary.LittleEndian.PutUint64(b[i:], r.Uint64())
	}
	return b[:n:n]
}

// frames are n elements.
func frames(n int) []frame {
	all := make([]frame, n)
	for i := range all {
		all[i] = frame{Text: "frame", N: i}
	}
	return all
}

// has checks that a read, by each way to read an object, returns want.
func has(t *testing.T, r *repo.Repo[film], what string, want *film) {
	t.Helper()
	ctx, key := t.Context(), filmID.Of(want.ID)
	is := func(how string, got *film, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s, %s: %v", what, how, err)
		}
		a, b := *got, *want
		a.Meta, b.Meta = meta.Record{}, meta.Record{}
		if !reflect.DeepEqual(a, b) { // cmp.Equal takes seconds for so many bytes
			t.Fatalf("%s, %s: %s", what, how, cmp.Diff(short(a), short(b)))
		}
	}
	got, err := r.Get(ctx, key)
	is("Get", got, err)
	got, err = r.Get(ctx, key, repo.Eventually())
	is("Get eventually", got, err)
	all, err := r.GetMany(ctx, []repo.Key[film]{key})
	kit.Must(t, err)
	is("GetMany", all[0], nil)
	for got, err := range r.Scan(ctx) {
		if err == nil && got.ID == want.ID {
			is("Scan", got, err)
		}
		kit.Must(t, err)
	}
	name, err := repo.Read(ctx, r, key, fName)
	kit.Must(t, err)
	kit.Equal(t, what+", Read", name, want.Reel.Name)
	title, err := repo.Read(ctx, r, key, fTitle)
	kit.Must(t, err)
	kit.Equal(t, what+", Read of the root", title, want.Title)
	if n := len(want.Frames); n > 0 {
		v, err := repo.Read(ctx, r, key, lens.Join(lens.At(fFrames, n/2), frameN))
		kit.Must(t, err)
		kit.Equal(t, what+", Read of an element", v, want.Frames[n/2].N)
	}
}

// short is a film whose big values say only how long they are.
func short(f film) film {
	f.Reel.Data = f.Reel.Data[:min(len(f.Reel.Data), 40)]
	f.Reel.Text = f.Reel.Text[:min(len(f.Reel.Text), 40)]
	return f
}

// errOf is the error of a call that returns something else as well.
func errOf[V any](_ V, err error) error { return err }
