package repo

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/go-playground/validator/v10"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/policy"
	"github.com/dystore/dystore/internal/record"
	"github.com/dystore/dystore/internal/rules"
	"github.com/dystore/dystore/internal/seal"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/lens"
)

// schema is a declaration that has been checked: everything the verbs need,
// nothing that depends on T.
type schema struct {
	storage
	typ      reflect.Type
	codec    *codec.Codec
	key      *keySpec
	keep     *model.Lens
	tree     *place.Tree
	fixed    []fixedPart                     // sorted
	shards   map[*model.Shard][]*place.Place // one declaration may stand in several places
	zero     map[string]types.AttributeValue // what a part holds that was left out of a read
	sealing  seal.Sealing
	identity *record.Identity // of list elements; nil: none

	rules     *rules.Set            // nil: nothing is validated
	gap       map[string]*rules.Gap // by the place of a shard
	shardGaps []*rules.Gap
}

// fixedPart is a part whose key follows from the declaration and the object's
// key.
type fixedPart struct {
	inst  stored.Inst
	place *place.Place
}

// settings are the options of New that a declaration is checked with.
type settings struct {
	validate *validator.Validate
	local    rules.Local // functions of the validator that look no further
	prefix   string
	entity   string
	metaAttr string
	plain    bool
	allowed  []string // tables besides those of the model
}

var tableName = regexp.MustCompile(`^[a-zA-Z0-9_.-]{3,255}$`)

// compiler collects every mistake of a declaration.
type compiler struct {
	s    *schema
	cfg  *settings
	errs []error
}

func compile(d declaration, cfg *settings) (*schema, error) {
	s := &schema{
		storage: storage{root: d.table, prefix: cfg.prefix, entity: cfg.entity, metaAttr: cfg.metaAttr, plain: cfg.plain, parts: map[string]string{}},
		typ:     d.typ, key: d.key,
		shards: map[*model.Shard][]*place.Place{},
		zero:   map[string]types.AttributeValue{},
	}
	if s.entity == "" {
		s.entity = d.table
	}
	s.sealing.Entity, s.sealing.MetaAttr = s.entity, s.metaAttr
	c := &compiler{s: s, cfg: cfg}
	c.compile(d)
	if len(c.errs) > 0 {
		return nil, errors.Join(c.errs...)
	}
	s.layouts = stored.NewLayouts(s.tree.Layout)
	return s, nil
}

func (c *compiler) compile(d declaration) {
	if c.typed(d) && c.keyed(d) {
		c.parts(d)
	}
}

// typed checks T itself; without a sound type nothing else can be said.
func (c *compiler) typed(d declaration) bool {
	if why := badTable(c.cfg.prefix + d.table); why != "" {
		c.decline("", "%s", why)
	}
	if why := badName(c.s.metaAttr); why != "" {
		c.decline("", "repo.MetaAttribute: %s", why)
	}
	if !utf8.ValidString(c.s.entity) {
		c.decline("", "repo.Entity: %q is not valid UTF-8", c.s.entity)
	}
	c.s.codec = codec.For(d.typ)
	if err := c.s.codec.Err(); err != nil {
		c.decl(err)
		return false
	}
	if d.typ.Kind() != reflect.Struct || c.s.codec.Kind() != codec.Struct {
		c.decline("", "a model is a struct that is stored field by field")
		return false
	}
	if f := c.s.codec.Lookup(c.s.metaAttr); f != nil {
		c.decline(f.GoName, "it is stored as %q, which holds the stored record; see repo.MetaAttribute", f.Name)
	}
	return true
}

// badTable says what is wrong with the full name of a table, if anything is.
func badTable(name string) string {
	if tableName.MatchString(name) {
		return ""
	}
	return fmt.Sprintf("table name %q is not valid: it has 3 to 255 of the characters a-z, A-Z, 0-9, _, - and .", name)
}

// badName is badTable for the name of an attribute that dystore needs.
func badName(name string) string {
	switch {
	case name == "" || len(name) > 255:
		return fmt.Sprintf("an attribute name has 1 to 255 bytes here, not %d", len(name))
	case !utf8.ValidString(name):
		return fmt.Sprintf("attribute name %q is not valid UTF-8", name)
	}
	return ""
}

func (c *compiler) keyed(d declaration) bool {
	if d.key == nil {
		c.decline("", "the model has no key; declare one with repo.KeyOf, repo.CompositeKeyOf or repo.DetachedKey")
		return false
	}
	c.decl(errors.Join(d.key.errs...))
	names := map[string]bool{}
	for _, a := range d.key.attrs {
		if names[a.name] {
			c.decline(a.path.String(), "partition key and sort key are the same attribute")
		}
		names[a.name] = true
		if why := badName(a.name); why != "" && !d.key.detached {
			c.decline(a.path.String(), "it is the key, and %s", why)
		}
		if d.key.detached {
			c.detached(a.name)
		}
	}
	if len(d.key.errs) > 0 {
		return false
	}
	for _, a := range d.key.attrs {
		c.s.keys = append(c.s.keys, keyColumn{a.name, a.kind})
	}
	return true
}

// detached checks that the attribute of a detached key is not used otherwise.
func (c *compiler) detached(name string) {
	if f := c.s.codec.Lookup(name); f != nil {
		c.decline(f.GoName, "it is stored as %q, which is the detached key; declare the field with repo.KeyOf", name)
	}
	if name == c.s.metaAttr {
		c.decline("", "attribute %q is the detached key and holds the stored record; see repo.MetaAttribute", name)
	}
}

func (c *compiler) parts(d declaration) {
	var shards []*model.Shard
	var protects []*model.Protect
	for i, p := range d.parts {
		switch p := p.(type) {
		case *model.Shard:
			shards = append(shards, p)
		case *model.Protect:
			protects = append(protects, p)
		case *model.Keep:
			c.keep(p)
		case *model.Identity:
			c.identity(p)
		default:
			c.decline("", "part %d is nil", i+1)
		}
	}
	c.records(d)
	c.rules()
	before := len(c.errs)
	c.shards(shards)
	sound := len(c.errs) == before
	if sound {
		c.s.gaps()
	}
	for _, t := range c.cfg.allowed {
		if t == d.table {
			c.decline("", "repo.AllowTables names the root's table %q; parts live in tables of their own", t)
		} else if why := badTable(c.cfg.prefix + t); why != "" {
			c.decline("", "repo.AllowTables: %s", why)
		}
		c.s.mayHaveParts(t)
	}
	c.protect(protects, sound)
	if c.s.plain && (len(shards) > 0 || len(protects) > 0 || c.s.keep != nil) {
		c.decline("", "repo.Plain stores no record; a model with shards, encryption or meta.Keep needs one")
	}
}

func (c *compiler) keep(k *model.Keep) {
	switch {
	case k.At.Err != nil:
		c.decl(k.At.Err)
	case c.s.keep != nil:
		c.decline("", "meta.Keep is declared twice")
	default:
		c.s.keep = k.At
	}
}

// protect builds the policy. Whether a path has parts can only be said of
// sound shards.
func (c *compiler) protect(protects []*model.Protect, sound bool) {
	if len(protects) == 0 {
		return
	}
	if !sound {
		for _, p := range protects {
			c.decl(p.Err)
		}
		return
	}
	var open []attr.Path // what must stay readable
	for _, a := range c.s.key.attrs {
		open = append(open, attr.Names(a.name))
	}
	divided := func(p attr.Path) bool {
		return slices.ContainsFunc(c.s.tree.Layout, func(q stored.Place) bool { return len(p) <= len(q.Path) && p.Overlaps(q.Path) })
	}
	node, err := policy.Build(protects, c.s.codec, open, divided)
	if err != nil {
		c.decl(err)
		return
	}
	c.s.sealing.Set(node, protects[0].Cipher.(cipher.Cipher))
}

// decl takes over what a constructor of a part found wrong.
func (c *compiler) decl(err error) {
	if err == nil {
		return
	}
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range many.Unwrap() {
			c.decl(e)
		}
		return
	}
	c.errs = append(c.errs, declared(err))
}

func (c *compiler) decline(path, format string, args ...any) {
	c.errs = append(c.errs, &lens.Error{Func: "repo.TableOf", Type: c.s.typ.String(), Path: path,
		Reason: fmt.Sprintf(format, args...)})
}
