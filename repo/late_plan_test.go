package repo_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
)

// TestValueOfALatePlan: the first request of a Put is late, and arrives after the
// Put was planned again for an object that somebody has put in its place, and
// deleted. The value remembers what the first plan has stored, not the second.
func TestValueOfALatePlan(t *testing.T) {
	raw := embedded.New().Client()
	client, net := fault.Wrap(raw)
	theirs, people := repoOver(t, raw, personModel(testKeys(t))), repoOver(t, client, personModel(testKeys(t)))
	before := func(act func()) fault.Fault {
		return fault.Custom("beside others", func(next fault.HTTPClient, r *http.Request) (*http.Response, error) {
			act()
			return next.Do(r)
		})
	}
	net.Reset(
		fault.Inject(fault.Hold(), fault.At(1)), // after the read
		fault.Inject(before(func() {
			other := john()
			other.ID = "p"
			noErr(t, errOf(theirs.Create(background, &other)))
		}), fault.At(2)),
		fault.Inject(before(func() {
			noErr(t, theirs.Delete(background, personID.Of("p")))
			noErr(t, net.Release())
		}), fault.At(3)),
	)
	v := john()
	v.ID = "p"
	noErr(t, errOf(people.Put(background, &v)))
	if d := cmp.Diff([]string{"GetItem", "TransactWriteItems", "TransactWriteItems", "TransactWriteItems", "TransactWriteItems"}, net.Operations()); d != "" {
		t.Fatal(d)
	}
	got := must(theirs.Get(background, personID.Of("p")))(t)
	if !v.Meta.Equal(got.Meta) || v.Meta.Version != 1 {
		t.Errorf("the value remembers version %d, stored is version %d", v.Meta.Version, got.Meta.Version)
	}
	v.Visits = 3
	if err := errOf(people.Put(background, &v)); err != nil {
		t.Errorf("the next Put: %v", err)
	}
	if again := must(theirs.Get(background, personID.Of("p")))(t); again.Visits != 3 || again.Meta.Version != 2 {
		t.Errorf("stored: %d visits, version %d", again.Visits, again.Meta.Version)
	}
}
