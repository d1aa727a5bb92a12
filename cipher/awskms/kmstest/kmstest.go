// Package kmstest is a stand-in for AWS KMS, for tests of programs whose keys are wrapped by
// package awskms. It answers Encrypt and Decrypt over HTTP as KMS does, and refuses what KMS
// refuses: other keys, other encryption contexts, keys that are disabled or wait for deletion,
// principals without permission, requests that are not signed.
//
//	server := kmstest.Start(t)
//	wrapper, err := awskms.New(server.Client(), server.CreateKey())
//
// It protects nothing: its keys are in memory, and gone with it.
//
// Source: https://docs.aws.amazon.com/kms/latest/APIReference/
package kmstest

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
)

// Region and account of the keys.
const (
	region  = "eu-west-1"
	account = "123456789012"
)

// Server is a KMS. It is safe for concurrent use. Make it with [Start] or [Serve].
type Server struct {
	mu      sync.Mutex
	keys    map[string]*key // by id
	aliases map[string]string
	refuse  func(Request) error
	seen    []Request
	url     string
}

// key is a key of KMS.
type key struct {
	gcm   cipher.AEAD
	state State
}

// State is that of a key.
type State string

// The states of keys that matter here.
const (
	Enabled         State = "Enabled"
	Disabled        State = "Disabled"
	PendingDeletion State = "PendingDeletion"
)

// Request is what a client has asked.
type Request struct {
	Operation string // Encrypt or Decrypt
	KeyID     string // as the request names it
	Context   map[string]string
	Grants    []string // tokens
}

// Start starts a server for the time of a test.
func Start(t testing.TB) *Server {
	t.Helper()
	s, stop := Serve()
	t.Cleanup(stop)
	return s
}

// Serve starts a server, until it is stopped.
func Serve() (s *Server, stop func()) {
	s = new(Server)
	h := httptest.NewServer(s)
	s.url = h.URL
	return s, h.Close
}

// Client is a client of a server that was started.
func (s *Server) Client(optFns ...func(*kms.Options)) *kms.Client {
	return kms.New(kms.Options{
		Region: region, BaseEndpoint: aws.String(s.url),
		Credentials: aws.CredentialsProviderFunc(func(ctx ctx) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "a secret of 112 bits or more"}, nil
		}),
	}, optFns...)
}

// CreateKey makes a key and returns its ARN.
func (s *Server) CreateKey() (arn string) {
	var secret [32]byte
	rand.Read(secret[:])
	block, err := aes.NewCipher(secret[:])
	if err != nil {
		panic(err) // a key of 32 bytes is one
	}
	gcm, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err)
	}
	id := uuid()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.keys == nil {
		s.keys = map[string]*key{}
	}
	s.keys[id] = &key{gcm, Enabled}
	return keyARN(id)
}

func uuid() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func keyARN(id string) string { return arnPrefix + "key/" + id }

const arnPrefix = "arn:aws:kms:" + region + ":" + account + ":"

// SetAlias lets an alias, as in alias/app, name a key.
func (s *Server) SetAlias(alias, keyARN string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.aliases == nil {
		s.aliases = map[string]string{}
	}
	id, _ := s.made(keyARN)
	s.aliases[alias] = id
}

// SetState disables and enables a key, and lets it wait for its deletion.
func (s *Server) SetState(keyARN string, state State) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, k := s.made(keyARN)
	k.state = state
}

// Delete deletes a key for good.
func (s *Server) Delete(keyARN string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id, _ := s.made(keyARN)
	delete(s.keys, id)
}

// made is the key that CreateKey has made. For another ARN it panics: the test has a mistake.
func (s *Server) made(keyARN string) (id string, k *key) {
	id, ok := strings.CutPrefix(keyARN, arnPrefix+"key/")
	if k = s.keys[id]; !ok || k == nil {
		panic("kmstest: there is no key " + keyARN + "; use an ARN from CreateKey")
	}
	return id, k
}

// Refuse lets a function refuse requests: with an [Error], as KMS would, or with another error,
// which breaks the connection. Nil refuses none.
func (s *Server) Refuse(refuse func(Request) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = refuse
}

// Requests are those that came since the last call, also those that were refused.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	seen := s.seen
	s.seen = nil
	return seen
}

// Error is an answer of KMS that is an error: its code and its message.
type Error struct{ Code, Message string }

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Denied is the answer to who has no permission.
func Denied() *Error {
	return &Error{"AccessDeniedException", "User: arn:aws:iam::" + account + ":user/test is not authorized to perform this operation"}
}

// Throttled is the answer to too many requests.
func Throttled() *Error { return &Error{"ThrottlingException", "Rate exceeded"} }

// find is the key that a request names: by its id, its ARN, an alias, or the ARN of one.
func (s *Server) find(name string) (id string, k *key, err error) {
	rest, arn := strings.CutPrefix(name, arnPrefix)
	switch inARN, isKey := strings.CutPrefix(rest, "key/"); {
	case strings.HasPrefix(rest, "alias/"):
		id = s.aliases[rest]
	case arn && isKey:
		id = inARN
	case !arn:
		id = name
	}
	k = s.keys[id]
	if k == nil {
		return "", nil, &Error{"NotFoundException", "Key '" + name + "' does not exist"}
	}
	return id, k, k.usable(id)
}

// usable is what KMS says where the state of a key forbids its use.
func (k *key) usable(id string) error {
	switch k.state {
	case Enabled:
		return nil
	case Disabled:
		return &Error{"DisabledException", keyARN(id) + " is disabled."}
	}
	return &Error{"KMSInvalidStateException", keyARN(id) + " is pending deletion."}
}

// see notes a request, and refuses it where the test says so.
func (s *Server) see(r Request) error {
	r.Context = maps.Clone(r.Context)
	s.mu.Lock()
	s.seen = append(s.seen, r)
	refuse := s.refuse
	s.mu.Unlock()
	if refuse == nil {
		return nil
	}
	return refuse(r)
}

var _ http.Handler = (*Server)(nil)
