// Package usage counts which keys stored objects need.
package usage

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/large"
	"github.com/dystore/dystore/internal/load"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
)

// KeyUsage is which keys stored objects need. Package repo documents it.
type KeyUsage struct {
	Keys                       map[cipher.KeyID]*KeyCount
	Items, Unreadable, Unknown int64

	r *load.Reader
}

// KeyCount is how much is encrypted under one key.
type KeyCount struct{ Values, Items int64 }

// KeysInUse counts the encrypted values in all tables by key. With an error it
// returns the table concerned.
func KeysInUse(ctx context.Context, r *load.Reader) (u *KeyUsage, table string, err error) {
	u = &KeyUsage{Keys: map[cipher.KeyID]*KeyCount{}, r: r}
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
	var err error
	ours := true
	if table == u.r.Tables.Root {
		_, err = u.r.Tables.RootMeta(it)
		ours = !tables.IsOtherEntity(err)
	} else {
		var part stored.Part
		part, err = stored.DecodePart(it[u.r.Tables.MetaAttr])
		ours = err != nil || stored.OwnerOf(u.r.Tables.Entity, part.Owner)
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
		if m, ok := av.(*types.AttributeValueMemberM); ok && name == u.r.Tables.MetaAttr {
			av = m.Value["s"]
		}
		u.count(av, found)
	}
	for id, n := range found {
		k := u.Keys[id]
		if k == nil {
			k = &KeyCount{}
			u.Keys[id] = k
		}
		k.Items++
		k.Values += n
	}
}

// count finds the envelopes in a stored value.
func (u *KeyUsage) count(av types.AttributeValue, found map[cipher.KeyID]int64) {
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

// attrs is an item.
type attrs = map[string]types.AttributeValue
