package keytable

import (
	"strconv"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/item"
)

// The attributes of an item, and their members. internal/docs/format.md specifies them.
const (
	atScope   = "scope" // the key of the table: = and the scope
	atFormat  = "f"
	atVersion = "v"
	atLast    = "n" // the last id that was given
	atPrimary = "p"
	atKeys    = "k" // by id, for ever
	atWrapped = "w" // by id, as long as the key is not destroyed
	atErased  = "e"

	inCreated   = "c"
	inDisabled  = "d"
	inDestroyed = "x"

	inBy  = "b"
	inWhy = "y"
	inAt  = "t"
)

// format is the one that this release writes, and the newest that it reads.
const format = 1

// mark begins every key of the table, because DynamoDB takes no empty one and the empty scope
// is that of models without scopes. Other first characters are free for other items.
const mark = "="

// maxKey is DynamoDB's limit for a partition key, in bytes.
const maxKey = 2048

type row = map[string]types.AttributeValue

func itemKey(key string) row { return row{atScope: item.String(key)} }

func decimal(id cipher.KeyID) string { return strconv.FormatUint(uint64(id), 10) }

// key is the key of the item of a scope.
func (s *Store) key(scope string) (string, error) {
	switch err := s.made(); {
	case err != nil:
		return "", err
	case !utf8.ValidString(scope):
		return "", invalid("the scope is not valid UTF-8")
	case len(scope) > maxKey-len(mark):
		return "", invalid("the scope has %d bytes; at most %d", len(scope), maxKey-len(mark))
	}
	return mark + scope, nil
}

// head is the item of a scope.
type head struct {
	version       uint64 // of a head that is not there 0
	last, primary cipher.KeyID
	keys          map[cipher.KeyID]*entry
	erased        *tombstone
	size          int // of the item, in bytes
}

func absent() *head { return &head{} }

func (h *head) there() bool { return h.version > 0 }

// entry is a key of a scope.
type entry struct {
	created, disabled int64 // in ms since 1970; 0: it is not
	destroyed         *tombstone
	wrapped           []byte // nil if it is destroyed, or was not asked for
}

// tombstone says who has destroyed what, why and when.
type tombstone struct {
	by, why string
	at      int64 // in ms since 1970
}

func (t *tombstone) value() types.AttributeValue {
	return &types.AttributeValueMemberM{Value: row{inBy: item.String(t.by), inWhy: item.String(t.why), inAt: item.Int(t.at)}}
}

// primaryOf reads the primary key from what Primary has asked for.
func primaryOf(raw row, key string) (cipher.KeyID, error) {
	erased, err := opened(raw, key)
	switch {
	case err != nil:
		return 0, err
	case erased != nil:
		return 0, cipher.ErrKeyDestroyed
	}
	return keyID(raw, atPrimary)
}

// wrappedOf reads a key from what ByID has asked for.
func wrappedOf(raw row, key string, id cipher.KeyID) ([]byte, error) {
	erased, err := opened(raw, key)
	switch {
	case err != nil:
		return nil, err
	case erased != nil:
		return nil, cipher.ErrKeyDestroyed
	}
	last, err := keyID(raw, atLast)
	switch {
	case err != nil:
		return nil, err
	case id == 0 || id > last:
		return nil, cipher.ErrUnknownKey
	}
	k, err := entryOf(raw, id, true)
	switch {
	case err != nil:
		return nil, err
	case k.destroyed != nil:
		return nil, cipher.ErrKeyDestroyed
	case k.disabled != 0:
		return nil, cipher.ErrKeyDisabled
	}
	return k.wrapped, nil
}

// headOf reads an item as a whole, or without the wrapped keys.
func headOf(raw row, key string, wrapped bool) (*head, error) {
	erased, err := opened(raw, key)
	if err != nil {
		return nil, err
	}
	h := &head{erased: erased, size: item.Size(raw)}
	if h.version, err = number(raw, atVersion, 64); err != nil {
		return nil, err
	}
	last, err := number(raw, atLast, 32)
	if err != nil {
		return nil, err
	}
	h.last = cipher.KeyID(last)
	if err := h.readKeys(raw, wrapped && erased == nil); err != nil {
		return nil, err
	}
	if erased != nil {
		if raw[atPrimary] != nil || raw[atWrapped] != nil {
			return nil, corrupt("the scope is erased, and has keys")
		}
		return h, nil
	}
	if h.primary, err = keyID(raw, atPrimary); err != nil {
		return nil, err
	}
	if k := h.keys[h.primary]; k == nil || k.disabled != 0 || k.destroyed != nil {
		return nil, corrupt("the primary key %d is out of use", h.primary)
	}
	return h, nil
}

// readKeys reads the keys, which are those from 1 to the last and no others.
func (h *head) readKeys(raw row, wrapped bool) error {
	list, ok := raw[atKeys].(*types.AttributeValueMemberM)
	if !ok || len(list.Value) != int(h.last) {
		return corrupt("%d keys were made, and the list of keys is another", h.last)
	}
	h.keys = make(map[cipher.KeyID]*entry, h.last)
	alive := 0
	for id := cipher.KeyID(1); id <= h.last; id++ {
		k, err := entryOf(raw, id, wrapped)
		if err != nil {
			return err
		}
		h.keys[id] = k
		if k.destroyed == nil {
			alive++
		}
	}
	if w, _ := raw[atWrapped].(*types.AttributeValueMemberM); wrapped && (w == nil || len(w.Value) != alive) {
		return corrupt("%d keys are not destroyed, and as many wrapped ones are not there", alive)
	}
	return nil
}

// opened checks that an item is of a known format and has the key that was asked for. It returns the
// tombstone of the scope, nil if it is not erased.
func opened(raw row, key string) (erased *tombstone, err error) {
	switch f, err := number(raw, atFormat, 64); {
	case err != nil:
		return nil, err
	case f > format:
		return nil, ErrTooNew
	}
	if has, _ := raw[atScope].(*types.AttributeValueMemberS); has == nil || has.Value != key {
		return nil, corrupt("the item is that of another scope")
	}
	if av := raw[atErased]; av != nil {
		return tombstoneOf(av)
	}
	return nil, nil
}

// entryOf reads one key. If wrapped is false, the item may lack what it was wrapped to.
func entryOf(raw row, id cipher.KeyID, wrapped bool) (*entry, error) {
	of, _ := member(raw, atKeys, id).(*types.AttributeValueMemberM)
	if of == nil {
		return nil, corrupt("key %d was made, and is not there", id)
	}
	k := new(entry)
	var err error
	if k.created, err = ms(of.Value, inCreated); err != nil {
		return nil, err
	}
	if of.Value[inDisabled] != nil {
		if k.disabled, err = ms(of.Value, inDisabled); err != nil {
			return nil, err
		}
	}
	if av := of.Value[inDestroyed]; av != nil {
		if k.destroyed, err = tombstoneOf(av); err != nil {
			return nil, err
		}
	}
	b, has := member(raw, atWrapped, id).(*types.AttributeValueMemberB)
	switch {
	case !wrapped:
	case k.destroyed != nil && member(raw, atWrapped, id) != nil:
		return nil, corrupt("key %d is destroyed, and is there", id)
	case k.destroyed == nil && (!has || len(b.Value) == 0):
		return nil, corrupt("key %d is not destroyed, and is not there", id)
	case has:
		k.wrapped = b.Value
	}
	return k, nil
}

func tombstoneOf(av types.AttributeValue) (*tombstone, error) {
	of, ok := av.(*types.AttributeValueMemberM)
	if !ok {
		return nil, corrupt("a tombstone is no map")
	}
	by, isBy := of.Value[inBy].(*types.AttributeValueMemberS)
	why, isWhy := of.Value[inWhy].(*types.AttributeValueMemberS)
	if !isBy || !isWhy {
		return nil, corrupt("a tombstone does not say by whom, or why")
	}
	at, err := ms(of.Value, inAt)
	if err != nil {
		return nil, err
	}
	return &tombstone{by.Value, why.Value, at}, nil
}

// member is the value of a key in a map by ids.
func member(raw row, name string, id cipher.KeyID) types.AttributeValue {
	of, ok := raw[name].(*types.AttributeValueMemberM)
	if !ok {
		return nil
	}
	return of.Value[decimal(id)]
}

// keyID reads the id of a key.
func keyID(raw row, name string) (cipher.KeyID, error) {
	n, err := number(raw, name, 32)
	if err == nil && n == 0 {
		err = corrupt("the attribute %s is 0", name)
	}
	return cipher.KeyID(n), err
}

// ms reads a time, in ms since 1970.
func ms(raw row, name string) (int64, error) {
	n, err := number(raw, name, 63)
	return int64(n), err
}

// number reads an integer. Only that of the last key may be 0.
func number(raw row, name string, bits int) (uint64, error) {
	av, ok := raw[name].(*types.AttributeValueMemberN)
	if !ok {
		return 0, corrupt("the attribute %s is no number", name)
	}
	n, err := strconv.ParseUint(av.Value, 10, bits)
	if err != nil || n == 0 && name != atLast {
		return 0, corrupt("the attribute %s is not a number of its range", name)
	}
	return n, nil
}
