package repo

import (
	"context"
	"errors"

	"github.com/go-playground/validator/v10"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/large"
	"github.com/dystore/dystore/internal/load"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/options"
	"github.com/dystore/dystore/internal/patch"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/staged"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/internal/traced"
	"github.com/dystore/dystore/internal/write"
	"github.com/dystore/dystore/meta"
)

// core is a repository without its type parameter.
type core struct {
	client   Client
	regions  map[string]Client // other than the client's
	s        *schema.Schema
	read     *load.Typed
	write    *write.Writer
	patch    *patch.Updater
	protocol commit.Protocol
	sends    commit.Client // client and regions, traced
	alone    bool          // the engine has no transactions

	cursors cipher.Cipher  // nil: cursors are not encrypted
	tracer  *traced.Tracer // nil: there is none

	over func(commit.Client) *core // the same repository over another client, for Plan
}

func newCore(client Client, sends commit.Client, s *schema.Schema, cfg *config) *core {
	protocol, validate, cursors, tracer, alone := cfg.protocols, cfg.validateOnRead, cfg.cursors, cfg.tracer, cfg.alone
	undecoded := cfg.takes(client)
	over := func(sends commit.Client) *core {
		sends = large.Client(sends, &s.Tables)
		read, p := load.NewTyped(sends, s, validate), protocol(sends)
		read.Fetch.Alone = alone
		if undecoded {
			read.Fetch = read.Fetch.Undecoded(s.MetaAttr)
		}
		w := write.New(read, p)
		return &core{client: client, regions: cfg.regions, s: s, read: read, write: w, patch: patch.New(read.Fetch, s, p, w.Upgrade), protocol: p, sends: sends, alone: alone, cursors: cursors, tracer: tracer}
	}
	c := over(sends)
	if c.over = over; cfg.writes(client) {
		c.write.Straight()
	}
	return c
}

// newConfig gathers the options of New or Open.
func newConfig(by string, opts []Option) (config, error) {
	cfg := config{Settings: schema.Settings{Validate: validator.New(validator.WithRequiredStructEnabled()), MetaAttr: "_meta"}}
	var given []string
	for i, opt := range opts {
		if model.IsNil(opt) {
			return cfg, fail.Withf(ErrInvalid, "option %d is nil", i+1)
		}
		o := opt.forNew()
		if err := errors.Join(options.Untaken(o.name, by), options.Excluded(o.name, given)); err != nil {
			return cfg, err
		}
		o.apply(&cfg)
		given = append(given, o.name)
	}
	if err := errors.Join(cfg.wrong...); err != nil {
		return cfg, err
	}
	if cfg.validateOnRead && cfg.Validate == nil {
		return cfg, fail.Withf(ErrInvalid, "repo.ValidateOnRead has no validator: repo.WithValidator(nil) switches validation off")
	}
	return cfg, nil
}

// protocols makes the protocol of a repository over a client: one transaction, or staged.
func (cfg *config) protocols(c commit.Client) commit.Protocol {
	if cfg.protocol != nil {
		return cfg.protocol(c)
	}
	return &staged.Protocol{Transactions: transactions(c, cfg.alone), Always: cfg.staged, Apart: len(cfg.regions) > 0}
}

// transactions sends writes by a client, of an engine that may be without transactions.
func transactions(c commit.Client, alone bool) *commit.Transactions {
	return &commit.Transactions{Client: c, Policy: commit.DefaultPolicy, Alone: alone}
}

// fail gives the error of a verb its place.
func (c *core) fail(op string, key tables.Key, id stored.ID, err error) error {
	return failure(&c.s.Tables, op, key, id, err)
}

// failure gives the error of a verb its place.
func failure(s *tables.Tables, op string, key tables.Key, id stored.ID, err error) error {
	if err == nil {
		return nil
	}
	e := &Error{Op: op, Table: s.RootTable(), Key: key.Text(), WriteID: meta.WriteID(id), Throttling: throttlingReasons(err), Err: err}
	e.Path, _ = fail.Path(err)
	e.Err = lostRegion(damaged(s, unknownVariant(e.Path, err)))
	return e
}

// id is that of a write that is refused before anything is planned.
func (c call) id() stored.ID { return commit.NewObject(commit.Object{}, c.write.Options).ID }

// begin refuses a call that can never work.
func begin(ctx context.Context, call call) error {
	switch {
	case ctx == nil:
		return fail.Withf(ErrInvalid, "the context is nil")
	case call.err != nil:
		return call.err
	}
	return ctx.Err()
}

// beginWrite is begin for a write.
func beginWrite(ctx context.Context, s *tables.Tables, call call) error {
	if s.Plain && call.write.ID != (stored.ID{}) {
		return fail.Withf(ErrInvalid, "WithWriteID needs the record that repo.Plain leaves out")
	}
	return begin(ctx, call)
}

// beginAt is begin for a call that names an object.
func beginAt(ctx context.Context, s *tables.Tables, call call, key tables.Key) error {
	if err := s.CheckKey(key); err != nil {
		return err
	}
	return begin(ctx, call)
}

// remove deletes the object with a key.
func remove(ctx context.Context, r *write.Remover, key tables.Key, call call) (stored.ID, error) {
	if err := beginAt(ctx, r.Tables, call, key); err != nil {
		return call.id(), err
	}
	if err := beginWrite(ctx, r.Tables, call); err != nil {
		return call.id(), err
	}
	return r.Delete(ctx, key, call.write)
}
