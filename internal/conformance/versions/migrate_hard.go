package versions

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

var migrateHardChecks = []kit.Check{
	{Name: "encrypted values that are NULL", Run: encryptedNulls},
	{Name: "plaintext beside another cipher", Run: plaintextOtherCipher},
	{Name: "a list of paths that is padded otherwise", Run: paddedList},
	{Name: "writes that are refused", Run: refusedWrites},
}

// unset is a text that is stored as NULL where it is empty.
type unset string

func (u unset) MarshalDynamoDBAttributeValue() (types.AttributeValue, error) {
	if u == "" {
		return kit.Null(), nil
	}
	return kit.Str(string(u)), nil
}

func (u *unset) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	*u = ""
	if s, ok := av.(*types.AttributeValueMemberS); ok {
		*u = unset(s.Value)
	}
	return nil
}

type unsets struct {
	ID   string       `dynamodbav:"id"`
	Text unset        `dynamodbav:"text"`
	List []unsetsPart `dynamodbav:"list"`
	Part unsetsPart   `dynamodbav:"part"`
	Meta meta.Record  `dynamodbav:"-"`
}

type unsetsPart struct {
	Text unset `dynamodbav:"text"`
}

// encryptedNulls: a type's own NULL, which reads as absent, is no change.
func encryptedNulls(t *testing.T, x *kit.World) {
	ctx := t.Context()
	key := repo.KeyOf(func(u *unsets) *string { return &u.ID })
	text := lens.Of(func(p *unsetsPart) *unset { return &p.Text })
	r := kit.Open(t, x, repo.TableOf("Unsets", key, meta.Keep(func(u *unsets) *meta.Record { return &u.Meta }),
		shard.New(shard.To("Parts"), func(u *unsets) *unsetsPart { return &u.Part }),
		cipher.Protect(kit.Keys(t), lens.Of(func(u *unsets) *unset { return &u.Text }), lens.Of(func(u *unsets) *unset { return &u.Part.Text }),
			lens.Each(lens.Of(func(u *unsets) *[]unsetsPart { return &u.List }), text))))
	_, err := r.Create(ctx, &unsets{ID: "a", List: []unsetsPart{{}, {"x"}}})
	kit.Must(t, err)
	_, err = r.Create(ctx, &unsets{ID: "b", Text: "x", Part: unsetsPart{"y"}})
	kit.Must(t, err)
	migrates(t, r, 2, 0)
	got, err := r.Get(ctx, key.Of("a"))
	kit.Must(t, err)
	x.Net.Reset()
	_, err = r.Put(ctx, got)
	kit.Must(t, err)
	kit.Equal(t, "written without the part", len(x.Net.Requests()), 1)
	kit.Equal(t, "by", x.Net.Requests()[0].Operation, "PutItem")
}

// ownCipher is a cipher whose envelopes are not those of package cipher.
type ownCipher struct{ of cipher.Cipher }

var errNotOwn = errors.New("not of this format")

func (c ownCipher) Seal(ctx context.Context, dst, plaintext []byte, b *cipher.Binding) ([]byte, error) {
	return c.of.Seal(ctx, append(dst, "own:"...), plaintext, b)
}

func (c ownCipher) Open(ctx context.Context, dst, envelope []byte, b *cipher.Binding) ([]byte, error) {
	if len(envelope) < 4 || string(envelope[:4]) != "own:" {
		return nil, errors.Join(errNotOwn, cipher.ErrNotEncrypted)
	}
	return c.of.Open(ctx, dst, envelope[4:], b)
}

// plaintextOtherCipher: what another cipher has encrypted is no plaintext.
func plaintextOtherCipher(t *testing.T, x *kit.World) {
	ctx := t.Context()
	old := plainDocs(t, x)
	d := newDoc("a")
	_, err := old.Create(ctx, &d)
	kit.Must(t, err)
	own := ownCipher{kit.Keys(t)}
	r := plainDocs(t, x, cipher.Protect(own, secretOf...), repo.AcceptPlain(secretOf...))
	d = newDoc("b")
	_, err = r.Create(ctx, &d)
	kit.Must(t, err)
	migrates(t, r, 2, 1)
	for _, id := range []string{"a", "b"} {
		got, err := r.Get(ctx, docKey.Of(id))
		kit.Must(t, err)
		want := newDoc(id)
		want.Meta = got.Meta
		kit.Equal(t, id, *got, want)
	}
	x.Plant(t, "Docs", with(x.Item(t, "Docs", "a"), "bytes", x.Item(t, "Docs", "b")["bytes"]))
	_, err = r.Get(ctx, docKey.Of("a"))
	kit.WantErr(t, "an envelope of another object", err, repo.ErrCorrupt, "bytes")
}

// paddedList: the list of encrypted paths is padded as the values are, also where there
// are none.
func paddedList(t *testing.T, x *kit.World) {
	k, err := cipher.NewKey(1, bytes.Repeat([]byte{1}, 32))
	kit.Must(t, err)
	ring, err := cipher.NewKeyset(cipher.Primary(k))
	kit.Must(t, err)
	under := func(bucket int) *repo.Repo[plainDoc] {
		aes, err := cipher.New(ring, cipher.WithPadding(bucket))
		kit.Must(t, err)
		return plainDocs(t, x, cipher.Protect(aes, secretOf[3]))
	}
	_, err = under(16).Create(t.Context(), &plainDoc{ID: "a"})
	kit.Must(t, err)
	migrates(t, under(256), 1, 1)
	migrates(t, under(64), 1, 1)
}

// refusedWrites: what says nothing about an object ends the migration, which goes on where
// it was.
func refusedWrites(t *testing.T, x *kit.World) {
	store(t, x, ann(), &personV1{ID: "b", Name: "Bo Lee"}, &personV1{ID: "c", Name: "Cy Lee"})
	r := v3(t, x)
	for _, code := range []string{"AccessDeniedException", "ResourceNotFoundException", "ExpiredTokenException"} {
		x.Net.Reset(fault.Inject(fault.Respond(400, code, "not today"), fault.Op("TransactWriteItems", "PutItem")))
		p, err := r.Migrate(t.Context(), repo.PageSize(1))
		var api smithy.APIError
		if !errors.As(err, &api) || api.ErrorCode() != code {
			t.Errorf("%s: %v", code, err)
		}
		kit.Equal(t, code, done(p), repo.Progress{})
	}
	x.Net.Reset(fault.Inject(fault.Respond(400, "ValidationException", "too deep"), fault.Op("TransactWriteItems", "PutItem"), fault.Times(1)))
	p, err := r.Migrate(t.Context(), repo.PageSize(1))
	if err == nil || p.Seen != 3 || p.Changed != 2 || p.Failed != 1 {
		t.Errorf("an object that DynamoDB refuses: %+v, %v", p, err)
	}
	x.Net.Reset()
	migrates(t, r, 3, 1)
}
