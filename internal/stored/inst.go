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

// String is the id as it stands in an Inst.
func (id ElemID) String() string { return b64.EncodeToString(id[:]) }

var instEscaper = strings.NewReplacer("~", "~~", ".", "~.", "#", "~#", ":", "~:")

// Name returns the instance of the attribute name inside i.
func (i Inst) Name(name string) Inst {
	if i == "" {
		return Inst(instEscaper.Replace(name))
	}
	return i + "." + Inst(instEscaper.Replace(name))
}

// Elem returns the instance of the list element id of the list i.
func (i Inst) Elem(id ElemID) Inst { return i + "#" + Inst(id.String()) }

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
	b, err := b64.DecodeString(t.Text)
	if len(t.Text) != b64.EncodedLen(len(id)) || err != nil || len(b) != len(id) {
		return id, errors.New("not an element id")
	}
	copy(id[:], b)
	return id, nil
}

// Tokens parses i. It accepts exactly what the builders produce from attribute
// names, which are never empty.
func (i Inst) Tokens() ([]Token, error) {
	if i == "" {
		return nil, nil
	}
	return i.parse("m")
}

// parse is Tokens for an instance other than the root; field names what it
// stands in.
func (i Inst) parse(field string) ([]Token, error) {
	if i == "" {
		return nil, corrupt(field, "an instance without a name")
	}
	var out []Token
	kind, text := byte('.'), make([]byte, 0, len(i))
	flush := func() error {
		t := Token{kind, string(text)}
		text = text[:0]
		switch _, err := t.ID(); {
		case kind == '#' && err != nil:
			return corrupt(field, "instance %q: %v", string(i), err)
		case kind == '.' && t.Text == "":
			return corrupt(field, "instance %q: an attribute without a name", string(i))
		}
		out = append(out, t)
		return nil
	}
	for p := 0; p < len(i); p++ {
		switch c := i[p]; c {
		case '~':
			p++
			if p == len(i) || !strings.ContainsRune("~.#:", rune(i[p])) {
				return nil, corrupt(field, "instance %q: wrong escape", string(i))
			}
			text = append(text, i[p])
		case '.', '#', ':':
			if err := flush(); err != nil {
				return nil, err
			}
			kind = c
		default:
			text = append(text, c)
		}
	}
	if err := flush(); err != nil {
		return nil, err
	}
	return out, nil
}

// Logical returns the attribute path of an instance, elements as wildcards:
// what encryption is bound to and what a layout's places are compared with.
func Logical(tokens []Token) attr.Path {
	p := make(attr.Path, len(tokens))
	for i, t := range tokens {
		switch t.Kind {
		case '#':
			p[i] = attr.Elem
		case ':':
			p[i] = attr.Entry(t.Text)
		default:
			p[i] = attr.Field(t.Text)
		}
	}
	return p
}
