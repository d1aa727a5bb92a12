package stored

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
)

var oneLayout = Layout{{Path: attr.Names("a", "b"), Kind: One, Table: "Parts", KeyName: DefaultID}}

// The version of the model is in the layout id, and only if it is not the first.
func TestModelVersion(t *testing.T) {
	for version, suffix := range map[int]string{1: "", 2: ".2", 37: ".37"} {
		r := &Root{Format: Format, Entity: "e", Version: 1, Ring: NewRing(NewID()), Birth: NewID(), Layout: oneLayout}
		r.LayoutID = r.Layout.Name(version)
		if want := oneLayout.ID() + suffix; r.LayoutID != want {
			t.Errorf("version %d: the id is %q, want %q", version, r.LayoutID, want)
		}
		for _, known := range []*Layouts{{}, NewLayouts(oneLayout)} {
			got, err := known.Decode(r.Encode())
			if err != nil || got.Model() != version || got.LayoutID != r.LayoutID || !SamePlaces(got.Layout, oneLayout) {
				t.Errorf("version %d: decoded %+v, %v", version, got, err)
			}
		}
	}
}

func TestModelVersionRefused(t *testing.T) {
	r := &Root{Format: Format, Entity: "e", Version: 1, Ring: NewRing(NewID()), Birth: NewID(), Layout: oneLayout, LayoutID: oneLayout.ID()}
	for _, suffix := range []string{".", ".0", ".1", ".02", ".-2", ".2.3", ".x", ".99999999999999999999", ".２"} {
		av := r.Encode().(*types.AttributeValueMemberM)
		av.Value["l"] = &types.AttributeValueMemberS{Value: r.LayoutID + suffix}
		var corrupt *CorruptError
		if got, err := Decode(av); !errors.As(err, &corrupt) || corrupt.Field != "l" {
			t.Errorf("%q: decoded %+v, %v", suffix, got, err)
		}
	}
}
