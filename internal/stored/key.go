package stored

import (
	"crypto/sha256"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// maxKeyText bounds derived keys and owners; DynamoDB allows 2,048 bytes for a
// partition key, half of it leaves room and keeps items small.
const maxKeyText = 1024

var segEscaper = strings.NewReplacer("~", "~0", "/", "~1")

// Owner names an object for its parts: entity and stored key, each segment
// escaped so that no two objects share an owner. key has one part, or two for
// a composite key; numbers must be normalised.
func Owner(entity string, key []types.AttributeValue) string {
	return bounded(ownerText(entity, key))
}

// DerivedKey is the partition key of the part inst of the object: the owner's
// segments and one more. Texts over 1,024 bytes take a tagged hash form, which
// no other text can equal because '~h' is not an escape.
func DerivedKey(entity string, key []types.AttributeValue, inst Inst) string {
	return bounded(ownerText(entity, key) + "/" + segEscaper.Replace(string(inst)))
}

func ownerText(entity string, key []types.AttributeValue) string {
	var b strings.Builder
	b.WriteString(segEscaper.Replace(entity))
	for _, k := range key {
		switch k := k.(type) {
		case *types.AttributeValueMemberS:
			b.WriteString("/S" + segEscaper.Replace(k.Value))
		case *types.AttributeValueMemberN:
			b.WriteString("/N" + k.Value)
		case *types.AttributeValueMemberB:
			b.WriteString("/B" + b64.EncodeToString(k.Value))
		}
	}
	return b.String()
}

func bounded(text string) string {
	if len(text) <= maxKeyText {
		return text
	}
	sum := sha256.Sum256([]byte(text))
	return "~h" + b64.EncodeToString(sum[:])
}
