package faulttest

import (
	"bytes"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
)

// errOf drops the value beside an error.
func errOf[V any](_ V, err error) error { return err }

// rawItem is an item as DynamoDB has it.
type rawItem = map[string]types.AttributeValue

func avS(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func avN(n string) types.AttributeValue { return &types.AttributeValueMemberN{Value: n} }

func avL(l ...types.AttributeValue) types.AttributeValue {
	return &types.AttributeValueMemberL{Value: append([]types.AttributeValue{}, l...)}
}

func avM(m rawItem) types.AttributeValue { return &types.AttributeValueMemberM{Value: m} }

func testKeyset(t testing.TB) *cipher.Keyset {
	t.Helper()
	key, err := cipher.NewKey(1, bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	ring, err := cipher.NewKeyset(cipher.Primary(key))
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

func testKeys(t testing.TB) *cipher.AES {
	t.Helper()
	keys, err := cipher.New(testKeyset(t))
	if err != nil {
		t.Fatal(err)
	}
	return keys
}
