package sealvalue_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/item/itemtest"
	"github.com/dystore/dystore/internal/sealvalue"
)

type (
	AV = types.AttributeValue
	S  = types.AttributeValueMemberS
	N  = types.AttributeValueMemberN
	B  = types.AttributeValueMemberB
)

var ctx = context.Background()

func newAES(t testing.TB) *cipher.AES {
	t.Helper()
	key, err := cipher.NewKey(1, bytes.Repeat([]byte("k"), 32))
	if err != nil {
		t.Fatal(err)
	}
	ks, err := cipher.NewKeyset(cipher.Primary(key))
	if err != nil {
		t.Fatal(err)
	}
	a, err := cipher.New(ks)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func binding() *cipher.Binding {
	return &cipher.Binding{Entity: "person", Key: []cipher.KeyPart{cipher.KeyString("p1")}, Path: cipher.Path{cipher.Name("city")}}
}

// Every value comes back with its type, also where several share the memory of plaintexts.
func TestRoundTrip(t *testing.T) {
	a, b := newAES(t), binding()
	rapid.Check(t, func(t *rapid.T) {
		var scratch *sealvalue.Scratch
		if rapid.Bool().Draw(t, "scratch") {
			scratch = &sealvalue.Scratch{}
		}
		var values, backs []types.AttributeValue
		for range 3 {
			av := itemtest.Value(3).Draw(t, "value")
			sealed, _, err := sealvalue.SealValue(ctx, a, av, b, scratch)
			if err != nil {
				t.Fatal(err)
			}
			if !sealvalue.IsEnvelope(sealed.Value) {
				t.Fatal("a sealed value is no envelope")
			}
			back, _, err := sealvalue.OpenValue(ctx, a, sealed, b, scratch)
			if err != nil {
				t.Fatal(err)
			}
			values, backs = append(values, av), append(backs, back)
		}
		for i, av := range values {
			if !item.Equal(av, backs[i]) {
				t.Fatalf("value %d of 3 is %v, was %v", i, backs[i], av)
			}
		}
	})
}

func TestOpenValueIsStrict(t *testing.T) {
	a, b := newAES(t), binding()
	sealed, _, err := sealvalue.SealValue(ctx, a, &S{Value: "Paris"}, b, nil)
	if err != nil {
		t.Fatal(err)
	}
	double, _, err := sealvalue.SealValue(ctx, a, sealed, b, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, stored := range map[string]AV{
		"absent": nil, "nil B": (*B)(nil), "plain text": &S{Value: "Paris"}, "NULL": &types.AttributeValueMemberNULL{Value: true}, "plain bytes": &B{Value: []byte("Paris")}, "empty bytes": &B{},
		"envelope as S": &S{Value: string(sealed.Value)}, "set of envelopes": &types.AttributeValueMemberBS{Value: [][]byte{sealed.Value}}, "list": &types.AttributeValueMemberL{Value: []AV{sealed}},
	} {
		got, _, err := sealvalue.OpenValue(ctx, a, stored, b, nil)
		if got != nil || !errors.Is(err, cipher.ErrNotEncrypted) || err.Error() != "cipher: open person city: value is not encrypted" {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	once, _, err := sealvalue.OpenValue(ctx, a, double, b, nil)
	if env, ok := once.(*B); err != nil || !ok || !bytes.Equal(env.Value, sealed.Value) {
		t.Errorf("a value sealed twice opens once to %v, %v", once, err)
	}
}

// Content that was sealed with the key, but is no value, does not pass.
func TestOpenValueRefusesForeignContent(t *testing.T) {
	a, b := newAES(t), binding()
	for name, content := range map[string]string{"nothing": "", "text": "Paris", "two values": "\x05\x05", "padded value": "\x05\x80\x00", "not normal": "\x02\x02\x30\x31"} {
		env, err := a.Seal(ctx, nil, []byte(content), b)
		if err != nil {
			t.Fatal(err)
		}
		got, _, err := sealvalue.OpenValue(ctx, a, &B{Value: env}, b, nil)
		if got != nil || !errors.Is(err, cipher.ErrType) || err.Error() != "cipher: open person city: decrypted value has an unexpected type" {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

type broken struct{ err error }

func (c broken) Seal(context.Context, []byte, []byte, *cipher.Binding) ([]byte, error) {
	return []byte("half"), c.err
}
func (c broken) Open(context.Context, []byte, []byte, *cipher.Binding) ([]byte, error) {
	return []byte{5}, c.err
}

func TestErrorsNameTheField(t *testing.T) {
	cause := errors.New("out of order")
	av, _, err := sealvalue.SealValue(ctx, broken{cause}, &S{}, binding(), nil)
	if av != nil || !errors.Is(err, cause) || err.Error() != "cipher: seal person city: out of order" {
		t.Errorf("SealValue = %v, %v", av, err)
	}
	got, _, err := sealvalue.OpenValue(ctx, broken{cause}, &B{}, binding(), nil)
	if got != nil || !errors.Is(err, cause) || err.Error() != "cipher: open person city: out of order" {
		t.Errorf("OpenValue = %v, %v", got, err)
	}
	own := &cipher.FieldError{Op: "open", Entity: "e", Path: "p", Err: cipher.ErrAuth}
	if _, _, err := sealvalue.OpenValue(ctx, broken{own}, &B{}, binding(), nil); err != error(own) {
		t.Errorf("a FieldError came back as %v", err)
	}
	av, _, err = sealvalue.SealValue(ctx, newAES(t), &N{Value: "s3cret"}, binding(), nil)
	if av != nil || !errors.Is(err, item.ErrNotNumber) || err.Error() != "cipher: seal person city: item: not a number" {
		t.Errorf("SealValue = %v, %v", av, err)
	}
	if _, _, err := sealvalue.OpenValue(ctx, newAES(t), nil, nil, nil); err == nil || err.Error() != "cipher: open: value is not encrypted" {
		t.Errorf("without a binding: %v", err)
	}
}

func TestIsEnvelope(t *testing.T) {
	env, _, err := sealvalue.SealValue(ctx, newAES(t), &S{}, binding(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"nil": nil, "cut": env.Value[:91], "other": []byte("Paris"), "newer": append([]byte{0xd5, 0xec, 2}, env.Value[3:]...)} {
		if sealvalue.IsEnvelope(b) {
			t.Errorf("%s is an envelope", name)
		}
	}
}

func TestKeyParts(t *testing.T) {
	got, err := sealvalue.KeyParts(&S{Value: "1"}, &N{Value: "1.0"}, &B{Value: []byte("1")})
	one, _ := cipher.KeyNumber("1")
	want := []cipher.KeyPart{cipher.KeyString("1"), one, cipher.KeyBinary([]byte("1"))}
	aad := func(key []cipher.KeyPart) []byte { return (&cipher.Binding{Key: key}).AppendAAD(nil) }
	if err != nil || !bytes.Equal(aad(got), aad(want)) {
		t.Errorf("KeyParts = %v, %v", got, err)
	}
	for text, av := range map[string]AV{
		"cipher: KeyNumber: not a number":                             &N{Value: "x"},
		"sealvalue: part 0 of the key is no string, number or binary": &types.AttributeValueMemberBOOL{},
	} {
		if got, err := sealvalue.KeyParts(av); got != nil || err == nil || err.Error() != text {
			t.Errorf("KeyParts = %v, %v; want %s", got, err, text)
		}
	}
}

func TestPath(t *testing.T) {
	got, err := sealvalue.Path(attr.Path{attr.Field("a"), attr.Entry("a"), attr.At(3), attr.Elem})
	want := cipher.Path{cipher.Name("a"), cipher.Name("a"), cipher.Elem(), cipher.Elem()}
	if err != nil || !cmp.Equal(got, want, cmp.Comparer(func(a, b cipher.Segment) bool { return a == b })) {
		t.Errorf("Path = %v, %v", got, err)
	}
	if got, err := sealvalue.Path(attr.Path{attr.Field("a"), attr.Value}); got != nil || err == nil || err.Error() != "sealvalue: all values of a map have no path in common" {
		t.Errorf("Path = %v, %v", got, err)
	}
}
