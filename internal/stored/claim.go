package stored

import (
	"crypto/hmac"
	"crypto/sha256"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
)

// A claim is an item that keeps a unique value for an object. Its key follows from
// the value, so that two objects with the value want the same item. Its record is
// that of a part, with the name of the claim as the instance; it holds nothing else.

// ClaimName names a claim: the paths of its fields, which are sorted.
func ClaimName(paths []attr.Path) string {
	names := make([]string, len(paths))
	for i, p := range paths {
		names[i] = "=" + segEscaper.Replace(string(Inst("").Join(p)))
	}
	return strings.Join(names, "/")
}

// ClaimFields are the paths that a claim is named after.
func ClaimFields(name string) (paths []attr.Path) {
	for _, p := range strings.Split(name, "/") {
		paths = append(paths, PlaceOf(Inst(segUnescaper.Replace(strings.TrimPrefix(p, "=")))))
	}
	return paths
}

// ClaimKey is the key of the item that claims values for the objects of an entity.
// It is no key of a part: an owner has no segment that begins with '='.
func ClaimKey(entity, name string, values []types.AttributeValue) string {
	return bounded(appendClaim(entity, name, values))
}

// HashedClaimKey is ClaimKey for values that are not to be seen. Only who has the
// secret can tell whether a value is claimed.
func HashedClaimKey(secret []byte, entity, name string, values []types.AttributeValue) string {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte(claimLabel))
	h.Write(appendClaim(entity, name, values))
	text := appendClaim(entity, name, nil)
	return bounded(b64.AppendEncode(append(text, "/~k"...), h.Sum(nil)))
}

// claimLabel keeps the hashes of claims apart from others under one secret.
const claimLabel = "dystore claim v1\x00"

func appendClaim(entity, name string, values []types.AttributeValue) []byte {
	text := append([]byte(segEscaper.Replace(entity)), '/')
	return appendKeyValues(append(text, name...), values)
}

// EncodeClaims is the stored form of the claims of an object.
func EncodeClaims(claims map[string]Location) types.AttributeValue {
	out := make(map[string]types.AttributeValue, len(claims))
	for name, l := range claims {
		out[name] = &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"t": str(l.Table), "a": str(l.KeyName), "k": str(l.Key)}}
	}
	return &types.AttributeValueMemberM{Value: out}
}

func (r *Root) decodeClaims(av types.AttributeValue) error {
	claims, ok := av.(*types.AttributeValueMemberM)
	if !ok {
		return corrupt("q", "not a map")
	}
	if len(claims.Value) > 0 {
		r.Claims = make(map[string]Location, len(claims.Value))
	}
	for name, v := range claims.Value {
		l, err := decodeClaim(v)
		if err != nil {
			return err
		}
		r.Claims[name] = l
	}
	return nil
}

func decodeClaim(av types.AttributeValue) (Location, error) {
	m, ok := av.(*types.AttributeValueMemberM)
	if !ok {
		return Location{}, corrupt("q", "wrong entry")
	}
	r := reader{m: m.Value}
	l := Location{Table: r.str("t"), KeyName: r.str("a"), Key: r.str("k")}
	if r.err == nil && slices.Contains([]string{l.Table, l.KeyName, l.Key}, "") {
		return l, corrupt("q", "entry without a table or a key")
	}
	return l, r.err
}

// ClaimText shows the name of a claim: the paths of its fields.
func ClaimText(name string) string {
	parts := strings.Split(name, "/")
	for i, p := range parts {
		parts[i] = segUnescaper.Replace(strings.TrimPrefix(p, "="))
	}
	return strings.Join(parts, ", ")
}
