package embedded

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/engine/attr"
	"github.com/dystore/dystore/internal/engine/packed"
)

// The limits of keys: of the values of the partition key and of the sort key in
// bytes, and of the attributes of either in a global index.
const (
	maxHashKey       = 2048
	maxRangeKey      = 1024
	maxKeyAttributes = 4
)

// keyAttribute is one attribute of a key.
type keyAttribute struct{ name, kind string }

// keySchema is the key of a table or of an index: the attributes of the
// partition key, then those of the sort key, each in their order. Only a
// global index may have more than one attribute of a kind.
type keySchema struct {
	attributes []keyAttribute
	hashes     int
}

func (k keySchema) hash() []keyAttribute { return k.attributes[:k.hashes] }

func (k keySchema) sort() []keyAttribute { return k.attributes[k.hashes:] }

// composite reports whether the key has more than one attribute of a kind.
func (k keySchema) composite() bool { return k.hashes > 1 || len(k.attributes) > k.hashes+1 }

// partitionName is the name of the partition key of a table.
func (k keySchema) partitionName() string { return k.attributes[0].name }

func (k keySchema) has(name string) bool { return k.position(name) >= 0 }

// position is the place of an attribute in the key, -1 if it is not in the key.
func (k keySchema) position(name string) int {
	return slices.IndexFunc(k.attributes, func(a keyAttribute) bool { return a.name == name })
}

func (k keySchema) names() packed.Names {
	names := make(packed.Names, len(k.attributes))
	for _, a := range k.attributes {
		names[a.name] = true
	}
	return names
}

// encode is the place of an item in the order of the table. The item must have
// passed check.
func (k keySchema) encode(item attr.Item) string {
	b := k.appendPartition(make([]byte, 0, 64), item)
	for _, a := range k.sort() {
		b = attr.AppendOrdered(b, item[a.name])
	}
	return string(b)
}

// appendPartition appends the place of the partition that an item belongs to.
func (k keySchema) appendPartition(dst []byte, item attr.Item) []byte {
	var values [maxKeyAttributes]attr.Value
	for n, a := range k.hash() {
		values[n] = item[a.name]
	}
	return attr.AppendPartition(dst, values[:k.hashes]...)
}

// partition is the place of the partition that an item belongs to.
func (k keySchema) partition(item attr.Item) string { return string(k.appendPartition(nil, item)) }

// check reports what is wrong with the values of the key attributes of a whole
// item.
func (k keySchema) check(item attr.Item) error {
	for _, a := range k.attributes {
		v, ok := item[a.name]
		if !ok {
			return validation("One or more parameter values were invalid: Missing the key %s in the item", a.name)
		}
		if t := attr.Type(v); t != a.kind {
			return validation("One or more parameter values were invalid: Type mismatch for key %s expected: %s actual: %s", a.name, a.kind, t)
		}
	}
	return k.checkValues(item)
}

// checkValues reports empty and oversized key values.
func (k keySchema) checkValues(item attr.Item) error {
	for _, a := range k.attributes {
		if err := a.refuseEmpty(item[a.name]); err != nil {
			return err
		}
	}
	return k.checkSizes(item)
}

func (a keyAttribute) refuseEmpty(v attr.Value) error {
	if empty := emptyKind(v); empty != "" {
		return emptyKeyf("One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty %s value. Key: %s", empty, a.name)
	}
	return nil
}

func (k keySchema) checkSizes(item attr.Item) error {
	if sizeOfKey(k.hash(), item) > maxHashKey {
		return largeHashKey()
	}
	if sizeOfKey(k.sort(), item) > maxRangeKey {
		return largeRangeKey()
	}
	return nil
}

// sizeOfKey is the size of the values that the attributes have in an item.
func sizeOfKey(attributes []keyAttribute, item attr.Item) int {
	n := 0
	for _, a := range attributes {
		if v, ok := item[a.name]; ok {
			n += attr.Size(v)
		}
	}
	return n
}

func largeHashKey() error {
	return validation("One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of%d bytes", maxHashKey)
}

func largeRangeKey() error {
	return validation("One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of %d bytes", maxRangeKey)
}

// emptyKind is "string" or "binary" for an empty one, else "".
func emptyKind(v attr.Value) string {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		if v.Value == "" {
			return "string"
		}
	case *types.AttributeValueMemberB:
		if len(v.Value) == 0 {
			return "binary"
		}
	}
	return ""
}

// locate checks the key of a request, which must be exactly the key of the
// table, and returns the storage key.
func (k keySchema) locate(key attr.Item) (string, error) {
	if !k.fits(key) {
		if _, err := attr.ReadItem(key); err != nil {
			return "", asValidation(err)
		}
		return "", errSchema()
	}
	if err := k.checkValues(key); err != nil {
		return "", err
	}
	return k.encode(key), nil
}

// fits reports whether the key of a request has the attributes of the key and
// no others, in their types.
func (k keySchema) fits(key attr.Item) bool {
	if len(key) != len(k.attributes) {
		return false
	}
	for _, a := range k.attributes {
		if !a.takes(key[a.name]) {
			return false
		}
	}
	return true
}

// takes reports whether a value of a request is one of the type of the
// attribute.
func (a keyAttribute) takes(v attr.Value) bool {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return v != nil && a.kind == "S"
	case *types.AttributeValueMemberB:
		return v != nil && a.kind == "B"
	case *types.AttributeValueMemberN:
		if v == nil || a.kind != "N" {
			return false
		}
		_, err := attr.ReadNumber(v.Value)
		return err == nil
	}
	return false
}

// matches reports whether an item has all attributes of the key, in their types.
func (k keySchema) matches(item attr.Item) bool {
	for _, a := range k.attributes {
		if attr.Type(item[a.name]) != a.kind {
			return false
		}
	}
	return true
}

func errSchema() error { return validation("The provided key element does not match the schema") }
