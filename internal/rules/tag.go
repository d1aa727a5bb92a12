package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-playground/validator/v10"
)

// chain is the tag of a field, or the part of it that is about the elements
// of its value.
type chain struct {
	rules  []*rule // about the value itself, in order
	ends   bool    // structonly, nostructlevel: nothing in the struct is asked
	fnOnly bool    // structonly: but its function is
	dive   *chain  // about each element; nil: they are not asked
	keys   *chain  // about each key of a map

	// Of the type that the chain is about:
	asks    bool // there is a rule about the value, or there may be one about something in it
	dynamic bool // what the validator looks at is not of this type
}

// tagged reports whether the chain says anything itself.
func (c *chain) tagged() bool { return len(c.rules) > 0 || c.ends || c.dive != nil }

// rule is one word of a tag.
type rule struct {
	text  string // the word, or the alias that it comes from
	omit  string // omitempty, omitzero or omitnil: it may end the chain
	calls []call // alternatives
	mixed bool   // calls are not quite alternatives: one is an alias of several words
	refs  bool   // it looks at other fields
}

type call struct {
	name, param string
	text        string // the parameter as in the tag
	own         bool   // a function of the user's, looking at the value alone
}

const maxAliases = 32 // within each other

// token is a word of a tag in which aliases are replaced by their words.
type token struct{ word, text string }

// tokens divides a tag into its words.
func (s *setup) tokens(tag, alias string, depth int) ([]token, error) {
	if depth > maxAliases {
		return nil, fmt.Errorf("the alias %q contains itself", alias)
	}
	var out []token
	for _, word := range strings.Split(tag, ",") {
		text := word
		if alias != "" {
			text = alias
		}
		tags, ok := s.alias(word)
		if !ok {
			out = append(out, token{word, text})
			continue
		}
		inner, err := s.tokens(tags, text, depth+1)
		if err != nil {
			return nil, err
		}
		if inner[0].word == "keys" {
			return nil, fmt.Errorf("the alias %q begins with keys, which must follow dive", word)
		}
		out = append(out, inner...)
	}
	return out, nil
}

// chain reads a tag; what the validator would panic at is an error.
func (s *setup) chain(tag string) (*chain, error) {
	if tag == "" {
		return &chain{}, nil
	}
	tokens, err := s.tokens(tag, "", 0)
	if err != nil {
		return nil, err
	}
	return s.parse(tokens)
}

func (s *setup) parse(tokens []token) (*chain, error) {
	c := &chain{}
	for i, t := range tokens {
		switch t.word {
		case "omitempty", "omitzero", "omitnil":
			c.add(&rule{text: t.text, omit: t.word})
		case "structonly", "nostructlevel":
			if !c.ends { // the validator stops at the first
				c.ends, c.fnOnly = true, t.word == "structonly"
			}
		case "dive":
			return c, s.dive(c, tokens[i+1:])
		case "keys":
			return nil, fmt.Errorf("keys must follow dive")
		case "endkeys":
			if i < len(tokens)-1 {
				return nil, fmt.Errorf("endkeys without keys")
			}
		default:
			r := &rule{text: t.text}
			if err := s.calls(r, t.word, 0); err != nil {
				return nil, err
			}
			c.add(r)
		}
	}
	return c, nil
}

// add appends a rule, unless the validator never comes to it.
func (c *chain) add(r *rule) {
	if !c.ends {
		c.rules = append(c.rules, r)
	}
}

// dive reads what follows the word dive.
func (s *setup) dive(c *chain, rest []token) (err error) {
	if c.ends {
		c = &chain{}
	}
	if len(rest) > 0 && rest[0].word == "keys" {
		end := slices.IndexFunc(rest, func(t token) bool { return t.word == "endkeys" })
		if end < 0 {
			end = len(rest)
		}
		if c.keys, err = s.parse(rest[1:end]); err != nil {
			return err
		}
		rest = rest[min(end+1, len(rest)):]
	}
	c.dive, err = s.parse(rest)
	return err
}

// calls reads the alternatives of a word. An alias among them adds all its
// calls: it matters what is looked at, not how it is combined.
func (s *setup) calls(r *rule, word string, depth int) error {
	for _, alt := range strings.Split(word, "|") {
		name, param, _ := strings.Cut(alt, "=")
		there, own := s.function(name)
		if there {
			plain := strings.ReplaceAll(strings.ReplaceAll(param, "0x2C", ","), "0x7C", "|")
			r.calls = append(r.calls, call{name, plain, param, own || !builtin(name)})
			continue
		}
		tags, ok := s.alias(name)
		if !ok {
			return fmt.Errorf("the validator has no rule %q", name)
		}
		if depth > maxAliases {
			return fmt.Errorf("the alias %q contains itself", name)
		}
		words := strings.Split(tags, ",")
		r.mixed = r.mixed || len(words) > 1
		for _, w := range words {
			if err := s.calls(r, w, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// is reports whether a failure may be one of the rule: it names the alias or
// the word, or all alternatives.
func (r *rule) is(e validator.FieldError) bool {
	first, _, _ := strings.Cut(e.ActualTag(), "|")
	first, _, _ = strings.Cut(first, "=")
	return e.Tag() == r.text || len(r.calls) > 0 && first == r.calls[0].name
}

// has reports whether a failure may be one of the chain's rules.
func (c *chain) has(e validator.FieldError) bool {
	return slices.ContainsFunc(c.rules, func(r *rule) bool { return r.is(e) })
}
