package attr

import (
	"encoding/binary"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// AppendOrdered appends bytes whose bytewise order is that of the key values:
// numbers by value, strings and binaries by their bytes. The encoding marks its
// own end, so more can follow without changing the order.
func AppendOrdered(dst []byte, v Value) []byte {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return appendEscaped(dst, v.Value)
	case *types.AttributeValueMemberB:
		return appendEscaped(dst, string(v.Value))
	case *types.AttributeValueMemberN:
		return appendEscaped(dst, string(Number(v.Value).AppendOrdered(nil)))
	}
	return dst
}

// AppendPrefix appends the common prefix of the encodings of all strings or
// binaries that begin with v.
func AppendPrefix(dst []byte, v Value) []byte {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return escape(dst, v.Value)
	case *types.AttributeValueMemberB:
		return escape(dst, string(v.Value))
	}
	return dst
}

func appendEscaped(dst []byte, s string) []byte { return append(escape(dst, s), 0, 1) }

// escape makes room for the terminator 0 1, which sorts below every
// continuation.
func escape(dst []byte, s string) []byte {
	for i := range len(s) {
		dst = append(dst, s[i])
		if s[i] == 0 {
			dst = append(dst, 0xFF)
		}
	}
	return dst
}

// AppendPartition appends the place of a partition. It begins with a hash, so
// that tables are walked in an order that does not follow the keys, as in
// DynamoDB.
func AppendPartition(dst []byte, keys ...Value) []byte {
	start := len(dst)
	dst = append(dst, make([]byte, 8)...)
	for _, v := range keys {
		dst = AppendOrdered(dst, v)
	}
	binary.BigEndian.PutUint64(dst[start:], hash(dst[start+8:]))
	return dst
}

// hash is FNV-1a with a final mix. The order of a scan and the bounds of its
// segments come from the high bits, which FNV alone hardly changes for short
// keys.
func hash(b []byte) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range b {
		h = (h ^ uint64(c)) * 1099511628211
	}
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}
