package repo

import (
	"context"
	"errors"

	"github.com/go-playground/validator/v10"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/meta"
)

// core is a repository without its type parameter.
type core struct {
	client Client
	s      *schema
	read   *typed
	write  *writer
	patch  *updater
}

func newCore(client Client, s *schema, cfg *config) *core {
	read, protocol := newTyped(client, s, cfg.validateOnRead), cfg.protocol(client)
	return &core{client: client, s: s, read: read, write: newWriter(read, protocol), patch: &updater{read.get, s, protocol}}
}

// newConfig gathers the options of New or Open.
func newConfig(by string, opts []Option) (config, error) {
	cfg := config{settings: settings{validate: validator.New(validator.WithRequiredStructEnabled()), metaAttr: "_meta"}, protocol: transactions}
	var given []string
	for i, opt := range opts {
		if model.IsNil(opt) {
			return cfg, fail.Withf(ErrInvalid, "option %d is nil", i+1)
		}
		o := opt.forNew()
		if err := errors.Join(untaken(o.name, by), excluded(o.name, given)); err != nil {
			return cfg, err
		}
		o.apply(&cfg)
		given = append(given, o.name)
	}
	if cfg.validateOnRead && cfg.validate == nil {
		return cfg, fail.Withf(ErrInvalid, "repo.ValidateOnRead has no validator: repo.WithValidator(nil) switches validation off")
	}
	return cfg, nil
}

// transactions is the protocol of repositories.
func transactions(c Client) commit.Protocol {
	return &commit.Transactions{Client: c, Policy: commit.DefaultPolicy}
}

// fail gives the error of a verb its place.
func (c *core) fail(op string, key storedKey, id stored.ID, err error) error {
	return failure(&c.s.storage, op, key, id, err)
}

// failure is the error of a verb, in its place.
func failure(s *storage, op string, key storedKey, id stored.ID, err error) error {
	if err == nil {
		return nil
	}
	e := &Error{Op: op, Table: s.rootTable(), Key: key.text(), WriteID: meta.WriteID(id), Throttling: throttlingReasons(err), Err: err}
	e.Path, _ = fail.Path(err)
	return e
}

// begin refuses a call that cannot work whatever is stored.
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
func beginWrite(ctx context.Context, s *storage, call call) error {
	if s.plain && call.write.ID != (stored.ID{}) {
		return fail.Withf(ErrInvalid, "WithWriteID needs the record that repo.Plain leaves out")
	}
	return begin(ctx, call)
}

// beginAt is begin for a call that names an object.
func beginAt(ctx context.Context, s *storage, call call, key storedKey) error {
	if err := s.checkKey(key); err != nil {
		return err
	}
	return begin(ctx, call)
}

// remove deletes the object with a key.
func remove(ctx context.Context, r *remover, key storedKey, call call) (stored.ID, error) {
	if err := beginAt(ctx, r.s, call, key); err != nil {
		return stored.ID{}, err
	}
	if err := beginWrite(ctx, r.s, call); err != nil {
		return stored.ID{}, err
	}
	return r.delete(ctx, key, call.write)
}
