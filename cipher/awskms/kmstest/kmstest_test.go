package kmstest_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/dystore/dystore/cipher/awskms/kmstest"
)

// What is no request of a client of KMS is refused as KMS refuses it.
func TestOtherRequests(t *testing.T) {
	const auth = "AWS4-HMAC-SHA256 Credential=AKID/20261130/eu-west-1/kms/aws4_request, SignedHeaders=host;x-amz-date, Signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	s := new(kmstest.Server)
	key := s.CreateKey()
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
