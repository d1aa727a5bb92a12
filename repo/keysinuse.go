package repo

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
)

// KeyUsage is which keys the stored objects of a model need, at the time when
// [Repo.KeysInUse] looked.
type KeyUsage struct {
	Keys  []KeyUse // ascending by id
	Items int64    // items looked at, roots and parts
	// Unreadable counts items that may be of the model or not, because their
	// record cannot be read, or because a part has none. Encrypted values in
	// them are counted as well.
	Unreadable int64
	// Unknown counts values that begin as envelopes do, but of a format that
	// this release does not know: which key they need, it cannot tell.
	Unknown int64
}

// KeyUse is how much is encrypted under one key.
type KeyUse struct {
	ID     cipher.KeyID
	Values int64
	Items  int64 // that hold the values
}

// Of returns how many values need a key.
func (u *KeyUsage) Of(id cipher.KeyID) int64 {
	for _, k := range u.Keys {
		if k.ID == id {
			return k.Values
		}
	}
	return 0
}

// KeysInUse reads the table of the roots and all tables of parts, and counts
// the encrypted values in them by key. It opens nothing: keys may be disabled,
// destroyed or unknown. A key that it does not find is not needed any more,
// provided that no program still writes under it, and that nobody needs a
// backup.
//
// Everything that is stored counts: attributes that the type does not know,
// parts that no object refers to, the encrypted list of encrypted paths. In
// tables that several models share, what belongs to another entity does not.
// What ciphers of one's own have made is not seen, unless it has the form of
// package cipher. Tables that only shard.MovedFrom or AllowTables names need not
// exist any more.
//
// It costs as much as a scan of all these tables.
func (r *Repo[T]) KeysInUse(ctx context.Context) (*KeyUsage, error) {
	u := &usage{c: r.c, keys: map[cipher.KeyID]*KeyUse{}}
	err := begin(ctx, r.view.call("KeysInUse", nil))
	if err != nil {
		return nil, r.c.fail("KeysInUse", tables.Key{}, [16]byte{}, err)
	}
	for _, table := range append([]string{r.c.s.Root}, sorted.Keys(r.c.s.Parts)...) {
		if err := u.scan(ctx, table); err != nil {
			return nil, &Error{Op: "KeysInUse", Table: r.c.s.FullName(table), Err: err}
		}
	}
	for _, k := range u.keys {
		u.Keys = append(u.Keys, *k)
	}
	slices.SortFunc(u.Keys, func(a, b KeyUse) int { return cmp.Compare(a.ID, b.ID) })
	return &u.KeyUsage, nil
}

// usage is a KeyUsage that grows.
type usage struct {
	KeyUsage
	c    *core
	keys map[cipher.KeyID]*KeyUse
}

func (u *usage) scan(ctx context.Context, table string) error {
	next := u.c.read.Fetch.Scan(ctx, u.c.s.FullName(table), true, nil)
	for start := map[string]types.AttributeValue(nil); ; {
		items, last, err := next(start)
		var gone *types.ResourceNotFoundException
		if key, parts := u.c.s.Parts[table]; parts && key == "" && errors.As(err, &gone) {
			return nil // a table that the model only may lead into
		}
		if err != nil {
			return err
		}
		for _, it := range items {
			u.item(table, it)
		}
		if len(last) == 0 {
			return nil
		}
		start = last
	}
}

func (u *usage) item(table string, it map[string]types.AttributeValue) {
	var err error
	ours := true
	if table == u.c.s.Root {
		_, err = u.c.s.RootMeta(it)
		ours = !tables.IsOtherEntity(err)
	} else {
		var part stored.Part
		part, err = stored.DecodePart(it[u.c.s.MetaAttr])
		ours = err != nil || stored.OwnerOf(u.c.s.Entity, part.Owner)
	}
	if !ours {
		return
	}
	u.Items++
	if err != nil {
		u.Unreadable++
	}
	found := map[cipher.KeyID]int64{}
	for name, av := range it {
		// Of a record only the list of encrypted paths is encrypted; the rest is
		// random bytes in part.
		if m, ok := av.(*types.AttributeValueMemberM); ok && name == u.c.s.MetaAttr {
			av = m.Value["s"]
		}
		u.count(av, found)
	}
	for id, n := range found {
		k := u.keys[id]
		if k == nil {
			k = &KeyUse{ID: id}
			u.keys[id] = k
		}
		k.Items++
		k.Values += n
	}
}

// count finds the envelopes in a stored value.
func (u *usage) count(av types.AttributeValue, found map[cipher.KeyID]int64) {
	switch v := av.(type) {
	case *types.AttributeValueMemberM:
		for _, e := range v.Value {
			u.count(e, found)
		}
	case *types.AttributeValueMemberL:
		for _, e := range v.Value {
			u.count(e, found)
		}
	case *types.AttributeValueMemberB:
		h, err := cipher.Inspect(v.Value)
		switch {
		case err == nil:
			found[h.KeyID]++
		case errors.Is(err, cipher.ErrVersion), errors.Is(err, cipher.ErrSuite):
			u.Unknown++
		}
	}
}
