package cursor

import (
	"bytes"
	"context"
	"encoding/base64"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/cipher"
)

func testCipher(t testing.TB, secret byte) cipher.Cipher {
	t.Helper()
	key, err := cipher.NewKey(1, bytes.Repeat([]byte{secret}, 32))
	if err != nil {
		t.Fatal(err)
	}
	ring, err := cipher.NewKeyset(cipher.Primary(key))
	if err != nil {
		t.Fatal(err)
	}
	keys, err := cipher.New(ring)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func query(c cipher.Cipher) *Query {
	return &Query{Entity: "orders", Text: []string{"index", "by-status", "=", "status", "S", `"open"`},
		Key: []types.ScalarAttributeType{"S", "N", "B"}, Cipher: c}
}

var place = []types.AttributeValue{
	&types.AttributeValueMemberS{Value: "2026-11-29"}, &types.AttributeValueMemberN{Value: "-12.5"}, &types.AttributeValueMemberB{Value: []byte{0, 255}},
}

// A cursor of an earlier release is one of every later one.
func TestForm(t *testing.T) {
	got, err := query(nil).Encode(t.Context(), place)
	const want = "ARykMD0G26ZSsfPlLVMKMjAyNi0xMS0yOU4FLTEyLjVCAgD_"
	if err != nil || got != want {
		t.Errorf("%s, %v; want %s", got, err, want)
	}
}

func TestRoundTrip(t *testing.T) {
	for _, c := range []cipher.Cipher{nil, testCipher(t, 1)} {
		rapid.Check(t, func(t *rapid.T) {
			q := query(c)
			at := []types.AttributeValue{
				&types.AttributeValueMemberS{Value: rapid.StringN(1, -1, 300).Draw(t, "s")},
				&types.AttributeValueMemberN{Value: rapid.StringMatching(`-?[1-9]{1,20}`).Draw(t, "n")},
				&types.AttributeValueMemberB{Value: rapid.SliceOfN(rapid.Byte(), 1, 300).Draw(t, "b")},
			}
			text, err := q.Encode(context.Background(), at)
			if err != nil {
				t.Fatal(err)
			}
			got, err := q.Decode(context.Background(), text)
			if d := cmp.Diff(at, got, cmp.AllowUnexported(types.AttributeValueMemberS{}, types.AttributeValueMemberN{}, types.AttributeValueMemberB{})); err != nil || d != "" {
				t.Fatal(err, d)
			}
		})
	}
}

// Whatever differs in the query, or in one character of the text, is refused.
func TestRefused(t *testing.T) {
	ctx := t.Context()
	for _, c := range []cipher.Cipher{nil, testCipher(t, 1)} {
		text, err := query(c).Encode(ctx, place)
		if err != nil {
			t.Fatal(err)
		}
		for name, change := range map[string]func(*Query){
			"entity":         func(q *Query) { q.Entity = "order" },
			"entity, moved":  func(q *Query) { q.Entity, q.Text[0] = "order", "sindex" },
			"text":           func(q *Query) { q.Text[5] = `"close"` },
			"text, longer":   func(q *Query) { q.Text = append(q.Text, "backwards") },
			"text, shorter":  func(q *Query) { q.Text = q.Text[:5] },
			"text, joined":   func(q *Query) { q.Text = append(q.Text[:4], q.Text[4]+q.Text[5]) },
			"key, shorter":   func(q *Query) { q.Key = q.Key[:2] },
			"key, longer":    func(q *Query) { q.Key = append(q.Key, "S") },
			"key, of a type": func(q *Query) { q.Key[1] = "S" },
			"cipher":         func(q *Query) { q.Cipher = testCipher(t, 2) },
		} {
			q := query(c)
			change(q)
			if _, err := q.Decode(ctx, text); err != errBad {
				t.Errorf("%s: %v", name, err)
			}
		}
		for _, broken := range []string{text + "\n", "\r" + text, text[:4] + "\n" + text[4:], text + "="} {
			if got, err := query(c).Decode(ctx, broken); err != errBad {
				t.Errorf("%q: %v, %v", broken, got, err)
			}
		}
		for i := range len(text) {
			if got, err := query(c).Decode(ctx, text[:i]); err != errBad {
				t.Errorf("cut at %d: %v, %v", i, got, err)
			}
			changed := []byte(text)
			if changed[i]++; changed[i] == text[i] {
				continue
			}
			if got, err := query(c).Decode(ctx, string(changed)); err != errBad {
				t.Errorf("changed at %d: %v, %v", i, got, err)
			}
		}
	}
}

// forged makes a cursor as somebody can who knows the form.
func forged(q *Query, body []byte) string {
	return base64.RawURLEncoding.EncodeToString(append(append([]byte{plain}, q.checksum(body)...), body...))
}

func TestForgedPlaces(t *testing.T) {
	q := query(nil)
	for name, body := range map[string][]byte{
		"nothing":         {},
		"an empty string": {'S', 0, 'N', 1, '1', 'B', 1, 0},
		"no number":       {'S', 1, 'a', 'N', 1, 'x', 'B', 1, 0},
		"not UTF-8":       {'S', 1, 0xff, 'N', 1, '1', 'B', 1, 0},
		"a long length":   {'S', 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01},
		"no length":       {'S'},
		"an open length":  {'S', 0x80},
		"too many":        {'S', 1, 'a', 'N', 1, '1', 'B', 1, 0, 'S', 1, 'a'},
	} {
		if got, err := q.Decode(t.Context(), forged(q, body)); err != errBad {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

// What decodes is one value of each type of the key, none of them empty.
func FuzzDecode(f *testing.F) {
	q := query(nil)
	text, err := q.Encode(context.Background(), place)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text, []byte{'S', 1, 'a', 'N', 1, '1', 'B', 1, 0})
	f.Fuzz(func(t *testing.T, text string, body []byte) {
		for _, text := range []string{text, forged(q, body)} {
			got, err := q.Decode(t.Context(), text)
			if err != nil {
				continue
			}
			again, err := q.Encode(t.Context(), got)
			if err != nil || len(got) != len(q.Key) {
				t.Fatal(got, err)
			}
			if back, err := q.Decode(t.Context(), again); err != nil || len(back) != len(got) {
				t.Fatal(back, err)
			}
		}
	})
}
