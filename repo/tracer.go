package repo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/internal/traced"
	"github.com/dystore/dystore/trace"
)

// WithTracer tells t of each call of a verb and, if it is a [trace.RequestTracer], of
// each request. [trace.Join] makes one tracer of several. Views have that of their
// repository. Transact and TransactGet tell the tracer of the first operation that
// has a repository, and Union that of its first member.
//
// A verb calls its tracer in the same goroutine, and its requests call it in theirs:
// what the tracer does takes the time of the verb. A panic of the tracer is lost.
func WithTracer(t trace.Tracer) Option {
	return option{"WithTracer", func(c *config) {
		switch {
		case model.IsNil(t):
			c.wrong = append(c.wrong, fail.Withf(ErrInvalid, "repo.WithTracer: the tracer is nil"))
		case c.tracer != nil:
			c.wrong = append(c.wrong, fail.Withf(ErrInvalid, "repo.WithTracer is given twice; trace.Join makes one tracer of two"))
		default:
			c.tracer = traced.New(t)
		}
	}}
}

// reads begins the call of a verb that is for a number of objects, 0 of a range. The
// verb is nil if it is not traced.
func (c *core) reads(ctx context.Context, verb string, objects int) (context.Context, *traced.Verb) {
	if c == nil || c.tracer == nil {
		return ctx, nil
	}
	return c.tracer.Begin(ctx, start(&c.s.Tables, verb, objects, false))
}

// writes is reads of a verb that writes.
func (c *core) writes(ctx context.Context, verb string, objects int) (context.Context, *traced.Verb) {
	if c.tracer == nil {
		return ctx, nil
	}
	return c.tracer.Begin(ctx, start(&c.s.Tables, verb, objects, true))
}

func start(s *tables.Tables, verb string, objects int, write bool) trace.VerbStart {
	return trace.VerbStart{Verb: verb, Entity: s.Entity, Table: s.RootTable(), Write: write, Objects: objects}
}

// verb begins the call of a verb.
func (s *Stored) verb(ctx context.Context, verb string, objects int, write bool) (context.Context, *traced.Verb) {
	if s.tracer == nil {
		return ctx, nil
	}
	return s.tracer.Begin(ctx, start(s.r.Tables, verb, objects, write))
}

// firstTracer is the tracer of operations, nil if there is none.
func firstTracer(ops []Op) *traced.Tracer {
	for _, op := range ops {
		if op.o != nil && op.o.core != nil {
			return op.o.core.tracer
		}
	}
	return nil
}

// firstReadTracer is firstTracer for reads.
func firstReadTracer(ops []ReadOp) *traced.Tracer {
	if len(ops) == 0 || ops[0].o == nil || ops[0].o.core == nil {
		return nil
	}
	return ops[0].o.core.tracer
}

// admin is the client of a region for requests about tables. They are traced if it is the
// SDK's.
func (c *core) admin(region string) Client {
	client := c.client
	if region != "" {
		client = c.regions[region]
	}
	if sdk, ok := client.(*dynamodb.Client); ok && c.tracer != nil {
		return c.tracer.SDK(sdk)
	}
	return client
}
