package codec_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/internal/codec"
)

// What is stored is the second that a time is in, what is compared the time.
func TestEncodeOperand(t *testing.T) {
	type doc struct {
		At   time.Time            `dynamodbav:"at,unixtime"`
		Ptr  *time.Time           `dynamodbav:"ptr,unixtime"`
		List []time.Time          `dynamodbav:"list,unixtime"`
		Map  map[string]time.Time `dynamodbav:"map,unixtime"`
		Set  []time.Time          `dynamodbav:"set,numberset,unixtime"`
		Omit time.Time            `dynamodbav:"omit,unixtime,omitempty"`
		Any  any                  `dynamodbav:"any"`
	}
	c := codec.For(reflect.TypeFor[doc]())
	if c.Err() != nil {
		t.Fatal(c.Err())
	}
	for _, one := range []struct {
		at            time.Time
		stored, exact string
	}{
		{time.Unix(10, 0), "10", "10"},
		{time.Unix(10, 5e8), "10", "10.5"},
		{time.Unix(10, 1), "10", "10.000000001"},
		{time.Unix(10, 120), "10", "10.00000012"},
		{time.Unix(0, 999999999), "0", "0.999999999"},
		{time.Unix(0, -1), "-1", "-0.000000001"},
		{time.Unix(-1, 0), "-1", "-1"},
		{time.Unix(-10, 25e7), "-10", "-9.75"},
		{time.Unix(-10, -25e7), "-11", "-10.25"},
		{time.Time{}.Add(1), "-62135596800", "-62135596799.999999999"},
	} {
		av := func(n string) types.AttributeValue {
			n1 := &N{Value: n}
			return &M{Value: map[string]types.AttributeValue{
				"at": n1, "ptr": n1, "omit": n1, "list": &L{Value: []types.AttributeValue{n1}},
				"map": &M{Value: map[string]types.AttributeValue{"k": n1}},
				"set": &NS{Value: []string{n}}, "any": &S{Value: "x"},
			}}
		}
		v := reflect.ValueOf(doc{one.at, &one.at, []time.Time{one.at}, map[string]time.Time{"k": one.at}, []time.Time{one.at}, one.at, "x"})
		got, err := c.Encode(v)
		if d := cmp.Diff(av(one.stored), got, sameAV); d != "" || err != nil {
			t.Errorf("stored %s: %v\n%s", one.at, err, d)
		}
		got, err = c.EncodeOperand(v)
		if d := cmp.Diff(av(one.exact), got, sameAV); d != "" || err != nil {
			t.Errorf("compared %s: %v\n%s", one.at, err, d)
		}
	}
}
