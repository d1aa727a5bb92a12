package legacy

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

// encrypted is a padded text as dynamo-store stores it, under a fixed vector.
func encrypted(passphrase string, padded []byte) []byte {
	key := sha256.Sum256([]byte(passphrase))
	b, err := aes.NewCipher(key[:])
	if err != nil {
		panic(err)
	}
	raw := append(bytes.Repeat([]byte{7}, aes.BlockSize), padded...)
	cipher.NewCBCEncrypter(b, raw[:aes.BlockSize]).CryptBlocks(raw[aes.BlockSize:], padded)
	return []byte(base64.StdEncoding.EncodeToString(raw))
}

// padding is n times the character n.
func padding(n int) string { return strings.Repeat(string(rune(n)), n) }

func TestDecrypt(t *testing.T) {
	const known = "xNrYO3T8Cjt/WYbGNvmTnbKTBY8FxiQZzoQW1JKuBlOwT1ftfquVZbKm92yO3G50" // dynamo-store has written it
	if text, err := Decrypt("somekey", []byte(known)); text != "john" || err != nil {
		t.Errorf("%q, %v", text, err)
	}
	full := strings.Repeat("x", 32)
	for _, text := range []string{"", "a", full[:31], full, full + "y", strings.Repeat("日本", 16), "Łukasz 日本 😀" + padding(3)} {
		padded := text + padding(32-utf8.RuneCountInString(text)%32) // by characters
		if len(padded)%aes.BlockSize != 0 {
			padded = text + padding(32-len(text)%32) // by bytes
		}
		if got, err := Decrypt("k", encrypted("k", []byte(padded))); got != text || err != nil {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
}

func TestDecryptRefuses(t *testing.T) {
	good := string(encrypted("k", []byte("secret"+padding(26))))
	for what, c := range map[string]struct{ passphrase, stored string }{
		"a wrong passphrase":        {"K", good},
		"an empty value":            {"k", ""},
		"plain text":                {"k", "plain text"},
		"a vector alone":            {"k", good[:24]},
		"half a block":              {"k", base64.StdEncoding.EncodeToString(make([]byte, 40))},
		"trailing bytes":            {"k", good + "\n"},
		"loose base64":              {"k", good[:4] + "\n" + good[4:]},
		"padding 0":                 {"k", string(encrypted("k", make([]byte, 32)))},
		"padding 33":                {"k", string(encrypted("k", bytes.Repeat([]byte{33}, 64)))},
		"padding longer than all":   {"k", string(encrypted("k", bytes.Repeat([]byte{17}, 16)))},
		"uneven padding":            {"k", string(encrypted("k", []byte(strings.Repeat("x", 30)+"\x01\x02")))},
		"half a multiple":           {"k", string(encrypted("k", []byte(strings.Repeat("x", 14)+"\x02\x02")))},
		"bytes that are no text":    {"k", string(encrypted("k", []byte("\xff\xfe"+padding(30))))},
		"a character that was torn": {"k", string(encrypted("k", []byte("日"[:2]+padding(30))))},
	} {
		if text, err := Decrypt(c.passphrase, []byte(c.stored)); !errors.Is(err, ErrDecrypt) || text != "" {
			t.Errorf("%s: %q, %v", what, text, err)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v shows the text", what, err)
		}
	}
}

// FuzzDecrypt: whatever is stored, the result is a text, or none and a named error.
func FuzzDecrypt(f *testing.F) {
	f.Add("k", encrypted("k", []byte("secret"+padding(26))))
	f.Add("", []byte("QUJD"))
	f.Fuzz(func(t *testing.T, passphrase string, stored []byte) {
		before := bytes.Clone(stored)
		text, err := Decrypt(passphrase, stored)
		if (err != nil) != errors.Is(err, ErrDecrypt) || err != nil && text != "" || !utf8.ValidString(text) {
			t.Errorf("%q, %v", text, err)
		}
		if !bytes.Equal(stored, before) {
			t.Error("the stored value was changed")
		}
	})
}
