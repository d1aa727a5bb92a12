package stored

import (
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// A counter is spread over slots. Each slot is an object of its own.

// MaxSlots is how many slots a counter has at most, which bounds what reading it costs.
const MaxSlots = 256

// SlotEntity is the entity of the slots of a counter.
func SlotEntity(entity, counter string) string {
	return segEscaper.Replace(entity) + "/" + segEscaper.Replace(counter)
}

// SlotKey is the partition key of a slot of an object's counter. The object is the one that
// the birth says, of those that have the key one after the other. No key of a part has "~n".
func SlotKey(entity string, key []types.AttributeValue, counter string, birth ID, slot int) string {
	var own [ownKeyText]byte
	text := append(appendOwner(own[:0], entity, key), "/~n"...)
	text = append(append(text, segEscaper.Replace(counter)...), '/')
	return bounded(strconv.AppendInt(append(b64.AppendEncode(text, birth[:]), '/'), int64(slot), 10))
}
