package seal

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/sealvalue"
)

// What is stored does not say which scope it is in. The ciphers of the model do, of the
// object that it is of.

// noScope is the scope of what has none, or of what the key of the object is not known.
var noScope = []string{""}

// Scopes are those that an envelope may be in which is stored at a path of the object with a
// key: of a path that the model does not encrypt, those of all its ciphers.
func (s *Sealing) Scopes(key []types.AttributeValue, path attr.Path) []string {
	if s.Policy == nil {
		return noScope
	}
	ciphers := s.ciphers
	c, path := s.Policy.SealedBy(path)
	if c != nil {
		ciphers = []cipher.Cipher{c}
	}
	at, err := sealvalue.Path(path)
	if err != nil {
		return noScope
	}
	return s.scopes(key, at, ciphers...)
}

// ListScopes are Scopes of the list of encrypted paths.
func (s *Sealing) ListScopes(key []types.AttributeValue) []string {
	if s.Policy == nil {
		return noScope
	}
	ciphers := []cipher.Cipher{s.cipher}
	if s.list != s.all { // one of those that encrypt no more may have sealed it
		ciphers = s.ciphers
	}
	return s.scopes(key, cipher.Path{cipher.Name(s.MetaAttr)}, ciphers...)
}

// Scoped reports whether the values of the object with a key have scopes: what a source says of
// their keys says nothing about other objects.
func (s *Sealing) Scoped(key []types.AttributeValue) bool {
	all := s.scopes(key, cipher.Path{cipher.Name(s.MetaAttr)}, s.ciphers...)
	return slices.ContainsFunc(all, func(scope string) bool { return scope != "" })
}

func (s *Sealing) scopes(key []types.AttributeValue, at cipher.Path, ciphers ...cipher.Cipher) []string {
	b, err := s.binding(key)
	if err != nil || key == nil {
		return noScope
	}
	b.Path = at
	scopes := make([]string, 0, len(ciphers))
	for _, c := range ciphers {
		scopes = append(scopes, scopeOf(c, &b))
	}
	slices.Sort(scopes)
	return slices.Compact(scopes)
}

// scopeOf is the scope of a value, "" if it has none or it cannot be found.
func scopeOf(c cipher.Cipher, b *cipher.Binding) string {
	scope, err := cipher.ScopeOf(c, b)
	if err != nil {
		return ""
	}
	return scope
}

// inScope is the cipher of one scope, if it has scopes.
func inScope(c cipher.Cipher, scope string) cipher.Cipher {
	if s, ok := c.(interface {
		InScope(scope string) cipher.Cipher
	}); ok && scope != "" {
		return s.InScope(scope)
	}
	return c
}

// Finder finds the scope of an object or value.
type Finder = func(*cipher.Binding) (string, error)

// InKey finds the scope in an attribute of the key, of whose text it is what read makes.
func InKey(at int, read func(attribute string) (string, error)) Finder {
	return func(b *cipher.Binding) (string, error) {
		attribute, err := keyAttributes[at](b)
		if err != nil {
			return "", err
		}
		return read(attribute)
	}
}

// keyAttributes are the texts of key attributes, by their number.
var keyAttributes = [...]Finder{cipher.PartitionKey, cipher.SortKey}

// ScopeIn is the scope of the object with a key.
func (s *Sealing) ScopeIn(key []types.AttributeValue, find Finder) (string, error) {
	b, err := s.binding(key)
	if err != nil {
		return "", err
	}
	return cipher.ScopeOf(cipher.ScopeBy(nil, find), &b)
}
