package parts_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
)

// A value that was read is compared with what was read; a write over something else has
// all of it.
func TestWritesOverSomethingElse(t *testing.T) {
	ctx := t.Context()
	r, err := repo.New(embedded.New().Client(), model(nil))
	if err == nil {
		err = r.CreateTables(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	read := func(t *testing.T, id string) (*tree, repo.Key[tree]) {
		t.Helper()
		v := &tree{ID: id, Opt: &leaf{Name: "o"}, List: []leaf{{Name: "1"}, {Name: "2"}}, Map: map[string]leaf{"k": {Name: "m"}}}
		key, err := r.Create(ctx, v)
		if err != nil {
			t.Fatal(err)
		}
		v.List[1].Name = "changed"
		return v, key
	}
	for name, write := range map[string]func(*tree, repo.Key[tree]) error{
		"created again": func(v *tree, _ repo.Key[tree]) error {
			v.ID += "again"
			_, err := r.Create(ctx, v)
			return err
		},
		"over another version": func(v *tree, key repo.Key[tree]) error {
			err := r.Modify(ctx, key, func(now *tree) error { now.List, now.Map = now.List[:1], nil; return nil })
			if err == nil {
				_, err = r.Put(ctx, v, repo.Overwrite())
			}
			return err
		},
		"written anew": func(v *tree, _ repo.Key[tree]) error {
			_, err := r.Put(ctx, v, repo.Rewrite())
			return err
		},
		"as one of several": func(v *tree, _ repo.Key[tree]) error {
			_, err := r.PutMany(ctx, []*tree{v, {ID: "another"}})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			v, key := read(t, name)
			if err := write(v, key); err != nil {
				t.Fatal(err)
			}
			stored, err := r.Get(ctx, treeID.Of(v.ID))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(v, stored, sameTree); diff != "" {
				t.Errorf("(-written +stored):\n%s", diff)
			}
		})
	}
}
