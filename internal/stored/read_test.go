package stored_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/wire"
)

// answered is a record as an answer has it. It is false if no answer could have it.
func answered(av types.AttributeValue) (wire.Reader, bool) {
	body := append(wire.AppendItem([]byte(`{"Item":`), map[string]types.AttributeValue{"_meta": av}), '}')
	a, err := wire.Read(body, wire.One, "_meta")
	if err != nil {
		return wire.Reader{}, false
	}
	return a.Items[0].Record("_meta")
}

// readable checks that a record is read from JSON as Decode reads it, or not at all. It
// reports whether it was read.
func readable(t interface {
	Helper()
	Fatalf(string, ...any)
}, known *stored.Layouts, av types.AttributeValue) bool {
	t.Helper()
	rec, ok := answered(av)
	if !ok {
		return false
	}
	got := known.Read(rec, nil)
	if got == nil {
		return false
	}
	want, err := stored.Decode(av)
	if err != nil {
		t.Fatalf("it is read as %+v, and Decode says: %v", got, err)
	}
	if d := cmp.Diff(want, got, sameRoot); d != "" {
		t.Fatalf("%s", d)
	}
	return true
}

// The records of the golden files are read without attribute values, with what they know
// of layouts and without.
func TestReadGolden(t *testing.T) {
	known := stored.NewLayouts(fullLayout)
	for _, name := range []string{"root_plain.json", "root_full.json", "compact_plain.json", "compact_full.json", "compact_updated.json", "compact_pieces.json"} {
		_, av := golden(t, name)
		for range 2 {
			if !readable(t, known, av) || !readable(t, &stored.Layouts{}, av) {
				t.Errorf("%s is not read", name)
			}
		}
	}
	for _, name := range []string{"root_future.json", "part.json"} {
		if _, av := golden(t, name); readable(t, known, av) {
			t.Errorf("%s is read", name)
		}
	}
}

// Records that lack members, or whose ring is another one, are read as Decode reads them.
func TestReadIncomplete(t *testing.T) {
	known := stored.NewLayouts(fullLayout)
	entry := rapid.SampledFrom([]int{0, 16, 16, 16, 15})
	rapid.Check(t, func(rt *rapid.T) {
		name := rapid.SampledFrom([]string{"root_plain", "root_full", "compact_plain", "compact_full", "compact_updated"}).Draw(rt, "record")
		_, av := golden(t, name+".json")
		m := av.(*types.AttributeValueMemberM).Value
		for _, member := range rapid.SliceOfN(rapid.SampledFrom([]string{"f", "e", "v", "b", "c", "u", "l", "y", "r"}), 0, 2).Draw(rt, "absent") {
			delete(m, member)
		}
		if rapid.Bool().Draw(rt, "another ring") {
			list := &types.AttributeValueMemberL{Value: []types.AttributeValue{}}
			for range rapid.IntRange(0, 9).Draw(rt, "entries") {
				list.Value = append(list.Value, &types.AttributeValueMemberB{Value: make([]byte, entry.Draw(rt, "length"))})
			}
			m["r"] = list
		}
		_, err := stored.Decode(av)
		if read := readable(rt, known, av); read != (err == nil) {
			rt.Fatalf("it is read: %v, and Decode says: %v", read, err)
		}
	})
}

// A usual record costs one piece of memory, and its manifest one more.
func TestReadAllocates(t *testing.T) {
	known := stored.NewLayouts(fullLayout)
	for name, most := range map[string]float64{"root_plain.json": 1, "compact_plain.json": 1, "compact_updated.json": 1} {
		_, av := golden(t, name)
		rec, _ := answered(av)
		if n := testing.AllocsPerRun(20, func() { known.Read(rec, nil) }); n > most {
			t.Errorf("%s: %v allocations, want %v", name, n, most)
		}
	}
}

// The record of a part is read for its owner and for any other; that of a root is not.
func TestReadPart(t *testing.T) {
	_, av := golden(t, "part.json")
	want, err := stored.DecodePart(av)
	if err != nil {
		t.Fatal(err)
	}
	rec, _ := answered(stored.Part{Stamp: want.Stamp, Owner: want.Owner, Inst: want.Inst}.Encode())
	for owner, ours := range map[string]bool{want.Owner: true, "other": false} {
		if stamp, got, ok := stored.ReadPart(rec, owner); stamp != want.Stamp || got != ours || !ok {
			t.Errorf("%s: %v, %v, %v", owner, stamp, got, ok)
		}
	}
	_, root := golden(t, "root_plain.json")
	rec, _ = answered(root)
	if _, _, ok := stored.ReadPart(rec, want.Owner); ok {
		t.Error("the record of a root is read as that of a part")
	}
}
