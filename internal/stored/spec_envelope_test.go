package stored_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// The second decoder, from the section "Encryption" on.

// open is the section "Encryption".
func (s *spec) open(whole doc) {
	sealed, ok := s.meta["s"]
	if !ok {
		return
	}
	p := specPolicy(s.opened(sealed, []string{"N" + s.record}).(*avB).Value)
	s.openIn(p, 0, &avM{Value: whole}, nil)
}

type specNode struct {
	group  int // -1: not encrypted itself
	fields map[string]int
	elem   int // -1: none
	values int
	as     []string // N and a name, E for an element, V for an entry; nil: bound to its own path
}

func specPolicy(b []byte) []specNode {
	must(b[0] == 1 || b[0] == 2, "policy %d", b[0])
	format := b[0]
	b = b[1:]
	num := func() int {
		n, size := binary.Uvarint(b)
		must(size > 0, "policy ends")
		b = b[size:]
		return int(n)
	}
	name := func() string {
		size := num()
		text := string(b[:size])
		b = b[size:]
		return text
	}
	nodes := make([]specNode, num())
	for i := range nodes {
		n := specNode{group: -1, elem: -1, values: -1, fields: map[string]int{}}
		bits := num()
		if bits&1 != 0 {
			n.group = num()
		}
		if bits&2 != 0 {
			for count := num(); count > 0; count-- {
				field := name()
				n.fields[field] = num()
			}
		}
		if bits&4 != 0 {
			n.elem = num()
		}
		if bits&8 != 0 {
			n.values = num()
		}
		if format == 2 && bits&16 != 0 {
			for count := num(); count > 0; count-- {
				switch num() {
				case 1:
					n.as = append(n.as, "N"+name())
				case 2:
					n.as = append(n.as, "E")
				case 3:
					n.as = append(n.as, "V")
				}
			}
		}
		nodes[i] = n
	}
	must(len(b) == 0, "bytes after the policy")
	return nodes
}

func isNull(v av) bool { _, ok := v.(*types.AttributeValueMemberNULL); return ok }

// boundTo is the path of the binding: wild are the segments of the path that are elements or
// entries.
func (n specNode) boundTo(path, wild []string) []string {
	if n.as == nil {
		return path
	}
	var out []string
	for _, seg := range n.as {
		if seg[0] != 'N' {
			seg, wild = wild[0], wild[1:]
		}
		out = append(out, seg)
	}
	return out
}

// openIn opens the values in v; path has N and a name, or E, for each segment, and wild those
// that are elements and entries.
func (s *spec) openIn(p []specNode, node int, v av, path []string, wild ...string) {
	n := p[node]
	switch v := v.(type) {
	case *avM:
		must(n.elem < 0, "%v is no list", path)
		for name, e := range v.Value {
			child, field := n.fields[name]
			if !field {
				child = n.values
			}
			if child < 0 {
				continue
			}
			in, through := append(path[:len(path):len(path)], "N"+name), wild
			if !field {
				through = append(wild[:len(wild):len(wild)], "N"+name)
			}
			if p[child].group < 0 {
				s.openIn(p, child, e, in, through...)
				continue
			}
			if v.Value[name] = s.opened(e, p[child].boundTo(in, through)); field && isNull(v.Value[name]) {
				delete(v.Value, name)
			}
		}
	case *avL:
		must(n.elem >= 0, "%v is a list", path)
		in, through := append(path[:len(path):len(path)], "E"), append(wild[:len(wild):len(wild)], "E")
		for i, e := range v.Value {
			if p[n.elem].group < 0 {
				s.openIn(p, n.elem, e, in, through...)
			} else {
				v.Value[i] = s.opened(e, p[n.elem].boundTo(in, through))
			}
		}
	default:
		must(isNull(v), "%v is %T", path, v)
	}
}

// opened is the section "Envelope".
func (s *spec) opened(v av, path []string) av {
	env := v.(*avB).Value
	must(len(env) >= 92 && env[0] == 0xd5 && env[1] == 0xec && env[2] == 1 && (env[3] == 1 || env[3] == 2), "%v: no envelope", path)
	secret := s.secrets[binary.BigEndian.Uint32(env[4:8])]
	prk, err := hkdf.Extract(sha256.New, secret, []byte("github.com/dystore/dystore/cipher/v1 extract"))
	must(err == nil, "%v", err)
	okm, err := hkdf.Expand(sha256.New, prk, "github.com/dystore/dystore/cipher/v1 expand"+string(env[:32]), 64)
	must(err == nil && bytes.Equal(okm[32:], env[32:64]), "%v: wrong key %v", path, err)
	block, err := aes.NewCipher(okm[:32])
	must(err == nil, "%v", err)
	gcm, err := cipher.NewGCM(block)
	must(err == nil, "%v", err)
	plain, err := gcm.Open(nil, env[64:76], env[76:], append(bytes.Clone(env[:64]), s.binding(path)...))
	must(err == nil, "%v: %v", path, err)
	if env[3] == 2 {
		plain = bytes.TrimRight(plain, "\x00")
		plain = plain[:len(plain)-1]
	}
	value, rest := canonical(plain)
	must(len(rest) == 0, "%v: bytes after the value", path)
	return value
}

func (s *spec) binding(path []string) []byte {
	var out bytes.Buffer
	u64 := func(n int) { _ = binary.Write(&out, binary.BigEndian, uint64(n)) }
	text := func(t string) { u64(len(t)); out.WriteString(t) }
	text(s.meta["e"].(*avS).Value)
	text("")
	u64(len(s.key))
	for _, k := range s.key {
		switch k := k.(type) {
		case *avS:
			out.WriteByte('S')
			text(k.Value)
		case *avN:
			out.WriteByte('N')
			text(k.Value)
		case *avB:
			out.WriteByte('B')
			text(string(k.Value))
		}
	}
	u64(len(path))
	for _, seg := range path {
		if seg == "E" {
			out.WriteByte(2)
			continue
		}
		out.WriteByte(1)
		text(seg[1:])
	}
	return out.Bytes()
}

var errEnd = errors.New("the plaintext ends")

// canonical is the section "Plaintext".
func canonical(b []byte) (av, []byte) {
	num := func() int {
		n, size := binary.Uvarint(b)
		must(size > 0, "%v", errEnd)
		b = b[size:]
		return int(n)
	}
	take := func() string {
		n := num()
		t := string(b[:n])
		b = b[n:]
		return t
	}
	var texts []string
	kind := b[0]
	b = b[1:]
	if kind >= 6 && kind <= 8 {
		for n := num(); n > 0; n-- {
			texts = append(texts, take())
		}
	}
	switch kind {
	case 1:
		return &avS{Value: take()}, b
	case 2:
		return &avN{Value: take()}, b
	case 3:
		return &avB{Value: []byte(take())}, b
	case 4:
		return &types.AttributeValueMemberBOOL{Value: b[0] == 1}, b[1:]
	case 5:
		return &types.AttributeValueMemberNULL{Value: true}, b
	case 6:
		return &types.AttributeValueMemberSS{Value: texts}, b
	case 7:
		return &types.AttributeValueMemberNS{Value: texts}, b
	case 8:
		set := &types.AttributeValueMemberBS{}
		for _, t := range texts {
			set.Value = append(set.Value, []byte(t))
		}
		return set, b
	case 9:
		l := &avL{Value: []av{}}
		for n := num(); n > 0; n-- {
			var v av
			v, b = canonical(b)
			l.Value = append(l.Value, v)
		}
		return l, b
	case 10:
		m := &avM{Value: doc{}}
		for n := num(); n > 0; n-- {
			name := take()
			m.Value[name], b = canonical(b)
		}
		return m, b
	}
	panic(fmt.Sprintf("type %d", kind))
}
