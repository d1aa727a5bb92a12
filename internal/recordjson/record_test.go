package recordjson_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/recordjson"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/wire"
)

var (
	awkward = rapid.OneOf(rapid.StringOfN(rapid.SampledFrom([]rune("~.#:/ha0é日\"\\\x01")), 0, 6, -1), rapid.SampledFrom([]string{"_id", "😀", "a\nb"}))
	names   = awkward.Filter(func(s string) bool { return s != "" })
	ids     = rapid.Custom(func(t *rapid.T) stored.ID { return stored.ID{rapid.Byte().Draw(t, "id"), 7} })
	elemIDs = rapid.Custom(func(t *rapid.T) stored.ElemID { return stored.ElemID{rapid.Byte().Draw(t, "element"), 7} })
	times   = rapid.Custom(func(t *rapid.T) time.Time { return time.UnixMilli(rapid.Int64Range(-1e12, 1e13).Draw(t, "ms")).UTC() })
	insts   = rapid.Custom(func(t *rapid.T) stored.Inst {
		inst := stored.Inst("").Name(names.Draw(t, "name"))
		switch rapid.IntRange(0, 2).Draw(t, "in") {
		case 0:
			return inst.Key(awkward.Draw(t, "key"))
		case 1:
			return inst.Elem(elemIDs.Draw(t, "element")).Name(names.Draw(t, "inside"))
		}
		return inst
	})
)

func genLayout(t *rapid.T) stored.Layout {
	l := stored.Layout{}
	for range rapid.IntRange(0, 3).Draw(t, "places") {
		p := stored.Place{Path: attr.Path{attr.Field(names.Draw(t, "name"))}, Kind: rapid.SampledFrom([]stored.PlaceKind{stored.One, stored.List, stored.KeptMap}).Draw(t, "kind")}
		p.Path = append(p.Path, rapid.SliceOfN(rapid.SampledFrom([]attr.Seg{attr.Elem, attr.Value, attr.Field("#")}), 0, 2).Draw(t, "more")...)
		if p.Kind != stored.KeptMap {
			p.Table, p.KeyName, p.MayInline = "T", rapid.SampledFrom([]string{"_id", "k"}).Draw(t, "key"), rapid.Bool().Draw(t, "inline")
		}
		l = append(l, p)
	}
	return l
}

// genRoot draws a record with some of all members, the rare ones as well.
func genRoot(t *rapid.T) *stored.Root {
	maybe := func(what string) bool { return rapid.IntRange(0, 3).Draw(t, what) == 0 }
	r := &stored.Root{
		Entity: awkward.Draw(t, "entity"), Version: rapid.Int64Min(1).Draw(t, "version"), Birth: ids.Draw(t, "birth"),
		Ring: make([]stored.ID, stored.RingSize), Created: times.Draw(t, "created"), Layout: genLayout(t), Dynamic: rapid.IntRange(0, 100).Draw(t, "dynamic"),
		Parts: map[stored.Inst]stored.Ref{}, Orders: map[stored.Inst]stored.Order{},
	}
	copy(r.Ring, rapid.SliceOfN(ids, 1, stored.RingSize).Draw(t, "ring"))
	if r.LayoutID = r.Layout.ID(); maybe("model") {
		r.LayoutID += ".7"
	}
	if r.Updated = r.Created; maybe("updated") {
		r.Updated = times.Draw(t, "at")
	}
	if maybe("born") {
		r.Version, r.Birth = 1, r.Ring[0]
	}
	if maybe("policy") {
		r.Policy = rapid.SliceOf(rapid.Byte()).Draw(t, "sealed")
	}
	for range rapid.IntRange(0, 5).Draw(t, "parts") {
		ref := stored.Ref{Stamp: ids.Draw(t, "stamp")}
		if maybe("elsewhere") {
			ref = stored.Ref{Stamp: ref.Stamp, Table: "T", KeyName: "k", Key: awkward.Draw(t, "key"), Cut: maybe("cut")}
		}
		r.Parts[insts.Draw(t, "part")] = ref
	}
	for range rapid.IntRange(0, 3).Draw(t, "orders") {
		o := stored.Order{IsMap: maybe("map"), Nils: rapid.SliceOfDistinct(awkward, rapid.ID).Draw(t, "nils")}
		for range rapid.IntRange(0, 4).Draw(t, "elements") {
			o.Elems = append(o.Elems, stored.Element{ID: elemIDs.Draw(t, "element"), Nil: maybe("nil")})
		}
		r.Orders[insts.Draw(t, "list")] = o
	}
	if maybe("claims") {
		r.Claims = map[string]stored.Location{"=mail": {Table: "T", KeyName: "k", Key: awkward.Draw(t, "claim")}}
	}
	if maybe("pages") {
		r.Pages = &stored.Pages{Table: "T", KeyName: "k", List: []stored.Page{{Stamp: ids.Draw(t, "page")}}}
	}
	if maybe("deleted") {
		r.Deleted, r.Void = times.Draw(t, "when"), maybe("void")
	}
	if maybe("made") {
		r.Made = ids.Draw(t, "which")
	}
	if maybe("who") {
		r.TTL, r.Creator, r.Updater = awkward.Draw(t, "ttl"), awkward.Draw(t, "creator"), awkward.Draw(t, "updater")
	}
	return r
}

// checkWritten compares a record as JSON with what it is encoded to. Only one that DynamoDB
// would not store is not written.
func checkWritten(t *rapid.T, got, want types.AttributeValue) {
	w, written := got.(*wire.Written)
	if sound := item.CheckValue("_meta", want) == nil; written != sound {
		t.Fatalf("written: %v, sound: %v", written, sound)
	}
	if !written {
		w = &wire.Written{JSON: wire.AppendValue(nil, got), Size: item.ValueSize(got)}
	}
	it, err := wire.Expand(map[string]types.AttributeValue{"_meta": w})
	if err != nil {
		t.Fatalf("%s: %v", w.JSON, err)
	}
	if d := cmp.Diff(want, it["_meta"], cmpopts.EquateEmpty(), cmpopts.IgnoreUnexported(types.AttributeValueMemberM{}, types.AttributeValueMemberL{},
		types.AttributeValueMemberS{}, types.AttributeValueMemberN{}, types.AttributeValueMemberB{}, types.AttributeValueMemberBOOL{}, types.AttributeValueMemberNULL{})); d != "" {
		t.Fatal(d)
	}
	if w.Size != item.ValueSize(want) {
		t.Fatalf("counted as %d bytes, %d are stored", w.Size, item.ValueSize(want))
	}
}

// A record that is written at once is what it is encoded to.
func TestRoots(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := genRoot(t)
		checkWritten(t, recordjson.Root(r), r.Encode())
	})
}

func TestParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := stored.Part{Stamp: ids.Draw(t, "stamp"), Owner: awkward.Draw(t, "owner"), Inst: insts.Draw(t, "part")}
		checkWritten(t, recordjson.Part(p), p.Encode())
	})
}

// What is no text is left to the checks of items, and what few parts have to their encoder.
func TestUnwritten(t *testing.T) {
	root := &stored.Root{Entity: "\xff", Ring: stored.NewRing(stored.NewID())}
	for name, av := range map[string]types.AttributeValue{
		"entity": recordjson.Root(root),
		"part":   recordjson.Part(stored.Part{Owner: "o", Inst: "a\xff"}),
		"copy":   recordjson.Part(stored.Part{Owner: "o", Inst: "a", Base: stored.Base{Write: stored.NewID()}}),
		"cut":    recordjson.Part(stored.Part{Owner: "o", Inst: "a", Cut: &stored.Cut{}}),
	} {
		if _, written := av.(*wire.Written); written {
			t.Errorf("%s: written", name)
		}
	}
}
