package legacy

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Text is text that was decrypted. Whatever its value was before it was encrypted,
// dynamo-store has made a text of it.
type Text struct {
	types.AttributeValueMemberNULL // which makes it an AttributeValue; no walk shows it to others
	Value                          string
}

// block is the multiple to which dynamo-store pads texts.
const block = 32

// Decrypt returns the text in a stored value: base64 of an initialization vector and
// of AES-256-CBC under SHA-256 of the passphrase. Nothing authenticates it. So a wrong
// passphrase shows in the padding or in bytes that are no text, in nearly all cases,
// and a changed value may show in nothing.
func Decrypt(passphrase string, value []byte) (string, error) {
	raw, err := base64.StdEncoding.Strict().AppendDecode(nil, value)
	switch {
	case err != nil || bytes.ContainsAny(value, "\r\n"): // which the decoder passes over
		return "", fmt.Errorf("%w (it is no base64)", ErrDecrypt)
	case len(raw) < 2*aes.BlockSize || len(raw)%aes.BlockSize != 0:
		return "", fmt.Errorf("%w (%d bytes are no initialization vector and blocks)", ErrDecrypt, len(raw))
	}
	key := sha256.Sum256([]byte(passphrase))
	b, err := aes.NewCipher(key[:])
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrDecrypt, err)
	}
	iv, body := raw[:aes.BlockSize], raw[aes.BlockSize:]
	cipher.NewCBCDecrypter(b, iv).CryptBlocks(body, body)
	text, ok := unpadded(body)
	if !ok {
		return "", fmt.Errorf("%w (padding)", ErrDecrypt)
	}
	return text, nil
}

// unpadded takes the padding off: n times the character n, 1 to 32, so that the
// characters are a multiple of 32. Programs that pad bytes in place of characters
// have written such values as well.
func unpadded(padded []byte) (string, bool) {
	n := int(padded[len(padded)-1])
	if n < 1 || n > block || n > len(padded) {
		return "", false
	}
	text := padded[:len(padded)-n]
	for _, c := range padded[len(text):] {
		if int(c) != n {
			return "", false
		}
	}
	full := len(padded)%block == 0 || (utf8.RuneCount(text)+n)%block == 0
	if !full || !utf8.Valid(text) {
		return "", false
	}
	return string(text), true
}
