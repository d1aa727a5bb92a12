package lens_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// A mistake has one type, whichever package finds it, and two names.
func TestErrorIsDeclarationError(t *testing.T) {
	type inner struct{ Name string }
	type object struct {
		ID    string
		Inner inner
	}
	_, newErr := repo.New(embedded.New().Client(), repo.TableOf("Objects", repo.KeyOf[object, string](nil)))
	for _, c := range []struct {
		err  error
		want lens.Error
	}{
		{lens.Of[object, string](nil).Err(), lens.Error{Func: "lens.Of", Reason: "the accessor is nil"}},
		{lens.Lens[object, string]{}.Err(), lens.Error{Func: "lens.Lens", Reason: "a zero Lens has no path; make one with lens.Of"}},
		{shard.New[object, inner](shard.To("Inner"), nil).Err(), lens.Error{Func: "shard.New", Reason: "the accessor is nil"}},
		{newErr, lens.Error{Func: "repo.KeyOf", Reason: "the accessor is nil"}},
	} {
		var e *lens.Error
		var d *repo.DeclarationError
		if !errors.As(c.err, &e) || !errors.As(c.err, &d) || e != d || !errors.Is(e, repo.ErrInvalid) {
			t.Fatalf("%v (%T) is not both a lens.Error and ErrInvalid", c.err, c.err)
		}
		c.want.Type = "lens_test.object"
		if diff := cmp.Diff(c.want, *e); diff != "" {
			t.Error(diff)
		}
	}
}
