package cipher_test

import (
	"bytes"
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/schemas"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

type biPlace struct {
	City string
	Note string
}

type biPerson struct {
	Tenant string
	ID     string
	Email  string
	Number *int64
	Home   biPlace
	Bytes  []byte

	ByEmail  cipher.Tag
	ByNumber cipher.Tag
	ByCity   cipher.Tag
	ByBytes  cipher.Tag
	Next     cipher.Tag  // of Email, in no index
	Rec      meta.Record `dynamodbav:"-"`
}

var (
	biKey      = repo.CompositeKeyOf(func(p *biPerson) *string { return &p.Tenant }, func(p *biPerson) *string { return &p.ID })
	biTenant   = lens.Of(func(p *biPerson) *string { return &p.Tenant })
	biEmail    = lens.Of(func(p *biPerson) *string { return &p.Email })
	biNumber   = lens.Of(func(p *biPerson) *int64 { return p.Number })
	biHome     = lens.Of(func(p *biPerson) *biPlace { return &p.Home })
	biCity     = lens.Of(func(p *biPerson) *string { return &p.Home.City })
	biBytes    = lens.Of(func(p *biPerson) *[]byte { return &p.Bytes })
	biByEmail  = lens.Of(func(p *biPerson) *cipher.Tag { return &p.ByEmail })
	biByNumber = lens.Of(func(p *biPerson) *cipher.Tag { return &p.ByNumber })
	biByCity   = lens.Of(func(p *biPerson) *cipher.Tag { return &p.ByCity })
	biByBytes  = lens.Of(func(p *biPerson) *cipher.Tag { return &p.ByBytes })
	biNext     = lens.Of(func(p *biPerson) *cipher.Tag { return &p.Next })
)

// biSource has keys of tenants, all made of one secret.
type biSource struct {
	lost map[string]error // what asking for the keys of a tenant fails with
	made map[string]*cipher.Key
}

func (s *biSource) Primary(ctx context.Context, tenant string) (*cipher.Key, error) {
	return s.ByID(ctx, tenant, 7)
}

func (s *biSource) ByID(_ context.Context, tenant string, id cipher.KeyID) (*cipher.Key, error) {
	if err := s.lost[tenant]; err != nil {
		return nil, err
	}
	name := fmt.Sprintf("%s/%d", tenant, id)
	if s.made[name] == nil {
		key, err := cipher.NewKey(id, biSecret(tenant, id))
		if err != nil {
			return nil, err
		}
		if s.made == nil {
			s.made = map[string]*cipher.Key{}
		}
		s.made[name] = key
	}
	return s.made[name], nil
}

func biSecret(tenant string, id cipher.KeyID) []byte {
	h := sha256.Sum256(fmt.Appendf(nil, "%s/%d", tenant, id))
	return h[:]
}

// biWorld is a repository with four blind indexes, and keys of tenants.
type biWorld struct {
	client  *dynamodb.Client
	source  *biSource
	emails  *cipher.Blind[biPerson, string]
	numbers *cipher.Blind[biPerson, int64]
	cities  *cipher.Blind[biPerson, string]
	blobs   *cipher.Blind[biPerson, []byte]
	next    *cipher.Blind[biPerson, string]

	byEmail, byNumber, byNumberKeys, byCity, byBytes repo.MultiKeyIndex[biPerson]

	people *repo.Repo[biPerson]
}

func biIndex(name string, tag lens.Lens[biPerson, cipher.Tag], opts ...repo.IndexOption) repo.MultiKeyIndex[biPerson] {
	return repo.MultiKeyIndexOf(name, repo.PartitionBy[biPerson](tag), repo.SortBy[biPerson](), opts...)
}

func newBiWorld(t *testing.T, opts ...func(*dynamodb.Options)) *biWorld {
	t.Helper()
	w := &biWorld{client: embedded.New().Client(opts...), source: &biSource{}}
	w.emails = cipher.BlindIndex(w.source, 1, biEmail, biByEmail, cipher.TagFoldCase())
	w.numbers = cipher.BlindIndex(w.source, 1, biNumber, biByNumber, cipher.TagBits(8))
	w.cities = cipher.BlindIndex(w.source, 2, biCity, biByCity, cipher.TagScope(biTenant), cipher.TagBits(9))
	w.blobs = cipher.BlindIndex(w.source, 1, biBytes, biByBytes)
	w.next = cipher.BlindIndex(w.source, 9, biEmail, biNext)
	w.byEmail, w.byCity, w.byBytes = biIndex("by-email", biByEmail), biIndex("by-city", biByCity), biIndex("by-bytes", biByBytes)
	w.byNumber, w.byNumberKeys = biIndex("by-number", biByNumber), biIndex("by-number-keys", biByNumber, repo.KeysOnly())
	w.people = biNew(t, w.client, w.protects(t), w.emails, w.numbers, w.cities, w.blobs, w.next, w.byEmail, w.byNumber, w.byNumberKeys, w.byCity, w.byBytes)
	if err := w.people.CreateTables(t.Context()); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *biWorld) protects(t *testing.T) *cipher.Protection[biPerson] {
	return cipher.Protect(cipher.Scope(withOptions(t, w.source), biTenant), biEmail, biNumber, biCity, biBytes)
}

func biNew(t *testing.T, client repo.Client, parts ...repo.Part[biPerson]) *repo.Repo[biPerson] {
	t.Helper()
	people, err := repo.New(client, repo.TableOf("People", biKey, append(parts, meta.Keep(func(p *biPerson) *meta.Record { return &p.Rec }))...))
	if err != nil {
		t.Fatal(err)
	}
	return people
}

// asJSON makes a client of the engine exchange JSON, as over a network.
func asJSON(o *dynamodb.Options) { o.Protocol = awsjson.New10(schemas.DynamoDB_20120810) }

// biFound are the ids of the objects that a query yields.
func biFound(t testing.TB, people *repo.Repo[biPerson], in repo.Range[biPerson]) (ids []string) {
	t.Helper()
	for p, err := range people.Query(context.Background(), in) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, p.Tenant+"/"+p.ID)
	}
	slices.Sort(ids)
	return ids
}

// biTag makes a tag of nothing but the text of the format.
func biTag(secret []byte, id uint32, bits int, entity, scope, content string, path []string, attribute string) cipher.Tag {
	prk, _ := hkdf.Extract(sha256.New, secret, []byte("github.com/dystore/dystore/cipher/v1 extract"))
	text := func(s string) string { return string(binary.BigEndian.AppendUint64(nil, uint64(len(s)))) + s }
	info := "github.com/dystore/dystore/cipher/v1 expand" + "blind index v1" + text(entity) + text(scope) + string(binary.BigEndian.AppendUint64(nil, uint64(len(path))))
	for _, name := range path {
		info += text(name)
	}
	key, _ := hkdf.Expand(sha256.New, prk, info+text(attribute), 32)
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(content))
	hash := mac.Sum(nil)
	for bit := bits; bit < 256; bit++ {
		hash[bit/8] &^= 0x80 >> (bit % 8)
	}
	return append(binary.BigEndian.AppendUint32(nil, id), hash[:(bits+7)/8]...)
}

// The tags of a golden object are those that a decoder finds that knows the format only.
func TestTagsAreAsDocumented(t *testing.T) {
	w := newBiWorld(t)
	p := &biPerson{Tenant: "acme", ID: "1", Email: "Ada@Example.org", Number: new(int64(-17)), Home: biPlace{"Zürich", "x"}, Bytes: []byte{0, 255}}
	if _, err := w.people.Create(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	canonical := func(kind byte, text string) string { return string([]byte{kind, byte(len(text))}) + text }
	want := []cipher.Tag{
		biTag(biSecret("", 1), 1, 128, "People", "", canonical(1, strings.Map(biFold, "ada@example.org")), []string{"Email"}, "ByEmail"),
		biTag(biSecret("", 1), 1, 8, "People", "", canonical(2, "-17"), []string{"Number"}, "ByNumber"),
		biTag(biSecret("acme", 2), 2, 9, "People", "acme", canonical(1, "Zürich"), []string{"Home", "City"}, "ByCity"),
		biTag(biSecret("", 1), 1, 128, "People", "", canonical(3, "\x00\xff"), []string{"Bytes"}, "ByBytes"),
	}
	got := []cipher.Tag{p.ByEmail, p.ByNumber, p.ByCity, p.ByBytes}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	// Frozen: every release finds what this one has stored.
	for i, golden := range []string{"00000001f14229707fa8f14055d853cf916a3cab", "000000014b", "000000026800", "000000015e5d96a76e1ce37f489963a6d8329fee"} {
		if s := hex.EncodeToString(got[i]); s != golden {
			t.Errorf("tag %d is %s", i, s)
		}
	}
	for i := range 40 { // 9 bits of each, and nothing in the seven that are left
		text := fmt.Sprint("city ", i)
		p := &biPerson{Tenant: "acme", ID: text, Home: biPlace{City: text}}
		if _, err := w.people.Create(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		if want := biTag(biSecret("acme", 2), 2, 9, "People", "acme", canonical(1, text), []string{"Home", "City"}, "ByCity"); !bytes.Equal(p.ByCity, want) {
			t.Errorf("the tag of %s is %x, want %x", text, p.ByCity, want)
		}
	}
	out, err := w.client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: new("People"), Key: map[string]types.AttributeValue{"Tenant": &types.AttributeValueMemberS{Value: "acme"}, "ID": &types.AttributeValueMemberS{Value: "1"}}})
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"ByEmail", "ByNumber", "ByCity", "ByBytes"} {
		if b, ok := out.Item[name].(*types.AttributeValueMemberB); !ok || !bytes.Equal(b.Value, want[i]) {
			t.Errorf("%s is %v", name, out.Item[name])
		}
	}
}

// biFold is the first of the characters that are one without regard to case, of those here.
func biFold(r rune) rune {
	if 'a' <= r && r <= 'z' {
		return r - 'a' + 'A'
	}
	return r
}

// A query finds exactly the objects that have the value, whatever has written them.
func TestBlindIndexFindsWhatHasTheValue(t *testing.T) {
	for name, opts := range map[string][]func(*dynamodb.Options){"values": nil, "JSON": {asJSON}} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) { biMachine(t, rt, opts) })
		})
	}
}

func biMachine(t *testing.T, rt *rapid.T, opts []func(*dynamodb.Options)) {
	w, ctx := newBiWorld(t, opts...), t.Context()
	stored := map[string]biPerson{}
	texts := rapid.SampledFrom([]string{"", "ada", "ADA", "eve", "ſ", "é"})
	draw := func(p *biPerson) {
		p.Email, p.Home.City, p.Number, p.Bytes = texts.Draw(rt, "email"), texts.Draw(rt, "city"), nil, nil
		if n := rapid.Int64Range(-1, 300).Draw(rt, "number"); n >= 0 {
			p.Number = &n
		}
		if s := texts.Draw(rt, "bytes"); s != "" {
			p.Bytes = []byte(s)
		}
	}
	for range rapid.IntRange(1, 12).Draw(rt, "steps") {
		p := biPerson{Tenant: rapid.SampledFrom([]string{"acme", "globex"}).Draw(rt, "tenant"), ID: rapid.SampledFrom([]string{"1", "2", "3", "4"}).Draw(rt, "id")}
		id, key := p.Tenant+"/"+p.ID, biKey.Of(p.Tenant, p.ID)
		old, there := stored[id]
		var err error
		switch step := rapid.SampledFrom([]string{"put", "update", "home", "remove", "modify", "transact", "many", "delete"}).Draw(rt, "step"); {
		case !there || step == "put":
			draw(&p)
			p.ByEmail, p.Next = cipher.Tag("stale"), cipher.Tag("stale")
			_, err = w.people.Put(ctx, &p, repo.Overwrite())
			old = p
		case step == "update":
			old.Email, old.Bytes = texts.Draw(rt, "email"), []byte(texts.Draw(rt, "bytes"))
			err = w.people.Update(ctx, key, biEmail.Set(old.Email), biBytes.Set(old.Bytes))
		case step == "home":
			old.Home = biPlace{texts.Draw(rt, "city"), "note"}
			err = w.people.Update(ctx, key, biHome.Set(old.Home))
		case step == "remove":
			old.Number, old.Home.City = nil, ""
			err = w.people.Update(ctx, key, biNumber.Remove(), biCity.Remove())
		case step == "modify":
			err = w.people.Modify(ctx, key, func(p *biPerson) error { draw(p); old = *p; return nil })
		case step == "transact":
			old.Email = texts.Draw(rt, "email")
			err = repo.Transact(ctx, []repo.Op{w.people.UpdateOp(key, biEmail.Set(old.Email))})
		case step == "many":
			draw(&p)
			_, err = w.people.PutMany(ctx, []*biPerson{&p}, repo.Overwrite())
			old = p
		default:
			err = w.people.Delete(ctx, key)
			there = false
			delete(stored, id)
			if err != nil {
				rt.Fatal(err)
			}
			continue
		}
		if err != nil {
			rt.Fatal(err)
		}
		stored[id] = old
	}
	having := func(has func(p biPerson) bool) (ids []string) {
		for _, id := range slices.Sorted(maps.Keys(stored)) {
			if has(stored[id]) {
				ids = append(ids, id)
			}
		}
		return ids
	}
	check := func(what string, in repo.Selection[biPerson], has func(p biPerson) bool) {
		want := having(has)
		if got := biFound(t, w.people, in); !slices.Equal(got, want) {
			rt.Errorf("%s: found %q, want %q", what, got, want)
		}
		if n, err := w.people.Count(ctx, in); err != nil || n != int64(len(want)) {
			rt.Errorf("%s: %d counted, want %d: %v", what, n, len(want), err)
		}
		var paged []string
		for cursor, first := repo.Cursor(""), true; first || cursor != ""; first = false {
			page, err := w.people.Page(ctx, in, repo.PageSize(1), repo.StartAt(cursor))
			if err != nil {
				rt.Fatal(err)
			}
			for _, p := range page.Objects {
				paged = append(paged, p.Tenant+"/"+p.ID)
			}
			cursor = page.Next
		}
		slices.Sort(paged)
		if !slices.Equal(paged, want) {
			rt.Errorf("%s: pages have %q, want %q", what, paged, want)
		}
	}
	for _, text := range []string{"ada", "eve", "ſ", "s", "é", "nobody"} {
		check("email "+text, w.byEmail.In(w.emails.Eq(text)), func(p biPerson) bool { return strings.EqualFold(p.Email, text) })
		check("bytes "+text, w.byBytes.In(w.blobs.Eq([]byte(text))), func(p biPerson) bool { return string(p.Bytes) == text })
		check("city "+text, w.byCity.In(w.cities.Within("acme").Eq(text)), func(p biPerson) bool { return p.Tenant == "acme" && p.Home.City == text })
	}
	for _, n := range []int64{0, 1, 17, 300} {
		check(fmt.Sprint("number ", n), w.byNumber.In(w.numbers.Eq(n)), func(p biPerson) bool { return p.Number != nil && *p.Number == n })
	}
	// A tag of 8 bits is one of several numbers, of which each finds its own objects.
	for id, p := range stored {
		for n := int64(0); p.Number != nil && n < 300; n++ {
			if n != *p.Number && bytes.Equal(biNumberTag(n), p.ByNumber) {
				for _, index := range []repo.MultiKeyIndex[biPerson]{w.byNumber, w.byNumberKeys} {
					check(fmt.Sprintf("%s has the tag of %d", id, n), index.In(w.numbers.Eq(n)), func(p biPerson) bool { return p.Number != nil && *p.Number == n })
				}
			}
		}
		got, err := w.people.Get(ctx, biKey.Of(p.Tenant, p.ID))
		if err != nil {
			rt.Fatal(err)
		}
		var want cipher.Tag
		if p.Email != "" {
			want = biTag(biSecret("", 9), 9, 128, "People", "", string([]byte{1, byte(len(p.Email))})+p.Email, []string{"Email"}, "Next")
		}
		if !bytes.Equal(got.Next, want) {
			rt.Errorf("%s: the tag of %q in no index is %x, want %x", id, p.Email, got.Next, want)
		}
	}
}

func biNumberTag(n int64) cipher.Tag {
	text := fmt.Sprint(n)
	return biTag(biSecret("", 1), 1, 8, "People", "", string([]byte{2, byte(len(text))})+text, []string{"Number"}, "ByNumber")
}
