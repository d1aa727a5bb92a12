package unique

import (
	"strings"
	"testing"
	"time"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// form has unique values of every form.
type form struct {
	ID     string
	Text   string    `dynamodbav:"text"`
	Plain  *string   `dynamodbav:"plain"`
	Number float64   `dynamodbav:"number,omitempty"`
	Bytes  []byte    `dynamodbav:"bytes,omitempty"`
	At     time.Time `dynamodbav:"at,omitempty"`
	Secret *string   `dynamodbav:"secret"`
}

var (
	formID = repo.KeyOf(func(f *form) *string { return &f.ID })
	text   = lens.Of(func(f *form) *string { return &f.Text })
	plain  = lens.Of(func(f *form) **string { return &f.Plain })
	number = lens.Of(func(f *form) *float64 { return &f.Number })
	bytes  = lens.Of(func(f *form) *[]byte { return &f.Bytes })
	at     = lens.Of(func(f *form) *time.Time { return &f.At })
	secret = lens.Of(func(f *form) **string { return &f.Secret })
)

// forms is a repository in which one field, or some, are unique.
func forms(t *testing.T, x *kit.World, parts ...repo.Part[form]) *repo.Repo[form] {
	return kit.Open(t, x, repo.TableOf("Forms", formID, parts...))
}

// same fails t unless two forms have the same unique value, and differ fails it if
// they have.
func same(t *testing.T, r *repo.Repo[form], what string, a, b form) {
	t.Helper()
	if err := both(t, r, a, b); err == nil {
		t.Errorf("%s: the values are not the same", what)
	} else {
		kit.WantErr(t, what, err, repo.ErrDuplicate, "")
	}
}

func differ(t *testing.T, r *repo.Repo[form], what string, a, b form) {
	t.Helper()
	if err := both(t, r, a, b); err != nil {
		t.Errorf("%s: %v", what, err)
	}
}

func both(t *testing.T, r *repo.Repo[form], a, b form) error {
	t.Helper()
	a.ID, b.ID = "a", "b"
	kit.Must(t, second(r.Create(t.Context(), &a)))
	err := second(r.Create(t.Context(), &b))
	kit.Must(t, r.Delete(t.Context(), formID.Of("a")))
	kit.Must(t, r.Delete(t.Context(), formID.Of("b")))
	return err
}

var formChecks = []kit.Check{
	{Name: "texts", Run: func(t *testing.T, x *kit.World) {
		r := forms(t, x, uniqueOf[form]("Values", text), uniqueOf[form]("Values", plain))
		same(t, r, "text", form{Text: "a"}, form{Text: "a"})
		same(t, r, "an empty text that is stored", form{}, form{})
		differ(t, r, "case", form{Text: "a"}, form{Text: "A"})
		differ(t, r, "other texts, one table", form{Text: "a", Plain: new("b")}, form{Text: "b", Plain: new("a")})
		differ(t, r, "nil", form{Text: "a"}, form{Text: "b"})
		same(t, r, "behind a pointer", form{Text: "a", Plain: new("")}, form{Text: "b", Plain: new("")})
		long := strings.Repeat("é/~#", 400)
		same(t, r, "a long text", form{Text: long}, form{Text: long})
		differ(t, r, "long texts", form{Text: long}, form{Text: long + "x"})
	}},
	{Name: "several fields", Run: func(t *testing.T, x *kit.World) {
		r := forms(t, x, uniqueOf[form]("Values", plain, text))
		differ(t, r, "where one ends", form{Text: "a/Sb", Plain: new("c")}, form{Text: "a", Plain: new("b/Sc")})
		differ(t, r, "escapes", form{Text: "a~1", Plain: new("c")}, form{Text: "a/", Plain: new("c")})
		differ(t, r, "one of them", form{Text: "a", Plain: new("b")}, form{Text: "a", Plain: new("c")})
		differ(t, r, "one that is absent", form{Text: "a"}, form{Text: "a"})
		same(t, r, "both", form{Text: "a", Plain: new("b")}, form{Text: "a", Plain: new("b")})
		first := kit.Open(t, x, repo.TableOf("Forms", formID, uniqueOf[form]("Values", text, plain)))
		kit.Must(t, second(r.Create(t.Context(), &form{ID: "a", Text: "a", Plain: new("b")})))
		kit.WantErr(t, "in another order", second(first.Create(t.Context(), &form{ID: "b", Text: "a", Plain: new("b")})), repo.ErrDuplicate, "")
	}},
	{Name: "numbers, bytes, times", Run: func(t *testing.T, x *kit.World) {
		r := forms(t, x, uniqueOf[form]("Values", number), uniqueOf[form]("Values", bytes), uniqueOf[form]("Values", at))
		differ(t, r, "nothing", form{}, form{})
		same(t, r, "numbers", form{Number: 1e3}, form{Number: 1000})
		differ(t, r, "numbers", form{Number: 1e21}, form{Number: 1e22})
		same(t, r, "bytes", form{Bytes: []byte{0, 255}}, form{Bytes: []byte{0, 255}})
		differ(t, r, "bytes", form{Bytes: []byte{0}}, form{Bytes: []byte{0, 0}})
		noon := time.Date(2026, 1, 2, 12, 0, 0, 500, time.UTC)
		same(t, r, "times", form{At: noon}, form{At: noon.In(time.FixedZone("", 3600))})
		differ(t, r, "times", form{At: noon}, form{At: noon.Add(1)})
	}},
	{Name: "case", Run: func(t *testing.T, x *kit.World) {
		r := forms(t, x, uniqueOf[form]("Values", text).FoldCase(), uniqueOf[form]("Values", plain, number).FoldCase(plain))
		for _, pair := range [][2]string{{"Ann@X.org", "ann@x.ORG"}, {"ΣΊΣΥΦΟΣ", "σίσυφος"}, {"ÉCOLE", "école"}, {"K", "\u212a"}, {"ſ", "S"}} {
			if !strings.EqualFold(pair[0], pair[1]) {
				t.Errorf("%q: strings.EqualFold", pair)
			}
			same(t, r, pair[0], form{Text: pair[0]}, form{Text: pair[1]})
		}
		differ(t, r, "accents", form{Text: "é"}, form{Text: "e"})
		differ(t, r, "sharp s", form{Text: "ß"}, form{Text: "ss"})
		same(t, r, "one of two", form{Text: "1", Plain: new("A"), Number: 1}, form{Text: "2", Plain: new("a"), Number: 1})
		x.Net.Reset()
		kit.Must(t, second(r.Create(t.Context(), &form{ID: "a", Text: "Ann"})))
		kit.Must(t, r.Update(t.Context(), formID.Of("a"), text.Set("ANN")))
		kit.Equal(t, "the stored text", kit.Has(t, r, formID.Of("a"), "form", form{ID: "a", Text: "ANN"}).Text, "ANN")
	}},
	{Name: "encrypted", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		k, err := cipher.NewKey(1, []byte(strings.Repeat("k", 32)))
		kit.Must(t, err)
		ring, err := cipher.NewKeyset(cipher.Primary(k))
		kit.Must(t, err)
		keys, err := cipher.New(ring)
		kit.Must(t, err)
		hashed := uniqueOf[form]("Values", secret).FoldCase().HashedBy([]byte(strings.Repeat("s", 32)))
		r := forms(t, x, cipher.Protect(keys, secret), hashed)
		same(t, r, "secrets", form{Secret: new("Canary")}, form{Secret: new("canary")})
		differ(t, r, "secrets", form{Secret: new("canary")}, form{Secret: new("canaries")})
		differ(t, r, "no secrets", form{}, form{})
		kit.Must(t, second(r.Create(ctx, &form{ID: "a", Secret: new("canary")})))
		kit.Must(t, second(r.Create(ctx, &form{ID: "b"})))
		kit.WantErr(t, "update", r.Update(ctx, formID.Of("b"), secret.Set(new("CANARY"))), repo.ErrDuplicate, "")
		kit.Must(t, r.Update(ctx, formID.Of("a"), secret.Set(new("other"))))
		kit.Must(t, r.Update(ctx, formID.Of("b"), secret.Set(new("canary"))))
		kit.Must(t, r.Update(ctx, formID.Of("a"), secret.Remove()))
		x.Counted(t, "with one secret", map[string]int{"Forms": 2, "Values": 1})
		d, err := kit.DumpTables(ctx, x.Raw, x.Prefix)
		kit.Must(t, err)
		key := d.Table("Values").Items[0]["_id"]
		if text := kit.StringOf(key); !strings.HasPrefix(text, "Forms/=secret/~k") || len(text) != len("Forms/=secret/~k")+43 {
			t.Errorf("the key of the claim is %q", text)
		}
		other := kit.Open(t, x, repo.TableOf("Forms", formID, cipher.Protect(keys, secret),
			uniqueOf[form]("Values", secret).FoldCase().HashedBy([]byte(strings.Repeat("t", 32)))))
		v, err := other.Get(ctx, formID.Of("b"))
		kit.Must(t, err)
		kit.Must(t, second(other.Put(ctx, v)))
		x.Counted(t, "under another secret", map[string]int{"Forms": 2, "Values": 1})
	}},
}

var _ repo.Part[form] = shard.UniqueFields[form]{}
