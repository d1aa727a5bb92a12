package codecs_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/dystore/dystore/bench/codecs"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/meta"
)

// A comparison is fair only if all do the same work: every codec makes the same
// item, and reads it back to the same value.
func TestCodecsAgree(t *testing.T) {
	ignore := cmpopts.IgnoreTypes(meta.Record{})
	for _, c := range codecs.Cases() {
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

// The same on the wire: one body, and one value from it.
func TestWireCodecsAgree(t *testing.T) {
	ignore := cmpopts.IgnoreTypes(meta.Record{})
	cases, err := codecs.WireCases()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		body, value := bothWays(t, c, c.Contenders[0])
		if len(body) != 2 {
			t.Errorf("%s: the request has %d members, want Item and TableName", c.Name, len(body))
		}
		for _, x := range c.Contenders[1:] {
			b, v := bothWays(t, c, x)
			if d := cmp.Diff(body, b); d != "" {
				t.Errorf("%s: %s encodes\n%s", c.Name, x.Name, d)
			}
			if d := cmp.Diff(value, v, ignore); d != "" {
				t.Errorf("%s: %s decodes\n%s", c.Name, x.Name, d)
			}
		}
	}
}

// bothWays returns the JSON that a contender makes, and the value that it reads.
func bothWays(t *testing.T, c codecs.WireCase, x codecs.WireContender) (body map[string]any, value any) {
	t.Helper()
	r, err := x.Encode()
	if err == nil {
		err = json.NewDecoder(r).Decode(&body)
	}
	if err != nil {
		t.Fatalf("%s: %s: %v", c.Name, x.Name, err)
	}
	if value, err = x.Decode(c.Answer); err != nil {
		t.Fatalf("%s: %s: %v", c.Name, x.Name, err)
	}
	return body, value
}

func TestWideHas75Fields(t *testing.T) {
	v := reflect.ValueOf(codecs.NewWide())
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
	it, err := codecs.Cases()[2].Contenders[0].Encode()
	if err != nil {
		t.Fatal(err)
	}
	if n := item.Size(it); n < 58<<10 || n > 62<<10 {
		t.Errorf("the document has %d bytes", n)
	}
}
