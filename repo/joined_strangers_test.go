package repo_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// TestJoinedStrangers: items of any program and with any record are seen alike by all
// verbs that list, of one model and of several.
func TestJoinedStrangers(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := newJtModel[int64](rt)
		m.plantStrangers(rt)
		owner, ofOther := m.owner.Eq("o"), lens.Of(func(o *jtOther) *string { return &o.Owner }).Eq("o")
		group := m.key.In(owner, m.group.Eq("g"))
		things := listedAlike(rt, m.things, rapid.SampledFrom([]repo.Range[jtThing[int64]]{
			repo.All[jtThing[int64]](), m.key.In(owner), group, repo.Then(group, m.k).From(5),
			repo.Then(m.key.In(owner, m.group.Eq("g"), m.k.Eq(5)), m.last).Before(4), m.key.In(owner, m.group.Eq("g"), m.k.Eq(5), m.last.Eq(3))}))
		listedAlike(rt, m.things, rapid.SampledFrom([]repo.Range[jtThing[int64]]{m.whole.In(owner), m.keys.In(owner), m.whole.In(owner, m.last.Eq(3)),
			repo.Then(m.keys.In(owner, m.last.Eq(3)), m.k).After(0), repo.Then(m.whole.In(owner), m.last).From(3).Before(4).Backwards()}))
		all := m.key.Partition(owner)
		things = append(things, listedAlike(rt, m.things, rapid.Just[repo.Range[jtThing[int64]]](all))...)
		others := listedAlike(rt, m.others, rapid.SampledFrom([]repo.Range[jtOther]{repo.All[jtOther](), m.other.In(ofOther), m.other.Partition(ofOther)}))
		others = append(others, listedAlike(rt, m.others, rapid.Just[repo.Range[jtOther]](m.other.Partition(ofOther)))...)
		members := rapid.Permutation([]repo.Member{m.things, m.others}).Draw(rt, "members")
		var union []string
		for v, err := range repo.Union(background, all, members) {
			union = append(union, shownOr(v, err))
		}
		want := slices.Concat(things, others)
		slices.Sort(want)
		slices.Sort(union)
		if want = slices.Compact(want); !slices.Equal(union, want) {
			rt.Errorf("Union:\n%s\nwant\n%s", strings.Join(union, "\n"), strings.Join(want, "\n"))
		}
	})
}

// plantStrangers stores items with keys of both models and of none, whose records are
// those of a thing or of another, damaged, of a newer format, or not there.
func (m *jtModel[K]) plantStrangers(t *rapid.T) {
	thing, err := m.things.Create(background, &jtThing[K]{jtBase: jtBase{"o", "g"}, Last: 3, Part: mixText{"x"}})
	noErr(t, err)
	other, err := m.others.Create(background, &jtOther{"o", "gg", "t"})
	noErr(t, err)
	var stored []rawItem
	for _, key := range []string{thing.String(), other.String()} {
		out, err := m.raw.GetItem(background, &dynamodb.GetItemInput{TableName: new("Things"), Key: jtItem(t, key)})
		noErr(t, err)
		stored = append(stored, out.Item)
	}
	const five = "00000000000000000005"
	for _, sk := range []string{
		"T#g#00000000000000000000#é#00000000000000000003", "T#g#" + five + "#é#00000000000000000004", "T#h#" + five + "#é#00000000000000000004",
		"T##" + five + "#é#00000000000000000004", "T#g#" + five + "#é#00000000000000000999", "T#g#5#é#3", "T#g#" + five + "#x#00000000000000000004",
		"T#gg#t", "T#gg#u", "T#g#x", "T", "T#", "X", "T$",
	} {
		it := rawItem{}
		for name, v := range rapid.SampledFrom(stored).Draw(t, "content") {
			if name != "_meta" && rapid.Bool().Draw(t, "has "+name) {
				it[name] = v
			}
		}
		it["PK"], it["SK"] = avS("o#~"), avS(sk)
		rec := maps.Clone(entriesOf(rapid.SampledFrom(stored).Draw(t, "record")["_meta"]))
		it["_meta"] = avM(rec)
		switch rapid.SampledFrom([]string{"none", "none", "whole", "whole", "text", "nobody's", "newer", "no entity", "a third's"}).Draw(t, "record is") {
		case "none":
			delete(it, "_meta")
		case "text":
			it["_meta"] = avS("x")
		case "nobody's":
			delete(rec, "e")
		case "newer":
			rec["f"] = avN("9")
		case "no entity":
			rec["e"] = avN("1")
		case "a third's":
			rec["e"] = avS("third")
		}
		if rapid.Bool().Draw(t, "stored") {
			_, err := m.raw.PutItem(background, &dynamodb.PutItemInput{TableName: new("Things"), Item: it})
			noErr(t, err)
		}
	}
}

// listedAlike is what a Query of one of the ranges yields. The other verbs see the same.
func listedAlike[T any](t *rapid.T, r *repo.Repo[T], ranges *rapid.Generator[repo.Range[T]]) (all []string) {
	in := ranges.Draw(t, "range")
	for v, err := range r.Query(background, in) {
		all = append(all, shownOr(v, err))
	}
	n, err := r.Count(background, in)
	if noErr(t, err); int(n) != len(all) {
		t.Errorf("counted %d of\n%s", n, strings.Join(all, "\n"))
	}
	paged := 0
	for size, next := repo.PageSize(rapid.IntRange(1, 5).Draw(t, "size")), repo.Cursor(""); ; {
		opts := []repo.CallOption{size}
		if next != "" {
			opts = append(opts, repo.StartAt(next))
		}
		page, err := r.Page(background, in, opts...)
		noErr(t, err)
		paged += len(page.Objects) + len(page.Failed)
		if next = page.Next; next == "" {
			break
		}
	}
	if paged != len(all) {
		t.Errorf("%d by pages of\n%s", paged, strings.Join(all, "\n"))
	}
	return all
}

// shownOr shows an object, or the key of one that cannot be read.
func shownOr(v any, err error) string {
	if wrong, ok := errors.AsType[*repo.Error](err); ok {
		return "wrong: " + fmt.Sprint(wrong.Key)
	}
	return fmt.Sprintf("%+v", v)
}
