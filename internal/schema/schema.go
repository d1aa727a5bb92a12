// Package schema checks declarations and keeps what the verbs need of them.
package schema

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/go-playground/validator/v10"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/arn"
	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/keys"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/policy"
	"github.com/dystore/dystore/internal/rules"
	"github.com/dystore/dystore/internal/seal"
	"github.com/dystore/dystore/internal/search"
	"github.com/dystore/dystore/internal/snapshot"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/lens"
)

// Schema is a declaration that has been checked: everything the verbs need,
// nothing that depends on T.
type Schema struct {
	tables.Tables
	Typ      reflect.Type
	Codec    *codec.Codec
	Key      *keys.Spec
	Keep     *model.Lens
	Tree     *place.Tree
	Fixed    []FixedPart                     // sorted
	Shards   map[*model.Shard][]*place.Place // one declaration may stand in several places
	Zero     map[string]types.AttributeValue // what a part holds that was left out of a read
	Sealing  seal.Sealing
	Identity *snapshot.Identity // of list elements; nil: none
	Indexes  []*keys.Index
	indexed  []indexed // what their keys are made of
	Uniques  []*Unique
	Tags     search.Tags
	Counters []*Counter
	Allowed  []string // tables that AllowTables names

	called map[string]string // tables by how declarations name them

	formers map[int]*Former // earlier versions of the model

	codecs *codec.Set     // nil: no interface has variants
	oneOfs []*model.OneOf // sound ones

	rules     *rules.Set            // nil: nothing is validated
	gap       map[string]*rules.Gap // by the place of a shard
	shardGaps []*rules.Gap
}

// FixedPart is a part whose key follows from the declaration and the object's
// key.
type FixedPart struct {
	Inst  stored.Inst
	Place *place.Place
}

// Settings are the options of New that a declaration is checked with.
type Settings struct {
	Validate *validator.Validate
	Local    rules.Local // functions of the validator that look no further
	Prefix   string
	Entity   string
	MetaAttr string
	Plain    bool
	Allowed  []string        // tables besides those of the model, as declared
	Regions  map[string]bool // other than the root's, that have a client
}

// compiler collects every mistake of a declaration.
type compiler struct {
	s    *Schema
	cfg  *Settings
	errs []error
}

// Compile checks a declaration. The error joins a *lens.Error for each mistake.
func Compile(d Declaration, cfg *Settings) (*Schema, error) {
	rootPlace, root := arn.Split(d.Table)
	d.Table = root
	s := &Schema{
		Tables: tables.Tables{Root: d.Table, Entity: cfg.Entity, MetaAttr: cfg.MetaAttr, Plain: cfg.Plain, Model: stored.FirstModel, Parts: map[string]string{}},
		Typ:    d.Typ, Key: d.Key,
		Shards: map[*model.Shard][]*place.Place{},
		Zero:   map[string]types.AttributeValue{},
	}
	if s.Entity == "" {
		s.Entity = d.Table
	}
	s.Sealing.Entity, s.Sealing.MetaAttr = s.Entity, s.MetaAttr
	c := &compiler{s: s, cfg: cfg}
	c.placed(rootPlace, d.Parts)
	c.compile(d)
	if len(c.errs) > 0 {
		return nil, errors.Join(c.errs...)
	}
	s.Layouts = stored.NewLayouts(s.Tree.Layout)
	s.Name()
	return s, nil
}

func (c *compiler) compile(d Declaration) {
	c.oneOfs(d)
	if c.typed(d) && c.keyed(d) {
		c.parts(d)
	}
}

// typed checks T itself; without a sound type nothing else can be said.
func (c *compiler) typed(d Declaration) bool {
	if why := arn.Bad(c.s.Prefix + d.Table); why != "" {
		c.decline("", "%s", why)
	}
	if why := tables.BadName(c.s.MetaAttr); why != "" {
		c.decline("", "repo.MetaAttribute: %s", why)
	}
	if !utf8.ValidString(c.s.Entity) {
		c.decline("", "repo.Entity: %q is not valid UTF-8", c.s.Entity)
	}
	c.s.Codec = codec.For(d.Typ)
	if c.s.codecs != nil {
		c.s.Codec = c.s.codecs.For(d.Typ)
	}
	if err := errors.Join(c.s.Codec.Err(), codec.Undeclared(c.s.Codec)); err != nil {
		c.decl(err)
		return false
	}
	if d.Typ.Kind() != reflect.Struct || c.s.Codec.Kind() != codec.Struct {
		c.decline("", "a model is a struct that is stored field by field")
		return false
	}
	if f := c.s.Codec.Lookup(c.s.MetaAttr); f != nil {
		c.decline(f.GoName, "it is stored as %q, which holds the stored record; see repo.MetaAttribute", f.Name)
	}
	return true
}

func (c *compiler) keyed(d Declaration) bool {
	if d.Key == nil {
		c.decline("", "the model has no key; declare one with repo.KeyOf, repo.CompositeKeyOf, repo.JoinedKeyOf or repo.DetachedKey")
		return false
	}
	c.decl(errors.Join(d.Key.Errs...))
	names := map[string]bool{}
	for _, a := range d.Key.Attrs {
		if names[a.Name] {
			c.decline(a.Path.String(), "partition key and sort key are the same attribute")
		}
		names[a.Name] = true
		if why := tables.BadName(a.Name); why != "" && !d.Key.Detached && d.Key.Joined == nil {
			c.decline(a.Path.String(), "it is the key, and %s", why)
		}
		if d.Key.Detached {
			c.apart(a.Name, "the detached key", "repo.KeyOf")
		}
		if d.Key.Joined != nil {
			c.apart(a.Name, "an attribute of the joined key", "repo.CompositeKeyOf")
		}
	}
	if len(d.Key.Errs) > 0 {
		return false
	}
	if d.Key.Joined != nil {
		c.s.Form = d.Key.Joined
	}
	for _, a := range d.Key.Attrs {
		c.s.Keys = append(c.s.Keys, tables.KeyAttr{Name: a.Name, Kind: a.Kind})
	}
	return true
}

// apart checks that an attribute of a key that is no field is not used otherwise.
func (c *compiler) apart(name, what, of string) {
	if f := c.s.Codec.Lookup(name); f != nil {
		c.decline(f.GoName, "it is stored as %q, which is %s; declare the field with %s", name, what, of)
	}
	if name == c.s.MetaAttr {
		c.decline("", "attribute %q is %s and holds the stored record; see repo.MetaAttribute", name, what)
	}
}

func (c *compiler) parts(d Declaration) {
	var shards []*model.Shard
	var protects []*model.Protect
	var indexes []*keys.Index
	var uniques []*model.Unique
	var blinds []*model.Blind
	var spreads []*model.Spread
	var expiry *model.Expiry
	var versions *model.Versions
	var plaintexts []*model.Plaintext
	var erased []*model.Erased
	for i, p := range d.Parts {
		switch p := p.(type) {
		case *model.Shard:
			shards = append(shards, p)
		case *model.Protect:
			protects = append(protects, p)
		case *model.Keep:
			c.keep(p)
		case *model.Identity:
			c.identity(p)
		case *keys.Index:
			indexes = append(indexes, p)
		case *model.Unique:
			uniques = append(uniques, p)
		case *model.Blind:
			blinds = append(blinds, p)
		case *model.Spread:
			spreads = append(spreads, p)
		case *model.Expiry:
			if expiry != nil {
				c.decline("", "repo.ExpiresAt is declared twice")
			}
			expiry = p
		case *model.Plaintext:
			plaintexts = append(plaintexts, p)
		case *model.Erased:
			erased = append(erased, p)
		case *model.Versions:
			if versions != nil {
				c.decline("", "repo.Schema is declared twice")
			}
			versions = p
		case *model.SoftDelete:
			c.s.Keeps = true
		case *model.OneOf:
			c.known("repo.OneOf", p.At)
		default:
			c.decline("", "part %d is nil, or a zero value", i+1)
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
	allowed(c)
	c.protect(protects, sound)
	acceptPlain(c, plaintexts)
	acceptErased(c, erased)
	c.expiry(expiry, sound)
	c.choosers()
	c.indexes(indexes, sound)
	c.uniques(uniques, sound)
	tags(c, blinds, sound)
	counters(c, spreads)
	c.versions(versions)
	if c.s.Plain && (len(shards) > 0 || len(protects) > 0 || len(uniques) > 0 || c.s.Keep != nil || c.s.Keeps) {
		c.decline("", "repo.Plain stores no record; a model with shards, unique values, encryption, repo.SoftDelete or meta.Keep needs one")
	}
}

// allowed checks the tables besides those of the model.
func allowed(c *compiler) {
	for _, t := range c.s.Allowed {
		if t == c.s.Root {
			c.decline("", "repo.AllowTables names the root's table %q; parts live in tables of their own", t)
		} else if why := bad(c, t); why != "" {
			c.decline("", "repo.AllowTables: %s", why)
		}
		c.s.MayHaveParts(t)
	}
}

// tags checks what is found by encrypted values; sound says whether the shards are.
func tags(c *compiler, blinds []*model.Blind, sound bool) {
	of, err := search.Of(&search.Declaration{Typ: c.s.Typ, Key: c.s.Key, Sealing: &c.s.Sealing, Blinds: blinds, Sound: sound, Tree: c.s.Tree})
	c.s.Tags = of
	c.decl(err)
}

func (c *compiler) keep(k *model.Keep) {
	switch {
	case k.At.Err != nil:
		c.decl(k.At.Err)
	case c.s.Keep != nil:
		c.decline("", "meta.Keep is declared twice")
	default:
		c.s.Keep = k.At
	}
}

// protect builds the policy. Whether a path has parts can only be said of
// sound shards.
func (c *compiler) protect(protects []*model.Protect, sound bool) {
	if len(protects) == 0 {
		return
	}
	for _, p := range protects {
		for _, l := range p.Lenses {
			sound = c.known(policy.Function(p), l) && sound
		}
	}
	protects, scoped := scopes(c, protects)
	sound = sound && scoped
	if !sound {
		for _, p := range protects {
			c.decl(p.Err)
		}
		return
	}
	open := []attr.Path{attr.Names(c.s.MetaAttr)} // what must stay readable
	for _, a := range c.s.Key.Attrs {
		open = append(open, attr.Names(a.Name))
	}
	for _, name := range c.s.Key.Joined.Names() {
		open = append(open, attr.Names(name))
	}
	divided := func(p attr.Path) bool {
		return slices.ContainsFunc(c.s.Tree.Layout, func(q stored.Place) bool { return len(p) <= len(q.Path) && p.Overlaps(q.Path) })
	}
	c.decl(c.s.Sealing.Declare(protects, c.s.Codec, open, divided))
}

// scopes gives the declarations ciphers whose scopes are those of a field of the key. One
// cipher and one field make one cipher. It is false for a field that the key has not.
func scopes(c *compiler, protects []*model.Protect) (out []*model.Protect, sound bool) {
	type scope struct {
		cipher any
		field  string
	}
	made := map[scope]cipher.Cipher{}
	for _, p := range protects {
		of, usable := p.Cipher.(cipher.Cipher)
		if p.Scope == nil || p.Err != nil || !usable {
			out = append(out, p)
			continue
		}
		at, text, why := c.s.Key.Locate(p.Scope)
		if why != "" {
			c.errs = append(c.errs, &lens.Error{Func: "cipher.Scope", Type: c.s.Typ.String(), Path: p.Scope.GoPath(), Reason: why})
			return protects, false
		}
		id := scope{field: p.Scope.Path.String()}
		if reflect.ValueOf(of).Comparable() {
			id.cipher = of
		}
		scoped := made[id]
		if scoped == nil || id.cipher == nil {
			scoped = cipher.ScopeBy(of, seal.InKey(at, text))
			made[id] = scoped
		}
		own := *p
		own.Cipher = scoped
		out = append(out, &own)
	}
	return out, true
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
	c.errs = append(c.errs, keys.Declared(err))
}

func (c *compiler) decline(path, format string, args ...any) {
	c.errs = append(c.errs, &lens.Error{Func: "repo.TableOf", Type: c.s.Typ.String(), Path: path,
		Reason: fmt.Sprintf(format, args...)})
}

// attrs is an item, or a document.
type attrs = map[string]types.AttributeValue
