package versions

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

var unprotectChecks = []kit.Check{
	{Name: "each program reads what its neighbour writes", Run: neighbours},
	{Name: "from encrypted to plaintext", Run: toPlaintext},
	{Name: "one of two ciphers ends", Run: oneOfTwoEnds},
	{Name: "what may be encrypted is not looked at", Run: notLookedAt},
	{Name: "bytes that look like an envelope", Run: likeAnEnvelope},
}

// way are the four programs that read and write one table while its model begins to encrypt.
type way struct{ plain, open, both, strict *repo.Repo[plainDoc] }

func programs(t *testing.T, x *kit.World, c cipher.Cipher) way {
	return way{
		plain:  plainDocs(t, x),
		open:   plainDocs(t, x, cipher.Unprotect(c, secretOf...)),
		both:   plainDocs(t, x, cipher.Protect(c, secretOf...), repo.AcceptPlain(secretOf...)),
		strict: plainDocs(t, x, cipher.Protect(c, secretOf...)),
	}
}

// docWrites are ways to leave newDoc stored, with another SSN. The object exists before.
var docWrites = map[string]func(ctx context.Context, r *repo.Repo[plainDoc], id, ssnOf string) error{
	"blind put": func(ctx context.Context, r *repo.Repo[plainDoc], id, to string) error {
		d := newDoc(id)
		d.SSN = to
		_, err := r.Put(ctx, &d)
		return err
	},
	"put of what was read": func(ctx context.Context, r *repo.Repo[plainDoc], id, to string) error {
		d, err := r.Get(ctx, docKey.Of(id))
		if err == nil {
			d.SSN = to
			_, err = r.Put(ctx, d)
		}
		return err
	},
	"modify": func(ctx context.Context, r *repo.Repo[plainDoc], id, to string) error {
		return r.Modify(ctx, docKey.Of(id), func(d *plainDoc) error { d.SSN = to; return nil })
	},
	"update": func(ctx context.Context, r *repo.Repo[plainDoc], id, to string) error {
		return r.Update(ctx, docKey.Of(id), ssn.Set(to), lens.Of(func(d *plainDoc) **int { return &d.Part.Number }).Set(new(3)),
			lens.Of(func(d *plainDoc) *note { return &d.Whole }).Set(note{"w"}))
	},
	"put many": func(ctx context.Context, r *repo.Repo[plainDoc], id, to string) error {
		d := newDoc(id)
		d.SSN = to
		_, err := r.PutMany(ctx, []*plainDoc{&d})
		return err
	},
	"transaction": func(ctx context.Context, r *repo.Repo[plainDoc], id, to string) error {
		d := newDoc(id)
		d.SSN = to
		return repo.Transact(ctx, []repo.Op{r.PutOp(&d)})
	},
	"update in a transaction": func(ctx context.Context, r *repo.Repo[plainDoc], id, to string) error {
		return repo.Transact(ctx, []repo.Op{r.UpdateOp(docKey.Of(id), ssn.Set(to))})
	},
	"shards kept": func(ctx context.Context, r *repo.Repo[plainDoc], id, to string) error {
		d, err := r.Get(ctx, docKey.Of(id))
		if err != nil {
			return err
		}
		if _, err = r.Put(ctx, d); err == nil { // stored by this program now
			d.SSN = to
			_, err = r.Put(ctx, d, repo.KeepShards())
		}
		return err
	},
	"export and import": func(ctx context.Context, r *repo.Repo[plainDoc], id, to string) error {
		var document bytes.Buffer
		err := r.Update(ctx, docKey.Of(id), ssn.Set(to))
		if err == nil {
			err = r.Export(ctx, &document, docKey.Of(id))
		}
		if err == nil {
			err = r.Delete(ctx, docKey.Of(id))
		}
		if err == nil {
			_, err = r.Import(ctx, &document)
		}
		return err
	},
}

// docReads are ways to read a document.
var docReads = map[string]func(ctx context.Context, r *repo.Repo[plainDoc], id string) (*plainDoc, error){
	"get": func(ctx context.Context, r *repo.Repo[plainDoc], id string) (*plainDoc, error) {
		return r.Get(ctx, docKey.Of(id))
	},
	"get many": func(ctx context.Context, r *repo.Repo[plainDoc], id string) (*plainDoc, error) {
		all, err := r.GetMany(ctx, []repo.Key[plainDoc]{docKey.Of(id)})
		if err != nil {
			return nil, err
		}
		return all[0], nil
	},
	"transaction": func(ctx context.Context, r *repo.Repo[plainDoc], id string) (d *plainDoc, err error) {
		err = repo.TransactGet(ctx, r.GetOp(docKey.Of(id), &d))
		return d, err
	},
	"scan": func(ctx context.Context, r *repo.Repo[plainDoc], id string) (*plainDoc, error) {
		for d, err := range r.Scan(ctx) {
			if err != nil || d.ID == id {
				return d, err
			}
		}
		return nil, repo.ErrNotFound
	},
	"modify": func(ctx context.Context, r *repo.Repo[plainDoc], id string) (was *plainDoc, err error) {
		stop := errors.New("stop")
		err = r.Modify(ctx, docKey.Of(id), func(d *plainDoc) error { was = new(*d); return stop })
		if errors.Is(err, stop) {
			err = nil
		}
		return was, err
	},
}

// neighbours: programs of two releases that follow each other write with each verb, and read with
// each verb.
func neighbours(t *testing.T, x *kit.World) {
	ctx, p := t.Context(), programs(t, x, kit.Keys(t))
	for pair, programs := range map[string][2]*repo.Repo[plainDoc]{
		"plain, open": {p.plain, p.open}, "open, plain": {p.open, p.plain}, "open, both": {p.open, p.both}, "both, open": {p.both, p.open}, "both, strict": {p.both, p.strict}, "strict, both": {p.strict, p.both},
	} {
		writer, reader := programs[0], programs[1]
		for how, write := range docWrites {
			id := pair + " " + how
			d := newDoc(id)
			_, err := reader.Create(ctx, &d)
			kit.Must(t, err)
			if err := write(ctx, writer, id, "9-9"); err != nil {
				t.Errorf("%s: %v", id, err)
				continue
			}
			for by, read := range docReads {
				if by == "transaction" && x.Engine.Alone { // there is none
					continue
				}
				got, err := read(ctx, reader, id)
				if err != nil {
					t.Errorf("%s, %s: %v", id, by, err)
					continue
				}
				want := newDoc(id)
				want.SSN, want.Meta = "9-9", got.Meta
				kit.Equal(t, id+", "+by, *got, want)
			}
			text, err := repo.Read(ctx, reader, docKey.Of(id), ssn)
			kit.Must(t, err)
			kit.Equal(t, id+", a path", text, "9-9")
			kit.Must(t, reader.Delete(ctx, docKey.Of(id)))
		}
	}
}

// envelopes are the paths in tables at which something is encrypted.
func envelopes(t *testing.T, x *kit.World, found *[]string, path string, av types.AttributeValue) {
	switch v := av.(type) {
	case *types.AttributeValueMemberB:
		if _, err := cipher.Inspect(v.Value); err == nil {
			*found = append(*found, path)
		}
	case *types.AttributeValueMemberM:
		for name, e := range v.Value {
			envelopes(t, x, found, path+"."+name, e)
		}
	case *types.AttributeValueMemberL:
		for _, e := range v.Value {
			envelopes(t, x, found, path+"[]", e)
		}
	}
}

// textIn is the text of a value that is one.
func textIn(av types.AttributeValue) string {
	if s, ok := av.(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return "no text"
}

// toPlaintext: a migration writes plaintext of all that was encrypted, as Found shows, and
// programs that know of no cipher read all of it.
func toPlaintext(t *testing.T, x *kit.World) {
	ctx, aes := t.Context(), kit.Keys(t)
	p := programs(t, x, aes)
	for _, id := range []string{"a", "b", "c"} {
		d := newDoc(id)
		_, err := p.strict.Create(ctx, &d)
		kit.Must(t, err)
	}
	_, err := p.strict.Create(ctx, &plainDoc{ID: "empty"})
	kit.Must(t, err)
	open := cipher.Unprotect(aes, secretOf...)
	kit.Equal(t, "found before", open.Found(), map[string]int64{"ssn": 0, "bytes": 0, "whole": 0, "list[].number": 0, "map{}.number": 0, "part.number": 0})
	r := plainDocs(t, x, open)
	got, err := r.Get(ctx, docKey.Of("a"))
	kit.Must(t, err)
	want := newDoc("a")
	want.Meta = got.Meta
	kit.Equal(t, "read", *got, want)
	kit.Equal(t, "found", open.Found(), map[string]int64{"ssn": 1, "bytes": 1, "whole": 1, "list[].number": 2, "map{}.number": 1, "part.number": 1})
	kit.Must(t, r.Update(ctx, docKey.Of("b"), ssn.Set("3-4")))
	kit.Equal(t, "what an update sets", textIn(x.Item(t, "Docs", "b")["ssn"]), "3-4")
	if doing, err := r.Reencrypt(ctx, repo.DryRun()); err != nil || doing.Changed != 4 {
		t.Errorf("a dry run of Reencrypt: %+v, %v", doing, err)
	}

	migrates(t, r, 4, 4)
	for _, table := range []string{"Docs", "Parts"} {
		for _, it := range kit.Items(t, x, table) {
			var found []string
			envelopes(t, x, &found, table, &types.AttributeValueMemberM{Value: it})
			kit.Equal(t, "encrypted", found, nil)
		}
	}
	usage, err := r.KeysInUse(ctx)
	kit.Must(t, err)
	kit.Equal(t, "values under the key", usage.Of(1), 0)
	before := open.Found()
	for id, number := range map[string]string{"a": "1-2", "b": "3-4", "c": "1-2"} {
		got, err := p.plain.Get(ctx, docKey.Of(id))
		kit.Must(t, err)
		want := newDoc(id)
		want.SSN, want.Meta = number, got.Meta
		kit.Equal(t, "without a cipher", *got, want)
		_, err = r.Get(ctx, docKey.Of(id))
		kit.Must(t, err)
	}
	kit.Equal(t, "found after it", open.Found(), before)
	d, err := p.plain.Get(ctx, docKey.Of("empty"))
	kit.Must(t, err)
	kit.Equal(t, "empty", *d, plainDoc{ID: "empty", Meta: d.Meta})
	stored := kit.OpenStored(t, x, "Docs", "id", repo.AllowTables("Parts"))
	doc, err := stored.Get(ctx, "a")
	kit.Must(t, err)
	kit.Equal(t, "without type", doc["ssn"], any("1-2"))
}

// oneOfTwoEnds: the fields of another cipher stay encrypted, and the stored list names them alone,
// whichever was declared first.
func oneOfTwoEnds(t *testing.T, x *kit.World) {
	ctx := t.Context()
	first, second := kit.Keys(t), kit.KeysOf(t, 2, 2)
	rest := secretOf[1:]
	before := plainDocs(t, x, cipher.Protect(first, ssn), cipher.Protect(second, rest...))
	d := newDoc("a")
	_, err := before.Create(ctx, &d)
	kit.Must(t, err)
	after := plainDocs(t, x, cipher.Unprotect(first, ssn), cipher.Protect(second, rest...))
	got, err := after.Get(ctx, docKey.Of("a"))
	kit.Must(t, err)
	kit.Equal(t, "read", got.SSN, "1-2")
	doing, err := after.Reencrypt(ctx)
	if err != nil || doing.Changed != 1 || len(doing.Errors) != 0 {
		t.Errorf("%+v, %v", doing, err)
	}
	migrates(t, after, 1, 0)
	kit.Equal(t, "plain", textIn(x.Item(t, "Docs", "a")["ssn"]), "1-2")
	end := plainDocs(t, x, cipher.Protect(second, rest...))
	migrates(t, end, 1, 0)
	got, err = end.Get(ctx, docKey.Of("a"))
	kit.Must(t, err)
	want := newDoc("a")
	want.Meta = got.Meta
	kit.Equal(t, "in the end", *got, want)
	stored := kit.OpenStored(t, x, "Docs", "id", repo.AllowTables("Parts"), repo.WithOpener(second))
	doc, err := stored.Get(ctx, "a")
	kit.Must(t, err)
	kit.Equal(t, "without type, plain", doc["ssn"], any("1-2"))
	kit.Equal(t, "without type, encrypted", doc["bytes"], any([]byte("b")))
}

// notLookedAt: what DynamoDB cannot see of an encrypted value it is not asked of one that may be.
func notLookedAt(t *testing.T, x *kit.World) {
	ctx, r := t.Context(), programs(t, x, kit.Keys(t)).open
	d := newDoc("a")
	_, err := r.Create(ctx, &d)
	kit.Must(t, err)
	x.Net.Reset()
	number := lens.Of(func(d *plainDoc) **int { return &d.Part.Number })
	for what, changes := range map[string][]lens.Change[plainDoc]{
		"a condition":     {ssn.Set("x"), repo.If(ssn.Eq("1-2"))},
		"a nil to be set": {number.SetIfAbsent(new(1))},
	} {
		kit.WantErr(t, what, r.Update(ctx, docKey.Of("a"), changes...), repo.ErrInvalid, "encrypted")
	}
	kit.Equal(t, "requests", len(x.Net.Requests()), 0)
}

// likeAnEnvelope: bytes that a reader would try to open are not written.
func likeAnEnvelope(t *testing.T, x *kit.World) {
	ctx, p := t.Context(), programs(t, x, kit.Keys(t))
	d := newDoc("a")
	_, err := p.strict.Create(ctx, &d)
	kit.Must(t, err)
	envelope := x.Item(t, "Docs", "a")["bytes"].(*types.AttributeValueMemberB).Value
	bytesOf := lens.Of(func(d *plainDoc) *[]byte { return &d.Bytes })
	for what, b := range map[string][]byte{"an envelope": envelope, "the start of one": envelope[:len(envelope)-1]} {
		d := newDoc("b")
		d.Bytes = b
		x.Net.Reset()
		_, err := p.open.Create(ctx, &d)
		kit.WantErr(t, what, err, repo.ErrInvalid, "bytes")
		if !errors.Is(err, cipher.ErrUnexpectedEnvelope) {
			t.Errorf("%s: %v", what, err)
		}
		kit.Equal(t, "requests of a Create", len(x.Net.Requests()), 0)
		kit.Must(t, p.open.Update(ctx, docKey.Of("a"), bytesOf.Set([]byte("c"))))
		x.Net.Reset()
		kit.WantErr(t, what, p.open.Update(ctx, docKey.Of("a"), bytesOf.Set(b)), repo.ErrInvalid, "bytes")
		for _, sent := range x.Net.Requests() {
			if !x.Engine.Staged || sent.Operation != "GetItem" { // the record was read
				t.Errorf("%s: an Update sends a %s", what, sent.Operation)
			}
		}
	}
	for what, parts := range map[string][]repo.Part[plainDoc]{
		"encrypted twice":    {cipher.Protect(kit.Keys(t), ssn), cipher.Unprotect(kit.Keys(t), ssn)},
		"no value is":        {cipher.Unprotect(kit.Keys(t), ssn), repo.AcceptPlain(ssn)},
		"no fields":          {cipher.Unprotect[plainDoc](kit.Keys(t))},
		"does not open":      {cipher.Unprotect(cipher.SealOnly(kit.Keys(t)), ssn)},
		"not open":           {cipher.Unprotect(cipher.ScopeBy(cipher.SealOnly(kit.Keys(t)), cipher.PartitionKey), ssn)},
		"oes not open":       {cipher.Unprotect(cipher.Scope(cipher.SealOnly(kit.Keys(t)), lens.Of(func(d *plainDoc) *string { return &d.ID })), ssn)},
		"with HashedBy":      {cipher.Unprotect(kit.Keys(t), ssn), shard.Unique(shard.To("Claims"), ssn)},
		"the cipher is nil":  {cipher.Unprotect(nil, ssn)},
		"must stay readable": {cipher.Unprotect(kit.Keys(t), lens.Of(func(d *plainDoc) *string { return &d.ID }))},
		"give it to":         {cipher.Protect(kit.Keys(t), cipher.BindAs(ssn, "was")), repo.AcceptPlain(cipher.BindAs(ssn, "was"))},
		"part":               {&cipher.Unprotection[plainDoc]{}},
	} {
		_, err := repo.New(x.Client, repo.TableOf("Docs", docKey, append(parts, docKeep, docPart)...))
		if !errors.Is(err, repo.ErrInvalid) || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
