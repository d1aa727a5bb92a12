package damage_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/damage"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/stored"
)

type row = map[string]types.AttributeValue

func partItem(rec row) row { return row{"_meta": &types.AttributeValueMemberM{Value: rec}} }

func TestFind(t *testing.T) {
	stamp := stored.NewID()
	for _, c := range []struct {
		name  string
		it    row
		cause damage.Cause
		stamp stored.ID
	}{
		{"nothing", nil, damage.Missing, stored.ID{}},
		{"no record", row{}, damage.OtherOwner, stored.ID{}},
		{"no map", row{"_meta": item.String("x")}, damage.OtherOwner, stored.ID{}},
		{"another's", partItem(row{"w": stamp.AV(), "o": item.String("b"), "p": item.String("x")}), damage.OtherOwner, stored.ID{}},
		{"no stamp", partItem(row{"o": item.String("a"), "p": item.String("x")}), damage.Undecodable, stored.ID{}},
		{"another version", partItem(row{"w": stamp.AV(), "o": item.String("a"), "p": item.String("x")}), damage.OtherVersion, stamp},
	} {
		p := damage.Find("x", "item k", c.it, "_meta", "a")
		if p.Inst != "x" || p.Cause != c.cause || p.Stamp != c.stamp || !errors.Is(p.Err, fail.ErrCorrupt) || !strings.Contains(p.Err.Error(), "item k") {
			t.Errorf("%s: %+v", c.name, p)
		}
		if path, _ := fail.Path(p.Err); path != "x" {
			t.Errorf("%s: path %q", c.name, path)
		}
	}
}

// rootOf has a list of parts in which the second element is inline, and which have parts.
func rootOf() (*stored.Root, []stored.ElemID) {
	ids := []stored.ElemID{{1}, {2}, {3}}
	list := stored.Inst("list")
	root := &stored.Root{Ring: stored.NewRing(stored.NewID()), Parts: map[stored.Inst]stored.Ref{}, Orders: map[stored.Inst]stored.Order{
		"list": {Elems: []stored.Element{{ID: ids[0]}, {Nil: true}, {ID: ids[1]}, {ID: ids[2]}}},
	}}
	for _, inst := range []stored.Inst{"one", "one.in", list.Elem(ids[0]), list.Elem(ids[0]).Name("in"), list.Elem(ids[2])} {
		root.Parts[inst] = stored.Ref{Stamp: stored.NewID()}
	}
	root.Orders[list.Elem(ids[0]).Name("deep")] = stored.Order{}
	return root, ids
}

func TestMend(t *testing.T) {
	root, ids := rootOf()
	first := stored.Inst("list").Elem(ids[0])
	parts, orders := len(root.Parts), len(root.Orders)
	var none *damage.Report
	if r, same := none.Over(root); r != nil || same != root || none.Err(nil) != nil {
		t.Error("an object without damage has a report")
	}
	stamp := stored.NewID()
	r, mended := none.Note(root, damage.Part{Inst: first, Cause: damage.Missing, Err: fail.ErrCorrupt}, damage.Part{Inst: "one.in", Cause: damage.OtherVersion, Stamp: stamp, Err: fail.ErrCorrupt})
	want := []stored.Inst{stored.Inst("list").Elem(ids[2]), "one", "one.in"}
	slices.Sort(want)
	if got := sorted.Keys(mended.Parts); !slices.Equal(got, want) || mended.Parts["one.in"].Stamp != stamp || mended.Dynamic != 1 {
		t.Errorf("mended: %v, %v", got, mended)
	}
	if got := mended.Orders["list"].Elems; len(mended.Orders) != 1 || !slices.Equal(got, []stored.Element{{Nil: true}, {ID: ids[1]}, {ID: ids[2]}}) {
		t.Errorf("orders: %v", mended.Orders)
	}
	if len(root.Parts) != parts || len(root.Orders) != orders || len(root.Orders["list"].Elems) != 4 {
		t.Error("the record that is stored has changed")
	}
	e := damage.Of(r.Err(nil))
	causes := map[stored.Inst]damage.Cause{}
	for _, p := range e.Parts {
		causes[p.Inst] = p.Cause
	}
	if len(causes) != 3 || causes[first] != damage.Missing || causes[first.Name("in")] != damage.Unreachable || causes["one.in"] != damage.OtherVersion {
		t.Errorf("report: %v", causes)
	}
	if kept := sorted.Keys(e.Kept()); !slices.Equal(kept, []stored.Inst{first.Name("in")}) {
		t.Errorf("kept: %v", kept)
	}

	// The part around the other one is found to be lost later, in the same state.
	r, mended = r.Note(mended, damage.Part{Inst: "one", Cause: damage.OtherOwner, Err: fail.ErrCorrupt})
	if got := sorted.Keys(mended.Parts); len(got) != 1 || len(r.Lost()) != 4 || !r.Gone("one.in") {
		t.Errorf("mended again: %v, lost %v", got, r.Lost())
	}
	again, same := r.Over(root)
	if again != r || len(same.Parts) != 1 {
		t.Error("the same state, read again, has no damage")
	}
	other := *root
	other.Ring = stored.NewRing(stored.NewID())
	if r, same := r.Over(&other); r != nil || same != &other {
		t.Error("another state has the damage")
	}
}

func TestError(t *testing.T) {
	root, _ := rootOf()
	var r *damage.Report
	for _, inst := range sorted.Keys(root.Parts) {
		r, _ = r.Note(root, damage.Part{Inst: inst, Cause: damage.Missing, Err: fail.Withf(fail.ErrCorrupt, "lost")})
	}
	err := r.Err(nil)
	if !errors.Is(err, fail.ErrCorrupt) || !strings.HasPrefix(err.Error(), "damaged parts: 5: list#") || !strings.HasSuffix(err.Error(), "lost; 2 more") {
		t.Error(err)
	}
	if damage.Of(fail.ErrCorrupt) != nil || damage.Of(nil) != nil {
		t.Error("any error is a report")
	}
}

func TestAlone(t *testing.T) {
	id := stored.ElemID{7}
	doc := damage.Alone(stored.Inst("a").Elem(id).Name("b").Key("k"), row{"x": item.String("y")})
	want := row{"a": &types.AttributeValueMemberL{Value: []types.AttributeValue{&types.AttributeValueMemberM{Value: row{
		"b": &types.AttributeValueMemberM{Value: row{"k": &types.AttributeValueMemberM{Value: row{"x": item.String("y")}}}},
	}}}}}
	if !item.Equal(&types.AttributeValueMemberM{Value: doc}, &types.AttributeValueMemberM{Value: want}) {
		t.Errorf("%v", doc)
	}
}
