package conformance

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

var vaultTables = repo.AllowTables("Part", "Opt", "Parts", "ByName", "Deep", "Inner")

var sealedOpenChecks = []repoCheck{
	{"by metadata, the same document as in the clear", func(t *testing.T, x *world) {
		ctx, plain := t.Context(), newWorld(t, x.Engine)
		tr, v := secretTree("p"), aVault("v")
		_, err := open(t, plain, flatTree()).Create(ctx, &tr)
		must(t, err)
		_, err = open(t, plain, vaultIn("", nil)).Create(ctx, &v)
		must(t, err)
		wantTree, err := openStored(t, plain, "Trees", "id").Get(ctx, "p")
		must(t, err)
		wantVault, err := openStored(t, plain, "Vaults", "id", vaultTables).Get(ctx, "v")
		must(t, err)

		opener := repo.WithOpener(testKeys(t))
		for _, l := range sealedLayouts(t) {
			y := newWorld(t, x.Engine)
			_, err := open(t, y, l.model()).Create(ctx, new(secretTree("p")))
			must(t, err)
			got, err := openStored(t, y, "Trees", "id", treeTables, opener).Get(ctx, "p")
			must(t, err)
			equal(t, "tree "+l.name, got, wantTree)
			y.hidden(t, "tree "+l.name)
			y.closedDelete(t, "Trees", "p", treeTables)
		}
		for name, m := range vaultLayouts(t) {
			y := newWorld(t, x.Engine)
			_, err := open(t, y, m).Create(ctx, new(aVault("v")))
			must(t, err)
			got, err := openStored(t, y, "Vaults", "id", vaultTables, opener).Get(ctx, "v")
			must(t, err)
			equal(t, "vault "+name, got, wantVault)
			y.hidden(t, "vault "+name)
			y.closedDelete(t, "Vaults", "v", vaultTables)
		}
	}},
	{"by metadata, with the wrong key or none", func(t *testing.T, x *world) {
		ctx, r := t.Context(), open(t, x, dividedTree(0, protectTexts(t)))
		v := secretTree("p")
		_, err := r.Create(ctx, &v)
		must(t, err)
		got, err := openStored(t, x, "Trees", "id", treeTables).Get(ctx, "p")
		equal(t, "without an opener", got, nil)
		wantErr(t, "without an opener", err, repo.ErrInvalid, "the object has encrypted values; give Open a repo.WithOpener")
		at := envelope{entity: "Trees", path: cipher.Path{cipher.Name("_meta")}}
		for _, c := range []struct {
			name  string
			keys  *cipher.AES
			cause error
		}{
			{"another key of the same id", keysOf(t, 1, 8), cipher.ErrWrongKey}, {"another key", keysOf(t, 2, 7), cipher.ErrUnknownKey},
		} {
			s := openStored(t, x, "Trees", "id", treeTables, repo.WithOpener(c.keys))
			got, err := s.Get(ctx, "p")
			equal(t, c.name, got, nil)
			at.refused(t, c.name+", get", err, c.cause)
			for got, err := range s.Scan(ctx) {
				equal(t, c.name, got, nil)
				at.refused(t, c.name+", scan", err, c.cause)
			}
			// The model is not told its paths by the table, and fails at one of them.
			strange := open(t, x, dividedTree(0, cipher.Protect(c.keys, tTitle)))
			whole, err := strange.Get(ctx, treeID.Of("p"))
			equal(t, c.name, whole, nil)
			(&envelope{entity: "Trees", path: cipher.Path{cipher.Name("title")}}).refused(t, c.name+", by the model", err, c.cause)
		}
	}},
	{"an envelope where the model has none", func(t *testing.T, x *world) {
		ctx, r := t.Context(), open(t, x, dividedTree(0, protectTexts(t)))
		v := secretTree("p")
		key, err := r.Create(ctx, &v)
		must(t, err)
		// The declaration has lost its encryption: nothing is taken for text.
		plain := open(t, x, dividedTree(0))
		got, err := plain.Get(ctx, key)
		equal(t, "tree", got, nil)
		wantErr(t, "get", err, repo.ErrCorrupt, cipher.ErrUnexpectedEnvelope.Error())
		for _, p := range secretPaths() {
			text, err := repo.Read(ctx, plain, key, p)
			equal(t, "text", text, "")
			wantUnexpected(t, "read", err, p.ModelLens().Path.String())
		}
		// One envelope in a field that was never encrypted.
		item := x.item(t, "Trees", "p")
		item["words"] = list(item["title"])
		x.plant(t, "Trees", item)
		_, err = repo.Read(ctx, r, key, tWords)
		wantUnexpected(t, "read", err, "words[0]")
		_, err = r.Get(ctx, key)
		wantUnexpected(t, "get", err, "words[0]")
	}},
	{"the list of encrypted paths of another object", func(t *testing.T, x *world) {
		ctx, r := t.Context(), open(t, x, dividedTree(0, protectTexts(t)))
		key, err := r.Create(ctx, new(secretTree("p")))
		must(t, err)
		_, err = r.Create(ctx, new(secretTree("q")))
		must(t, err)
		p, q := x.item(t, "Trees", "p"), x.item(t, "Trees", "q")
		policyOf := func(it row) row { return it["_meta"].(*types.AttributeValueMemberM).Value }
		policyOf(p)["s"] = policyOf(q)["s"]
		x.plant(t, "Trees", p)
		got, err := openStored(t, x, "Trees", "id", treeTables, repo.WithOpener(testKeys(t))).Get(ctx, "p")
		equal(t, "document", got, nil)
		(&envelope{entity: "Trees", path: cipher.Path{cipher.Name("_meta")}}).refused(t, "get", err, cipher.ErrAuth)
		// A model knows its own paths, and the next write puts the list right.
		text, err := repo.Read(ctx, r, key, lens.Join(tOne, bName))
		must(t, err)
		equal(t, "text", text, secretTree("p").One.Name)
		whole, err := r.Get(ctx, key)
		must(t, err)
		_, err = r.Put(ctx, whole)
		must(t, err)
		_, err = openStored(t, x, "Trees", "id", treeTables, repo.WithOpener(testKeys(t))).Get(ctx, "p")
		must(t, err)
	}},
}

// closedDelete deletes without a key: what is encrypted need not be read.
func (x *world) closedDelete(t *testing.T, table, id string, tables repo.Option) {
	t.Helper()
	must(t, openStored(t, x, table, "id", tables).Delete(t.Context(), id, repo.MustExist()))
	x.counted(t, "left", map[string]int{})
}

// wantUnexpected fails t unless err says that an envelope is at a path where
// none belongs.
func wantUnexpected(t *testing.T, what string, err error, path string) {
	t.Helper()
	wantErr(t, what, err, repo.ErrCorrupt, cipher.ErrUnexpectedEnvelope.Error())
	var field *cipher.FieldError
	if !errors.As(err, &field) || field.Path != path || !errors.Is(err, cipher.ErrUnexpectedEnvelope) {
		t.Errorf("%s: got %v; want %v at %s", what, err, cipher.ErrUnexpectedEnvelope, path)
	}
	silent(t, what, err)
}
