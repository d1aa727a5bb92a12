package stored

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"strings"

	"github.com/dystore/dystore/internal/attr"
)

// Inst names one instance of a shard (or of a list that has shards in it)
// inside one object: location, location.geo, past#AbCdEfGhIjk, homes:tokyo,
// docs#AbCdEfGhIjk.lines#LmNoPqRsTuv.geo. The empty Inst is the root.
//
// A '.' starts an attribute name, a '#' a list element id, a ':' a map key;
// the leading '.' is left out, and '~' escapes these four characters.
// Elements have random ids, not positions, so that reordering moves nothing.
type Inst string

// ElemID is the random identity of a list element.
type ElemID [8]byte

// NewElemID returns a fresh id. It never fails: crypto/rand does not.
func NewElemID() (id ElemID) {
	rand.Read(id[:])
	return id
}

var b64 = base64.RawURLEncoding.Strict()

// String is the id as part of an Inst.
func (id ElemID) String() string {
	text := id.text()
	return string(text[:])
}

func (id ElemID) text() (text [(len(ElemID{})*8 + 5) / 6]byte) {
	b64.Encode(text[:], id[:])
	return text
}

var (
	instEscaper   = strings.NewReplacer("~", "~~", ".", "~.", "#", "~#", ":", "~:")
	instUnescaper = strings.NewReplacer("~~", "~", "~.", ".", "~#", "#", "~:", ":")
)

// Name returns the instance of the attribute name inside i.
func (i Inst) Name(name string) Inst {
	if i == "" {
		return Inst(instEscaper.Replace(name))
	}
	return i + "." + Inst(instEscaper.Replace(name))
}

// Elem returns the instance of the list element id of the list i.
func (i Inst) Elem(id ElemID) Inst {
	text := id.text()
	return i + "#" + Inst(text[:])
}

// Elems is Elem for all elements of a list. The instances are parts of one text.
func (i Inst) Elems(ids []ElemID) []Inst {
	each := len(i) + 1 + len(ElemID{}.text())
	text, out := make([]byte, 0, each*len(ids)), make([]Inst, len(ids))
	for _, id := range ids {
		own := id.text()
		text = append(append(append(text, i...), '#'), own[:]...)
	}
	all := Inst(text)
	for n := range out {
		out[n] = all[n*each : (n+1)*each]
	}
	return out
}

// Keys is Key for all entries of a map. The instances are parts of one text.
func (i Inst) Keys(keys []string) []Inst {
	size := 0
	for _, key := range keys {
		size += len(i) + 1 + len(key)
	}
	text, ends, out := make([]byte, 0, size), make([]int, len(keys)), make([]Inst, len(keys))
	for n, key := range keys {
		text = append(append(append(text, i...), ':'), instEscaper.Replace(key)...)
		ends[n] = len(text)
	}
	all, start := Inst(text), 0
	for n, end := range ends {
		out[n], start = all[start:end], end
	}
	return out
}

// Key returns the instance of the entry key of the map i.
func (i Inst) Key(key string) Inst { return i + ":" + Inst(instEscaper.Replace(key)) }

// Join returns the instance at the attribute path of names inside i.
func (i Inst) Join(p attr.Path) Inst {
	for _, s := range p {
		i = i.Name(s.Name)
	}
	return i
}

// Token is one step of a parsed Inst: '.' an attribute, '#' a list element,
// ':' a map entry.
type Token struct {
	Kind byte
	Text string // name, element id text, or map key
}

// ID is the element id of a '#' token.
func (t Token) ID() (id ElemID, err error) {
	// The length is checked first: the decoder passes over line breaks.
	var b [len(id) + 1]byte
	if len(t.Text) == b64.EncodedLen(len(id)) {
		if n, err := b64.Decode(b[:], []byte(t.Text)); err == nil && n == len(id) {
			return ElemID(b[:n]), nil
		}
	}
	return id, errors.New("not an element id")
}

// Tokens parses i. It accepts exactly what the builders produce from attribute
// names, which are never empty.
func (i Inst) Tokens() ([]Token, error) {
	if i == "" {
		return nil, nil
	}
	return i.parse("m")
}

// parse is Tokens for an instance other than the root; field is the field of
// the record that has it. Every read and write parses each instance, so texts
// without an escape, which are nearly all, are parts of i and not copies.
func (i Inst) parse(field string) ([]Token, error) {
	return i.parseInto(make([]Token, 0, i.depth()), field)
}

// parseInto is parse with memory that the caller has.
func (i Inst) parseInto(out []Token, field string) ([]Token, error) {
	if i == "" {
		return nil, corrupt(field, "an instance without a name")
	}
	return i.appendTokens(out, field)
}

func (i Inst) appendTokens(out []Token, field string) ([]Token, error) {
	for kind, p := byte('.'), 0; ; p++ {
		text, end, ok := i.text(p)
		if !ok {
			return nil, corrupt(field, "instance %q: wrong escape", string(i))
		}
		t := Token{kind, text}
		if kind == '.' && text == "" {
			return nil, corrupt(field, "instance %q: an attribute without a name", string(i))
		}
		if kind == '#' {
			if _, err := t.ID(); err != nil {
				return nil, corrupt(field, "instance %q: %v", string(i), err)
			}
		}
		out = append(out, t)
		if end == len(i) {
			return out, nil
		}
		kind, p = i[end], end
	}
}

// depth is how many tokens i has.
func (i Inst) depth() int {
	n := 1
	for p := 0; p < len(i); p++ {
		switch i[p] {
		case '~':
			p++
		case '.', '#', ':':
			n++
		}
	}
	return n
}

// text reads the text that begins at p, and where it ends: at the next
// separator, or with i. It is false at an escape that no builder writes.
func (i Inst) text(p int) (text string, end int, ok bool) {
	escaped := false
	for end = p; end < len(i) && i[end] != '.' && i[end] != '#' && i[end] != ':'; end++ {
		if i[end] != '~' {
			continue
		}
		escaped = true
		if end++; end == len(i) || !strings.ContainsRune("~.#:", rune(i[end])) {
			return "", 0, false
		}
	}
	text = string(i[p:end])
	if escaped {
		text = instUnescaper.Replace(text)
	}
	return text, end, true
}

// AppendTokens is Tokens into memory that the caller has, behind out.
func (i Inst) AppendTokens(out []Token) ([]Token, error) {
	if i == "" {
		return out, nil
	}
	return i.appendTokens(out, "m")
}

// Path is Logical of the tokens of i; nil for the root.
func (i Inst) Path() (attr.Path, error) {
	if i == "" {
		return nil, nil
	}
	var own [ownDepth]Token
	tokens, err := i.appendTokens(own[:0], "m")
	if err != nil {
		return nil, err
	}
	return Logical(tokens), nil
}

// Logical returns the attribute path of an instance, elements as wildcards:
// what encryption is bound to and what a layout's places are compared with.
func Logical(tokens []Token) attr.Path {
	return appendLogical(make(attr.Path, 0, len(tokens)), tokens)
}

func appendLogical(p attr.Path, tokens []Token) attr.Path {
	for _, t := range tokens {
		switch t.Kind {
		case '#':
			p = append(p, attr.Elem)
		case ':':
			p = append(p, attr.Entry(t.Text))
		default:
			p = append(p, attr.Field(t.Text))
		}
	}
	return p
}
