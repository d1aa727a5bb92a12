package cipher_test

import (
	"context"
	"testing"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// ringSource has a keyset for each scope.
type ringSource map[string]*cipher.Keyset

func (s ringSource) Primary(ctx context.Context, scope string) (*cipher.Key, error) {
	if s[scope] == nil {
		return nil, cipher.ErrUnknownKey
	}
	return s[scope].Primary(ctx, scope)
}

func (s ringSource) ByID(ctx context.Context, scope string, id cipher.KeyID) (*cipher.Key, error) {
	if s[scope] == nil {
		return nil, cipher.ErrUnknownKey
	}
	return s[scope].ByID(ctx, scope, id)
}

type srPart struct{ Card, Note string }

type srDoc struct {
	ID   string
	Card string
	Note string
	Part srPart
	Rec  meta.Record `dynamodbav:"-"`
}

// Values of one cipher may have scopes of several paths. Each scope is rotated by itself, also
// in parts, and only what is under its old key is written.
func TestRotationOfScopesByPath(t *testing.T) {
	ctx := t.Context()
	rings := func(cards, rest cipher.KeyID) ringSource {
		s := ringSource{}
		for scope, primary := range map[string]cipher.KeyID{"cards": cards, "rest": rest} {
			entries := []cipher.KeysetEntry{cipher.Primary(newKey(t, primary))}
			if primary == 2 {
				entries = append(entries, cipher.Enabled(newKey(t, 1)))
			}
			ring, err := cipher.NewKeyset(entries...)
			if err != nil {
				t.Fatal(err)
			}
			s[scope] = ring
		}
		return s
	}
	client := embedded.New().Client()
	docs := func(source cipher.KeySource) *repo.Repo[srDoc] {
		c := cipher.ScopeBy(withOptions(t, source), func(b *cipher.Binding) (string, error) {
			switch b.Path.String() {
			case "Card", "Part.Card":
				return "cards", nil
			}
			return "rest", nil
		})
		part := lens.Of(func(d *srDoc) *srPart { return &d.Part })
		partCard, partNote := lens.Of(func(p *srPart) *string { return &p.Card }), lens.Of(func(p *srPart) *string { return &p.Note })
		r, err := repo.New(client, repo.TableOf("Docs", repo.KeyOf(func(d *srDoc) *string { return &d.ID }),
			shard.New(shard.To("Parts"), func(d *srDoc) *srPart { return &d.Part }),
			cipher.Protect(c, lens.Of(func(d *srDoc) *string { return &d.Card }), lens.Of(func(d *srDoc) *string { return &d.Note }), lens.Join(part, partCard), lens.Join(part, partNote)),
			meta.Keep(func(d *srDoc) *meta.Record { return &d.Rec })))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	r := docs(rings(1, 1))
	if err := r.CreateTables(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Create(ctx, &srDoc{ID: "a", Card: "4111", Note: "n", Part: srPart{"4222", "m"}}); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct{ cards, rest cipher.KeyID }{{2, 1}, {2, 2}} {
		r := docs(rings(step.cards, step.rest))
		for i, changed := range []int64{1, 0} {
			done, err := r.Reencrypt(ctx)
			if err != nil || done.Changed != changed {
				t.Errorf("%+v, run %d: %d changed, %v", step, i, done.Changed, err)
			}
		}
		used, err := r.KeysInUse(ctx)
		if err != nil {
			t.Fatal(err)
		}
		// Two cards; two notes and the list of encrypted paths.
		if cards, rest := used.OfScope("cards", step.cards), used.OfScope("rest", step.rest); cards != 2 || rest != 3 || len(used.Keys) != 2 {
			t.Errorf("%+v: %+v", step, used.Keys)
		}
		// A write of the value leaves the part as it is, or makes it as today: both are current.
		d, err := r.Get(ctx, repo.KeyOf(func(d *srDoc) *string { return &d.ID }).Of("a"))
		if err != nil || d.Card != "4111" || d.Part != (srPart{"4222", "m"}) {
			t.Errorf("%+v: %+v, %v", step, d, err)
		}
	}
}
