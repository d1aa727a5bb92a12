package legacy

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/uuid"

	"github.com/dystore/dystore/internal/conformance/kit"
)

// store is what a DyStore is: a table, and shards in others.
type store struct {
	table, key string
	path       string // of a shard, below its parent: a.b, a[*], a[0].b
	region     string
	shards     []*store
}

func (s *store) in() string {
	if s.region == "" {
		return "us-east-2"
	}
	return s.region
}

// layout is the metadata of an item.
func (s *store) layout() kit.Value {
	path := kit.Null()
	if s.path != "" {
		path = kit.Str("$." + s.path)
	}
	shards := []kit.Value{}
	for _, sh := range s.shards {
		shards = append(shards, sh.layout())
	}
	return kit.Object(kit.Row{"table_name": kit.Str(s.table), "region_name": kit.Str(s.in()), "primary_key_name": kit.Str(s.key), "path": path, "shards": kit.List(shards...)})
}

// refer is what stays in the parent of a part.
func (s *store) refer(key kit.Value) kit.Value {
	return kit.Object(kit.Row{"primary_key": key, "table_name:": kit.Str(s.table), "region_name:": kit.Str(s.in()), "modified_utc": kit.Str("1795883862")})
}

// put stores one item, with its parts.
func (s *store) put(t testing.TB, plant func(table string, item kit.Row), data kit.Row, key kit.Value) {
	t.Helper()
	item := kit.Row{s.key: key, metadata: s.layout()}
	var content kit.Value = kit.Object(data)
	for _, sh := range s.shards {
		content = replace(content, sh.path, func(part kit.Value) kit.Value {
			partKey := kit.Str(uuid.NewString())
			m, ok := part.(*types.AttributeValueMemberM)
			if !ok {
				t.Fatalf("%s is no map", sh.path)
			}
			sh.put(t, plant, m.Value, partKey)
			return sh.refer(partKey)
		})
	}
	for name, av := range content.(*types.AttributeValueMemberM).Value {
		item[name] = av
	}
	plant(s.table, item)
}

const metadata = "__dystore_meta__"

// replace puts others in the place of all values at a path. Where there is none,
// nothing changes.
func replace(av kit.Value, path string, with func(kit.Value) kit.Value) kit.Value {
	if path == "" {
		return with(av)
	}
	switch v := av.(type) {
	case *types.AttributeValueMemberM:
		name, rest := path, ""
		if end := strings.IndexAny(path, ".["); end >= 0 {
			name, rest = path[:end], strings.TrimPrefix(path[end:], ".")
		}
		m := kit.Row{}
		for n, e := range v.Value {
			if m[n] = e; n == name {
				m[n] = replace(e, rest, with)
			}
		}
		return kit.Object(m)
	case *types.AttributeValueMemberL:
		if !strings.HasPrefix(path, "[") {
			return av
		}
		index, rest, _ := strings.Cut(path[1:], "]")
		l := make([]kit.Value, len(v.Value))
		for i, e := range v.Value {
			if l[i] = e; index == "*" || index == fmt.Sprint(i) {
				l[i] = replace(e, strings.TrimPrefix(rest, "."), with)
			}
		}
		return kit.List(l...)
	}
	return av
}

// encrypt is how dynamo-store encrypts a text: padded to a multiple of 32 characters.
func encrypt(passphrase, text string) kit.Value {
	n := 32 - utf8.RuneCountInString(text)%32
	padded := append([]byte(text), bytes.Repeat([]byte{byte(n)}, n)...)
	if len(padded)%aes.BlockSize != 0 { // as patched programs do, for other alphabets
		n = 32 - len(text)%32
		padded = append([]byte(text), bytes.Repeat([]byte{byte(n)}, n)...)
	}
	key := sha256.Sum256([]byte(passphrase))
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic(err)
	}
	raw := make([]byte, aes.BlockSize+len(padded))
	rand.Read(raw[:aes.BlockSize])
	cipher.NewCBCEncrypter(block, raw[:aes.BlockSize]).CryptBlocks(raw[aes.BlockSize:], padded)
	return kit.Bin(base64.StdEncoding.EncodeToString(raw))
}

// python is what Python's str makes of a value, and the value for DynamoDB.
func python(v any) (text string, av kit.Value) {
	switch v := v.(type) {
	case nil:
		return "None", kit.Null()
	case bool:
		if v {
			return "True", kit.Boolean(true)
		}
		return "False", kit.Boolean(false)
	case string:
		return v, kit.Str(v)
	case attributevalue.Number:
		return string(v), kit.Num(string(v))
	}
	panic(fmt.Sprintf("%T", v))
}

// sealed is a value of Python, encrypted.
func sealed(v any) kit.Value {
	text, _ := python(v)
	return encrypt("somekey", text)
}

// instance is what is stored of an object of a class.
func instance(class string, fields kit.Row) kit.Value {
	m := kit.Row{"__class__": kit.Str(class), "__module__": kit.Str("__main__"), "__metatype__": kit.Str("shard")}
	for name, av := range fields {
		m[name] = av
	}
	return kit.Object(m)
}

// field is what is stored of a value in such an object.
func field(class string, av kit.Value) kit.Value {
	return kit.Object(kit.Row{"__class__": kit.Str(class), "__module__": kit.Str("builtins"), "__metatype__": kit.Str("value"), "value": av})
}
