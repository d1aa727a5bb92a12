package repo

import (
	"context"
	"errors"

	"github.com/go-playground/validator/v10"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/meta"
)

// core is a repository without its type parameter: all verbs end here.
type core struct {
	client Client
	s      *schema
	cfg    config

	layouts *stored.Layouts // as stored, so that they are not parsed for each object
}

// newConfig gathers the options of New or Open.
func newConfig(by string, opts []Option) (config, error) {
	cfg := config{validate: validator.New(validator.WithRequiredStructEnabled()), metaAttr: "_meta", policy: commit.DefaultPolicy}
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

// table is the real name of a declared table.
func (c *core) table(name string) string { return c.cfg.prefix + name }

// fail gives the error of a verb its place.
func (c *core) fail(op string, key storedKey, id stored.ID, err error) error {
	if err == nil {
		return nil
	}
	e := &Error{Op: op, Table: c.table(c.s.table), Key: key.text(), WriteID: meta.WriteID(id), Throttling: throttlingReasons(err), Err: err}
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
func (c *core) beginWrite(ctx context.Context, call call) error {
	if c.s.plain && call.writeID != (meta.WriteID{}) {
		return fail.Withf(ErrInvalid, "WithWriteID needs the record that repo.Plain leaves out")
	}
	return begin(ctx, call)
}

// beginAt is begin for a call that names an object.
func (c *core) beginAt(ctx context.Context, call call, key storedKey) error {
	if err := c.checkKey(key); err != nil {
		return err
	}
	return begin(ctx, call)
}

func (c *core) checkKey(key storedKey) error {
	attrs := c.s.key.attrs
	if err := key.check(len(attrs)); err != nil {
		return err
	}
	for i, p := range key.parts {
		if got, want := item.TypeName(p), string(attrs[i].kind); got != want && want != "" {
			return fail.Withf(ErrInvalid, "key: %s is of type %s, the key of the model of type %s", attrs[i].name, got, want)
		}
	}
	return nil
}
