package repo_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// Three models of one table: with a part, with many, with none.
type (
	mixText struct{ Text string }
	mixOne  struct {
		P, S string
		Part mixText
		Meta meta.Record `dynamodbav:"-"`
	}
	mixMany struct {
		P, S string
		List []mixText
	}
	mixNone struct {
		P, S string
		N    int
	}
)

var (
	mixOneKey  = repo.CompositeKeyOf(func(o *mixOne) *string { return &o.P }, func(o *mixOne) *string { return &o.S })
	mixManyKey = repo.CompositeKeyOf(func(o *mixMany) *string { return &o.P }, func(o *mixMany) *string { return &o.S })
	mixNoneKey = repo.CompositeKeyOf(func(o *mixNone) *string { return &o.P }, func(o *mixNone) *string { return &o.S })
)

// shortPages is a client whose queries have small pages.
type shortPages struct {
	*dynamodb.Client
	size int32
}

func (p shortPages) Query(ctx context.Context, in *dynamodb.QueryInput, opts ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	q := *in
	q.Limit = &p.size
	return p.Client.Query(ctx, &q, opts...)
}

type mixWorld struct {
	one  *repo.Repo[mixOne]
	many *repo.Repo[mixMany]
	none *repo.Repo[mixNone]
}

func newUnionWorld(t *testing.T, client repo.Client) *mixWorld {
	t.Helper()
	w := &mixWorld{}
	var errs [3]error
	w.one, errs[0] = repo.New(client, repo.TableOf("Mixed", mixOneKey, shard.New(shard.To("MixedParts"), func(o *mixOne) *mixText { return &o.Part }),
		meta.Keep(func(o *mixOne) *meta.Record { return &o.Meta })), repo.Entity("one"))
	w.many, errs[1] = repo.New(client, repo.TableOf("Mixed", mixManyKey, shard.Each(shard.To("MixedParts"), func(o *mixMany) *[]mixText { return &o.List })), repo.Entity("many"))
	w.none, errs[2] = repo.New(client, repo.TableOf("Mixed", mixNoneKey), repo.Entity("none"))
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// mixBounds bounds a range of any of the models.
type mixBounds struct {
	lo, hi    string // "": none
	open      bool   // at both ends
	backwards bool
}

func bounded[T any](key repo.CompositeKey[T, string, string], b mixBounds) repo.Range[T] {
	r := key.In("p")
	switch {
	case b.lo != "" && b.open:
		r = r.After(b.lo)
	case b.lo != "":
		r = r.From(b.lo)
	}
	switch {
	case b.hi != "" && b.open:
		r = r.Before(b.hi)
	case b.hi != "":
		r = r.UpTo(b.hi)
	}
	if b.backwards {
		r = r.Backwards()
	}
	return r
}

// TestUnionIsTheQueries: of each member, a Union yields what a Query of that member
// does, in the order of the range over all, however pages and batches fall.
func TestUnionIsTheQueries(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		client := shortPages{embedded.New().Client(), int32(rapid.IntRange(1, 7).Draw(rt, "page"))}
		w := newUnionWorld(t, client)
		for _, create := range []func(context.Context) error{w.one.CreateTables, w.many.CreateTables, w.none.CreateTables} {
			if err := create(background); err != nil {
				rt.Fatal(err)
			}
		}
		sorts := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-e]{1,3}`), 0, 12, rapid.ID).Draw(rt, "sort keys")
		for i, s := range sorts {
			text, err := fmt.Sprint("of ", s), error(nil)
			switch rapid.IntRange(0, 2).Draw(rt, "model") {
			case 0:
				err = errOf(w.one.Create(background, &mixOne{P: "p", S: s, Part: mixText{text}}))
			case 1:
				list := slices.Repeat([]mixText{{text}}, rapid.SampledFrom([]int{0, 1, 3, 60}).Draw(rt, "parts"))
				err = errOf(w.many.Create(background, &mixMany{P: "p", S: s, List: list}))
			default:
				err = errOf(w.none.Create(background, &mixNone{P: "p", S: s, N: i}))
			}
			if err != nil {
				rt.Fatal(err)
			}
		}
		bound := rapid.SampledFrom([]string{"", "a", "b", "bb", "c", "d", "dd"})
		b := mixBounds{lo: bound.Draw(rt, "lower"), hi: bound.Draw(rt, "upper"), open: rapid.Bool().Draw(rt, "open"), backwards: rapid.Bool().Draw(rt, "backwards")}
		if b.hi != "" && b.lo > b.hi {
			b.lo, b.hi = b.hi, b.lo
		}
		want := w.queries(rt, b)
		slices.SortFunc(want, func(x, y any) int {
			if b.backwards {
				x, y = y, x
			}
			return strings.Compare(mixSort(x), mixSort(y))
		})
		members := []repo.Member{w.one, w.many, w.none}
		if got := unionOf(rt, repo.Union(background, bounded(mixManyKey, b), members)); cmp.Diff(want, got) != "" {
			rt.Errorf("of %d objects (-queries +union):\n%s", len(sorts), cmp.Diff(want, got))
		}
		n := rapid.IntRange(1, 5).Draw(rt, "limit")
		if got := unionOf(rt, repo.Union(background, bounded(mixNoneKey, b), members, repo.Limit(n), repo.WithoutReadAhead())); cmp.Diff(want[:min(n, len(want))], got) != "" {
			rt.Errorf("limited to %d (-queries +union):\n%s", n, cmp.Diff(want[:min(n, len(want))], got))
		}
		two := slices.DeleteFunc(slices.Clone(want), func(o any) bool { _, is := o.(*mixMany); return is })
		if got := unionOf(rt, repo.Union(background, bounded(mixOneKey, b), []repo.Member{w.none, w.one})); cmp.Diff(two, got) != "" {
			rt.Errorf("of two members (-queries +union):\n%s", cmp.Diff(two, got))
		}
	})
}

// queries are the objects that each repository by itself finds.
func (w *mixWorld) queries(t *rapid.T, b mixBounds) []any {
	all := []any{}
	one := func(o any, err error) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, o)
	}
	for o, err := range w.one.Query(background, bounded(mixOneKey, b)) {
		one(o, err)
	}
	for o, err := range w.many.Query(background, bounded(mixManyKey, b)) {
		one(o, err)
	}
	for o, err := range w.none.Query(background, bounded(mixNoneKey, b)) {
		one(o, err)
	}
	return all
}

func unionOf(t *rapid.T, objects func(func(any, error) bool)) []any {
	all := []any{}
	objects(func(o any, err error) bool {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, o)
		return true
	})
	return all
}

func mixSort(o any) string {
	switch o := o.(type) {
	case *mixOne:
		return o.S
	case *mixMany:
		return o.S
	}
	return o.(*mixNone).S
}

// TestUnionOfOneType: the same repository under two entities is two members, of one type.
func TestUnionOfOneType(t *testing.T) {
	client := embedded.New().Client()
	first := repoOver(t, client, repo.TableOf("Mixed", mixNoneKey), repo.Entity("first"))
	second := repoOver(t, client, repo.TableOf("Mixed", mixNoneKey), repo.Entity("second"))
	for i, r := range []*repo.Repo[mixNone]{first, second, first} {
		if _, err := r.Create(background, &mixNone{P: "p", S: fmt.Sprint(i), N: i}); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		members []repo.Member
		want    string
	}{
		{[]repo.Member{second, first}, "0 1 2"},
		{[]repo.Member{first}, "0 2"},
		{[]repo.Member{second}, "1"},
	} {
		var got []string
		for o, err := range repo.Union(background, mixNoneKey.In("p"), c.members) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, fmt.Sprint(o.(*mixNone).N))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%v; want %s", got, c.want)
		}
	}
}
