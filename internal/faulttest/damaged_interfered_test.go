package faulttest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/repo"
)

func damageNamed(name string) fDamage {
	return fDamages[slices.IndexFunc(fDamages, func(d fDamage) bool { return d.name == name })]
}

// deleteDamaged deletes a document with a damage that leaves nothing behind.
func deleteDamaged(damage string, run func(context.Context, *fWorld) error) func(*fWorld) fCall {
	return func(w *fWorld) fCall {
		w.storeDoc()
		w.damage(damageNamed(damage), "FDocs", "d/1")
		return fCall{run: func(ctx context.Context) error { return run(ctx, w) }}
	}
}

func byRepo(opts ...repo.CallOption) func(context.Context, *fWorld) error {
	return func(ctx context.Context, w *fWorld) error {
		return w.docs.faulty.Delete(ctx, fDocKey, append(opts, repo.Damaged())...)
	}
}

// damagedDeletes are the deletions of damaged objects: over the record as it was
// read, and over a version.
var damagedDeletes = []fVerb{
	{name: "delete damaged, record", damaged: true, deep: true, idempotent: true, begin: deleteDamaged("record without write ids", byRepo())},
	{name: "delete damaged, manifest", damaged: true, deep: true, idempotent: true, begin: deleteDamaged("manifest leads to a strange table", byRepo())},
	{name: "delete damaged, newer, must exist", damaged: true, begin: deleteDamaged("newer format", byRepo(repo.MustExist()))},
	{name: "delete damaged, by Open", damaged: true, idempotent: true, begin: deleteDamaged("record without write ids", func(ctx context.Context, w *fWorld) error {
		return w.open().Delete(ctx, "d/1", repo.Damaged())
	})},
	{name: "slip delete damaged", damaged: true, idempotent: true, begin: func(w *fWorld) fCall {
		w.storeSlip()
		w.damage(damageNamed("record of another type"), "FSlips", "s/1")
		return fCall{run: func(ctx context.Context) error { return w.slip.faulty.Delete(ctx, fSlipKey, repo.Damaged()) }}
	}},
}

// TestDamagedDeleteInterfered loses the request or its answer, and lets others
// act before the next attempt. The delete removes the object that was there when
// it was planned, once.
func TestDamagedDeleteInterfered(t *testing.T) {
	acts := []struct {
		name    string
		act     func(w *fWorld, slip bool)
		deletes bool // what the lost request was to delete
		creates bool
	}{
		{"nothing", func(*fWorld, bool) {}, false, false},
		{"another damage", damageAgain, false, false},
		{"a delete", func(w *fWorld, _ bool) { w.wipe() }, true, false},
		{"a delete and a create", func(w *fWorld, slip bool) {
			w.wipe()
			if slip {
				w.storeSlip()
			} else {
				w.storeDoc()
			}
		}, true, true},
	}
	for _, v := range damagedDeletes {
		synctest.Test(t, func(t *testing.T) {
			w := newFaultWorld(t)
			requests, _ := v.control(t, w)
			for _, a := range acts {
				for _, executed := range []bool{true, false} {
					w.wipe()
					call := v.begin(w)
					act := func() { a.act(w, strings.HasPrefix(v.name, "slip")) }
					w.net.Reset(fault.Inject(between(executed, act), fault.At(len(requests)-1)))
					w.wit.begin()
					err := call.run(background)
					w.net.Reset()
					applied, want := 1, error(nil)
					if !executed && a.deletes && !a.creates {
						if applied = 0; !v.idempotent {
							want = repo.ErrNotFound
						}
					}
					s, stateErr := w.state()
					there := s.Doc != nil || s.Slip != nil
					if !errors.Is(err, want) || w.wit.applied != applied || stateErr != nil || there != (executed && a.creates) {
						t.Errorf("%s, executed %v, then %s: %v, applied %d times, an object is there: %v, %v; want %v", v.name, executed, a.name, err, w.wit.applied, there, stateErr, want)
					}
					if problems := w.orphans(); len(problems) > 0 {
						t.Errorf("%s, executed %v, then %s: left behind %v", v.name, executed, a.name, problems)
					}
				}
			}
		})
	}
}

// damageAgain changes the record once more, if there still is one.
func damageAgain(w *fWorld, slip bool) {
	table, id := "FDocs", "d/1"
	if slip {
		table, id = "FSlips", "s/1"
	}
	root := w.rawItem(table, "ID", id)
	if root == nil {
		return
	}
	if rec, ok := root["_meta"].(*types.AttributeValueMemberM); ok {
		rec.Value["u"] = avN("1")
		rec.Value["v"] = avN("77")
	} else {
		root["_meta"] = avS("y")
	}
	w.store(table, root)
}
