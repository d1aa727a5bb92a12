package commit_test

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/item"
)

// Of several values that DynamoDB would refuse, the error names the same one
// each time.
func TestFirstValueIsNamed(t *testing.T) {
	it := map[string]types.AttributeValue{
		"c": &types.AttributeValueMemberSS{}, "b": &types.AttributeValueMemberNULL{}, "d": &types.AttributeValueMemberN{Value: "x"},
		"a": &types.AttributeValueMemberS{Value: "sound"},
	}
	check := func() error {
		return new(commit.Transactions).Check([]*commit.Object{{MetaAttr: "_meta"}}, []*commit.Plan{{Root: commit.Action{Op: commit.Put, Item: it}}})
	}
	for range 50 {
		var e *item.Error
		if err := check(); !errors.As(err, &e) || e.Path != "b" || !errors.Is(e, item.ErrNullFalse) {
			t.Fatalf("want ErrNullFalse at b, got %v", err)
		}
	}
	delete(it, "b")
	delete(it, "c")
	delete(it, "d")
	if err := check(); err != nil {
		t.Error(err)
	}
}
