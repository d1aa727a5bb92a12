package stored_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/wire"
)

// id is an id of one byte repeated.
func id(b byte) (id stored.ID) {
	copy(id[:], bytes.Repeat([]byte{b}, len(id)))
	return id
}

func elem(b byte) (id stored.ElemID) {
	copy(id[:], bytes.Repeat([]byte{b}, len(id)))
	return id
}

func ring(ids ...byte) []stored.ID {
	ring := make([]stored.ID, stored.RingSize)
	for i, b := range ids {
		ring[i] = id(b)
	}
	return ring
}

// The records of formats 1 and 2, as Go values. The golden files were written once
// and are never written again: what they hold is what stored objects hold. Beside each
// there is one of format 3 or 4, which says the same.
var (
	plainRoot = &stored.Root{
		Format: 1, Entity: "Notes", Version: 1, Birth: id(1), Ring: ring(1),
		Created: time.UnixMilli(1700000000000).UTC(), Updated: time.UnixMilli(1700000000000).UTC(),
		LayoutID: "47DEQpj8HBSa-_TI", Layout: stored.Layout{},
		Parts: map[stored.Inst]stored.Ref{}, Orders: map[stored.Inst]stored.Order{},
	}
	fullRoot = &stored.Root{
		Format: 1, Entity: "person", Version: 9007199254740993, Birth: id(1), Ring: ring(8, 7, 6, 5, 4, 3, 2, 9),
		Created: time.UnixMilli(1700000000000).UTC(), Updated: time.UnixMilli(1700000123456).UTC(),
		LayoutID: fullLayout.ID(), Layout: fullLayout, Dynamic: 6, Policy: []byte{0xd5, 0xec, 1, 1},
		Parts: map[stored.Inst]stored.Ref{
			"birth_details":     {Stamp: id(0x10)},
			"location":          {Stamp: id(0x11), Table: "OldPlaces", KeyName: "PK", Key: "person/Sp1/location"},
			"location.geo":      {Stamp: id(0x12)},
			"past#AQEBAQEBAQE":  {Stamp: id(0x13)},
			"past#AgICAgICAgI":  {Stamp: id(0x14)},
			"homes:a~.b~#c~:~~": {Stamp: id(0x15)},
			"homes:日本":          {Stamp: id(0x16)},
			"docs#AwMDAwMDAwM.lines#BAQEBAQEBAQ.note": {Stamp: id(0x17)},
			"shelf:x.note": {Stamp: id(0x18)},
		},
		Orders: map[stored.Inst]stored.Order{
			"past":                   {Elems: []stored.Element{{ID: elem(2)}, {Nil: true}, {ID: elem(1)}, {ID: elem(5)}}},
			"homes":                  {IsMap: true, Nils: []string{"gone"}},
			"docs":                   {Elems: []stored.Element{{ID: elem(3)}}},
			"docs#AwMDAwMDAwM.lines": {Elems: []stored.Element{{ID: elem(4)}}},
			"empty":                  {},
		},
	}
	fullLayout = stored.Layout{
		{Path: attr.Names("birth_details"), Kind: stored.One, Table: "Births", KeyName: "IDX"},
		{Path: attr.Names("location"), Kind: stored.One, Table: "Places", KeyName: "_id"},
		{Path: attr.Names("location", "geo"), Kind: stored.One, Table: "Geos", KeyName: "_id", MayInline: true},
		{Path: attr.Names("past"), Kind: stored.List, Table: "Past", KeyName: "_id", MayInline: true},
		{Path: attr.Names("homes"), Kind: stored.Map, Table: "Homes", KeyName: "_id"},
		{Path: attr.Names("docs"), Kind: stored.KeptList},
		{Path: attr.Path{attr.Field("docs"), attr.Elem, attr.Field("lines")}, Kind: stored.KeptList},
		{Path: attr.Path{attr.Field("docs"), attr.Elem, attr.Field("lines"), attr.Elem, attr.Field("note")}, Kind: stored.One, Table: "Notes", KeyName: "_id"},
		{Path: attr.Names("empty"), Kind: stored.List, Table: "Past", KeyName: "_id"},
		{Path: attr.Names("shelf"), Kind: stored.KeptMap},
		{Path: attr.Path{attr.Field("shelf"), attr.Value, attr.Field("note")}, Kind: stored.One, Table: "Notes", KeyName: "_id"},
	}
	pieceLayout = stored.Layout{
		{Path: attr.Names("film"), Kind: stored.One, Table: "Films", KeyName: "_id"},
		{Path: attr.Names("scenes"), Kind: stored.List, Table: "Scenes", KeyName: "_id"},
	}
	piecesRoot = &stored.Root{
		Format: 2, Entity: "movie", Version: 3, Birth: id(1), Ring: ring(3, 2, 1),
		Created: time.UnixMilli(1700000000000).UTC(), Updated: time.UnixMilli(1700000123456).UTC(),
		LayoutID: pieceLayout.ID() + ".7", Layout: pieceLayout,
		Parts: map[stored.Inst]stored.Ref{
			"film": {Stamp: id(0x10), Table: "Films", KeyName: "_id", Key: "movie/Sm/film/EBAQEBAQEBAQEBAQEBAQEA", Cut: true},
		},
		Orders: map[stored.Inst]stored.Order{"scenes": {}},
	}
	pagesRoot = &stored.Root{
		Format: 2, Entity: "movie", Version: 3, Birth: id(1), Ring: ring(3, 2, 1), Made: id(9),
		Created: time.UnixMilli(1700000000000).UTC(), Updated: time.UnixMilli(1700000123456).UTC(),
		LayoutID: pieceLayout.ID(), Layout: pieceLayout,
		Pages: &stored.Pages{Table: "Films", KeyName: "_id", List: []stored.Page{{Stamp: id(0x20)}, {Stamp: id(0x21)}}, Unread: true},
		Parts: map[stored.Inst]stored.Ref{}, Orders: map[stored.Inst]stored.Order{},
	}
	goldenPart = stored.Part{Stamp: id(0x13), Owner: "person/Sp1", Inst: "past#AQEBAQEBAQE"}
)

var goldenRoots = map[string]*stored.Root{"plain": plainRoot, "full": fullRoot, "region": regionRoot, "pieces": piecesRoot, "pages": pagesRoot}

// Old records are read for ever, and written in the compact form.
func TestGoldenRoots(t *testing.T) {
	for name, want := range goldenRoots {
		compact, av := golden(t, "compact_"+name+".json")
		if old, _ := golden(t, "root_"+name+".json"); !bytes.Equal(pretty(t, kit.Older(av)), old) {
			t.Errorf("%s: the suite makes another old record of the compact one", name)
		}
		for file, format := range map[string]int{"root_": want.Format, "compact_": want.Format + 2} {
			file += name + ".json"
			_, av := golden(t, file)
			got, err := stored.Decode(av)
			if err != nil {
				t.Errorf("%s: %v", file, err)
				continue
			}
			want := *want
			want.Format = format
			if d := cmp.Diff(&want, got); d != "" {
				t.Errorf("%s: %s", file, d)
			}
			if got.Needs() != format {
				t.Errorf("%s needs format %d", file, got.Needs())
			}
			if again := pretty(t, got.Encode()); !bytes.Equal(again, compact) {
				t.Errorf("%s is encoded differently: %s", file, cmp.Diff(string(compact), string(again)))
			}
		}
	}
}

// The record of an object that an Update has written without having read it: its ring has
// entries that are no ids, which the next Put leaves out.
func TestGoldenUpdated(t *testing.T) {
	_, av := golden(t, "compact_updated.json")
	want := *plainRoot
	want.Format, want.Version, want.Ring, want.Updated = 3, 2, ring(2, 1), time.UnixMilli(1700000123456).UTC()
	got, err := stored.Decode(av)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(&want, got); d != "" {
		t.Error(d)
	}
	if n := len(got.Encode().(*types.AttributeValueMemberM).Value["r"].(*types.AttributeValueMemberL).Value); n != 2 {
		t.Errorf("the ring is written with %d entries", n)
	}
}

// The record of a new object without parts is small.
func TestCompactSize(t *testing.T) {
	_, av := golden(t, "compact_plain.json")
	if n := len(wire.AppendValue(nil, av)); n > 160 {
		t.Errorf("%d bytes in a request", n)
	}
	if n := item.Size(map[string]types.AttributeValue{"": av}) - len(stored.ID{}); n > 60 {
		t.Errorf("%d bytes stored beside the id of the write", n)
	}
}

func TestGoldenPart(t *testing.T) {
	text, av := golden(t, "part.json")
	got, err := stored.DecodePart(av)
	if err != nil || got != goldenPart {
		t.Errorf("part.json: %+v, %v", got, err)
	}
	if again := pretty(t, got.Encode()); !bytes.Equal(again, text) {
		t.Errorf("part.json is encoded differently: %s", cmp.Diff(string(text), string(again)))
	}
}

// What a later version writes is refused whatever it looks like otherwise.
func TestNewerFormat(t *testing.T) {
	_, av := golden(t, "root_future.json")
	_, err := stored.Decode(av)
	var newer *stored.TooNewError
	if !errors.As(err, &newer) || newer.Got != 5 {
		t.Fatalf("error %v", err)
	}
	if got, want := err.Error(), "stored format 5 is newer than 4, the newest this program reads"; got != want {
		t.Errorf("text %q, want %q", got, want)
	}
}

// with returns a golden root with one member changed, nil to remove it.
func with(t *testing.T, member string, av types.AttributeValue) types.AttributeValue {
	_, root := golden(t, "root_full.json")
	m := root.(*types.AttributeValueMemberM).Value
	if av == nil {
		delete(m, member)
	} else {
		m[member] = av
	}
	return root
}

func TestCorruptRoots(t *testing.T) {
	str := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	num := func(s string) types.AttributeValue { return &types.AttributeValueMemberN{Value: s} }
	bin := func(n int) types.AttributeValue { return &types.AttributeValueMemberB{Value: make([]byte, n)} }
	null := &types.AttributeValueMemberNULL{Value: true}
	list := func(l ...types.AttributeValue) types.AttributeValue { return &types.AttributeValueMemberL{Value: l} }
	mapOf := func(k string, v types.AttributeValue) types.AttributeValue {
		return &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{k: v}}
	}
	place := func(members map[string]types.AttributeValue) types.AttributeValue {
		return list(&types.AttributeValueMemberM{Value: members})
	}
	for _, c := range []struct {
		member string
		av     types.AttributeValue
		want   string
	}{
		{"f", nil, "record field f: not a number"},
		{"f", num("0"), "record field f: 0 is not a format"},
		{"f", num("-1"), "record field f: -1 is not a format"},
		{"f", num("1.5"), "record field f: not an integer"},
		{"f", str("1"), "record field f: not a number"},
		{"e", num("1"), "record field e: not a string"},
		{"v", nil, "record field v: not a number"},
		{"v", num("0"), "record field v: 0 is not a version"},
		{"v", num("9223372036854775808"), "record field v: not an integer"},
		{"b", bin(15), "record field b: not an id of 16 bytes"},
		{"b", str("x"), "record field b: not an id of 16 bytes"},
		{"r", list(bin(16)), "record field r: not a ring of 8 ids"},
		{"r", list(bin(16), bin(16), bin(16), bin(16), bin(16), bin(16), bin(16), bin(17)), "record field r: not an id of 16 bytes"},
		{"c", str("x"), "record field c: not a number"},
		{"u", nil, "record field u: not a number"},
		{"l", nil, "record field l: not a string"},
		{"l", str("other"), "record field l: is not the hash of the layout"},
		{"s", str("x"), "record field s: not binary"},
		{"y", nil, "record field y: not a list"},
		{"y", list(str("x")), "record field y: place is not a map"},
		{"y", place(nil), "record field y: place without path or kind"},
		{"y", place(map[string]types.AttributeValue{"k": str("o"), "p": list()}), "record field y: place without path or kind"},
		{"y", place(map[string]types.AttributeValue{"k": str("o"), "p": list(str("x"))}), "record field y: wrong path segment"},
		{"y", place(map[string]types.AttributeValue{"k": str("o"), "p": list(str("."))}), "record field y: wrong path segment"},
		{"y", place(map[string]types.AttributeValue{"k": str("o"), "p": list(num("1"))}), "record field y: wrong path segment"},
		{"y", place(map[string]types.AttributeValue{"k": str("o"), "p": list(str(".x"))}), "record field y: place without a table"},
		{"y", place(map[string]types.AttributeValue{"k": str("?"), "p": list(str(".x")), "t": str("T")}), `record field y: unknown kind of place "?"`},
		{"m", str("x"), "record field m: not a map"},
		{"m", mapOf("past#AQEBAQEBAQE", bin(8)), "record field m: stamp of 8 bytes"},
		{"m", mapOf("past#AQEBAQEBAQE", str("x")), "record field m: wrong entry"},
		{"m", mapOf("", bin(16)), `record field m: an instance without a name`},
		{"m", mapOf("other", bin(16)), `record field m: part "other" has no place in the layout`},
		{"m", mapOf("docs", bin(16)), `record field m: part "docs" has no place in the layout`},
		{"m", mapOf("past#!", bin(16)), `record field m: instance "past#!": not an element id`},
		{"m", mapOf("past#AQEBAQ\nEBAQE", bin(16)), `record field m: instance "past#AQEBAQ\nEBAQE": not an element id`},
		{"m", mapOf("past#AQEBAQEBAQF", bin(16)), `record field m: instance "past#AQEBAQEBAQF": not an element id`},
		{"m", mapOf("past~", bin(16)), `record field m: instance "past~": wrong escape`},
		{"m", mapOf("pa~st", bin(16)), `record field m: instance "pa~st": wrong escape`},
		{"m", mapOf("#AQEBAQEBAQE", bin(16)), `record field m: instance "#AQEBAQEBAQE": an attribute without a name`},
		{"m", mapOf("past..x", bin(16)), `record field m: instance "past..x": an attribute without a name`},
		{"m", mapOf("location", mapOf("w", bin(16))), "record field t: not a string"},
		{"m", mapOf("location", &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"w": bin(16), "t": str(""), "a": str("_id"), "k": str("x")}}), "record field m: entry without a table"},
		{"m", mapOf("location", &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"w": bin(16), "t": str("T"), "a": str(""), "k": str("x")}}), "record field m: entry without a key"},
		{"m", mapOf("location", &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"w": bin(16), "t": str("T"), "a": str("_id"), "k": str("")}}), "record field m: entry without a key"},
		{"o", str("x"), "record field o: not a map"},
		{"o", mapOf("", list()), `record field o: an instance without a name`},
		{"o", mapOf("past#x", list()), `record field o: instance "past#x": not an element id`},
		{"o", mapOf("past", str("x")), "record field o: neither a list nor a map"},
		{"o", mapOf("past", list(bin(7))), "record field o: element id of 7 bytes"},
		{"o", mapOf("past", list(bin(8), null, bin(8))), "record field o: element id twice"},
		{"o", mapOf("past", list(str("x"))), "record field o: wrong element"},
	} {
		_, err := stored.Decode(with(t, c.member, c.av))
		var corrupt *stored.CorruptError
		if !errors.As(err, &corrupt) || err.Error() != c.want {
			t.Errorf("%s: error %v, want %s", c.member, err, c.want)
		}
	}
	for _, av := range []types.AttributeValue{nil, str("x"), null} {
		if _, err := stored.Decode(av); err == nil || err.Error() != "record field _meta: not a map" {
			t.Errorf("%T: error %v", av, err)
		}
		if _, err := stored.DecodePart(av); err == nil || err.Error() != "record field _meta: not a map" {
			t.Errorf("part %T: error %v", av, err)
		}
	}
}

// What a compact record leaves out follows from what it has, or it is refused.
func TestCorruptCompact(t *testing.T) {
	list := func(lengths ...int) types.AttributeValue {
		l := &types.AttributeValueMemberL{}
		for _, n := range lengths {
			l.Value = append(l.Value, &types.AttributeValueMemberB{Value: make([]byte, n)})
		}
		return l
	}
	for _, c := range []struct {
		file, member string
		av           types.AttributeValue
		want         string
	}{
		{"compact_plain", "c", nil, "record field c: not a number"},
		{"compact_plain", "e", nil, "record field e: not a string"},
		{"compact_plain", "r", nil, "record field r: not a ring of 8 ids"},
		{"compact_plain", "r", list(), "record field r: not a ring of 8 ids"},
		{"compact_plain", "r", list(16, 16, 16, 16, 16, 16, 16, 16, 16), "record field r: not a ring of 8 ids"},
		{"compact_plain", "r", list(0), "record field r: not an id of 16 bytes"},
		{"compact_plain", "r", list(16, 15), "record field r: not an id of 16 bytes"},
		{"compact_plain", "v", &types.AttributeValueMemberN{Value: "2"}, "record field b: absent at version 2"},
		{"compact_full", "y", nil, "record field y: not a list"},
		{"compact_full", "l", nil, "record field l: is not the hash of the layout"},
		{"root_plain", "b", nil, "record field b: not an id of 16 bytes"},
		{"root_plain", "l", nil, "record field l: not a string"},
		{"root_plain", "r", list(16, 0, 0, 0, 0, 0, 0, 0), "record field r: not an id of 16 bytes"},
		{"root_plain", "r", list(16), "record field r: not a ring of 8 ids"},
	} {
		_, av := golden(t, c.file+".json")
		m := av.(*types.AttributeValueMemberM).Value
		if m[c.member] = c.av; c.av == nil {
			delete(m, c.member)
		}
		if _, err := stored.Decode(av); err == nil || err.Error() != c.want {
			t.Errorf("%s, %s: error %v, want %s", c.file, c.member, err, c.want)
		}
	}
}

// Members that a later release may add to a format do not disturb this one.
func TestUnknownMembers(t *testing.T) {
	got, err := stored.Decode(with(t, "zz", &types.AttributeValueMemberS{Value: "later"}))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(fullRoot, got); d != "" {
		t.Error(d)
	}
}
