package repo_test

import (
	"testing"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// vault is a model with values that are encrypted whole, in each form that a nil
// can have.
type vault struct {
	ID    string
	Set   map[string]bool
	List  []string
	Ptr   *string
	Plain string
	Rows  map[string]house
	Opt   string      `dynamodbav:",omitempty"`
	Meta  meta.Record `dynamodbav:"-"`
}

var (
	vaultID   = repo.KeyOf(func(d *vault) *string { return &d.ID })
	vaultSet  = lens.Of(func(d *vault) *map[string]bool { return &d.Set })
	vaultList = lens.Of(func(d *vault) *[]string { return &d.List })
	vaultPtr  = lens.Of(func(d *vault) **string { return &d.Ptr })
	vaultOpt  = lens.Of(func(d *vault) *string { return &d.Opt })
	vaultRows = lens.Of(func(d *vault) *map[string]house { return &d.Rows })
)

func vaultModel(t *testing.T) repo.Model[vault] {
	return repo.TableOf("Root", vaultID, cipher.Protect(testKeys(t), vaultSet, vaultList, vaultPtr, vaultOpt, lens.EachValue(vaultRows, houseCity)),
		meta.Keep(func(d *vault) *meta.Record { return &d.Meta }))
}
