package arn_test

import (
	"strings"
	"testing"

	"github.com/dystore/dystore/internal/arn"
)

const (
	place = "arn:aws:dynamodb:eu-west-1:123456789012:table/"
	china = "arn:aws-cn:dynamodb:cn-north-1:123456789012:table/"
	local = "arn:aws:dynamodb:ddblocal:000000000000:table/"
)

func TestSplit(t *testing.T) {
	for name, want := range map[string][2]string{
		"People":               {"", "People"},
		"":                     {"", ""},
		"a:table/People":       {"", "a:table/People"},
		"arn:aws:s3:::bucket":  {"", "arn:aws:s3:::bucket"},
		place + "People":       {place, "People"},
		china + "a.b-c_d":      {china, "a.b-c_d"},
		place + "P/index/by-x": {place, "P/index/by-x"},
		place:                  {place, ""},
	} {
		if p, n := arn.Split(name); p != want[0] || n != want[1] {
			t.Errorf("Split(%q) = %q, %q", name, p, n)
		}
	}
}

func TestBad(t *testing.T) {
	for _, name := range []string{"abc", "A.b-c_9", strings.Repeat("x", 255), place + "People", china + "abc", local + strings.Repeat("x", 255)} {
		if why := arn.Bad(name); why != "" {
			t.Errorf("Bad(%q) = %q", name, why)
		}
	}
	for _, name := range []string{"", "ab", "a/b", "a b", "größe", strings.Repeat("x", 256), "People\n"} {
		if why := arn.Bad(name); !strings.Contains(why, "is not valid: it has 3 to 255 of the characters") || !strings.HasPrefix(why, "table name ") {
			t.Errorf("Bad(%q) = %q", name, why)
		}
	}
	for _, name := range []string{
		"arn:", "arn:aws:s3:::bucket", place, place + "ab", place + "People/index/by-x", place + "People/stream/2026", place + "a\n", place + strings.Repeat("x", 256),
		"arn:aws:dynamodb:eu-west-1:12345678901:table/People", "arn:aws:dynamodb::123456789012:table/People", "arn:aws:sqs:eu-west-1:123456789012:table/People",
		"arn:aws:dynamodb:eu-west-1:123456789012:index/People", "arn:aws:dynamodb:eu-west-1:123456789012::table/People",
	} {
		if why := arn.Bad(name); !strings.HasPrefix(why, "table ARN ") || !strings.Contains(why, "arn:PARTITION:dynamodb:REGION:ACCOUNT:table/NAME") {
			t.Errorf("Bad(%q) = %q", name, why)
		}
	}
}

func TestRegion(t *testing.T) {
	for name, want := range map[string][2]string{
		"People":                     {"", "People"},
		"eu-west-1/People":           {"eu-west-1", "People"},
		"eu-west-1/" + place + "Peo": {"eu-west-1", place + "Peo"},
		place + "People":             {"", place + "People"},
		place + "People/index/by-x":  {"", place + "People/index/by-x"},
	} {
		if region, there := arn.Region(name); region != want[0] || there != want[1] {
			t.Errorf("Region(%q) = %q, %q", name, region, there)
		}
		if want[0] != "" && arn.Apart(want[0], want[1]) != name {
			t.Errorf("Apart(%q, %q) = %q", want[0], want[1], arn.Apart(want[0], want[1]))
		}
	}
	for of, want := range map[string]string{place: "eu-west-1", china: "cn-north-1", "": "", place + "People": "", "arn:aws:s3:::table/": ""} {
		if region := arn.RegionOf(of); region != want {
			t.Errorf("RegionOf(%q) = %q", of, region)
		}
	}
	for region, bad := range map[string]bool{"eu-west-1": false, "local": false, "": true, "a/b": true, "Ireland": true, "a:b": true, strings.Repeat("x", 64): true} {
		if why := arn.BadRegion(region); (why != "") != bad {
			t.Errorf("BadRegion(%q) = %q", region, why)
		}
	}
}

func TestPrefix(t *testing.T) {
	for name, c := range map[string]struct {
		declared string
		places   []string
		prefix   string
		why      string
	}{
		"nothing":       {"", []string{"", ""}, "", ""},
		"a prefix":      {"dev-", []string{"", ""}, "dev-", ""},
		"a long prefix": {place + "dev-", nil, place + "dev-", ""},
		"one place":     {"", []string{"", place, "", place}, place, ""},
		"two places":    {"", []string{place, china}, "", "its tables are in arn:aws:dynamodb:eu-west-1:123456789012 and in arn:aws-cn:dynamodb:cn-north-1:123456789012; those of one object are in one region of one account, or repo.WithRegions has a client for the others"},
		"both": {"dev-", []string{"", place}, "",
			`repo.TablePrefix "dev-" goes before names, and a table is named by an ARN of arn:aws:dynamodb:eu-west-1:123456789012; name the tables without prefix, or by names`},
	} {
		if prefix, why := arn.Prefix(c.declared, c.places); prefix != c.prefix || why != c.why {
			t.Errorf("%s: %q, %q", name, prefix, why)
		}
	}
}
