package repo_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// reported notes paths.
type reported struct {
	mu    sync.Mutex
	paths []string
}

func (r *reported) note(_ context.Context, path string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.paths = append(r.paths, path)
}

// taken are the paths of reports since the last call, in order.
func (r *reported) taken() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	defer func() { r.paths = nil }()
	slices.Sort(r.paths)
	return r.paths
}

var roErasedPaths = []string{"List[].Secret", "List[].Secret", "Map.k.Secret", "Map.l.Secret", "One.Secret", "Opt.Secret", "Secret", "Stay[].Sub.Secret", "Stay[].Sub.Secret"}

// roEmpty is a document of which everything encrypted is gone.
func roEmpty(id string) roDoc {
	d := roDocOf(id)
	d.Secret, d.One.Secret, d.Opt.Secret = "", "", ""
	for i := range d.List {
		d.List[i].Secret = ""
	}
	for k, s := range d.Map {
		s.Secret = ""
		d.Map[k] = s
	}
	for i := range d.Stay {
		d.Stay[i].Sub.Secret = ""
	}
	return d
}

// After the key is destroyed an object cannot be read, or only what is not encrypted, with a
// report of the rest, whichever verb reads it.
func TestErased(t *testing.T) {
	ctx := context.Background()
	key := roKey(t, 1)
	for layout, parts := range roLayouts {
		for how, opts := range map[string][]func(*dynamodb.Options){"values": nil, "JSON": {asJSON}} {
			t.Run(layout+", "+how, func(t *testing.T) {
				c := embedded.New().Client(opts...)
				d := roDocOf("d")
				noErr(t, errOf(roRepo(t, c, parts(), roAES(t, nil, cipher.Primary(key))).Create(ctx, &d)))
				after := roAES(t, nil, cipher.Destroyed(1), cipher.Primary(roKey(t, 2)))
				_, err := roRepo(t, c, parts(), after).Get(ctx, roID.Of("d"))
				if !errors.Is(err, cipher.ErrKeyDestroyed) || !errors.Is(err, repo.ErrCorrupt) {
					t.Errorf("strictly: %v", err)
				}
				var report reported
				accept := repo.AcceptErased(report.note, roSecret, roOne, roOpt, roList, roMap, roStay)
				r := roRepo(t, c, append(parts(), accept), after)
				want := roEmpty("d")
				check := func(verb string, got *roDoc, err error) {
					t.Helper()
					if err != nil {
						t.Fatalf("%s: %v", verb, err)
					}
					g := *got
					g.Meta = meta.Record{}
					if d := cmp.Diff(want, g); d != "" {
						t.Errorf("%s: %s", verb, d)
					}
					if d := cmp.Diff(roErasedPaths, report.taken()); d != "" {
						t.Errorf("%s: reported %s", verb, d)
					}
				}
				got, err := r.Get(ctx, roID.Of("d"))
				check("Get", got, err)
				for v, err := range r.Scan(ctx) {
					check("Scan", v, err)
				}
				many, err := r.GetMany(ctx, []repo.Key[roDoc]{roID.Of("d")})
				check("GetMany", many[0], err)
				noErr(t, repo.TransactGet(ctx, r.GetOp(roID.Of("d"), &got)))
				check("TransactGet", got, nil)
				// A write stores what it has read, under the key of today.
				got.Count = 7
				noErr(t, errOf(r.Put(ctx, got)))
				roUses(t, r, map[cipher.KeyID]int64{2: roSealed})
				report.taken()
				noErr(t, errOf(r.Get(ctx, roID.Of("d"))))
				if left := report.taken(); len(left) > 0 {
					t.Errorf("reported after a write: %q", left)
				}
			})
		}
	}
}

// Only a key that is destroyed makes a value empty, and only where that is accepted.
func TestOnlyDestroyedKeysErase(t *testing.T) {
	ctx := context.Background()
	k1, k2 := roKey(t, 1), roKey(t, 2)
	c := embedded.New().Client()
	d := roDocOf("d")
	noErr(t, errOf(roRepo(t, c, nil, roAES(t, nil, cipher.Primary(k1))).Create(ctx, &d)))
	var report reported
	accept := repo.AcceptErased(report.note, roSecret, roOne)
	for name, x := range map[string]struct {
		keys cipher.Cipher
		want error
	}{
		"disabled":               {roAES(t, nil, cipher.Disabled(k1), cipher.Primary(k2)), cipher.ErrKeyDisabled},
		"unknown":                {roAES(t, nil, cipher.Primary(k2)), cipher.ErrUnknownKey},
		"another secret":         {roAES(t, nil, cipher.Primary(must(cipher.NewKey(1, []byte("32 bytes from a secrets manager.")))(t))), cipher.ErrWrongKey},
		"a source that fails":    {must(cipher.New(failingSource{fmt.Errorf("%w: not now: %w", cipher.ErrKeySource, cipher.ErrKeyDestroyed)}))(t), repo.ErrUnavailable},
		"destroyed, other paths": {roAES(t, nil, cipher.Destroyed(1), cipher.Primary(k2)), cipher.ErrKeyDestroyed},
	} {
		report.taken()
		_, err := roRepo(t, c, []repo.Part[roDoc]{accept}, x.keys).Get(ctx, roID.Of("d"))
		if !errors.Is(err, x.want) {
			t.Errorf("%s: %v", name, err)
		}
		if got := report.taken(); name != "destroyed, other paths" && len(got) > 0 {
			t.Errorf("%s: reported %q", name, got)
		}
	}
}

type failingSource struct{ err error }

func (f failingSource) Primary(context.Context, string) (*cipher.Key, error) { return nil, f.err }
func (f failingSource) ByID(context.Context, string, cipher.KeyID) (*cipher.Key, error) {
	return nil, f.err
}

// Nothing is written of a person whose keys are destroyed, and an object of his can be deleted.
func TestErasedScope(t *testing.T) {
	ctx := context.Background()
	source := newScopes(t, "a", "b")
	var report reported
	model := []repo.Part[roDoc]{cipher.Protect(cipher.Scope(must(cipher.New(destroying{source}))(t), roScope), roSecret), repo.AcceptErased(report.note, roSecret)}
	r := roRepoOf(t, embedded.New().Client(), model)
	for _, id := range []string{"a", "b"} {
		d := roDocOf(id)
		noErr(t, errOf(r.Create(ctx, &d)))
	}
	delete(source.keys, "a")
	got := must(r.Get(ctx, roID.Of("a")))(t)
	if got.Secret != "" || !slices.Equal(report.taken(), []string{"Secret"}) {
		t.Errorf("%q", got.Secret)
	}
	for verb, err := range map[string]error{
		"Put":    errOf(r.Put(ctx, got)),
		"Update": r.Update(ctx, roID.Of("a"), roSecret.Set("new")),
		"Modify": r.Modify(ctx, roID.Of("a"), func(*roDoc) error { return nil }),
	} {
		if !errors.Is(err, cipher.ErrKeyDestroyed) || !errors.Is(err, repo.ErrUnavailable) {
			t.Errorf("%s: %v", verb, err)
		}
	}
	noErr(t, r.Update(ctx, roID.Of("a"), roCount.Set(3)))
	noErr(t, r.Delete(ctx, roID.Of("a")))
	roHas(t, r, roDocOf("b"))
}

// destroying is a source to which a key that is gone is destroyed.
type destroying struct{ *scopes }

func (d destroying) Primary(ctx context.Context, scope string) (*cipher.Key, error) {
	return d.ByID(ctx, scope, 1)
}

func (d destroying) ByID(ctx context.Context, scope string, id cipher.KeyID) (*cipher.Key, error) {
	key, err := d.scopes.ByID(ctx, scope, id)
	if errors.Is(err, cipher.ErrUnknownKey) {
		err = cipher.ErrKeyDestroyed
	}
	return key, err
}

func TestRefusedErased(t *testing.T) {
	keys := roAES(t, nil, cipher.Primary(roKey(t, 1)))
	report := func(context.Context, string) {}
	for want, part := range map[string]repo.Part[roDoc]{
		"the function is nil":                repo.AcceptErased(nil, roSecret),
		"names no field":                     repo.AcceptErased[roDoc](report),
		"field 1 is nil":                     repo.AcceptErased[roDoc](report, nil),
		"no value is encrypted at this path": repo.AcceptErased(report, roOne),
		"a zero Lens":                        repo.AcceptErased(report, lens.Lens[roDoc, string]{}),
	} {
		_, err := repo.New(embedded.New().Client(), repo.TableOf("Docs", roID, roKeep, cipher.Protect(keys, roSecret), part))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	r := roRepoOf(t, embedded.New().Client(), []repo.Part[roDoc]{cipher.Protect(keys, roSecret, roOne), repo.AcceptErased(report, roOne)})
	if got := r.Layout().AcceptsErased; !slices.Equal(got, []string{"One.Secret"}) {
		t.Errorf("%q", got)
	}
}
