package repo

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/policy"
	"github.com/dystore/dystore/internal/stored"
)

// schema is a declaration that has been checked: everything the verbs need,
// nothing that depends on T.
type schema struct {
	typ      reflect.Type
	codec    *codec.Codec
	table    string // as declared, without prefix
	entity   string
	metaAttr string
	plain    bool
	key      *keySpec
	keep     *model.Lens
	tree     *place.Tree
	fixed    map[stored.Inst]*place.Place
	guess    []stored.Inst                         // the keys of fixed, sorted
	tables   map[string]bool                       // tables where parts may be
	shards   map[*model.Shard][]*place.Place       // one declaration may stand in several places
	zero     map[*place.Place]types.AttributeValue // what a part holds that was left out of a read
	policy   *policy.Node                          // nil: nothing is encrypted
	cipher   cipher.Cipher                         // of the first Protect
}

var tableName = regexp.MustCompile(`^[a-zA-Z0-9_.-]{3,255}$`)

// compiler collects every mistake of a declaration.
type compiler struct {
	s    *schema
	cfg  *config
	errs []error
}

func compile(d declaration, cfg *config) (*schema, error) {
	s := &schema{
		typ: d.typ, table: d.table, entity: cfg.entity, metaAttr: cfg.metaAttr, plain: cfg.plain, key: d.key,
		fixed: map[stored.Inst]*place.Place{}, tables: map[string]bool{}, shards: map[*model.Shard][]*place.Place{},
		zero: map[*place.Place]types.AttributeValue{},
	}
	if s.entity == "" {
		s.entity = d.table
	}
	c := &compiler{s: s, cfg: cfg}
	c.compile(d)
	if len(c.errs) > 0 {
		return nil, fmt.Errorf("repo.New: %w", errors.Join(c.errs...))
	}
	return s, nil
}

func (c *compiler) compile(d declaration) {
	if c.typed(d) && c.keyed(d) {
		c.parts(d)
	}
}

// typed checks T itself; without a sound type nothing else can be said.
func (c *compiler) typed(d declaration) bool {
	if !tableName.MatchString(c.cfg.prefix + d.table) {
		c.decline("", "table name %q: 3 to 255 characters of a-z, A-Z, 0-9, '_', '-' and '.' are allowed", c.cfg.prefix+d.table)
	}
	if c.s.metaAttr == "" || len(c.s.metaAttr) > 255 {
		c.decline("", "the record's attribute name has 1 to 255 bytes")
	}
	c.s.codec = codec.For(d.typ)
	if err := c.s.codec.Err(); err != nil {
		c.errs = append(c.errs, failf(ErrInvalid, "%w", err))
		return false
	}
	if d.typ.Kind() != reflect.Struct || c.s.codec.Kind() != codec.Struct {
		c.decline("", "the model must be a struct")
		return false
	}
	c.freeName(c.s.codec, d.typ, "", c.s.metaAttr, "holds the stored record; see repo.MetaAttribute")
	return true
}

func (c *compiler) keyed(d declaration) bool {
	if d.key == nil {
		c.decline("", "the model has no key")
		return false
	}
	c.decl(errors.Join(d.key.errs...))
	names := map[string]bool{}
	for _, a := range d.key.attrs {
		if names[a.name] {
			c.decline(a.name, "partition key and sort key are the same attribute")
		}
		names[a.name] = true
		if a.name == c.s.metaAttr {
			c.decline(a.name, "is the key and holds the stored record; see repo.MetaAttribute")
		}
		if d.key.detached {
			c.freeName(c.s.codec, d.typ, "", a.name, "is the detached key; declare the field with repo.KeyOf")
		}
	}
	return len(d.key.errs) == 0
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
		default:
			c.decline("", "part %d is nil", i+1)
		}
	}
	c.shards(shards)
	for _, t := range c.cfg.allowed {
		if t == d.table {
			c.decline("", "repo.AllowTables names the root's table %q; parts live in tables of their own", t)
		}
		c.s.tables[t] = true
	}
	c.protect(protects)
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

func (c *compiler) protect(protects []*model.Protect) {
	for _, p := range protects {
		c.decl(p.Err)
	}
	if len(protects) == 0 || len(c.errs) > 0 {
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
	c.s.policy = node
	c.s.cipher = protects[0].Cipher.(cipher.Cipher)
}

// freeName checks that no field of a struct uses a name that dystore needs.
func (c *compiler) freeName(of *codec.Codec, t reflect.Type, path, name, use string) {
	if f := of.Lookup(name); f != nil {
		c.errs = append(c.errs, &DeclarationError{Func: "repo.TableOf", Type: t.String(), Path: f.GoName,
			Reason: fmt.Sprintf("attribute %q %s", name, use)})
	}
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
	c.errs = append(c.errs, &DeclarationError{Func: "repo.TableOf", Type: c.s.typ.String(), Path: path,
		Reason: fmt.Sprintf(format, args...)})
}

// keyAttrs is a key as DynamoDB wants it.
func (s *schema) keyAttrs(k storedKey) attrs {
	m := make(map[string]types.AttributeValue, len(k.parts))
	for i, p := range k.parts {
		m[s.key.attrs[i].name] = p
	}
	return m
}

// isKey reports whether a path is a key attribute.
func (s *schema) isKey(path attr.Path) bool {
	return len(path) == 1 && slices.ContainsFunc(s.key.attrs, func(a *keyAttr) bool { return a.name == path[0].Name })
}
