package codec

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/dystore/dystore/internal/item"
)

const tagKey = "dynamodbav"

// options are the tag options of a field, or what of them reaches the
// elements of its value.
type options uint16

const (
	omitEmpty options = 1 << iota
	omitEmptyElem
	nullEmpty
	nullEmptyElem
	asString
	stringSet
	numberSet
	binarySet
	unixTime
	inherited // of an element: its options were written for what holds it
)

const (
	setOptions   = stringSet | numberSet | binarySet
	emptyOptions = omitEmpty | nullEmpty
	elemOptions  = omitEmptyElem | nullEmptyElem
)

var optionNames = []struct {
	name string
	opt  options
}{
	{"omitempty", omitEmpty},
	{"omitemptyelem", omitEmptyElem},
	{"nullempty", nullEmpty},
	{"nullemptyelem", nullEmptyElem},
	{"string", asString},
	{"stringset", stringSet},
	{"numberset", numberSet},
	{"binaryset", binarySet},
	{"unixtime", unixTime},
}

// String lists the options as a tag does.
func (o options) String() string {
	var names []string
	for _, n := range optionNames {
		if o&n.opt != 0 {
			names = append(names, n.name)
		}
	}
	return strings.Join(names, ",")
}

// elems returns the options of the elements of a list, set or map: emptiness
// goes down level by level as in attributevalue, and so does unixtime.
func (o options) elems() options {
	e := o & unixTime
	if o&omitEmptyElem != 0 {
		e |= omitEmpty | omitEmptyElem | inherited
	}
	if o&nullEmptyElem != 0 {
		e |= nullEmpty
	}
	return e
}

// parseTag reads the dynamodbav tag of a field: its attribute name if it
// gives one, whether the field is skipped, and what is wrong with it.
func parseTag(tag reflect.StructTag) (name string, opts options, skip bool, reason string) {
	text, ok := tag.Lookup(tagKey)
	if !ok {
		if strings.Contains(string(tag), tagKey) {
			return "", 0, false, "the struct tag is malformed and its " + tagKey + " part would be ignored"
		}
		return "", 0, false, ""
	}
	parts := strings.Split(text, ",")
	if parts[0] == "-" {
		return "", 0, true, ""
	}
	if parts[0] != "" && !item.IsName(parts[0]) {
		return "", 0, false, fmt.Sprintf("the attribute name in the tag is not UTF-8, or longer than %d bytes", item.MaxName)
	}
next:
	for _, p := range parts[1:] {
		if p == "" {
			continue
		}
		for _, n := range optionNames {
			if n.name == p {
				opts |= n.opt
				continue next
			}
		}
		return parts[0], 0, false, "unknown tag option \"" + p + "\""
	}
	return parts[0], opts, false, conflict(opts)
}

// Skipped reports whether the tag of a field says that it is never stored.
func Skipped(f reflect.StructField) bool {
	_, _, skip, _ := parseTag(f.Tag)
	return skip
}

// conflict refuses options that contradict each other.
func conflict(o options) string {
	switch {
	case o&omitEmpty != 0 && o&nullEmpty != 0:
		return "options omitempty and nullempty exclude each other"
	case o&omitEmptyElem != 0 && o&nullEmptyElem != 0:
		return "options omitemptyelem and nullemptyelem exclude each other"
	case o&setOptions&(o&setOptions-1) != 0:
		return "a field is one kind of set, not " + (o & setOptions).String()
	case o&setOptions != 0 && o&nullEmptyElem != 0:
		return "option nullemptyelem cannot be met: a set holds no NULL"
	case o&asString != 0 && o&unixTime != 0:
		return "options string and unixtime exclude each other"
	}
	return ""
}
