package kmstest_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/smithy-go"

	"github.com/dystore/dystore/cipher/awskms/kmstest"
)

// What is no request of a client of KMS is refused as KMS refuses it.
func TestOtherRequests(t *testing.T) {
	const auth = "AWS4-HMAC-SHA256 Credential=AKID/20261130/eu-west-1/kms/aws4_request, SignedHeaders=host;x-amz-date, Signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	s := new(kmstest.Server)
	key := s.CreateKey()
	id := key[strings.LastIndex(key, "/")+1:]
	for name, c := range map[string]struct{ auth, target, body, want string }{
		"sound":          {auth, "TrentService.Encrypt", `{"KeyId":"` + key + `","Plaintext":"eA=="}`, ""},
		"unsigned":       {"", "TrentService.Encrypt", `{}`, "IncompleteSignatureException"},
		"of DynamoDB":    {strings.Replace(auth, "/kms/", "/dynamodb/", 1), "TrentService.Encrypt", `{}`, "IncompleteSignatureException"},
		"other":          {auth, "TrentService.CreateKey", `{}`, "UnknownOperationException"},
		"no JSON":        {auth, "TrentService.Encrypt", `<`, "SerializationException"},
		"unknown member": {auth, "TrentService.Encrypt", `{"DryRun":true}`, "SerializationException"},
		"nothing":        {auth, "TrentService.Encrypt", `{"KeyId":"` + key + `"}`, "ValidationException"},
		"too much":       {auth, "TrentService.Encrypt", `{"KeyId":"` + key + `","Plaintext":"` + strings.Repeat("AAAA", 1366) + `"}`, "ValidationException"},
		"no key":         {auth, "TrentService.Encrypt", `{"KeyId":"none","Plaintext":"eA=="}`, "NotFoundException"},
		"no alias":       {auth, "TrentService.Encrypt", `{"KeyId":"alias/none","Plaintext":"eA=="}`, "NotFoundException"},
		"by id":          {auth, "TrentService.Encrypt", `{"KeyId":"` + id + `","Plaintext":"eA=="}`, ""},
		"key and id":     {auth, "TrentService.Encrypt", `{"KeyId":"key/` + id + `","Plaintext":"eA=="}`, "NotFoundException"},
		"no ARN":         {auth, "TrentService.Encrypt", `{"KeyId":"` + strings.Replace(key, "key/", "", 1) + `","Plaintext":"eA=="}`, "NotFoundException"},
		"empty token":    {auth, "TrentService.Encrypt", `{"KeyId":"` + key + `","Plaintext":"eA==","GrantTokens":[""]}`, "ValidationException"},
		"empty pair":     {auth, "TrentService.Encrypt", `{"KeyId":"` + key + `","Plaintext":"eA==","EncryptionContext":{"a":""}}`, "ValidationException"},
		"RSA":            {auth, "TrentService.Encrypt", `{"KeyId":"` + key + `","Plaintext":"eA==","EncryptionAlgorithm":"RSAES_OAEP_SHA_1"}`, "InvalidKeyUsageException"},
		"no ciphertext":  {auth, "TrentService.Decrypt", `{"KeyId":"` + key + `"}`, "ValidationException"},
		"cut":            {auth, "TrentService.Decrypt", `{"KeyId":"` + key + `","CiphertextBlob":"JA=="}`, "InvalidCiphertextException"},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(c.body))
			r.Header.Set("Content-Type", "application/x-amz-json-1.1")
			r.Header.Set("X-Amz-Target", c.target)
			r.Header.Set("X-Amz-Date", "20261130T000000Z")
			r.Header.Set("Authorization", c.auth)
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			if w.Code == http.StatusOK != (c.want == "") || !strings.Contains(w.Body.String(), c.want) {
				t.Errorf("%d %s, want %q", w.Code, w.Body, c.want)
			}
		})
	}
}

// Decrypt without a key finds the one that has wrapped, and says what its state is.
func TestDecryptWithoutKey(t *testing.T) {
	s := kmstest.Start(t)
	key := s.CreateKey()
	out, err := s.Client().Encrypt(t.Context(), &kms.EncryptInput{KeyId: &key, Plaintext: []byte("x")})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		change func()
		want   string
	}{
		{func() {}, ""},
		{func() { s.SetState(key, kmstest.Disabled) }, "DisabledException"},
		{func() { s.SetState(key, kmstest.PendingDeletion) }, "KMSInvalidStateException"},
		{func() { s.Delete(key) }, "InvalidCiphertextException"},
	} {
		c.change()
		_, err := s.Client().Decrypt(t.Context(), &kms.DecryptInput{CiphertextBlob: out.CiphertextBlob})
		var api smithy.APIError
		if errors.As(err, &api) != (c.want != "") || api != nil && api.ErrorCode() != c.want {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
}

// A test that names a key which was not made has a mistake, and is told so.
func TestKeysThatWereNotMade(t *testing.T) {
	s := kmstest.Start(t)
	for name, use := range map[string]func(string){
		"SetState": func(arn string) { s.SetState(arn, kmstest.Disabled) },
		"Delete":   s.Delete,
		"SetAlias": func(arn string) { s.SetAlias("alias/app", arn) },
	} {
		func() {
			defer func() {
				if text, _ := recover().(string); !strings.Contains(text, "there is no key arn:none") {
					t.Errorf("%s: %q", name, text)
				}
			}()
			use("arn:none")
		}()
	}
	s.CreateKey() // and the stand-in goes on
}
