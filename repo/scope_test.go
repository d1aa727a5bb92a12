package repo_test

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// scopes is a source with a key for each scope, all with the id 1. It notes who was asked for.
type scopes struct {
	keys map[string]*cipher.Key
	mu   sync.Mutex
	seen map[string]bool
}

func newScopes(t testing.TB, names ...string) *scopes {
	s := &scopes{keys: map[string]*cipher.Key{}, seen: map[string]bool{}}
	for i, name := range names {
		s.keys[name] = must(cipher.NewKey(1, bytes.Repeat([]byte{byte(i + 1)}, 32)))(t)
	}
	return s
}

func (s *scopes) Primary(ctx context.Context, scope string) (*cipher.Key, error) {
	return s.ByID(ctx, scope, 1)
}

func (s *scopes) ByID(_ context.Context, scope string, id cipher.KeyID) (*cipher.Key, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen[scope] = true
	if k := s.keys[scope]; k != nil && id == 1 {
		return k, nil
	}
	return nil, cipher.ErrUnknownKey
}

// asked are the scopes that were asked for since the last call, in order.
func (s *scopes) asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer clear(s.seen)
	return slices.Sorted(maps.Keys(s.seen))
}

var roScope = lens.Of(func(d *roDoc) *string { return &d.ID })

// Every verb seals and opens what is of an object under the keys of its scope, and asks for no
// others.
func TestScopeOfEveryVerb(t *testing.T) {
	ctx := context.Background()
	key := roID.Of("a")
	type world struct {
		*repo.Repo[roDoc]
		c         *dynamodb.Client
		keys      *scopes
		otherwise *repo.Repo[roDoc] // divided in another way
	}
	each := func(seq func(func(*roDoc, error) bool)) (err error) {
		seq(func(_ *roDoc, wrong error) bool { err = errors.Join(err, wrong); return true })
		return err
	}
	verbs := map[string]struct {
		scopes []string
		run    func(t *testing.T, w world) error
	}{
		"Get":     {[]string{"a"}, func(t *testing.T, w world) error { return errOf(w.Get(ctx, key)) }},
		"GetMany": {[]string{"a", "b"}, func(t *testing.T, w world) error { return errOf(w.GetMany(ctx, []repo.Key[roDoc]{key, roID.Of("b")})) }},
		"Scan":    {[]string{"a", "b"}, func(t *testing.T, w world) error { return each(w.Scan(ctx)) }},
		"Decode": {[]string{"a", "b"}, func(t *testing.T, w world) error {
			out, err := w.c.Scan(ctx, &dynamodb.ScanInput{TableName: aws.String("Docs")})
			if err != nil {
				return err
			}
			return each(w.Repo.Decode(ctx, out.Items))
		}},
		"TransactGet": {[]string{"a", "b"}, func(t *testing.T, w world) error {
			var a, b *roDoc
			return repo.TransactGet(ctx, w.GetOp(key, &a), w.GetOp(roID.Of("b"), &b))
		}},
		"Put tracked": {[]string{"a"}, func(t *testing.T, w world) error {
			d := must(w.Get(ctx, key))(t)
			d.One.Secret, d.List[1].Secret = "new", "new"
			return errOf(w.Put(ctx, d))
		}},
		"Put blind": {[]string{"a"}, func(t *testing.T, w world) error { d := roDocOf("a"); return errOf(w.Put(ctx, &d)) }},
		"PutMany": {[]string{"a", "b"}, func(t *testing.T, w world) error {
			a, b := roDocOf("a"), roDocOf("b")
			return errOf(w.PutMany(ctx, []*roDoc{&a, &b}))
		}},
		"Update": {[]string{"a"}, func(t *testing.T, w world) error {
			return w.Update(ctx, key, roSecret.Set("new"), roOne.Set("new"), roOpt.Remove())
		}},
		"Modify": {[]string{"a"}, func(t *testing.T, w world) error {
			return w.Modify(ctx, key, func(d *roDoc) error { d.Secret = "new"; return nil })
		}},
		"Rewrite": {[]string{"a"}, func(t *testing.T, w world) error {
			return w.Modify(ctx, key, func(*roDoc) error { return nil }, repo.Rewrite())
		}},
		"Transact": {[]string{"a", "b"}, func(t *testing.T, w world) error {
			b := roDocOf("b")
			return repo.Transact(ctx, []repo.Op{w.UpdateOp(key, roSecret.Set("new")), w.PutOp(&b)})
		}},
		"Export and Import": {[]string{"a"}, func(t *testing.T, w world) error {
			var doc bytes.Buffer
			if err := w.Export(ctx, &doc, key); err != nil {
				return err
			}
			if err := w.Delete(ctx, key); err != nil {
				return err
			}
			return errOf(w.Import(ctx, &doc))
		}},
		"Migrate": {[]string{"a", "b"}, func(t *testing.T, w world) error { return errOf(w.otherwise.Migrate(ctx)) }},
		"Open": {[]string{"a"}, func(t *testing.T, w world) error {
			stored, err := repo.Open(w.c, "Docs", "ID", repo.AllowTables(roTables...), repo.WithOpener(cipher.ScopeBy(must(cipher.New(w.keys))(t), cipher.PartitionKey)))
			if err != nil {
				return err
			}
			doc, err := stored.Get(ctx, "a")
			if err == nil && doc["Secret"] != "s" {
				t.Errorf("%v", doc["Secret"])
			}
			return err
		}},
	}
	for layout, parts := range roLayouts {
		for how, opts := range map[string][]repo.Option{"": nil, "staged, ": {repo.Staged()}, "lean, ": {repo.Lean()}} {
			for name, verb := range verbs {
				t.Run(how+layout+", "+name, func(t *testing.T) {
					w := world{c: embedded.New().Client(asJSON), keys: newScopes(t, "a", "b")}
					sealed := cipher.Protect(cipher.Scope(must(cipher.New(w.keys))(t), roScope), roSecret, roOne, roOpt, roList, roMap, roStay)
					of := func(parts []repo.Part[roDoc]) *repo.Repo[roDoc] {
						return repoOver(t, w.c, repo.TableOf("Docs", roID, append(parts, sealed, roKeep)...), append(opts, repo.AllowTables(roTables...))...)
					}
					w.Repo, w.otherwise = of(parts()), of(roParts(shard.WhenOver(10)))
					if layout == "divided" {
						w.otherwise = of(nil)
					}
					for _, id := range []string{"a", "b"} {
						d := roDocOf(id)
						noErr(t, errOf(w.Create(ctx, &d)))
						if got := w.keys.asked(); !slices.Equal(got, []string{id}) {
							t.Errorf("Create of %s asked for the keys of %q", id, got)
						}
					}
					noErr(t, verb.run(t, w))
					if got := w.keys.asked(); !slices.Equal(got, verb.scopes) {
						t.Errorf("it asked for the keys of %q, want %q", got, verb.scopes)
					}
					roHas2(t, w.Repo, "a", "b")
					w.keys.asked()
				})
			}
		}
	}
}

// roHas2 checks that documents can be read.
func roHas2(t *testing.T, r *repo.Repo[roDoc], ids ...string) {
	t.Helper()
	for _, id := range ids {
		noErr(t, errOf(r.Get(context.Background(), roID.Of(id))))
	}
}

type (
	scVisit struct {
		Clinic  string
		Day     time.Time `dynamodbav:",unixtime"`
		No      int
		Raw     []byte
		Finding string
	}
	scKey struct {
		declared repo.Model[scVisit]
		scope    string
	}
)

// A scope is in any field of the key: an attribute, or what an attribute is joined of.
func TestScopeInTheKey(t *testing.T) {
	ctx := context.Background()
	clinic, no := lens.Of(func(v *scVisit) *string { return &v.Clinic }), lens.Of(func(v *scVisit) *int { return &v.No })
	day, raw := lens.Of(func(v *scVisit) *time.Time { return &v.Day }), lens.Of(func(v *scVisit) *[]byte { return &v.Raw })
	finding := lens.Of(func(v *scVisit) *string { return &v.Finding })
	composite := repo.CompositeKeyOf(func(v *scVisit) *string { return &v.Clinic }, func(v *scVisit) *int { return &v.No })
	binary := repo.KeyOf(func(v *scVisit) *[]byte { return &v.Raw })
	byNo := repo.IndexOf("ByNo", func(v *scVisit) *int { return &v.No }, func(v *scVisit) *time.Time { return &v.Day })
	joined := repo.JoinedKeyOf(
		repo.AttributeOf("PK", repo.Word[scVisit]("CLINIC"), clinic, raw),
		repo.AttributeOf("SK", repo.Word[scVisit]("VISIT"), no, day))
	v := scVisit{Clinic: "#1 & Söhne", Day: time.Unix(1.7e9, 0).UTC(), No: -12, Raw: []byte{0, 255}, Finding: "flu"}
	source := newScopes(t, "#1 & Söhne", "-12", "1700000000", "\x00\xff")
	keys := must(cipher.New(source))(t)
	for name, of := range map[string]scKey{
		"partition key": {repo.TableOf("Visits", composite, byNo, cipher.Protect(cipher.Scope(keys, clinic), finding)), "#1 & Söhne"},
		"sort key":      {repo.TableOf("Visits", composite, cipher.Protect(cipher.Scope(keys, no), finding)), "-12"},
		"binary":        {repo.TableOf("Visits", binary, cipher.Protect(cipher.Scope(keys, raw), finding)), "\x00\xff"},
		"joined text":   {repo.TableOf("Visits", joined, cipher.Protect(cipher.Scope(keys, clinic), finding)), "#1 & Söhne"},
		"joined number": {repo.TableOf("Visits", joined, cipher.Protect(cipher.Scope(keys, no), finding)), "-12"},
		"joined time":   {repo.TableOf("Visits", joined, cipher.Protect(cipher.Scope(keys, day), finding)), "1700000000"},
		"joined binary": {repo.TableOf("Visits", joined, cipher.Protect(cipher.Scope(keys, raw), finding)), "\x00\xff"},
	} {
		t.Run(name, func(t *testing.T) {
			r := repoOver(t, embedded.New().Client(), of.declared)
			own := v
			k := must(r.Create(ctx, &own))(t)
			if got := must(r.Get(ctx, k))(t); !reflect.DeepEqual(*got, v) {
				t.Errorf("%+v", got)
			}
			for got, err := range r.Query(ctx, byNo.In(-12)) {
				if err != nil && name == "partition key" || err == nil && !reflect.DeepEqual(*got, v) {
					t.Errorf("by index: %+v, %v", got, err)
				}
			}
			if got := source.asked(); !slices.Equal(got, []string{of.scope}) {
				t.Errorf("the scope is %q, want %q", got, of.scope)
			}
		})
	}
}

// Groups of fields have scopes of their own, and one cipher may find scopes by path.
func TestScopesOfGroups(t *testing.T) {
	ctx := context.Background()
	source, other := newScopes(t, "a", "Secret", "One"), newScopes(t, "a")
	byPath := cipher.ScopeBy(must(cipher.New(source))(t), func(b *cipher.Binding) (string, error) {
		name, _, _ := strings.Cut(b.Path.String(), ".")
		if name == "_meta" {
			name = "a"
		}
		return name, nil
	})
	tenant := cipher.Scope(must(cipher.New(other))(t), roScope)
	r := roRepoOf(t, embedded.New().Client(), append(roParts(), cipher.Protect(byPath, roSecret, roOne), cipher.Protect(tenant, roList), cipher.Protect(tenant, roMap)))
	d := roDocOf("a")
	noErr(t, errOf(r.Create(ctx, &d)))
	if got := source.asked(); !slices.Equal(got, []string{"One", "Secret", "a"}) {
		t.Errorf("by path: %q", got)
	}
	if got := other.asked(); !slices.Equal(got, []string{"a"}) {
		t.Errorf("by key: %q", got)
	}
	roHas(t, r, d)
}

// What is under the keys of one scope does not open in another, though the keys are the same.
func TestWrongScope(t *testing.T) {
	ctx := context.Background()
	source := newScopes(t, "a", "b")
	source.keys["b"] = source.keys["a"]
	keys := must(cipher.New(source))(t)
	scope := "a"
	r := roRepoOf(t, embedded.New().Client(), []repo.Part[roDoc]{cipher.Protect(cipher.ScopeBy(keys, func(*cipher.Binding) (string, error) { return scope, nil }), roSecret)})
	d := roDocOf("d")
	noErr(t, errOf(r.Create(ctx, &d)))
	for now, want := range map[string]error{"b": cipher.ErrAuth, "c": cipher.ErrUnknownKey, "": cipher.ErrScope} {
		scope = now
		_, err := r.Get(ctx, roID.Of("d"))
		if !errors.Is(err, want) || !errors.Is(err, repo.ErrCorrupt) {
			t.Errorf("%q: %v", now, err)
		}
	}
	for now, want := range map[string]error{"c": repo.ErrUnavailable, "": repo.ErrInvalid} {
		scope = now
		d := roDocOf("e")
		if _, err := r.Create(ctx, &d); !errors.Is(err, want) {
			t.Errorf("Create under %q: %v", now, err)
		}
	}
}

// A scope that is in no key is refused by New.
func TestRefusedScopes(t *testing.T) {
	keys := roAES(t, nil, cipher.Primary(roKey(t, 1)))
	type other struct{ Name string }
	for name, c := range map[string]struct {
		part repo.Part[roDoc]
		want string
	}{
		"another field":  {cipher.Protect(cipher.Scope(keys, roSecret), roOne), "cipher.Scope(repo_test.roDoc, Secret): it is no field of the key"},
		"inside a part":  {cipher.Protect(cipher.Scope(keys, roOne), roSecret), "it is no field of the key"},
		"another type":   {cipher.Protect(cipher.Scope(keys, lens.Of(func(o *other) *string { return &o.Name })), roSecret), "the scope is in a field of repo_test.other"},
		"a zero lens":    {cipher.Protect(cipher.Scope(keys, lens.Lens[roDoc, string]{}), roSecret), "a zero Lens"},
		"no cipher":      {cipher.Protect(cipher.Scope(nil, roScope), roSecret), "the cipher is nil"},
		"twice":          {cipher.Protect(cipher.Scope(cipher.Scope(keys, roScope), roScope), roSecret), "it has two scopes"},
		"of a half":      {cipher.Protect(cipher.SealOnly(cipher.Scope(keys, roScope)), roSecret), "cipher.Scope(cipher.SealOnly(keys), field)"},
		"by no function": {cipher.Protect(cipher.ScopeBy(keys, nil), roSecret), "the function of cipher.ScopeBy is nil"},
		"all":            {cipher.ProtectAll[roDoc](cipher.Scope(keys, roSecret)), "it is no field of the key"},
	} {
		_, err := repo.New(embedded.New().Client(), repo.TableOf("Docs", roID, c.part))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := repo.New(embedded.New().Client(), repo.TableOf("Docs", repo.DetachedKey[roDoc, string]("id"), cipher.Protect(cipher.Scope(keys, roScope), roSecret)))
	if err == nil || !strings.Contains(err.Error(), "it is no field of the key") {
		t.Errorf("a key that is not in the type: %v", err)
	}
	must(repo.Open(embedded.New().Client(), "Docs", "ID", repo.WithOpener(cipher.Scope(keys, roScope))))(t)
	_, err = cipher.Scope(keys, roScope).Open(t.Context(), nil, nil, nil)
	if !errors.Is(err, cipher.ErrScope) {
		t.Errorf("without a model: %v", err)
	}
}

// Nobody reads values of another tenant that a writer of the table has moved into a partition.
func TestMovedBetweenScopes(t *testing.T) {
	ctx := context.Background()
	c := embedded.New().Client()
	source := newScopes(t, "a", "b")
	r := roRepoOf(t, c, []repo.Part[roDoc]{cipher.Protect(cipher.Scope(must(cipher.New(source))(t), roScope), roSecret)})
	for _, id := range []string{"a", "b"} {
		d := roDocOf(id)
		noErr(t, errOf(r.Create(ctx, &d)))
	}
	stolen := must(c.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String("Docs"), Key: map[string]types.AttributeValue{"ID": &types.AttributeValueMemberS{Value: "a"}}}))(t).Item
	stolen["ID"] = &types.AttributeValueMemberS{Value: "b"}
	noErr(t, errOf(c.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String("Docs"), Item: stolen})))
	source.asked()
	if _, err := r.Get(ctx, roID.Of("b")); !errors.Is(err, cipher.ErrWrongKey) || !errors.Is(err, repo.ErrCorrupt) {
		t.Errorf("%v", err)
	}
	if got := source.asked(); slices.Contains(got, "a") {
		t.Errorf("it asked for the keys of %q", got)
	}
}

// Keys in use are counted by scope, of parts too that no object refers to. Of an object with a
// long key the parts do not tell whose they are.
func TestKeysInUseOfScopes(t *testing.T) {
	ctx := context.Background()
	long := strings.Repeat("x", 1500)
	source, c := newScopes(t, "a", "b", long), embedded.New().Client()
	sealed := cipher.Protect(cipher.Scope(must(cipher.New(source))(t), roScope), roSecret, roOne, roOpt, roList, roMap, roStay)
	r := roRepoOf(t, c, append(roParts(), sealed))
	for _, id := range []string{"a", "b", long} {
		d := roDocOf(id)
		noErr(t, errOf(r.Create(ctx, &d)))
	}
	noErr(t, r.Delete(ctx, roID.Of("b"), repo.KeepShards()))
	got := must(r.KeysInUse(ctx))(t)
	want := []repo.KeyUse{
		{ID: 1, Values: roSealed - 2, Items: 8},
		{ID: 1, Values: roSealed, Items: 9, Scope: "a"},
		{ID: 1, Values: roSealed - 2, Items: 8, Scope: "b"},
		{ID: 1, Values: 2, Items: 1, Scope: long},
	}
	if !reflect.DeepEqual(got.Keys, want) {
		t.Errorf("%+v", got.Keys)
	}
	if got.Of(1) != 3*roSealed-2 || got.OfScope("b", 1) != 2*(roSealed-2) || got.OfScope("c", 1) != roSealed-2 || got.OfScope("a", 2) != 0 {
		t.Errorf("%d, %d, %d, %d", got.Of(1), got.OfScope("b", 1), got.OfScope("c", 1), got.OfScope("a", 2))
	}
}
