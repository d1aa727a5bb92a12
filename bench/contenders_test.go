package bench_test

import (
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/dystore/dystore/bench"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/meta"
)

// A comparison is fair only if all do the same work: every codec makes the same
// item, and reads it back to the same value.
func TestCodecsAgree(t *testing.T) {
	ignore := cmpopts.IgnoreTypes(meta.Record{})
	for _, c := range bench.Codecs() {
		want, err := c.Contenders[0].Encode()
		if err != nil {
			t.Fatal(err)
		}
		value, err := c.Contenders[0].Decode(want)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range c.Contenders[1:] {
			got, err := x.Encode()
			if err != nil {
				t.Fatal(err)
			}
			if !item.Equal(&types.AttributeValueMemberM{Value: got}, &types.AttributeValueMemberM{Value: want}) {
				t.Errorf("%s: %s encodes %v, want %v", c.Name, x.Name, got, want)
			}
			decoded, err := x.Decode(want)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(value, decoded, ignore); d != "" {
				t.Errorf("%s: %s decodes\n%s", c.Name, x.Name, d)
			}
		}
	}
}

func TestWideHas75Fields(t *testing.T) {
	v := reflect.ValueOf(bench.NewWide())
	if n := v.NumField(); n != 75 {
		t.Errorf("%d fields", n)
	}
	for i := range v.NumField() {
		if v.Field(i).IsZero() {
			t.Errorf("%s is zero", v.Type().Field(i).Name)
		}
	}
}

func TestDocumentSize(t *testing.T) {
	it, err := bench.Codecs()[2].Contenders[0].Encode()
	if err != nil {
		t.Fatal(err)
	}
	if n := item.Size(it); n < 58<<10 || n > 62<<10 {
		t.Errorf("the document has %d bytes", n)
	}
}

// Every contender does its workload, several times.
func TestWorkloads(t *testing.T) {
	for _, w := range append(append(bench.OnEngine(), bench.Ciphers()...), bench.Large()...) {
		for _, c := range w.Contenders {
			t.Run(w.Name+"/"+c.Name, func(t *testing.T) {
				op, err := c.Prepare(t.Context(), bench.Embedded())
				if err != nil {
					t.Fatal(err)
				}
				for range 3 {
					if err := op(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
			})
		}
	}
}
