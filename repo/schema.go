package repo

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/policy"
	"github.com/dystore/dystore/internal/record"
	"github.com/dystore/dystore/internal/rules"
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
	guess    []stored.Inst                   // the keys of fixed, sorted
	tables   map[string]string               // where parts may be, and the table's key attribute where it is known
	shards   map[*model.Shard][]*place.Place // one declaration may stand in several places
	zero     map[string]types.AttributeValue // what a part holds that was left out of a read
	policy   *policy.Node                    // nil: nothing is encrypted
	cipher   cipher.Cipher                   // of the first Protect
	ciphers  []cipher.Cipher                 // by the numbers that the policy has for them
	sealed   string                          // the policy, encoded: what snapshots are of
	identity *record.Identity                // of list elements; nil: none

	rules     *rules.Set            // nil: nothing is validated
	gap       map[string]*rules.Gap // by the place of a shard
	shardGaps []*rules.Gap
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
		fixed: map[stored.Inst]*place.Place{}, tables: map[string]string{}, shards: map[*model.Shard][]*place.Place{},
		zero: map[string]types.AttributeValue{},
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
	return len(d.key.errs) == 0
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
		c.s.mayBeIn(t)
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
	c.s.policy, c.s.ciphers, c.s.sealed = node, node.Ciphers(), string(node.Encode())
	c.s.cipher = protects[0].Cipher.(cipher.Cipher)
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

// keyNames are the names of the key attributes, the second "" if there is one.
func (s *schema) keyNames() (names [2]string) {
	for i, a := range s.key.attrs {
		names[i] = a.name
	}
	return names
}

// isKey reports whether a path is a key attribute.
func (s *schema) isKey(path attr.Path) bool {
	return len(path) == 1 && slices.ContainsFunc(s.key.attrs, func(a *keyAttr) bool { return a.name == path[0].Name })
}

// mayBeIn names a table of parts that the model itself puts nothing into.
func (s *schema) mayBeIn(table string) {
	if _, named := s.tables[table]; !named {
		s.tables[table] = ""
	}
}
