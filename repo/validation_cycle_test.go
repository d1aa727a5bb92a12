package repo_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

type vNode struct {
	ID   string
	Name string `validate:"max=3"`
	Next *vNode
	Any  []any `validate:"dive"`
}

// A value that holds itself is refused before the validator looks for its end.
func TestCyclicValues(t *testing.T) {
	ctx := context.Background()
	client, requests := fault.Wrap(embedded.New().Client())
	r, err := repo.New(client, repo.TableOf("Nodes", repo.KeyOf(func(n *vNode) *string { return &n.ID })))
	if err == nil {
		err = r.CreateTables(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	key, err := r.Create(ctx, &vNode{ID: "1"})
	if err != nil {
		t.Fatal(err)
	}
	ring := &vNode{ID: "1"}
	ring.Next = ring
	list := []any{nil}
	list[0] = &list
	next := lens.Of(func(n *vNode) **vNode { return &n.Next })
	anything := lens.Of(func(n *vNode) *[]any { return &n.Any })
	for name, do := range map[string]func() error{
		"Create": func() error { _, err := r.Create(ctx, ring); return err },
		"Put":    func() error { _, err := r.Put(ctx, ring); return err },
		"Modify": func() error {
			return r.Modify(ctx, key, func(n *vNode) error { n.Next = n; return nil })
		},
		"Update":              func() error { return r.Update(ctx, key, next.Set(ring)) },
		"SetIfAbsent":         func() error { return r.Update(ctx, key, next.SetIfAbsent(ring)) },
		"Update of a list":    func() error { return r.Update(ctx, key, anything.Set(list)) },
		"Append":              func() error { return r.Update(ctx, key, lens.Append(anything, list...)) },
		"Put of a list in it": func() error { _, err := r.Put(ctx, &vNode{ID: "1", Any: list}); return err },
	} {
		before := len(requests.Requests())
		err := do()
		if !errors.Is(err, repo.ErrInvalid) || !strings.HasSuffix(err.Error(), "nested deeper than 32 levels, or cyclic") {
			t.Errorf("%s: %v", name, err)
		}
		if sent := len(requests.Requests()) - before; sent != 0 && name != "Modify" { // which reads
			t.Errorf("%s: %d requests", name, sent)
		}
	}
}
