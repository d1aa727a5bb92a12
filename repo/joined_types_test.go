package repo_test

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// jtBase is embedded, and has fields of the key.
type jtBase struct {
	Owner string `dynamodbav:"owner,omitempty"`
	Group jtName `dynamodbav:"group"`
}

type (
	jtName  string
	jtSmall int8
	// jtThing has a field of any type in the middle of its sort key.
	jtThing[K any] struct {
		jtBase
		K    K       `dynamodbav:"k,omitempty"`
		Last jtSmall `dynamodbav:"last"`
		Part mixText `dynamodbav:"part"`
	}
	// jtOther is another entity in the same partitions.
	jtOther struct {
		Owner string `dynamodbav:"owner"`
		Group string `dynamodbav:"group"`
		Text  string `dynamodbav:"text"`
	}
)

// jtModel is the model of things of one type.
type jtModel[K any] struct {
	owner lens.Lens[jtThing[K], string]
	group lens.Lens[jtThing[K], jtName]
	k     lens.Lens[jtThing[K], K]
	last  lens.Lens[jtThing[K], jtSmall]
	key   repo.JoinedKey[jtThing[K]]
	other repo.JoinedKey[jtOther]
	whole repo.MultiKeyIndex[jtThing[K]] // over fields of the key
	keys  repo.MultiKeyIndex[jtThing[K]]

	things *repo.Repo[jtThing[K]]
	others *repo.Repo[jtOther]
	raw    *dynamodb.Client
}

func newJtModel[K any](t failer) *jtModel[K] {
	m := &jtModel[K]{
		owner: lens.Of(func(v *jtThing[K]) *string { return &v.Owner }), group: lens.Of(func(v *jtThing[K]) *jtName { return &v.Group }),
		k: lens.Of(func(v *jtThing[K]) *K { return &v.K }), last: lens.Of(func(v *jtThing[K]) *jtSmall { return &v.Last }),
		raw: embedded.New().Client(quick),
	}
	word := repo.Word[jtThing[K]]
	m.key = repo.JoinedKeyOf(repo.AttributeOf("PK", m.owner, word("~")), repo.AttributeOf("SK", word("T"), m.group, m.k, word("é"), m.last))
	m.other = repo.JoinedKeyOf(
		repo.AttributeOf("PK", lens.Of(func(o *jtOther) *string { return &o.Owner }), repo.Word[jtOther]("~")),
		repo.AttributeOf("SK", repo.Word[jtOther]("T"), lens.Of(func(o *jtOther) *string { return &o.Group }), lens.Of(func(o *jtOther) *string { return &o.Text })))
	m.whole = repo.MultiKeyIndexOf("whole", repo.PartitionBy[jtThing[K]](m.owner), repo.SortBy[jtThing[K]](m.last, m.k))
	m.keys = repo.MultiKeyIndexOf("keys", repo.PartitionBy[jtThing[K]](m.owner), repo.SortBy[jtThing[K]](m.last, m.k), repo.KeysOnly())
	var err error
	m.things, err = repo.New(m.raw, repo.TableOf("Things", m.key, m.whole, m.keys, shard.New(shard.To("ThingParts"), func(v *jtThing[K]) *mixText { return &v.Part })), repo.Entity("thing"))
	noErr(t, err)
	m.others, err = repo.New(m.raw, repo.TableOf("Things", m.other), repo.Entity("other"))
	noErr(t, err)
	noErr(t, m.things.CreateTables(background))
	return m
}

func (m *jtModel[K]) keyOf(v *jtThing[K]) repo.Key[jtThing[K]] {
	return m.key.Of(m.last.Eq(v.Last), m.k.Eq(v.K), m.group.Eq(v.Group), m.owner.Eq(v.Owner))
}

// jtOf checks ranges over a type, of which values are in ascending order.
func jtOf[K any](compare func(a, b K) int, values ...K) func(*rapid.T) {
	return func(t *rapid.T) { jtCheck(t, compare, values) }
}

func jtCheck[K any](t *rapid.T, compare func(a, b K) int, values []K) {
	m := newJtModel[K](t)
	value := rapid.SampledFrom(values)
	groups := rapid.SampledFrom([]jtName{"", "\x00", "#", "$", "a", "a#", "a$23", "é", "~"})
	order := func(a, b *jtThing[K]) int {
		return cmp.Or(cmp.Compare(a.Group, b.Group), compare(a.K, b.K), cmp.Compare(a.Last, b.Last))
	}
	var all []*jtThing[K]
	for range rapid.IntRange(0, 25).Draw(t, "number") {
		v := &jtThing[K]{jtBase{"o", groups.Draw(t, "group")}, value.Draw(t, "k"), jtSmall(rapid.Int8().Draw(t, "last")), mixText{"text"}}
		if slices.ContainsFunc(all, func(o *jtThing[K]) bool { return order(o, v) == 0 }) {
			continue
		}
		switch rapid.IntRange(0, 3).Draw(t, "how") {
		case 0: // of a program that stores its key alone
			v.Part = mixText{}
			_, err := m.raw.PutItem(background, &dynamodb.PutItemInput{TableName: new("Things"), Item: jtItem(t, m.keyOf(v).String())})
			noErr(t, err)
		case 1:
			_, err := m.others.Create(background, &jtOther{"o", string(v.Group), fmt.Sprint(v.Last)})
			if len(kindsOf(err)) > 0 && kindsOf(err)[0] != repo.ErrExists {
				t.Fatal(err)
			}
			_, err = m.raw.PutItem(background, &dynamodb.PutItemInput{TableName: new("Things"), Item: rawItem{"PK": avS("o#~"), "SK": avS("T#" + fmt.Sprint(v.Last))}})
			noErr(t, err)
			continue
		default:
			key, err := m.things.Create(background, v)
			noErr(t, err)
			var parsed jtThing[K]
			noErr(t, m.key.Parse(key, &parsed))
			if !key.Equal(m.keyOf(v)) || order(&parsed, v) != 0 || parsed.Owner != "o" {
				t.Fatalf("%+v has the key %s, which is parsed as %+v", v, key, parsed)
			}
		}
		all = append(all, v)
	}
	slices.SortFunc(all, order)
	for range 5 {
		m.jtRange(t, compare, value, groups, all)
	}
}

// jtItem is an item of a key that is shown as text.
func jtItem(t failer, text string) rawItem {
	pk, sk, ok := strings.Cut(text, `"/"`)
	if !ok {
		t.Fatal(text)
	}
	var it [2]string
	for i, quoted := range []string{pk + `"`, `"` + sk} {
		if _, err := fmt.Sscanf(quoted, "%q", &it[i]); err != nil {
			t.Fatal(err)
		}
	}
	return rawItem{"PK": avS(it[0]), "SK": avS(it[1])}
}

func (m *jtModel[K]) jtRange(t *rapid.T, compare func(a, b K) int, value *rapid.Generator[K], groups *rapid.Generator[jtName], all []*jtThing[K]) {
	group, k := groups.Draw(t, "in group"), value.Draw(t, "in k")
	low, high, back := rapid.IntRange(0, 2).Draw(t, "low"), rapid.IntRange(0, 2).Draw(t, "high"), rapid.Bool().Draw(t, "backwards")
	var in repo.Range[jtThing[K]]
	var keep func(v *jtThing[K]) bool
	owner := m.owner.Eq("o")
	switch rapid.IntRange(0, 3).Draw(t, "bounds of") {
	case 0:
		lo, hi := jtPair(t, groups, cmp.Compare[jtName])
		in = jtBounds(repo.Then(m.key.In(owner), m.group), low, high, lo, hi, back)
		keep = jtWithin(low, high, lo, hi, cmp.Compare[jtName], func(v *jtThing[K]) jtName { return v.Group })
	case 1:
		lo, hi := jtPair(t, value, compare)
		in = jtBounds(repo.Then(m.key.In(owner, m.group.Eq(group)), m.k), low, high, lo, hi, back)
		within := jtWithin(low, high, lo, hi, compare, func(v *jtThing[K]) K { return v.K })
		keep = func(v *jtThing[K]) bool { return v.Group == group && within(v) }
	case 2:
		lo, hi := jtPair(t, rapid.Map(rapid.Int8(), func(n int8) jtSmall { return jtSmall(n) }), cmp.Compare[jtSmall])
		in = jtBounds(repo.Then(m.key.In(owner, m.group.Eq(group), m.k.Eq(k)), m.last), low, high, lo, hi, back)
		within := jtWithin(low, high, lo, hi, cmp.Compare[jtSmall], func(v *jtThing[K]) jtSmall { return v.Last })
		keep = func(v *jtThing[K]) bool { return v.Group == group && compare(v.K, k) == 0 && within(v) }
	default:
		in, keep = m.key.Partition(owner), func(*jtThing[K]) bool { return true }
		if back {
			in = m.key.Partition(owner).Backwards()
		}
	}
	var want []string
	for _, v := range all {
		if keep(v) {
			want = append(want, fmt.Sprintf("%q %v %d %s", v.Group, v.K, v.Last, v.Part.Text))
		}
	}
	if back {
		slices.Reverse(want)
	}
	show := func(v *jtThing[K]) string { return fmt.Sprintf("%q %v %d %s", v.Group, v.K, v.Last, v.Part.Text) }
	same := func(what string, got, want []string) {
		if !slices.Equal(got, want) {
			t.Fatalf("%s:\n%q\nwant\n%q", what, got, want)
		}
	}
	read := func(objects func(func(*jtThing[K], error) bool)) (got []string) {
		for v, err := range objects {
			noErr(t, err)
			got = append(got, show(v))
		}
		return got
	}
	same("Query", read(m.things.Query(background, in)), want)
	n, err := m.things.Count(background, in)
	if noErr(t, err); n != int64(len(want)) {
		t.Fatalf("counted %d, want %d", n, len(want))
	}
	limit := rapid.IntRange(1, 6).Draw(t, "limit")
	same("Limit", read(m.things.Query(background, in, repo.Limit(limit))), want[:min(limit, len(want))])
	var walked []string
	for opts := []repo.CallOption{repo.PageSize(limit)}; ; {
		page, err := m.things.Page(background, in, opts...)
		noErr(t, err)
		if len(page.Failed) > 0 || len(page.Objects) < limit && page.Next != "" && len(walked)+len(page.Objects) < len(want) {
			t.Fatalf("a page of %d, failed %v, next %q", len(page.Objects), page.Failed, page.Next)
		}
		for _, v := range page.Objects {
			walked = append(walked, show(v))
		}
		if page.Next == "" {
			break
		}
		opts = []repo.CallOption{repo.PageSize(limit), repo.StartAt(page.Next)}
	}
	same("Page", walked, want)
	var union []string
	for v, err := range repo.Union(background, in, []repo.Member{m.others, m.things}) {
		noErr(t, err)
		if v, ok := v.(*jtThing[K]); ok {
			union = append(union, show(v))
		}
	}
	same("Union", union, want)
}

func jtPair[V any](t *rapid.T, g *rapid.Generator[V], compare func(a, b V) int) (lo, hi V) {
	lo, hi = g.Draw(t, "lo"), g.Draw(t, "hi")
	if compare(lo, hi) > 0 {
		lo, hi = hi, lo
	}
	return lo, hi
}

func jtBounds[T, S any](k repo.KeyRange[T, S], low, high int, lo, hi S, back bool) repo.Range[T] {
	switch low {
	case 1:
		k = k.From(lo)
	case 2:
		k = k.After(lo)
	}
	switch high {
	case 1:
		k = k.UpTo(hi)
	case 2:
		k = k.Before(hi)
	}
	if back {
		k = k.Backwards()
	}
	return k
}

func jtWithin[T, S any](low, high int, lo, hi S, compare func(a, b S) int, of func(T) S) func(T) bool {
	return func(v T) bool {
		l, h := compare(of(v), lo), compare(of(v), hi)
		return (low == 0 || l > 0 || low == 1 && l == 0) && (high == 0 || h < 0 || high == 1 && h == 0)
	}
}

type jtCode struct{ n uint8 }

func (c jtCode) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "#%03d $", c.n), nil }
func (c *jtCode) UnmarshalText(text []byte) error {
	_, err := fmt.Sscanf(string(text), "#%03d $", &c.n)
	return err
}

type jtBytes []byte

// TestJoinedTypes compares ranges over fields of all types with filtered lists.
func TestJoinedTypes(t *testing.T) {
	checks := []func(*rapid.T){
		jtOf(cmp.Compare[string], "", "\x00", "\x00\x00", " ", "#", "##", "$", "$$", "%", "a", "a\x00", "a#", "a#é#0", "a$", "a%", "é", "\U0010ffff"),
		jtOf(cmp.Compare[int64], math.MinInt64, math.MinInt64+1, -10, -9, -1, 0, 1, 9, 10, math.MaxInt64),
		jtOf(cmp.Compare[uint64], 0, 1, 9, 10, math.MaxInt64, math.MaxInt64+1, math.MaxUint64-1, math.MaxUint64),
		jtOf(cmp.Compare[int8], -128, -127, -1, 0, 1, 127),
		jtOf(cmp.Compare[time.Duration], -1, 0, 1),
		jtOf(func(a, b jtBytes) int { return bytes.Compare(a, b) }, nil, jtBytes{0}, jtBytes{0, 0}, jtBytes{0, 1}, jtBytes{'#'}, jtBytes{255}, jtBytes{255, 0}),
		jtOf(func(a, b [2]byte) int { return bytes.Compare(a[:], b[:]) }, [2]byte{}, [2]byte{0, 1}, [2]byte{1}, [2]byte{255, 255}),
		jtOf(func(a, b jtCode) int { return cmp.Compare(a.n, b.n) }, jtCode{}, jtCode{1}, jtCode{9}, jtCode{10}, jtCode{255}),
		jtOf(func(a, b netip.Addr) int { return cmp.Compare(a.String(), b.String()) }, netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("9.0.0.1"), netip.MustParseAddr("::1")),
		jtOf(func(a, b time.Time) int { return a.Compare(b) },
			time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC), time.Time{}, time.Unix(-1, 999999999).UTC(), time.Unix(0, 0).UTC(), time.Unix(0, 1).UTC(), time.Unix(0, 100000000).UTC(), time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.UTC)),
	}
	rapid.Check(t, func(rt *rapid.T) { rapid.SampledFrom(checks).Draw(rt, "type")(rt) })
}
