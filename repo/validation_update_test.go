package repo_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/go-playground/validator/v10"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type (
	vTown struct {
		Name string `validate:"required,max=3"`
		Zip  string `validate:"required_with=Name"`
	}
	VMixin struct {
		Left  string
		Right string `validate:"required"`
	}
	// vDoc has rules of all kinds, over parts of all kinds.
	vDoc struct {
		*VMixin
		ID     string
		Kind   string
		Link   string              `validate:"required_if=Kind link"`
		Low    int                 `validate:"gte=0"`
		High   int                 `validate:"omitempty,gtefield=Low"`
		Stock  int                 `validate:"required"`
		Counts map[string]int      `validate:"dive,gte=0"`
		Lists  map[string][]string `validate:"dive,max=2,dive,len=1"`
		Tags   []string            `validate:"unique,max=3"`
		Free   []vTown
		Off    vTown            `validate:"-"`
		Home   vTown            // a shard
		Work   *vTown           // an optional one
		Towns  map[string]vTown `validate:"max=2,dive,keys,max=1,endkeys"` // a shard for each
		Past   []vTown          `validate:"min=1,dive"`                    // a shard for each
		Secret string           `validate:"max=3"`                         // encrypted
		Meta   meta.Record      `dynamodbav:"-"`
	}
)

var (
	vdID     = repo.KeyOf(func(d *vDoc) *string { return &d.ID })
	vdKind   = lens.Of(func(d *vDoc) *string { return &d.Kind })
	vdLink   = lens.Of(func(d *vDoc) *string { return &d.Link })
	vdLow    = lens.Of(func(d *vDoc) *int { return &d.Low })
	vdHigh   = lens.Of(func(d *vDoc) *int { return &d.High })
	vdStock  = lens.Of(func(d *vDoc) *int { return &d.Stock })
	vdCounts = lens.Of(func(d *vDoc) *map[string]int { return &d.Counts })
	vdLists  = lens.Of(func(d *vDoc) *map[string][]string { return &d.Lists })
	vdTags   = lens.Of(func(d *vDoc) *[]string { return &d.Tags })
	vdFree   = lens.Of(func(d *vDoc) *[]vTown { return &d.Free })
	vdOff    = lens.Of(func(d *vDoc) *string { return &d.Off.Name })
	vdHome   = lens.Of(func(d *vDoc) *vTown { return &d.Home })
	vdWork   = lens.Of(func(d *vDoc) **vTown { return &d.Work })
	vdTowns  = lens.Of(func(d *vDoc) *map[string]vTown { return &d.Towns })
	vdPast   = lens.Of(func(d *vDoc) *[]vTown { return &d.Past })
	vdSecret = lens.Of(func(d *vDoc) *string { return &d.Secret })
	vdLeft   = lens.Of(func(d *vDoc) *string { return &d.Left })
	vdRight  = lens.Of(func(d *vDoc) *string { return &d.Right })
	vtName   = lens.Of(func(t *vTown) *string { return &t.Name })
	vtZip    = lens.Of(func(t *vTown) *string { return &t.Zip })
)

func vDocs(t testing.TB, opts ...repo.Option) (*repo.Repo[vDoc], *fault.Transport) {
	t.Helper()
	client, requests := fault.Wrap(embedded.New().Client())
	r, err := repo.New(client, repo.TableOf("Docs", vdID,
		shard.New(shard.To("Homes"), func(d *vDoc) *vTown { return &d.Home }),
		shard.Optional(shard.To("Work"), func(d *vDoc) **vTown { return &d.Work }),
		shard.EachValue(shard.To("Towns"), func(d *vDoc) *map[string]vTown { return &d.Towns }),
		shard.Each(shard.To("Past"), func(d *vDoc) *[]vTown { return &d.Past }),
		cipher.Protect(testKeys(t), vdSecret),
		meta.Keep(func(d *vDoc) *meta.Record { return &d.Meta })), opts...)
	if err == nil {
		err = r.CreateTables(context.Background())
	}
	if err != nil {
		t.Fatal(err)
	}
	return r, requests
}

// vEdit is a change of a stored object, and the same of a value that was read.
type vEdit struct {
	name   string
	change lens.Change[vDoc]
	inGo   func(*vDoc)
}

func vSet[V any](l lens.Lens[vDoc, V], v V) vEdit {
	return vEdit{fmt.Sprintf("%s.Set(%+v)", l, v), l.Set(v), func(d *vDoc) { _ = lens.Assign(l, d, v) }}
}

func vRemove[V any](l lens.Lens[vDoc, V]) vEdit {
	var zero V
	return vEdit{l.String() + ".Remove()", l.Remove(), func(d *vDoc) {
		if _, ok := lens.Get(l, d); ok {
			_ = lens.Assign(l, d, zero)
		}
	}}
}

func vAdd(l lens.Lens[vDoc, int], n int) vEdit {
	return vEdit{fmt.Sprintf("Add(%s, %d)", l, n), lens.Add(l, n), func(d *vDoc) {
		old, _ := lens.Get(l, d)
		_ = lens.Assign(l, d, old+n)
	}}
}

func vAppend[E any](l lens.Lens[vDoc, []E], e E) vEdit {
	return vEdit{fmt.Sprintf("Append(%s, %+v)", l, e), lens.Append(l, e), func(d *vDoc) {
		old, _ := lens.Get(l, d)
		_ = lens.Assign(l, d, append(slices.Clip(old), e))
	}}
}

func vCut[E any](l lens.Lens[vDoc, []E], i int) vEdit {
	at := lens.At(l, i)
	return vEdit{at.String() + ".Remove()", at.Remove(), func(d *vDoc) {
		if old, _ := lens.Get(l, d); i < len(old) {
			_ = lens.Assign(l, d, slices.Delete(slices.Clone(old), i, i+1))
		}
	}}
}

func vDrop[E any](l lens.Lens[vDoc, map[string]E], key string) vEdit {
	e := lens.Entry(l, key)
	return vEdit{e.String() + ".Remove()", e.Remove(), func(d *vDoc) {
		if m, _ := lens.Get(l, d); m != nil {
			delete(m, key)
		}
	}}
}

// randomEdit draws an edit.
func randomEdit(t *rapid.T) vEdit {
	pick := func(what string, from ...string) string { return rapid.SampledFrom(from).Draw(t, what) }
	text := pick("text", "", "x", "link", "other")
	n := rapid.IntRange(-2, 2).Draw(t, "n")
	i := rapid.IntRange(0, 1).Draw(t, "i")
	key := pick("key", "a", "b", "long")
	town := vTown{text, pick("zip", "", "1")}
	inTown := lens.Join(lens.Entry(vdTowns, key), vtName)
	inPast := lens.Join(lens.At(vdPast, i), vtName)
	inFree := lens.Join(lens.At(vdFree, i), vtName)
	list := lens.Entry(vdLists, key)
	edits := []vEdit{
		vSet(vdKind, text), vSet(vdLink, text), vRemove(vdLink), vSet(vdLow, n), vAdd(vdLow, n), vSet(vdHigh, n), vAdd(vdStock, n), vSet(vdStock, n),
		vSet(lens.Entry(vdCounts, key), n), vAdd(lens.Entry(vdCounts, key), n), vDrop(vdCounts, key),
		vAppend(list, text), vSet(list, []string{text}), vCut(list, i), vSet(lens.At(list, i), text), vDrop(vdLists, key),
		vAppend(vdTags, text), vCut(vdTags, i), vSet(lens.At(vdTags, i), text), vSet(vdTags, []string{text, "y"}),
		vSet(inFree, text), vAppend(vdFree, town), vSet(lens.At(vdFree, i), town), vSet(vdOff, text),
		vSet(vdHome, town), vSet(lens.Join(vdHome, vtName), text), vSet(lens.Join(vdHome, vtZip), text),
		vSet(vdWork, &town), vSet(vdWork, nil), vSet(lens.Join(vdWork, lens.Ptr(vtName)), text), vRemove(lens.Join(vdWork, lens.Ptr(vtZip))),
		vSet(lens.Entry(vdTowns, key), town), vDrop(vdTowns, key), vSet(inTown, text),
		vSet(inPast, text), vAppend(vdPast, town), vSet(lens.At(vdPast, i), town), vCut(vdPast, i),
		vSet(vdSecret, text), vRemove(vdSecret), vSet(vdLeft, text), vSet(vdRight, text),
	}
	return rapid.SampledFrom(edits).Draw(t, "edit")
}

// randomDoc draws an object, valid or not.
func randomDoc(t *rapid.T) *vDoc {
	some := func(what string) bool { return rapid.Bool().Draw(t, what) }
	town := func() vTown { return vTown{rapid.SampledFrom([]string{"x", "y"}).Draw(t, "name"), "1"} }
	d := &vDoc{ID: "1", Stock: 1, Home: town(), Past: []vTown{town()}, Low: rapid.IntRange(0, 1).Draw(t, "low")}
	if some("link") {
		d.Kind, d.Link = "link", "l"
	}
	if some("high") {
		d.High = 2
	}
	if some("mixin") {
		d.VMixin = &VMixin{Right: "r"}
	}
	if some("maps") {
		d.Counts, d.Lists = map[string]int{"a": 1}, map[string][]string{"a": {"x"}, "b": {"y", "z"}}
	}
	if some("lists") {
		d.Tags, d.Free = []string{"x", "y"}, []vTown{{}}
	}
	if some("towns") {
		d.Towns = map[string]vTown{"a": town()}
	}
	if some("two towns") && d.Towns != nil {
		d.Towns["b"] = town()
	}
	if some("work") {
		w := town()
		d.Work = &w
	}
	if some("two past") {
		d.Past = append(d.Past, town())
	}
	return d
}

// Update and read, change, put: what Update accepts is what Put accepts, and
// becomes the same object; what it refuses, Put refuses; and what it cannot
// tell, it says before any request.
func TestUpdateIsReadChangePut(t *testing.T) {
	ctx := context.Background()
	r, requests := vDocs(t)
	key := vdID.Of("1")
	count := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		old := randomDoc(t)
		if _, err := r.Put(ctx, old, repo.Overwrite()); err != nil {
			t.Fatalf("%+v: %v", old, err)
		}
		call := r
		if rapid.IntRange(0, 3).Draw(t, "parents") == 0 {
			call = r.With(repo.EnsureParents())
		}
		edits := []vEdit{randomEdit(t)}
		if rapid.Bool().Draw(t, "two") {
			edits = append(edits, randomEdit(t))
		}
		var changes []lens.Change[vDoc]
		now, err := r.Get(ctx, key)
		if err != nil {
			t.Fatal(err)
		}
		what := fmt.Sprintf("%+v:", *old)
		for _, e := range edits {
			changes = append(changes, e.change)
			e.inGo(now)
			what += " " + e.name
		}
		requests.Reset()
		update := call.Update(ctx, key, changes...)
		sent := len(requests.Operations())
		var undecided *repo.UndecidedError
		var invalid validator.ValidationErrors
		switch {
		case errors.Is(update, repo.ErrNoPath) || update != nil && strings.Contains(update.Error(), "changed twice"):
			count["no path"]++
			return
		case update == nil:
			count["accepted"]++
			got, err := r.Get(ctx, key)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := r.Put(ctx, now, repo.Overwrite()); err != nil {
				t.Fatalf("%s\nUpdate accepts what Put refuses: %v", what, err)
			}
			want, err := r.Get(ctx, key)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(vDoc{}, "Meta"), cmpopts.EquateEmpty(), cmp.Exporter(func(reflect.Type) bool { return true })); diff != "" {
				t.Fatalf("%s\n%s", what, diff)
			}
		case errors.As(update, &undecided):
			count["undecided"]++
			if undecided.Rule == "" || undecided.Type == "" || !errors.Is(update, repo.ErrInvalid) || sent > 0 {
				t.Fatalf("%s\n%d requests, then %v", what, sent, update)
			}
		case errors.As(update, &invalid):
			count["refused"]++
			_, put := r.Put(ctx, now, repo.Overwrite())
			var whole validator.ValidationErrors
			if !errors.As(put, &whole) || sent > 0 {
				t.Fatalf("%s\n%d requests, then Update refuses what Put accepts: %v, Put: %v", what, sent, update, put)
			}
		default:
			t.Fatalf("%s\n%v", what, update)
		}
	})
	for _, outcome := range []string{"accepted", "undecided", "refused"} {
		if count[outcome] == 0 {
			t.Errorf("no update was %s: %v", outcome, count)
		}
	}
}
