// Package usage counts which keys stored objects need.
package usage

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/large"
	"github.com/dystore/dystore/internal/load"
	"github.com/dystore/dystore/internal/seal"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
)

// KeyUsage is which keys stored objects need. Package repo documents it.
type KeyUsage struct {
	Keys                       map[Key]*KeyCount
	Items, Unreadable, Unknown int64

	r       *load.Reader
	sealing *seal.Sealing
}

// New is a usage of nothing so far.
func New(r *load.Reader, s *seal.Sealing) *KeyUsage {
	return &KeyUsage{Keys: map[Key]*KeyCount{}, r: r, sealing: s}
}

// Key names a key: ids are those of a scope.
type Key struct {
	Scope string
	ID    cipher.KeyID
}

// KeyCount is how much is encrypted under one key.
type KeyCount struct{ Values, Items int64 }

// Use is a key with its count.
type Use struct {
	ID            cipher.KeyID
	Values, Items int64
	Scope         string
}

// Uses are the keys, ascending by scope, then by id.
func (u *KeyUsage) Uses() []Use {
	var all []Use
	for k, n := range u.Keys {
		all = append(all, Use{k.ID, n.Values, n.Items, k.Scope})
	}
	slices.SortFunc(all, func(a, b Use) int { return cmp.Or(cmp.Compare(a.Scope, b.Scope), cmp.Compare(a.ID, b.ID)) })
	return all
}

// Add adds what another usage has counted.
func (u *KeyUsage) Add(o *KeyUsage) {
	u.Items, u.Unreadable, u.Unknown = u.Items+o.Items, u.Unreadable+o.Unreadable, u.Unknown+o.Unknown
	for k, n := range o.Keys {
		u.add(k, *n)
	}
}

func (u *KeyUsage) add(k Key, n KeyCount) {
	sum := u.Keys[k]
	if sum == nil {
		sum = &KeyCount{}
		u.Keys[k] = sum
	}
	sum.Values += n.Values
	sum.Items += n.Items
}

// Object counts what was read of an object.
func (u *KeyUsage) Object(o *load.Object) {
	o.Items(func(inst stored.Inst, it attrs) { u.count(o.Key.Parts, seal.InstPath(inst), it) })
}

// KeysInUse counts the encrypted values in all tables by key. With an error it
// returns the table concerned.
func KeysInUse(ctx context.Context, r *load.Reader, s *seal.Sealing) (u *KeyUsage, table string, err error) {
	u = New(r, s)
	for _, table := range append([]string{r.Tables.Root}, sorted.Keys(r.Tables.Parts)...) {
		if err := u.scan(ctx, table); err != nil {
			return nil, table, err
		}
	}
	return u, "", nil
}

func (u *KeyUsage) scan(ctx context.Context, table string) error {
	pages := u.r.Fetch.Scan(&dynamodb.ScanInput{TableName: new(u.r.Tables.FullName(table)), ConsistentRead: new(true)})
	for start := attrs(nil); ; {
		page, err := pages(ctx, start)
		var gone *types.ResourceNotFoundException
		if key, parts := u.r.Tables.Parts[table]; parts && key == "" && errors.As(err, &gone) {
			return nil // a table that the model only may lead into
		}
		if err != nil {
			return err
		}
		items := page.Attrs()
		if table != u.r.Tables.Root {
			if items, err = large.Whole(ctx, u.r.Fetch, u.r.Tables, table, items); err != nil {
				return err
			}
		}
		for _, it := range items {
			u.item(table, it)
		}
		if len(page.Next) == 0 {
			return nil
		}
		start = page.Next
	}
}

func (u *KeyUsage) item(table string, it attrs) {
	var key []types.AttributeValue
	var path attr.Path
	var err error
	ours := true
	if table == u.r.Tables.Root {
		_, err = u.r.Tables.RootMeta(it)
		ours = !tables.IsOtherEntity(err)
		key = u.r.Tables.KeyIn(it)
	} else {
		var part stored.Part
		record := it[u.r.Tables.MetaAttr]
		part, err = stored.DecodePart(record)
		ours = err != nil || stored.OwnerOf(u.r.Tables.Entity, part.Owner)
		key, path = part.KeyIn(record, u.r.Tables.Entity), seal.InstPath(part.Inst)
	}
	if !ours {
		return
	}
	if err != nil {
		u.Unreadable++
	}
	u.count(key, path, it)
}

// count counts the envelopes in an item, which is of the object with a key, nil if that is
// not known, and has what is at a path of it.
func (u *KeyUsage) count(key []types.AttributeValue, path attr.Path, it attrs) {
	o := object{u: u, key: key, path: path, found: map[Key]int64{}}
	u.Items++
	for name, av := range it {
		// Of a record only the list of encrypted paths is encrypted; the rest is
		// random bytes in part.
		if m, ok := av.(*types.AttributeValueMemberM); ok && name == u.r.Tables.MetaAttr {
			o.list(m.Value["s"])
		} else {
			o.within(attr.Field(name), av)
		}
	}
	for k, n := range o.found {
		u.add(k, KeyCount{n, 1})
	}
}

// object is what an item is of, and the keys of the envelopes in it.
type object struct {
	u     *KeyUsage
	key   []types.AttributeValue // nil: the item does not tell
	path  attr.Path              // of what is looked at
	found map[Key]int64
}

// list counts the list of encrypted paths.
func (o *object) list(av types.AttributeValue) {
	o.count(av, func() []string { return o.u.sealing.ListScopes(o.key) })
}

// within counts the envelopes in a value that a step leads to.
func (o *object) within(step attr.Seg, av types.AttributeValue) {
	outside := o.path
	o.path = append(o.path, step)
	switch v := av.(type) {
	case *types.AttributeValueMemberM:
		for name, e := range v.Value {
			o.within(attr.Field(name), e)
		}
	case *types.AttributeValueMemberL:
		for _, e := range v.Value {
			o.within(attr.Elem, e)
		}
	default:
		o.count(av, func() []string { return o.u.sealing.Scopes(o.key, o.path) })
	}
	o.path = outside
}

// count counts an envelope in each scope that it may be in.
func (o *object) count(av types.AttributeValue, scopes func() []string) {
	v, ok := av.(*types.AttributeValueMemberB)
	if !ok {
		return
	}
	h, err := cipher.Inspect(v.Value)
	switch {
	case err == nil:
		for _, scope := range scopes() {
			o.found[Key{scope, h.KeyID}]++
		}
	case errors.Is(err, cipher.ErrVersion), errors.Is(err, cipher.ErrSuite):
		o.u.Unknown++
	}
}

// attrs is an item.
type attrs = map[string]types.AttributeValue
