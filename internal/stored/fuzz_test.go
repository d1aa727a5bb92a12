package stored_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/stored"
)

// addValue makes a seed of a value: the fuzzer changes its canonical form.
func addValue(f *testing.F, av types.AttributeValue) {
	f.Helper()
	seed, err := item.AppendCanonical(nil, av)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
}

// FuzzDecode: a record is refused, or it is understood: it comes back from its
// encoding, and every part of it has a place.
func FuzzDecode(f *testing.F) {
	for _, name := range []string{"root_plain.json", "root_full.json", "root_future.json", "part.json", "compact_plain.json", "compact_updated.json", "compact_full.json"} {
		_, av := golden(f, name)
		addValue(f, av)
	}
	key := []types.AttributeValue{s("p1")}
	f.Fuzz(func(t *testing.T, raw []byte) {
		av, err := item.ParseCanonical(raw)
		if err != nil {
			return
		}
		readable(t, &stored.Layouts{}, av)
		r, err := stored.Decode(av)
		if err != nil {
			return
		}
		again, err := stored.Decode(r.Encode())
		if err != nil {
			t.Fatalf("encoded, the record is refused: %v", err)
		}
		r.Format = again.Format // old forms are not written
		if d := cmp.Diff(r, again); d != "" {
			t.Fatal(d)
		}
		for inst := range r.Parts {
			if r.Locate(inst, key) == (stored.Location{}) {
				t.Fatalf("part %q is nowhere", inst)
			}
		}
	})
}

// FuzzDecodePart: the same for the record of a part.
func FuzzDecodePart(f *testing.F) {
	for _, name := range []string{"part.json", "root_full.json"} {
		_, av := golden(f, name)
		addValue(f, av)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		av, err := item.ParseCanonical(raw)
		if err != nil {
			return
		}
		p, err := stored.DecodePart(av)
		if rec, ok := answered(av); ok {
			if stamp, ours, ok := stored.ReadPart(rec, p.Owner); ok && (err != nil || stamp != p.Stamp || !ours) {
				t.Fatalf("it is read as a part with the stamp %v, and is %+v, %v", stamp, p, err)
			}
		}
		if err != nil {
			return
		}
		if again, err := stored.DecodePart(p.Encode()); err != nil || again != p {
			t.Fatalf("%+v comes back as %+v, %v", p, again, err)
		}
	})
}
