package rules

import (
	"regexp"
	"strings"
)

// The rules that the validator brings along, by what they look at. A rule of a
// later version that is in no list counts as one of the user's.
var (
	// The value of the field and nothing else.
	valueRules = words(`alpha alphanum alphanumspace alphanumunicode alphaspace alphaunicode ascii base32 base64
		base64rawurl base64url bcp47_language_tag bcp47_strict_language_tag bic bic_iso_9362_2014 boolean btc_addr
		btc_addr_bech32 cidr cidrv4 cidrv6 cmyk contains containsany containsrune credit_card cron cve datauri datetime
		dir dirpath dns_rfc1035_label duration e164 ein email endsnotwith endswith eq_ignore_case eth_addr
		eth_addr_checksum excludes excludesall excludesrune file filepath fqdn hexadecimal hexcolor hostname
		hostname_label hostname_port hostname_rfc1123 hsl hsla html html_encoded http_url https_url image ip ip4_addr
		ip6_addr ip_addr ipv4 ipv6 isbn isbn10 isbn13 isdefault iso3166_1_alpha2 iso3166_1_alpha2_eu iso3166_1_alpha3
		iso3166_1_alpha3_eu iso3166_1_alpha_numeric iso3166_1_alpha_numeric_eu iso3166_2 iso4217 iso4217_numeric issn
		json jwt latitude longitude lowercase luhn_checksum mac md4 md5 mimetype mongodb mongodb_connection_string
		multibyte ne_ignore_case noneof noneofci number numeric oneof oneofci origin port postcode_iso3166_alpha2
		printascii required rgb rgba ripemd128 ripemd160 semver sha256 sha384 sha512 spicedb ssn startsnotwith
		startswith tcp4_addr tcp6_addr tcp_addr tiger128 tiger160 tiger192 timezone udp4_addr udp6_addr udp_addr
		uds_exists ulid unique unix_addr uppercase uri url url_encoded urn_rfc2141 urn_rfc8141 uuid uuid3 uuid3_rfc4122
		uuid4 uuid4_rfc4122 uuid5 uuid5_rfc4122 uuid7 uuid_rfc4122 validateFn`)
	// The number of elements of a list or map, the value of anything else.
	sizeRules = words("len min max eq ne lt lte gt gte")
	// Another field, which the parameter names.
	fieldRules = words(`eqfield nefield gtfield gtefield ltfield ltefield eqcsfield necsfield gtcsfield gtecsfield
		ltcsfield ltecsfield fieldcontains fieldexcludes`)
	// Other fields, whose names are the words of the parameter.
	fieldsRules = words(`required_with required_with_all required_without required_without_all excluded_with
		excluded_with_all excluded_without excluded_without_all postcode_iso3166_alpha2_field`)
	// Other fields, each followed by a value.
	valuesRules = words("required_if required_unless excluded_if excluded_unless skip_unless")
)

func words(list string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(list) {
		m[w] = true
	}
	return m
}

// builtin reports whether a rule is in one of the lists.
func builtin(name string) bool {
	return valueRules[name] || sizeRules[name] || fieldRules[name] || fieldsRules[name] || valuesRules[name]
}

var paramWord = regexp.MustCompile(`'[^']*'|\S+`)

// fields lists the other fields that a call looks at, as the tag names them.
// single says that the value is neither list nor map.
func (c call) fields(single bool) []string {
	switch {
	case c.own:
		return nil
	case fieldRules[c.name], c.name == "unique" && c.param != "" && single:
		return []string{c.param}
	case !fieldsRules[c.name] && !valuesRules[c.name]:
		return nil
	}
	var out []string
	for i, w := range paramWord.FindAllString(c.param, -1) {
		if fieldsRules[c.name] || i%2 == 0 {
			out = append(out, strings.ReplaceAll(w, "'", ""))
		}
	}
	return out
}
