package kit

import (
	"bytes"
	"errors"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/dystore/dystore/repo"
)

// Same fails t unless got is want. Numbers must have the same text, since an
// engine returns them in normal form. Sets may have any order.
func Same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got, ItemOptions...); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// ItemOptions compare attribute values. Sets are compared without their order.
var ItemOptions = cmp.Options{
	cmpopts.IgnoreUnexported(
		types.AttributeValueMemberS{}, types.AttributeValueMemberN{}, types.AttributeValueMemberB{},
		types.AttributeValueMemberBOOL{}, types.AttributeValueMemberNULL{},
		types.AttributeValueMemberSS{}, types.AttributeValueMemberNS{}, types.AttributeValueMemberBS{},
		types.AttributeValueMemberL{}, types.AttributeValueMemberM{},
	),
	cmp.Transformer("sets", func(v *types.AttributeValueMemberSS) []string { return sortedCopy(v.Value) }),
	cmp.Transformer("sets", func(v *types.AttributeValueMemberNS) []string { return sortedCopy(v.Value) }),
	cmp.Transformer("sets", func(v *types.AttributeValueMemberBS) []string {
		out := make([]string, len(v.Value))
		for i, b := range v.Value {
			out[i] = string(b)
		}
		return sortedCopy(out)
	}),
}

// Has reads the object under a key, fails t unless it is want, and returns it.
func Has[T any](t *testing.T, r *repo.Repo[T], key repo.Key[T], what string, want T) *T {
	t.Helper()
	got, err := r.Get(t.Context(), key)
	Must(t, err)
	Equal(t, what, *got, want)
	return got
}

// Puts writes v and fails t unless exactly one request was sent, this one.
func Puts[T any](t *testing.T, x *World, r *repo.Repo[T], v *T, sent string) {
	t.Helper()
	x.Net.Reset()
	_, err := r.Put(t.Context(), v)
	Must(t, err)
	x.WantSent(t, "put", sent)
}

// Must ends the test if err is not nil.
func Must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Equal fails t unless got is want. A nil list differs from an empty one.
func Equal[V any](t *testing.T, what string, got, want V) {
	t.Helper()
	if diff := cmp.Diff(want, got, sameBytes); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// sameBytes compares a binary value in one step. To compare megabytes byte by
// byte takes minutes.
var sameBytes = cmp.Comparer(func(a, b []byte) bool { return (a == nil) == (b == nil) && bytes.Equal(a, b) })

// errorKinds are the errors of package repo by name.
var errorKinds = []struct {
	name string
	err  error
}{
	{"ErrNotFound", repo.ErrNotFound}, {"ErrNoPath", repo.ErrNoPath}, {"ErrExists", repo.ErrExists},
	{"ErrConflict", repo.ErrConflict}, {"ErrCondition", repo.ErrCondition}, {"ErrInvalid", repo.ErrInvalid},
	{"ErrDuplicate", repo.ErrDuplicate}, {"ErrTooLarge", repo.ErrTooLarge}, {"ErrNotLoaded", repo.ErrNotLoaded}, {"ErrCorrupt", repo.ErrCorrupt},
	{"ErrSchemaTooNew", repo.ErrSchemaTooNew}, {"ErrSchemaTooOld", repo.ErrSchemaTooOld}, {"ErrOutcomeUnknown", repo.ErrOutcomeUnknown},
	{"ErrThrottled", repo.ErrThrottled}, {"ErrContention", repo.ErrContention}, {"ErrBusy", repo.ErrBusy},
	{"ErrUnavailable", repo.ErrUnavailable},
}

// WantErr fails t unless err is of exactly that kind and its text contains text.
// It returns the error without its cause. The tests of package repo compare
// whole texts.
func WantErr(t *testing.T, what string, err, kind error, text string) repo.Error {
	t.Helper()
	var is []string
	want := []string{}
	for _, k := range errorKinds {
		if errors.Is(err, k.err) {
			is = append(is, k.name)
		}
		if k.err == kind {
			want = append(want, k.name)
		}
	}
	if !slices.Equal(is, want) {
		t.Errorf("%s: got %v, which is %v; want %v", what, err, is, want)
		return repo.Error{}
	}
	var located *repo.Error
	if !errors.As(err, &located) {
		t.Errorf("%s: %v is no *repo.Error", what, err)
		return repo.Error{}
	}
	if !strings.Contains(err.Error(), text) {
		t.Errorf("%s: got %q; want %q in it", what, err, text)
	}
	where := *located
	where.Err = nil
	return where
}

// All returns the objects of a loop. It ends the test at the first error.
func All[T any](t *testing.T, objects iter.Seq2[*T, error]) []T {
	t.Helper()
	out := []T{}
	for v, err := range objects {
		Must(t, err)
		out = append(out, *v)
	}
	return out
}

// DeleteAll deletes every object and fails t if an item is left.
func DeleteAll[T any](t *testing.T, x *World, r *repo.Repo[T]) {
	t.Helper()
	ctx := t.Context()
	for v, err := range r.Scan(ctx) {
		Must(t, err)
		key, err := r.Key(v)
		Must(t, err)
		Must(t, r.Delete(ctx, key, repo.MustExist()))
	}
	x.Counted(t, "left", map[string]int{})
}
