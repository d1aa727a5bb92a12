// Package write writes and deletes whole objects.
package write

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/load"
	"github.com/dystore/dystore/internal/parts"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
)

// Writer writes and deletes the objects of a model.
type Writer struct {
	*load.Typed
	protocol commit.Protocol
	sites    *parts.Sites
	straight *straight // nil: no document has attributes that are written
	Remover  *Remover
}

// New returns a writer of the objects that a reader reads.
func New(t *load.Typed, p commit.Protocol) *Writer {
	return &Writer{t, p, parts.SitesOf(t.Schema), nil, NewRemover(&t.Reader, p, t.Schema.Tree.Layout)}
}

// Options say how an object is written.
type Options struct {
	commit.Options
	KeepShards bool
	Overwrite  bool
	Rewrite    bool
	MustExist  bool
	Damaged    bool
	Permanent  bool // what is deleted is not kept
}

// op is what all operations have in common.
type op struct {
	opts Options
	obj  commit.Object
	key  tables.Key
}

func newOp(s *tables.Tables, key tables.Key, opts Options) op {
	return op{opts, commit.ObjectOf(s, key, opts.Options), key}
}

// Object returns what is written.
func (o *op) Object() *commit.Object { return &o.obj }

// run executes an operation; the id is the write's.
func run(ctx context.Context, p commit.Protocol, o commit.Op) (stored.ID, error) {
	return o.Object().ID, commit.Run(ctx, p, o)
}

// attrs is an item, or a document.
type attrs = map[string]types.AttributeValue
