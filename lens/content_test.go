package lens_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/dystore/dystore/lens"
)

var (
	asText = lens.Of(func(w *Wide) *int { return &w.AsText })
)

func TestContentErrors(t *testing.T) {
	noStrings := lens.Lens[Person, string]{}
	times := lens.Of(func(s *struct{ At []time.Time }) *[]time.Time { return &s.At })
	few := lens.Of(func(s *struct {
		L []string `dynamodbav:",omitemptyelem"`
	}) *[]string {
		return &s.L
	})
	sets := lens.Of(func(s *struct{ L [][][]byte }) *[][][]byte { return &s.L })
	for _, c := range []struct {
		err  error
		text string
	}{
		{lens.HasPrefix(broken, "x").Err(), brokenText},
		{lens.HasPrefix(noStrings, "x").Err(), zeroText},
		{lens.ContainsText(noStrings, "x").Err(), zeroText},
		{lens.HasPrefix(first, "\xff").Err(), "lens.HasPrefix(lens_test.Person, FirstName): text is not valid UTF-8"},
		{lens.Contains(wideRaw, 'x').Err(), "lens.Contains(lens_test.Wide, Raw): []uint8 is stored as binary, not as a list or set"},
		{lens.Contains(tags, "\xff").Err(), "lens.Contains(lens_test.Person, Tags): text is not valid UTF-8"},
		{lens.Contains(times, time.Time{}).Err(), "lens.Contains(struct { At []time.Time }, At): its elements are times in text, of which one instant has several; the tag option unixtime would give it one"},
		{lens.Contains(few, "").Err(), `lens.Contains(struct { L []string "dynamodbav:\",omitemptyelem\"" }, L): an empty element is not stored under the tag option omitemptyelem`},
		{lens.ContainsKey(lens.Of(func(s *struct{ M map[string]bool }) *map[string]bool { return &s.M }), "x").Err(),
			"lens.ContainsKey(struct { M map[string]bool }, M): map[string]bool is stored as a map; test the entry, by lens.Entry and Exists"},
		{lens.ContainsKey(lens.Lens[Person, map[string]bool]{}, "x").Err(), zeroText},
		{visits.Size().Eq(1).Err(), "lens.Size(lens_test.Person, Visits): int, stored as number, has no size that Go knows"},
		{birth.Size().Gt(1).Err(), "lens.Size(lens_test.Person, Birth): *lens_test.Birth, stored as struct, has no size that Go knows"},
		{asText.Size().Gt(1).Err(), "lens.Size(lens_test.Wide, AsText): int, stored as string, has no size that Go knows"},
		{tags.Size().Between(2, 1).Err(), "lens.Size(lens_test.Person, Tags): Between: the lower bound 2 is greater than the upper one, 1"},
		{noStrings.Size().Lt(1).Err(), zeroText},
		{lens.Length[Person]{}.Ne(1).Err(), zeroText},
		{first.HasType("X").Err(), `lens.HasType(lens_test.Person, FirstName): DynamoDB has no type "X"`},
		{noStrings.HasType("X").Err(), zeroText},
		{lens.Prepend(wideSet, "x").Err(), "lens.Prepend(lens_test.Wide, Set): []string is stored as string set, not as a list; lens.AddToSet adds to sets"},
		{lens.AddToSet(tags, "x").Err(), "lens.AddToSet(lens_test.Person, Tags): []string is stored as list, not as a set; the tag options stringset, numberset and binaryset make it one"},
		{lens.DeleteFromSet(lens.Lens[Person, []string]{}, "x").Err(), zeroText},
		{lens.DeleteFromSet(lens.At(sets, 1), []byte{1}).Err(), "lens.DeleteFromSet(struct { L [][][]uint8 }, L[1]): the set is an element of a list, and would be taken out of it with its last element; set it"},
		{lens.DeleteKeys(lens.Lens[Person, map[string]bool]{}, "x").Err(), zeroText},
		{lens.Merge(first, "x").Err(), "lens.Merge(lens_test.Person, FirstName): string is stored as string, not as a struct"},
		{lens.Merge(birth, nil).Err(), "lens.Merge(lens_test.Person, Birth): there is nothing to set, all fields are zero"},
		{lens.Merge(lens.Lens[Person, Location]{}, Location{City: "x"}).Err(), zeroText},
	} {
		wantErr(t, c.err, c.text)
	}
	for _, err := range []error{
		lens.HasPrefix(wideRaw, []byte(nil)).Err(), lens.ContainsText(first, "").Err(), lens.Contains(wideSet, "x").Err(), lens.ContainsKey(wideSetMap, "x").Err(),
		wideSetMap.Size().Ge(1).Err(), wideRaw.Size().Ge(1).Err(), homes.Size().Le(2).Err(), lens.AddKeys(wideSetMap, "a").Err(), lens.AddToSet(lens.At(sets, 0), []byte{1}).Err(),
	} {
		if err != nil {
			t.Error(err)
		}
	}
}

// Operands have the form in which the values are stored.
func TestContentOperands(t *testing.T) {
	for _, c := range []struct {
		cond lens.Predicate[Wide]
		want types.AttributeValue
	}{
		{lens.Contains(wideSet, "x"), &types.AttributeValueMemberS{Value: "x"}},
		{lens.ContainsKey(wideSetMap, "x"), &types.AttributeValueMemberS{Value: "x"}},
		{lens.HasPrefix(wideRaw, nil), &types.AttributeValueMemberB{Value: []byte{}}},
		{lens.ContainsText(lens.Of(func(w *Wide) *Name { return &w.Alias }), "x"), &types.AttributeValueMemberS{Value: "x"}},
		{lens.Contains(lens.Of(func(w *Wide) *Names { return &w.Names }), "x"), &types.AttributeValueMemberS{Value: "x"}},
	} {
		if c.cond.Err() != nil {
			t.Error(c.cond.Err())
			continue
		}
		wantSame(t, cond(c.cond).Said.Args[1].Value, c.want)
	}
}

// A Merge is the Sets of the fields that are not zero. Embedded fields are among
// them, and later assignments have no effect.
func TestMergeIsSets(t *testing.T) {
	v := &Birth{Hospital: "h", Place: &Geo{Lat: "1"}}
	c := change(lens.Merge(birth, v))
	v.Hospital = "changed"
	var got []string
	for _, set := range c.Sets {
		av, err := set.Lens.Encode(set.Value)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, set.Lens.Path.String()+" "+set.Lens.GoPath())
		if s, ok := av.(*types.AttributeValueMemberS); ok {
			got[len(got)-1] += " = " + s.Value
		}
	}
	wantSame(t, got, []string{"birth_details.hospital Birth.Hospital = h", "birth_details.place Birth.Place"})
}

func wantSame(t *testing.T, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(types.AttributeValueMemberS{}, types.AttributeValueMemberB{})); diff != "" {
		t.Error(diff)
	}
}
