package expr

import (
	"strings"
	"unicode/utf8"
)

type tokenKind int

const (
	tokenEOF tokenKind = iota
	tokenIdent
	tokenName  // #name
	tokenValue // :value
	tokenNumber
	tokenSymbol
)

// token is one word of an expression; start and end delimit it in the text.
type token struct {
	kind       tokenKind
	text       string
	start, end int
}

// is reports whether the token is the symbol, or the keyword in any case.
func (t token) is(word string) bool {
	switch t.kind {
	case tokenSymbol:
		return t.text == word
	case tokenIdent:
		return strings.EqualFold(t.text, word)
	}
	return false
}

// lex splits the whole text. A character without meaning becomes a symbol that
// no rule of the grammar accepts.
func lex(text string) []token {
	var tokens []token
	for i := 0; i < len(text); {
		start := i
		c := text[i]
		kind := tokenSymbol
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
			continue
		case isLetter(c):
			kind = tokenIdent
			i = skipWord(text, i+1)
		case (c == '#' || c == ':') && i+1 < len(text) && isWord(text[i+1]):
			kind = tokenName
			if c == ':' {
				kind = tokenValue
			}
			i = skipWord(text, i+1)
		case c >= '0' && c <= '9':
			kind = tokenNumber
			i++
			// A leading zero is a separate number, as in DynamoDB.
			for c != '0' && i < len(text) && text[i] >= '0' && text[i] <= '9' {
				i++
			}
		case strings.HasPrefix(text[i:], "<>"), strings.HasPrefix(text[i:], "<="), strings.HasPrefix(text[i:], ">="):
			i += 2
		default:
			_, size := utf8.DecodeRuneInString(text[i:])
			i += size
		}
		tokens = append(tokens, token{kind: kind, text: text[start:i], start: start, end: i})
	}
	return append(tokens, token{kind: tokenEOF, text: "<EOF>", start: len(text), end: len(text)})
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isWord(c byte) bool { return isLetter(c) || c == '_' || c >= '0' && c <= '9' }

func skipWord(text string, i int) int {
	for i < len(text) && isWord(text[i]) {
		i++
	}
	return i
}
