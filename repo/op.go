package repo

import (
	"context"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/stored"
)

// writer writes and deletes the objects of a model.
type writer struct {
	*typed
	protocol commit.Protocol
	remover  remover
}

func newWriter(t *typed, p commit.Protocol) *writer {
	return &writer{t, p, remover{&t.reader, p, t.s.tree.Layout}}
}

// writeOptions say how an object is written.
type writeOptions struct {
	commit.Options
	keepShards bool
	overwrite  bool
	rewrite    bool
	mustExist  bool
	damaged    bool
}

// op is what all operations have in common.
type op struct {
	opts writeOptions
	obj  commit.Object
	key  storedKey
}

func newOp(s *storage, key storedKey, opts writeOptions) op {
	return op{opts, commit.NewObject(s.rootItem(key), s.keys[0].name, s.metaAttr, stored.Owner(s.entity, key.parts), opts.Options), key}
}

// Object returns what is written.
func (o *op) Object() *commit.Object { return &o.obj }

// run executes an operation; the id is the write's.
func run(ctx context.Context, p commit.Protocol, o commit.Op) (stored.ID, error) {
	return o.Object().ID, commit.Run(ctx, p, o)
}
