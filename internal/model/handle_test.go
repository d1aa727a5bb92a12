package model_test

import (
	"testing"

	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/lens"
)

// A zero handle has an Err to report, and nothing that is nil on the way to it.
func TestZeroHandles(t *testing.T) {
	for _, c := range []struct {
		err  error
		text string
	}{
		{model.LensHandle[Root, int, lens.Error]{}.ModelLens().Err, "lens.Lens(model_test.Root): a zero Lens has no path; make one with lens.Of"},
		{model.ChangeHandle[Root, lens.Error]{}.ModelChange().Err, "lens.Edit(model_test.Root): a zero Edit changes nothing; make one with Set, SetIfAbsent, Remove, Add or Append"},
		{model.CondHandle[Root, lens.Error]{}.ModelCond().Err, "lens.Predicate(model_test.Root): a zero Predicate tests nothing; make one with Eq, Exists or another method of a Lens"},
		{model.ShardHandle[Root, lens.Error]{}.ModelShard().Err, "shard.Shard(model_test.Root): a zero Shard has no place; make one with shard.New"},
		{model.ShardHandle[Root, lens.Error]{}.ModelPart().(*model.Shard).At.Err, "shard.Shard(model_test.Root): a zero Shard has no place; make one with shard.New"},
		{model.KeepHandle[Root, lens.Error]{}.ModelPart().(*model.Keep).At.Err, "meta.Kept(model_test.Root): a zero Kept names no field; make one with meta.Keep"},
		{model.IdentityHandle[Root, lens.Error]{}.ModelPart().(*model.Identity).Err, "repo.ElementIdentity(model_test.Root): a zero ElementIdentity names no field; make one with repo.Identity"},
	} {
		if c.err == nil || c.err.Error() != c.text {
			t.Errorf("got %v, want %s", c.err, c.text)
		}
	}
	keep := &model.Keep{}
	if model.HandleKeep[Root, lens.Error](keep).ModelPart() != any(keep) {
		t.Error("the handle has another Keep")
	}
}

func TestIsNil(t *testing.T) {
	for _, x := range []any{nil, (*Root)(nil)} {
		if !model.IsNil(x) {
			t.Errorf("%#v is nil", x)
		}
	}
	for _, x := range []any{0, "", Root{}, &Root{}, []int(nil)} {
		if model.IsNil(x) {
			t.Errorf("%#v is not nil", x)
		}
	}
}
