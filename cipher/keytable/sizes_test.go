package keytable_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/cipher/keytable"
)

// TestFull: at its limit a scope takes no key more, and everything else still works: each key can be
// destroyed with the longest audit, and the scope erased.
func TestFull(t *testing.T) {
	f := newFixture(t)
	ctx := t.Context()
	f.mint(t, "s", 1)
	// As Mint makes them; there is no need to wait for each.
	item := f.item(t, "s")
	const n = 600
	k, w := within(item, "k"), within(item, "w")
	for id := 2; id <= n; id++ {
		k[fmt.Sprint(id)] = document(map[string]types.AttributeValue{"c": number("1796025600000")})
		w[fmt.Sprint(id)] = binary(bytes.Repeat([]byte{7}, 184)) // as of KMS
	}
	item["n"], item["p"] = number(fmt.Sprint(n)), number(fmt.Sprint(n))
	f.put(t, item)
	last := cipher.KeyID(n)
	for {
		id, err := f.Mint(ctx, "s", last)
		if errors.Is(err, keytable.ErrFull) {
			break
		}
		check(t, err)
		if last = id; id > 2000 {
			t.Fatal("there is no limit")
		}
	}
	if last < 700 {
		t.Errorf("there is room for %d keys only", last)
	}
	longest := keytable.Audit{By: strings.Repeat("b", 128), Why: strings.Repeat("y", 256)}
	const byCall = 50
	item = f.item(t, "s")
	for id := cipher.KeyID(1); id < last-byCall; id++ { // as Disable and Destroy do; the item is large
		of := within(item, "k", fmt.Sprint(id))
		of["d"] = number("1796025600000")
		of["x"] = document(map[string]types.AttributeValue{"b": text(longest.By), "y": text(longest.Why), "t": number("1796025600000")})
		delete(within(item, "w"), fmt.Sprint(id))
	}
	f.put(t, item)
	for id := last - byCall; id < last; id++ {
		check(t, f.Disable(ctx, "s", id))
		if _, err := f.Destroy(ctx, "s", id, longest); err != nil {
			t.Fatalf("key %d of %d: %v", id, last, err)
		}
	}
	t.Logf("%d keys", last)
	e, err := f.Erase(ctx, "s", longest)
	if err != nil || len(e.IDs) != 1 {
		t.Errorf("%v, %v", e, err)
	}
}

// TestManyKeys: an erasure is one write, whatever it destroys.
func TestManyKeys(t *testing.T) {
	f := newFixture(t)
	f.mint(t, "s", 150)
	f.net.Reset()
	e, err := f.Erase(t.Context(), "s", ticket)
	if err != nil || len(e.IDs) != 150 || f.net.Count("UpdateItem") != 1 {
		t.Errorf("%v, %v", e, err)
	}
	s, err := f.Scope(t.Context(), "s")
	check(t, err)
	for _, k := range s.Keys {
		if k.State != keytable.Destroyed || k.Audit != ticket {
			t.Errorf("%+v", k)
		}
	}
}

// TestPages: Scopes reads all pages of a table, also empty ones, and a page that fails ends it.
func TestPages(t *testing.T) {
	f := newFixture(t)
	want := map[string]bool{}
	for i := range 7 {
		name := fmt.Sprint("s", i)
		f.mint(t, name, 1)
		want[name] = true
	}
	c := &pages{Client: f.client, fail: -1}
	s := f.on(t, c)
	for scope, err := range s.Scopes(t.Context()) {
		check(t, err)
		delete(want, scope.Name)
	}
	if len(want) != 0 || c.count < 7 {
		t.Errorf("%v are missing after %d pages", want, c.count)
	}
	c.count, c.fail = 0, 3
	seen, failed := 0, 0
	for scope, err := range s.Scopes(t.Context()) {
		if err != nil {
			failed++
			if scope != nil || !errors.Is(err, errPage) {
				t.Error(scope, err)
			}
			continue
		}
		seen++
	}
	if seen != 3 || failed != 1 {
		t.Errorf("%d scopes and %d errors", seen, failed)
	}
}

var errPage = errors.New("no such page")

// pages is a client with one item a page.
type pages struct {
	*dynamodb.Client
	count, fail int
}

func (p *pages) Scan(ctx context.Context, in *dynamodb.ScanInput, opts ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error) {
	if p.count == p.fail {
		return nil, errPage
	}
	p.count++
	small := *in
	small.Limit = aws.Int32(1)
	return p.Client.Scan(ctx, &small, opts...)
}
