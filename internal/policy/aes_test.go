package policy_test

import (
	"bytes"
	"fmt"
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

// All that one walk seals with one cipher has one salt; what two walks or two ciphers seal
// has two.
func TestOneSaltPerItem(t *testing.T) {
	n := build(t, whole, protect(newAES(t), visits, name), protect(newAES(t), city), protect(newAES(t), eachCity))
	salts := map[string]int{} // with the number of the cipher
	for range 2 {
		doc := Doc{
			"visits": &N{Value: "7"}, "name": text("Jo"), "home": dict(Doc{"city": text("Paris")}),
			"past": list(dict(Doc{"city": text("Rome")}), dict(Doc{"city": text("Oslo")})),
		}
		if err := n.Seal(ctx, doc, nil, proto(), func(group int, _ *cipher.Binding, envelope []byte, _ int) { salts[fmt.Sprint(group, envelope[8:32])]++ }); err != nil {
			t.Fatal(err)
		}
		if err := n.Open(ctx, doc, nil, proto(), nil); err != nil {
			t.Error(err)
		}
	}
	found := map[int]int{}
	for _, values := range salts {
		found[values]++
	}
	if found[1] != 2 || found[2] != 4 || len(salts) != 6 {
		t.Errorf("salts by how many values have them: %v", found)
	}
}
