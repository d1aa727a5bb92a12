package embedded

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded/internal/attr"
)

// The limits of keys in bytes.
const (
	maxHashKey  = 2048
	maxRangeKey = 1024
)

// keyAttribute is one attribute of a key.
type keyAttribute struct{ name, kind string }

// keySchema is the key of a table or of an index. An empty rng name stands for
// no sort key.
type keySchema struct {
	hash, rng keyAttribute
}

func (k keySchema) attributes() []keyAttribute {
	if k.rng.name == "" {
		return []keyAttribute{k.hash}
	}
	return []keyAttribute{k.hash, k.rng}
}

func (k keySchema) has(name string) bool {
	return name == k.hash.name || k.rng.name != "" && name == k.rng.name
}

// pick is the key of an item. It shares values with the item.
func (k keySchema) pick(item attr.Item) attr.Item {
	key := make(attr.Item, 2)
	for _, a := range k.attributes() {
		key[a.name] = item[a.name]
	}
	return key
}

// encode is the place of an item in the order of the table. The item must have
// passed check.
func (k keySchema) encode(item attr.Item) string {
	b := attr.AppendPartition(make([]byte, 0, 64), item[k.hash.name])
	if k.rng.name != "" {
		b = attr.AppendOrdered(b, item[k.rng.name])
	}
	return string(b)
}

// partition is the place of the partition that an item belongs to.
func (k keySchema) partition(item attr.Item) string {
	return string(attr.AppendPartition(nil, item[k.hash.name]))
}

// check reports what is wrong with the values of the key attributes of a whole
// item.
func (k keySchema) check(item attr.Item) error {
	for _, a := range k.attributes() {
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
	for _, a := range k.attributes() {
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
	if attr.Size(item[k.hash.name]) > maxHashKey {
		return validation("One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes")
	}
	if k.rng.name != "" && attr.Size(item[k.rng.name]) > maxRangeKey {
		return validation("One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes")
	}
	return nil
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

// readKey checks and copies the key of a request, which must be exactly the
// key of the table.
func (k keySchema) readKey(key attr.Item) (attr.Item, error) {
	read, err := attr.ReadItem(key)
	if err != nil {
		return nil, asValidation(err)
	}
	if len(read) != len(k.attributes()) || !k.matches(read) {
		return nil, errSchema()
	}
	return read, k.checkValues(read)
}

// matches reports whether an item has all attributes of the key, in their types.
func (k keySchema) matches(item attr.Item) bool {
	for _, a := range k.attributes() {
		if attr.Type(item[a.name]) != a.kind {
			return false
		}
	}
	return true
}

func errSchema() error { return validation("The provided key element does not match the schema") }
