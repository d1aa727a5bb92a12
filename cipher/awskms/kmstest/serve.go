package kmstest

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
)

type ctx = context.Context

// input has the members of EncryptInput and DecryptInput that are known here. Others are
// refused: a test is not to pass because of something that was not looked at.
type input struct {
	KeyID               string            `json:"KeyId"`
	Plaintext           []byte            `json:"Plaintext"`
	CiphertextBlob      []byte            `json:"CiphertextBlob"`
	EncryptionContext   map[string]string `json:"EncryptionContext"`
	GrantTokens         []string          `json:"GrantTokens"`
	EncryptionAlgorithm string            `json:"EncryptionAlgorithm"`
}

type output struct {
	KeyID               string `json:"KeyId"`
	Plaintext           []byte `json:",omitempty"`
	CiphertextBlob      []byte `json:",omitempty"`
	EncryptionAlgorithm string
}

// symmetric is the only algorithm of symmetric keys.
const symmetric = "SYMMETRIC_DEFAULT"

// maxPlaintext is how many bytes Encrypt takes.
const maxPlaintext = 4096

// signed is what a request is signed with: Signature Version 4, for KMS.
var signed = regexp.MustCompile(`^AWS4-HMAC-SHA256 Credential=[^/ ,]+/\d{8}/` + region + `/kms/aws4_request, ?SignedHeaders=[a-z0-9;-]+, ?Signature=[0-9a-f]{64}$`)

// ServeHTTP answers a request of the protocol awsJson1_1.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	out, err := s.answer(r)
	var refused *Error
	switch {
	case err == nil:
	case errors.As(err, &refused):
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.WriteHeader(status(refused.Code))
		json.NewEncoder(w).Encode(map[string]string{"__type": refused.Code, "message": refused.Message})
		return
	default:
		panic(http.ErrAbortHandler) // the connection breaks
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	json.NewEncoder(w).Encode(out)
}

// status is the HTTP status of an error.
func status(code string) int {
	switch code {
	case "KMSInternalException", "KeyUnavailableException", "DependencyTimeoutException":
		return http.StatusInternalServerError
	}
	return http.StatusBadRequest
}

func (s *Server) answer(r *http.Request) (*output, error) {
	target := r.Header.Get("X-Amz-Target")
	if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/x-amz-json-1.1" {
		return nil, &Error{"UnknownOperationException", "not a request of KMS"}
	}
	if !signed.MatchString(r.Header.Get("Authorization")) || r.Header.Get("X-Amz-Date") == "" {
		return nil, &Error{"IncompleteSignatureException", "the request is not signed for KMS"}
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, 1<<20))
	if err != nil {
		return nil, err
	}
	var in input
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&in); err != nil {
		return nil, &Error{"SerializationException", "the body cannot be read: " + err.Error()}
	}
	var do func(*input) (*output, error)
	switch target {
	case "TrentService.Encrypt":
		do = s.encrypt
	case "TrentService.Decrypt":
		do = s.decrypt
	default:
		return nil, &Error{"UnknownOperationException", "the stand-in has Encrypt and Decrypt, not " + strconv.Quote(target)}
	}
	if err := s.see(Request{target[len("TrentService."):], in.KeyID, in.EncryptionContext, in.GrantTokens}); err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return do(&in)
}

func (in *input) check() error {
	for name, value := range in.EncryptionContext {
		if name == "" || value == "" || len(name)+len(value) > 8192 {
			return &Error{"ValidationException", "a pair of the encryption context is empty or too long"}
		}
	}
	if a := in.EncryptionAlgorithm; a != "" && a != symmetric {
		return &Error{"InvalidKeyUsageException", "the key is symmetric"}
	}
	if len(in.GrantTokens) > 10 || slices.Contains(in.GrantTokens, "") {
		return &Error{"ValidationException", "more than 10 grant tokens, or an empty one"}
	}
	return nil
}

func (s *Server) encrypt(in *input) (*output, error) {
	if n := len(in.Plaintext); n == 0 || n > maxPlaintext || in.KeyID == "" || in.CiphertextBlob != nil {
		return nil, &Error{"ValidationException", "Encrypt takes a key and 1 to 4096 bytes"}
	}
	id, k, err := s.find(in.KeyID)
	if err != nil {
		return nil, err
	}
	blob := append([]byte{byte(len(id))}, id...)
	return &output{KeyID: keyARN(id), CiphertextBlob: k.gcm.Seal(blob, nil, in.Plaintext, associated(id, in.EncryptionContext)), EncryptionAlgorithm: symmetric}, nil
}

func (s *Server) decrypt(in *input) (*output, error) {
	blob := in.CiphertextBlob
	if n := len(blob); n == 0 || n > 6144 || in.Plaintext != nil {
		return nil, &Error{"ValidationException", "Decrypt takes 1 to 6144 bytes"}
	}
	invalid := &Error{"InvalidCiphertextException", ""}
	if len(blob) < 1+int(blob[0]) {
		return nil, invalid
	}
	id, rest := string(blob[1:1+blob[0]]), blob[1+blob[0]:]
	if in.KeyID != "" {
		named, _, err := s.find(in.KeyID)
		if err != nil {
			return nil, err
		}
		if named != id {
			return nil, &Error{"IncorrectKeyException", "The key ID in the request does not identify a CMK that can perform this operation."}
		}
	}
	k := s.keys[id]
	if k == nil {
		return nil, invalid // of no key of this account
	}
	if err := k.usable(id); err != nil {
		return nil, err
	}
	plain, err := k.gcm.Open(nil, nil, rest, associated(id, in.EncryptionContext))
	if err != nil {
		return nil, invalid
	}
	return &output{KeyID: keyARN(id), Plaintext: plain, EncryptionAlgorithm: symmetric}, nil
}

// associated are the id of a key and a context as bytes, in the order of its names.
func associated(id string, context map[string]string) []byte {
	text := func(b []byte, s string) []byte { return append(binary.BigEndian.AppendUint64(b, uint64(len(s))), s...) }
	b := text(nil, id)
	for _, name := range slices.Sorted(maps.Keys(context)) {
		b = text(text(b, name), context[name])
	}
	return b
}
