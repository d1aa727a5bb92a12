// Package arn reads the names of tables: plain names, ARNs, and those of tables in other
// regions than the root's.
package arn

import (
	"fmt"
	"regexp"
	"strings"
)

const (
	start = "arn:"
	table = ":table/"
)

var (
	plainName  = regexp.MustCompile(`^[a-zA-Z0-9_.-]{3,255}$`)
	placeName  = regexp.MustCompile(`^arn:aws[a-z-]*:dynamodb:([a-z0-9-]+):[0-9]{12}:table/$`)
	regionName = regexp.MustCompile(`^[a-z0-9-]{1,63}$`)
)

// Split divides the ARN of a table into its place, which is everything before the name,
// and the name. The place of other texts is "".
func Split(name string) (place, plain string) {
	before, after, ok := strings.Cut(name, table)
	if !ok || !strings.HasPrefix(name, start) {
		return "", name
	}
	return before + table, after
}

// A table in another region than the root's is named by the region, a slash, and its name
// there, which may be an ARN. No plain name has a slash, and no region a colon.

// Apart is the name of a table in another region.
func Apart(region, name string) string { return region + "/" + name }

// Region divides the name of a table in another region into the region and the name there.
// The region of other names is "".
func Region(name string) (region, there string) {
	before, after, ok := strings.Cut(name, "/")
	if !ok || strings.Contains(before, ":") {
		return "", name
	}
	return before, after
}

// RegionOf is the region in a place, "" if it is none.
func RegionOf(place string) string {
	found := placeName.FindStringSubmatch(place)
	if found == nil {
		return ""
	}
	return found[1]
}

// BadRegion says what is wrong with the name of a region, if anything is.
func BadRegion(region string) string {
	if regionName.MatchString(region) {
		return ""
	}
	return fmt.Sprintf("%q is no region; it is like eu-west-1", region)
}

// Bad says what is wrong with the name of a table, if anything is.
func Bad(name string) string {
	place, plain := Split(name)
	switch {
	case strings.HasPrefix(name, start) && !(placeName.MatchString(place) && plainName.MatchString(plain)):
		return fmt.Sprintf("table ARN %q is not valid: it is arn:PARTITION:dynamodb:REGION:ACCOUNT:table/NAME, of a table and not of its index or stream", name)
	case place == "" && !plainName.MatchString(plain):
		return fmt.Sprintf("table name %q is not valid: it has 3 to 255 of the characters a-z, A-Z, 0-9, _, - and .", name)
	}
	return ""
}

// Prefix is what goes before the plain names of all tables of a model that are not in
// other regions: the prefix that is declared, or the one place that some of the tables are
// in. They are written in one transaction, and so they are in one region of one account.
// why says what is wrong, if anything is.
func Prefix(declared string, places []string) (prefix, why string) {
	for _, place := range places {
		switch {
		case place == "" || place == prefix:
		case prefix != "":
			return "", fmt.Sprintf("its tables are in %s and in %s; those of one object are in one region of one account, or repo.WithRegions has a client for the others", strings.TrimSuffix(prefix, table), strings.TrimSuffix(place, table))
		case declared != "":
			return "", fmt.Sprintf("repo.TablePrefix %q goes before names, and a table is named by an ARN of %s; name the tables without prefix, or by names", declared, strings.TrimSuffix(place, table))
		default:
			prefix = place
		}
	}
	if prefix == "" {
		prefix = declared
	}
	return prefix, ""
}
