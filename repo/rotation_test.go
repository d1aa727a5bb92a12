package repo_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// After a rotation everything opens under the new key alone.
func TestRotation(t *testing.T) {
	ctx := context.Background()
	k1, k2 := roKey(t, 1), roKey(t, 2)
	for layout, parts := range roLayouts {
		for how, write := range roWrites {
			for name, rotated := range map[string]*cipher.AES{
				"a new key":         roAES(t, nil, cipher.Primary(k2), cipher.Enabled(k1)),
				"a key rolled back": roAES(t, nil, cipher.Primary(k2), cipher.Enabled(k1), cipher.Enabled(roKey(t, 3))),
			} {
				t.Run(layout+", "+how+", "+name, func(t *testing.T) {
					c, net := fault.Wrap(embedded.New().Client())
					before := roRepo(t, c, parts(), roAES(t, nil, cipher.Primary(k1), cipher.Enabled(k2)))
					d := roDocOf("d")
					noErr(t, errOf(before.Create(ctx, &d)))
					roUses(t, before, map[cipher.KeyID]int64{1: roSealed})
					after := roRepo(t, c, parts(), rotated)
					noErr(t, write(ctx, after, "d"))
					roUses(t, after, map[cipher.KeyID]int64{2: roSealed})
					for _, old := range []cipher.KeysetEntry{cipher.Disabled(k1), cipher.Destroyed(1)} {
						alone := roRepo(t, c, parts(), roAES(t, nil, cipher.Primary(k2), old))
						roHas(t, alone, d)
						// What is under the new key has not changed.
						got := roHas(t, alone, d)
						net.Reset()
						noErr(t, errOf(alone.Put(ctx, got)))
						if last := net.Requests()[0]; last.Operation != "PutItem" {
							t.Errorf("a Put that changes nothing: %s %s", last.Operation, last.Body)
						}
						roUses(t, alone, map[cipher.KeyID]int64{2: roSealed})
					}
				})
			}
		}
	}
}

// A value that one repository has written is written by another, which has
// other keys.
func TestRotationOfAWrittenValue(t *testing.T) {
	ctx := context.Background()
	k1, k2 := roKey(t, 1), roKey(t, 2)
	for layout, parts := range roLayouts {
		t.Run(layout, func(t *testing.T) {
			c := embedded.New().Client()
			before := roRepo(t, c, parts(), roAES(t, nil, cipher.Primary(k1), cipher.Enabled(k2)))
			after := roRepo(t, c, parts(), roAES(t, nil, cipher.Primary(k2), cipher.Enabled(k1)))
			d := roDocOf("d")
			for range 2 {
				noErr(t, errOf(before.Put(ctx, &d)))
				roUses(t, before, map[cipher.KeyID]int64{1: roSealed})
				noErr(t, errOf(after.Put(ctx, &d)))
				roUses(t, after, map[cipher.KeyID]int64{2: roSealed})
			}
			// Parts that one has written and the other kept.
			d.One.Open = "new"
			noErr(t, errOf(after.Put(ctx, &d)))
			noErr(t, errOf(before.Put(ctx, &d)))
			roUses(t, before, map[cipher.KeyID]int64{1: roSealed})
			roHas(t, after, d)
		})
	}
}

// Padding is part of how a value is stored: a value that would be padded
// otherwise is written anew.
func TestPaddingChanges(t *testing.T) {
	ctx := context.Background()
	k1 := roKey(t, 1)
	buckets := func(n int) []cipher.Option {
		if n == 0 {
			return nil
		}
		return []cipher.Option{cipher.WithPadding(n)}
	}
	for layout, parts := range roLayouts {
		for _, c := range [][2]int{{0, 32}, {32, 0}, {32, 64}, {64, 32}, {32, 48}, {16, 2}, {0, 0}, {32, 32}} {
			t.Run(fmt.Sprint(layout, c), func(t *testing.T) {
				client, net := fault.Wrap(embedded.New().Client())
				before := roRepo(t, client, parts(), roAES(t, buckets(c[0]), cipher.Primary(k1)))
				d := roDocOf("d")
				d.One.Secret = strings.Repeat("y", 40)
				noErr(t, errOf(before.Create(ctx, &d)))
				after := roRepo(t, client, parts(), roAES(t, buckets(c[1]), cipher.Primary(k1)))
				got := roHas(t, after, d)
				net.Reset()
				noErr(t, errOf(after.Put(ctx, got)))
				if written := net.Requests()[0].Operation == "TransactWriteItems"; written != (c[0] != c[1] && layout != "one item") {
					t.Errorf("parts were written: %v", written)
				}
				// Every envelope is as long as one that is made today.
				other := embedded.New().Client()
				again := d
				again.Meta = meta.Record{}
				noErr(t, errOf(roRepo(t, other, parts(), roAES(t, buckets(c[1]), cipher.Primary(k1))).Create(ctx, &again)))
				if d := cmp.Diff(roEnvelopes(t, other), roEnvelopes(t, client)); d != "" {
					t.Error(d)
				}
				roHas(t, after, d)
			})
		}
	}
}

// roEnvelopes lists how all that is encrypted is stored: key, suite and length.
func roEnvelopes(t *testing.T, c *dynamodb.Client) (all []string) {
	t.Helper()
	var walk func(av types.AttributeValue)
	walk = func(av types.AttributeValue) {
		switch v := av.(type) {
		case *types.AttributeValueMemberM:
			for _, e := range v.Value {
				walk(e)
			}
		case *types.AttributeValueMemberL:
			for _, e := range v.Value {
				walk(e)
			}
		case *types.AttributeValueMemberB:
			if h, err := cipher.Inspect(v.Value); err == nil {
				all = append(all, fmt.Sprintf("key %d, %s, %d bytes", h.KeyID, h.Suite, len(v.Value)))
			}
		}
	}
	for _, table := range append([]string{"Docs"}, roTables...) {
		page, err := c.Scan(context.Background(), &dynamodb.ScanInput{TableName: &table})
		if err != nil {
			continue // not in this layout
		}
		for _, it := range page.Items {
			walk(avM(it))
		}
	}
	slices.Sort(all)
	return all
}

// Each Protect has its own cipher; only what is under the one that has changed
// is written.
func TestRotationOfOneOfTwoCiphers(t *testing.T) {
	ctx := context.Background()
	k1, k2, k3 := roKey(t, 1), roKey(t, 2), roKey(t, 3)
	c, net := fault.Wrap(embedded.New().Client())
	open := func(first, second *cipher.AES) *repo.Repo[roDoc] {
		return roRepoOf(t, c, append(roParts(), cipher.Protect(first, roSecret, roOne, roList), cipher.Protect(second, roOpt, roMap, roStay)))
	}
	first, second := roAES(t, nil, cipher.Primary(k1)), roAES(t, nil, cipher.Primary(k2), cipher.Enabled(k3))
	d := roDocOf("d")
	noErr(t, errOf(open(first, second).Create(ctx, &d)))
	rotated := open(first, roAES(t, nil, cipher.Primary(k3), cipher.Enabled(k2)))
	got := roHas(t, rotated, d)
	net.Reset()
	noErr(t, errOf(rotated.Put(ctx, got)))
	body := string(net.Requests()[0].Body)
	for table, written := range map[string]bool{"Ones": false, "Lists": false, "Plains": false, "Opts": true, "Maps": true, "Subs": true} {
		if strings.Contains(body, `"TableName":"`+table+`"`) != written {
			t.Errorf("%s was written: %v", table, !written)
		}
	}
	roUses(t, rotated, map[cipher.KeyID]int64{1: 5, 3: 5})
	roHas(t, rotated, d)
}

// wrapped is a user's cipher around AES: its envelopes are AES's.
type wrapped struct{ *cipher.AES }

// reversed is a user's cipher with another format, which names no key.
type reversed struct{}

func (reversed) Seal(_ context.Context, dst, plaintext []byte, _ *cipher.Binding) ([]byte, error) {
	out := slices.Clone(plaintext)
	slices.Reverse(out)
	return append(dst, out...), nil
}

func (r reversed) Open(ctx context.Context, dst, envelope []byte, b *cipher.Binding) ([]byte, error) {
	return r.Seal(ctx, dst, envelope, b)
}

func TestRotationOfOwnCiphers(t *testing.T) {
	ctx := context.Background()
	k1, k2 := roKey(t, 1), roKey(t, 2)
	c, net := fault.Wrap(embedded.New().Client())
	d := roDocOf("d")
	noErr(t, errOf(roRepo(t, c, roParts(), wrapped{roAES(t, nil, cipher.Primary(k1))}).Create(ctx, &d)))
	rotated := roRepo(t, c, roParts(), wrapped{roAES(t, nil, cipher.Primary(k2), cipher.Enabled(k1))})
	noErr(t, errOf(rotated.Put(ctx, roHas(t, rotated, d))))
	roUses(t, rotated, map[cipher.KeyID]int64{2: roSealed})

	e := roDocOf("e")
	own := roRepo(t, c, roParts(), reversed{})
	noErr(t, errOf(own.Create(ctx, &e)))
	net.Reset()
	noErr(t, errOf(own.Put(ctx, &e)))
	if op := net.Requests()[0].Operation; op != "PutItem" {
		t.Errorf("parts were written: %s", op)
	}
	net.Reset()
	noErr(t, errOf(own.Put(ctx, &e, repo.Rewrite())))
	if op := net.Requests()[0].Operation; op != "TransactWriteItems" {
		t.Errorf("parts were not written: %s", op)
	}
	roUses(t, own, map[cipher.KeyID]int64{2: roSealed})
}

// What a repository has read may be put by another one, which encrypts less,
// more, or nothing: then every part is written in its way.
func TestValueOfAnotherRepository(t *testing.T) {
	ctx := context.Background()
	keys := func(n byte) cipher.Cipher { return roAES(t, nil, cipher.Primary(roKey(t, n))) }
	for layout, parts := range roLayouts {
		worlds := map[string]func(*testing.T, *dynamodb.Client) *repo.Repo[roDoc]{
			"nothing": func(t *testing.T, c *dynamodb.Client) *repo.Repo[roDoc] { return roRepoOf(t, c, parts()) },
			"all":     func(t *testing.T, c *dynamodb.Client) *repo.Repo[roDoc] { return roRepo(t, c, parts(), keys(1)) },
			"a part": func(t *testing.T, c *dynamodb.Client) *repo.Repo[roDoc] {
				return roRepoOf(t, c, append(parts(), cipher.Protect(keys(1), roOpt)))
			},
			"all, apart": func(t *testing.T, c *dynamodb.Client) *repo.Repo[roDoc] {
				return roRepoOf(t, c, append(parts(), cipher.Protect(keys(1), roSecret, roStay), cipher.Protect(keys(1), roOne, roOpt, roList, roMap)))
			},
			"two keysets": func(t *testing.T, c *dynamodb.Client) *repo.Repo[roDoc] {
				return roRepoOf(t, c, append(parts(), cipher.Protect(keys(2), roOpt, roSecret), cipher.Protect(keys(1), roOne, roList)))
			},
		}
		for from, one := range worlds {
			for to, other := range worlds {
				t.Run(layout+", from "+from+" to "+to, func(t *testing.T) {
					c := embedded.New().Client()
					a, b := one(t, c), other(t, c)
					d := roDocOf("d")
					noErr(t, errOf(a.Create(ctx, &d)))
					noErr(t, errOf(b.Put(ctx, roHas(t, a, d))))
					roHas(t, b, d)
					noErr(t, errOf(a.Put(ctx, roHas(t, b, d))))
					roHas(t, a, d)
				})
			}
		}
	}
}
