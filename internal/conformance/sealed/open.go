package sealed

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/conformance/trees"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

var vaultTables = repo.AllowTables("Part", "Opt", "Parts", "ByName", "Deep", "Inner")

var openChecks = []kit.Check{
	{Name: "by metadata, the same document as in the clear", Run: func(t *testing.T, x *kit.World) {
		ctx, plain := t.Context(), kit.NewWorld(t, x.Engine)
		tr, v := secretTree("p"), aVault("v")
		_, err := kit.Open(t, plain, trees.Flat()).Create(ctx, &tr)
		kit.Must(t, err)
		_, err = kit.Open(t, plain, vaultIn("", nil)).Create(ctx, &v)
		kit.Must(t, err)
		wantTree, err := kit.OpenStored(t, plain, "Trees", "id").Get(ctx, "p")
		kit.Must(t, err)
		wantVault, err := kit.OpenStored(t, plain, "Vaults", "id", vaultTables).Get(ctx, "v")
		kit.Must(t, err)

		opener := repo.WithOpener(kit.Keys(t))
		for _, l := range layouts(t) {
			y := kit.NewWorld(t, x.Engine)
			_, err := kit.Open(t, y, l.Model()).Create(ctx, new(secretTree("p")))
			kit.Must(t, err)
			got, err := kit.OpenStored(t, y, "Trees", "id", trees.Tables, opener).Get(ctx, "p")
			kit.Must(t, err)
			kit.Equal(t, "tree "+l.Name, got, wantTree)
			hidden(t, y, "tree "+l.Name)
			closedDelete(t, y, "Trees", "p", trees.Tables)
		}
		for name, m := range vaultLayouts(t) {
			y := kit.NewWorld(t, x.Engine)
			_, err := kit.Open(t, y, m).Create(ctx, new(aVault("v")))
			kit.Must(t, err)
			got, err := kit.OpenStored(t, y, "Vaults", "id", vaultTables, opener).Get(ctx, "v")
			kit.Must(t, err)
			kit.Equal(t, "vault "+name, got, wantVault)
			hidden(t, y, "vault "+name)
			closedDelete(t, y, "Vaults", "v", vaultTables)
		}
	}},
	{Name: "by metadata, with the wrong key or none", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, trees.Divided(0, protectTexts(t)))
		v := secretTree("p")
		_, err := r.Create(ctx, &v)
		kit.Must(t, err)
		got, err := kit.OpenStored(t, x, "Trees", "id", trees.Tables).Get(ctx, "p")
		kit.Equal(t, "without an opener", got, nil)
		kit.WantErr(t, "without an opener", err, repo.ErrInvalid, "the object has encrypted values; give Open a repo.WithOpener")
		at := envelope{entity: "Trees", path: cipher.Path{cipher.Name("_meta")}}
		for _, c := range []struct {
			name  string
			keys  *cipher.AES
			cause error
		}{
			{"another key of the same id", kit.KeysOf(t, 1, 8), cipher.ErrWrongKey}, {"another key", kit.KeysOf(t, 2, 7), cipher.ErrUnknownKey},
		} {
			s := kit.OpenStored(t, x, "Trees", "id", trees.Tables, repo.WithOpener(c.keys))
			got, err := s.Get(ctx, "p")
			kit.Equal(t, c.name, got, nil)
			at.refused(t, c.name+", get", err, c.cause)
			for got, err := range s.Scan(ctx) {
				kit.Equal(t, c.name, got, nil)
				at.refused(t, c.name+", scan", err, c.cause)
			}
			// A model takes its paths from the declaration, so it fails at one of them.
			strange := kit.Open(t, x, trees.Divided(0, cipher.Protect(c.keys, tTitle)))
			whole, err := strange.Get(ctx, trees.ID.Of("p"))
			kit.Equal(t, c.name, whole, nil)
			(&envelope{entity: "Trees", path: cipher.Path{cipher.Name("title")}}).refused(t, c.name+", by the model", err, c.cause)
		}
	}},
	{Name: "an envelope where the model has none", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, trees.Divided(0, protectTexts(t)))
		v := secretTree("p")
		key, err := r.Create(ctx, &v)
		kit.Must(t, err)
		// Without the encryption in the declaration, no envelope passes as a text.
		plain := kit.Open(t, x, trees.Divided(0))
		got, err := plain.Get(ctx, key)
		kit.Equal(t, "tree", got, nil)
		kit.WantErr(t, "get", err, repo.ErrCorrupt, cipher.ErrUnexpectedEnvelope.Error())
		for _, p := range secretPaths() {
			text, err := repo.Read(ctx, plain, key, p)
			kit.Equal(t, "text", text, "")
			wantUnexpected(t, "read", err, p.ModelLens().Path.String())
		}
		// One envelope in a field that was never encrypted.
		item := x.Item(t, "Trees", "p")
		item["words"] = kit.List(item["title"])
		x.Plant(t, "Trees", item)
		_, err = repo.Read(ctx, r, key, tWords)
		wantUnexpected(t, "read", err, "words[0]")
		_, err = r.Get(ctx, key)
		wantUnexpected(t, "get", err, "words[0]")
	}},
	{Name: "the list of encrypted paths of another object", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, trees.Divided(0, protectTexts(t)))
		key, err := r.Create(ctx, new(secretTree("p")))
		kit.Must(t, err)
		_, err = r.Create(ctx, new(secretTree("q")))
		kit.Must(t, err)
		p, q := x.Item(t, "Trees", "p"), x.Item(t, "Trees", "q")
		policyOf := func(it kit.Row) kit.Row { return it["_meta"].(*types.AttributeValueMemberM).Value }
		policyOf(p)["s"] = policyOf(q)["s"]
		x.Plant(t, "Trees", p)
		got, err := kit.OpenStored(t, x, "Trees", "id", trees.Tables, repo.WithOpener(kit.Keys(t))).Get(ctx, "p")
		kit.Equal(t, "document", got, nil)
		(&envelope{entity: "Trees", path: cipher.Path{cipher.Name("_meta")}}).refused(t, "get", err, cipher.ErrAuth)
		// A model takes its paths from the declaration. The next write mends the list.
		text, err := repo.Read(ctx, r, key, lens.Join(tOne, bName))
		kit.Must(t, err)
		kit.Equal(t, "text", text, secretTree("p").One.Name)
		whole, err := r.Get(ctx, key)
		kit.Must(t, err)
		_, err = r.Put(ctx, whole)
		kit.Must(t, err)
		_, err = kit.OpenStored(t, x, "Trees", "id", trees.Tables, repo.WithOpener(kit.Keys(t))).Get(ctx, "p")
		kit.Must(t, err)
	}},
}

// closedDelete deletes without a key, since a Delete opens no envelope.
func closedDelete(t *testing.T, x *kit.World, table, id string, tables repo.Option) {
	t.Helper()
	kit.Must(t, kit.OpenStored(t, x, table, "id", tables).Delete(t.Context(), id, repo.MustExist()))
	x.Counted(t, "left", map[string]int{})
}

// wantUnexpected fails t unless err names a path with an envelope that the model
// does not expect.
func wantUnexpected(t *testing.T, what string, err error, path string) {
	t.Helper()
	kit.WantErr(t, what, err, repo.ErrCorrupt, cipher.ErrUnexpectedEnvelope.Error())
	var field *cipher.FieldError
	if !errors.As(err, &field) || field.Path != path || !errors.Is(err, cipher.ErrUnexpectedEnvelope) {
		t.Errorf("%s: got %v; want %v at %s", what, err, cipher.ErrUnexpectedEnvelope, path)
	}
	silent(t, what, err)
}
