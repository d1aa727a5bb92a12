package shop

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"os"

	"github.com/dystore/dystore/cipher"
)

// Secrets are the same in all instances of the service. They belong in a secrets
// manager.
type Secrets struct {
	Cipher cipher.Cipher // for e-mail addresses, and for cursors
	Emails []byte        // hashes e-mail addresses, so that they can be unique
}

// RandomSecrets are for tables that do not outlive the process.
func RandomSecrets() (Secrets, error) {
	key, emails := make([]byte, 32), make([]byte, 32)
	rand.Read(key)
	rand.Read(emails)
	return newSecrets(key, emails)
}

// SecretsFromEnvironment reads 32 bytes each, in base64, from SHOP_KEY and
// SHOP_EMAIL_SECRET.
func SecretsFromEnvironment() (Secrets, error) {
	key, err := secret("SHOP_KEY")
	if err != nil {
		return Secrets{}, err
	}
	emails, err := secret("SHOP_EMAIL_SECRET")
	if err != nil {
		return Secrets{}, err
	}
	return newSecrets(key, emails)
}

func secret(variable string) ([]byte, error) {
	b, err := base64.StdEncoding.DecodeString(os.Getenv(variable))
	if err != nil || len(b) != 32 {
		return nil, fmt.Errorf("%s is not 32 bytes in base64; make it with: openssl rand -base64 32", variable)
	}
	return b, nil
}

// newSecrets has one key. To rotate it, the new key becomes Primary and the old
// one Enabled, until no value is under it any more.
func newSecrets(key, emails []byte) (Secrets, error) {
	primary, err := cipher.NewKey(1, key)
	if err != nil {
		return Secrets{}, err
	}
	ring, err := cipher.NewKeyset(cipher.Primary(primary))
	if err != nil {
		return Secrets{}, err
	}
	aes, err := cipher.New(ring)
	if err != nil {
		return Secrets{}, err
	}
	return Secrets{Cipher: aes, Emails: emails}, nil
}
