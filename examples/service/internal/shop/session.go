package shop

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/dystore/dystore/repo"
)

// Session says which customer somebody with a token is. The table has only a
// hash of the token.
type Session struct {
	Token    string    `dynamodbav:"token" json:"-"`
	Customer string    `dynamodbav:"customer" json:"customer"`
	Until    time.Time `dynamodbav:"until,unixtime" json:"until"`
}

var sessionKey = repo.KeyOf(func(s *Session) *string { return &s.Token })

func sessions() repo.Model[Session] {
	return repo.TableOf("sessions", sessionKey, repo.ExpiresAt(func(s *Session) *time.Time { return &s.Until }))
}

// SessionKey is the key of the session with a token.
func SessionKey(token string) repo.Key[Session] { return sessionKey.Of(HashToken(token)) }

// HashToken is what is stored of a token. Tokens are random, so their hash needs
// no salt.
func HashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
