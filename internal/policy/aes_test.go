package policy_test

import (
	"bytes"
	"testing"

	"github.com/dystore/dystore/cipher"
)

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

// All that one walk seals with one cipher has one salt; what two walks seal has two.
func TestOneSaltPerItem(t *testing.T) {
	n := build(t, whole, protect(newAES(t), visits, city, eachCity))
	salts := map[string]int{}
	for range 2 {
		doc := Doc{
			"visits": &N{Value: "7"}, "home": dict(Doc{"city": text("Paris")}),
			"past": list(dict(Doc{"city": text("Rome")}), dict(Doc{"city": text("Oslo")})),
		}
		if err := n.Seal(ctx, doc, nil, proto(), func(_ int, envelope []byte, _ int) { salts[string(envelope[8:32])]++ }); err != nil {
			t.Fatal(err)
		}
	}
	if len(salts) != 2 {
		t.Errorf("%d salts", len(salts))
	}
	for _, values := range salts {
		if values != 4 {
			t.Errorf("%d values have one salt", values)
		}
	}
}
