package grants

import (
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/stored"
)

// leading are patterns of the keys that a policy is limited to, by kind of item.
type leading struct{ roots, parts, claims []string }

// limit makes the patterns of leading keys. What a pattern would not limit is refused: a
// request without a leading key, as of a Scan, meets every condition on it.
func (d *document) limit(n *Needs) (l leading, err error) {
	key, entity := d.s.Keys[0], stored.Segment(d.s.Entity)
	switch {
	case len(n.whole) > 0:
		return l, limitless("%s is about whole tables, and has no leading key; leave it out", strings.Join(n.whole, " and "))
	case len(d.cfg.Leading) == 0:
		return l, limitless("no values; name those of the partition key")
	case d.kind() == types.ScalarAttributeTypeB:
		return l, limitless("the partition key %s is binary, which a policy cannot name", key.Name)
	}
	divided := len(n.Parts)+len(n.OldParts)+len(n.Counts) > 0
	for _, v := range d.cfg.Leading {
		if why := unfit(d.kind(), v); why != "" {
			return l, limitless("%q %s", v, why)
		}
		owner := entity + "/" + string(key.Kind) + stored.Segment(v)
		if divided && !variable.MatchString(v) && len(owner)+2 > stored.MaxKeyText {
			return l, limitless("the keys of the parts of %.40q… are longer than %d bytes and so are hashes, which no pattern matches", v, stored.MaxKeyText)
		}
		l.roots = append(l.roots, pattern(v, plain))
		l.parts = append(l.parts, d.owned(entity, v)+"/*")
	}
	if divided {
		d.note("parts whose derived key is longer than %d bytes, and copies of those where it is longer than %d, are denied: the key is a hash, which no pattern matches; such keys come from long sort keys and from long keys of maps",
			stored.MaxKeyText, stored.MaxKeyText-len(stored.ID{}.String())-1)
	}
	if slices.ContainsFunc(d.cfg.Leading, variable.MatchString) {
		d.note("values of variables must not have the characters / ~ * and ?: with them, a principal may reach parts of other objects, or none of its own")
	}
	l.claims, err = d.claims(n, entity)
	return l, err
}

func limitless(format string, args ...any) error {
	return fail.Withf(fail.ErrInvalid, "repo.LeadingKeys: "+format, args...)
}

// owned is the beginning of keys that are derived: a text, and the partition key.
func (d *document) owned(text, v string) string {
	return literal.Replace(text) + "/" + string(d.kind()) + pattern(v, stored.Segment)
}

// claims are patterns of the keys of claims, which are made of values.
func (d *document) claims(n *Needs, entity string) (patterns []string, err error) {
	if len(n.claiming) == 0 {
		return nil, nil
	}
	for _, u := range d.s.Uniques {
		name := entity + "/" + u.Name
		switch {
		case d.leads(u):
			for _, v := range d.cfg.Leading {
				if len(u.Fields) == 1 {
					patterns = append(patterns, d.owned(name, v))
				} else {
					patterns = append(patterns, d.owned(name, v)+"/*")
				}
			}
		case !d.cfg.AllClaims:
			return nil, limitless("%s is unique, and the key of its claims does not begin with the partition key: %s would need the claims of all objects; say repo.ClaimsOfAll, or leave the verbs out",
				u.Text(), strings.Join(n.claiming, ", "))
		default:
			patterns = append(patterns, literal.Replace(name)+"/*")
			d.note("the claims of %s are those of all objects: their keys are made of the value", u.Text())
		}
	}
	d.note("claims whose key is longer than %d bytes are denied: it is a hash, which no pattern matches", stored.MaxKeyText)
	return patterns, nil
}

// leads reports whether the keys of claims begin with the partition key of the object.
func (d *document) leads(u *schema.Unique) bool {
	first := &u.Fields[0]
	return first.Key == 0 && !first.Folds() && !u.Hashed() && d.s.Key.Joined == nil
}

// unfit is why a value cannot be that of a key.
func unfit(kind types.ScalarAttributeType, v string) string {
	switch {
	case v == "":
		return "is empty, which no key is"
	case kind != types.ScalarAttributeTypeN:
		return ""
	case variable.MatchString(v):
		return "has a variable, and the partition key is a number: its text would have to be the one that DynamoDB returns"
	}
	if text, err := item.NormalizeNumber(v); err != nil || text != v {
		return "is no number in the form that DynamoDB returns"
	}
	return ""
}

func plain(s string) string { return s }

// variable is a policy variable of IAM.
var variable = regexp.MustCompile(`\$\{[^{}]*\}`)

// literal replaces the characters that have a meaning in patterns of IAM.
var literal = strings.NewReplacer("*", "${*}", "?", "${?}", "$", "${$}")

// pattern is a text that may have variables as a pattern of IAM; the rest of it is
// written as a key has it.
func pattern(v string, write func(string) string) string {
	var b strings.Builder
	rest := 0
	for _, at := range variable.FindAllStringIndex(v, -1) {
		b.WriteString(literal.Replace(write(v[rest:at[0]])))
		b.WriteString(v[at[0]:at[1]])
		rest = at[1]
	}
	b.WriteString(literal.Replace(write(v[rest:])))
	return b.String()
}
