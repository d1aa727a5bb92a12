package stored

import (
	"crypto/sha256"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// maxKeyText bounds derived keys and owners; DynamoDB allows 2,048 bytes for a
// partition key, half of it leaves room and keeps items small.
const maxKeyText = 1024

var (
	segEscaper   = strings.NewReplacer("~", "~0", "/", "~1")
	segUnescaper = strings.NewReplacer("~0", "~", "~1", "/")
)

// Owner names an object for its parts: entity and stored key, each segment
// escaped so that no two objects share an owner. key has one part, or two for
// a composite key; numbers must be normalised.
func Owner(entity string, key []types.AttributeValue) string {
	var own [ownKeyText]byte
	return bounded(appendOwner(own[:0], entity, key))
}

// KeyOf is the key of the object of an entity that an owner names; not ok if it does not
// tell, because it is another entity's, or hashed.
func KeyOf(entity, owner string) (key []types.AttributeValue, ok bool) {
	rest, ok := strings.CutPrefix(owner, segEscaper.Replace(entity)+"/")
	if !ok || strings.HasPrefix(owner, HashedKey) {
		return nil, false
	}
	for _, part := range strings.Split(rest, "/") {
		if part == "" {
			return nil, false
		}
		switch text := part[1:]; part[0] {
		case 'S':
			key = append(key, &types.AttributeValueMemberS{Value: segUnescaper.Replace(text)})
		case 'N':
			key = append(key, &types.AttributeValueMemberN{Value: text})
		case 'B':
			b, err := b64.DecodeString(text)
			if err != nil {
				return nil, false
			}
			key = append(key, &types.AttributeValueMemberB{Value: b})
		default:
			return nil, false
		}
	}
	return key, true
}

// HashedKey begins owners and derived keys that are too long to be what they are made of.
const HashedKey = "~h"

// OwnerOf reports whether an owner may be an object of an entity. A hashed one
// does not tell.
func OwnerOf(entity, owner string) bool {
	return strings.HasPrefix(owner, HashedKey) || strings.HasPrefix(owner, segEscaper.Replace(entity)+"/")
}

// DerivedKey is the partition key of the part inst of the object: the owner's
// segments and one more. Texts over 1,024 bytes take a tagged hash form, which
// no other text can equal because '~h' is not an escape.
func DerivedKey(entity string, key []types.AttributeValue, inst Inst) string {
	var own [ownKeyText]byte
	return bounded(appendDerived(own[:0], entity, key, inst))
}

func appendDerived(b []byte, entity string, key []types.AttributeValue, inst Inst) []byte {
	return append(append(appendOwner(b, entity, key), '/'), segEscaper.Replace(string(inst))...)
}

// StagedKey is the partition key of a copy of the part inst that a staged write makes:
// the derived key's segments and one more, the stamp of the copy. Nobody else writes an
// item with that key.
func StagedKey(entity string, key []types.AttributeValue, inst Inst, stamp ID) string {
	var own [ownKeyText]byte
	return bounded(appendStaged(own[:0], entity, key, inst, stamp))
}

func appendStaged(b []byte, entity string, key []types.AttributeValue, inst Inst, stamp ID) []byte {
	return b64.AppendEncode(append(appendDerived(b, entity, key, inst), '/'), stamp[:])
}

// isDerivedKey reports whether text is the DerivedKey of a part.
func isDerivedKey(entity string, key []types.AttributeValue, inst Inst, text string) bool {
	var own [ownKeyText]byte
	return isBounded(appendDerived(own[:0], entity, key, inst), text)
}

// isStagedKey reports whether text is the StagedKey of a part with a stamp.
func isStagedKey(entity string, key []types.AttributeValue, inst Inst, stamp ID, text string) bool {
	var own [ownKeyText]byte
	return isBounded(appendStaged(own[:0], entity, key, inst, stamp), text)
}

// DerivesKey reports whether text may be the derived key of a part of the object.
// A hashed one does not tell.
func DerivesKey(entity string, key []types.AttributeValue, text string) bool {
	var own [ownKeyText]byte
	return strings.HasPrefix(text, string(append(appendOwner(own[:0], entity, key), '/')))
}

// ownKeyText is how long keys may be to cost one allocation, the result.
const ownKeyText = 256

func appendOwner(b []byte, entity string, key []types.AttributeValue) []byte {
	return appendKeyValues(append(b, segEscaper.Replace(entity)...), key)
}

// appendKeyValues adds values of keys, each as a segment that begins with its type.
func appendKeyValues(b []byte, values []types.AttributeValue) []byte {
	for _, k := range values {
		switch k := k.(type) {
		case *types.AttributeValueMemberS:
			b = append(append(b, "/S"...), segEscaper.Replace(k.Value)...)
		case *types.AttributeValueMemberN:
			b = append(append(b, "/N"...), k.Value...)
		case *types.AttributeValueMemberB:
			b = b64.AppendEncode(append(b, "/B"...), k.Value)
		}
	}
	return b
}

// isBounded is bounded(text) == is, without memory for most texts.
func isBounded(text []byte, is string) bool {
	if len(text) <= maxKeyText {
		return string(text) == is
	}
	return bounded(text) == is
}

func bounded(text []byte) string {
	if len(text) <= maxKeyText {
		return string(text)
	}
	sum := sha256.Sum256(text)
	return HashedKey + b64.EncodeToString(sum[:])
}
