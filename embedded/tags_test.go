package embedded

import (
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func TestTags(t *testing.T) {
	db := New()
	createTables(t, db)
	resource := aws.String(defaultARN("plain"))
	list := func() string {
		t.Helper()
		out, err := db.ListTagsOfResource(t.Context(), &dynamodb.ListTagsOfResourceInput{ResourceArn: resource})
		if err != nil {
			t.Fatal(err)
		}
		s := ""
		for _, tag := range out.Tags {
			s += *tag.Key + "=" + *tag.Value + " "
		}
		return strings.TrimSpace(s)
	}
	tag := func(pairs ...string) error {
		in := &dynamodb.TagResourceInput{ResourceArn: resource}
		for n := 0; n < len(pairs); n += 2 {
			in.Tags = append(in.Tags, types.Tag{Key: aws.String(pairs[n]), Value: aws.String(pairs[n+1])})
		}
		_, err := db.TagResource(t.Context(), in)
		return err
	}
	refused(t, tag("a", "1", "b", "2"), "", "")
	refused(t, tag("a", "3"), "", "")
	same(t, list(), "b=2 a=3")
	if _, err := db.UntagResource(t.Context(), &dynamodb.UntagResourceInput{ResourceArn: resource, TagKeys: []string{"b", "none"}}); err != nil {
		t.Fatal(err)
	}
	same(t, list(), "a=3")
	var many []string
	for i := range 50 {
		many = append(many, "t"+strconv.Itoa(i), "")
	}
	refused(t, tag(many...), invalid, "Number of Tags exceed the current limit for the provided ResourceArn")
	same(t, list(), "a=3")
	for _, c := range []struct{ key, value, fragment string }{
		{"", "", "The Tag Key provided is invalid, Key: "},
		{strings.Repeat("ä", 129), "", "The Tag Key provided is invalid, Key: ä"},
		{"k", strings.Repeat("ä", 257), "The Tag Value provided is invalid, Value: ä"},
		{"aws:k", "", "Tag Key cannot be prefixed with aws:, Key: aws:k"},
		{"hi!", "dog", "The Tag Key provided is invalid, Key: hi!"},
		{"d%g", "dog", "The Tag Key provided is invalid, Key: d%g"},
		{`"k"`, "dog", `The Tag Key provided is invalid, Key: "k"`},
		{"dog", "hi!", "The Tag Value provided is invalid, Value: hi!"},
		{"dog", "a, b", "The Tag Value provided is invalid, Value: a, b"},
		{"dog", "#", "The Tag Value provided is invalid, Value: #"},
	} {
		refused(t, tag(c.key, c.value), invalid, c.fragment)
	}
	refused(t, tag(strings.Repeat("ä", 128), strings.Repeat("ä", 256)), "", "")
	refused(t, tag("k", "1", "k", "2"), invalid, "Duplicate Tag Keys provided as input: Duplicate Tag Key found k")
	refused(t, tag("Größe 2 +-=._:/@", "законные буквы"), "", "")
	refused(t, tag("good", "1", "bad!", "2"), invalid, "The Tag Key provided is invalid, Key: bad!")
	same(t, list(), "a=3 "+strings.Repeat("ä", 128)+"="+strings.Repeat("ä", 256)+" Größe 2 +-=._:/@=законные буквы")
	for _, c := range []struct {
		tags     []types.Tag
		fragment string
	}{
		{nil, "1 validation error detected: Value null at 'tags' failed to satisfy constraint: Member must not be null"},
		{[]types.Tag{}, "Atleast one Tag needs to be provided as Input."},
		{[]types.Tag{{Key: aws.String("k")}}, "The Tag Value provided is invalid, Value: null"},
		{[]types.Tag{{Value: aws.String("v")}}, "The Tag Key provided is invalid, Key: null"},
	} {
		_, err := db.TagResource(t.Context(), &dynamodb.TagResourceInput{ResourceArn: resource, Tags: c.tags})
		refused(t, err, invalid, c.fragment)
	}
	for _, c := range []struct {
		keys     []string
		fragment string
	}{
		{nil, "1 validation error detected: Value null at 'tagKeys' failed to satisfy constraint: Member must not be null"},
		{[]string{}, "Atleast one Tag Key needs to be provided as Input."},
		{[]string{"a", ""}, "The Tag Key provided is invalid, Key: "},
		{[]string{"a", "#"}, "The Tag Key provided is invalid, Key: #"},
		{make([]string, 51), "Number of Tags exceed the current limit for the provided ResourceArn"},
	} {
		_, err := db.UntagResource(t.Context(), &dynamodb.UntagResourceInput{ResourceArn: resource, TagKeys: c.keys})
		refused(t, err, invalid, c.fragment)
	}
	for name, tags := range map[string]struct {
		tags     []types.Tag
		fragment string
	}{
		"too many":       {manyTags(51), "Number of Tags exceed the current limit for the provided ResourceArn"},
		"a bad value":    {[]types.Tag{{Key: aws.String("k"), Value: aws.String("#")}}, "The Tag Value provided is invalid, Value: #"},
		"without value":  {[]types.Tag{{Key: aws.String("k")}}, "The Tag Value provided is invalid, Value: null"},
		"DynamoDB's own": {[]types.Tag{{Key: aws.String("AWS:k"), Value: aws.String("")}}, "Tag Key cannot be prefixed with aws:, Key: AWS:k"},
	} {
		_, err := db.CreateTable(t.Context(), tableOf(func(in *dynamodb.CreateTableInput) { in.Tags = tags.tags }))
		if refused(t, err, invalid, tags.fragment); current(db, "table") != nil {
			t.Errorf("%s: the table is there", name)
		}
	}
	if _, err := db.CreateTable(t.Context(), tableOf(func(in *dynamodb.CreateTableInput) { in.Tags = []types.Tag{} })); err != nil {
		t.Error(err)
	}
	_, err := db.ListTagsOfResource(t.Context(), &dynamodb.ListTagsOfResourceInput{ResourceArn: resource, NextToken: aws.String("x")})
	refused(t, err, invalid, "Invalid NextToken: x")
	_, err = db.ListTagsOfResource(t.Context(), &dynamodb.ListTagsOfResourceInput{ResourceArn: aws.String("plain")})
	refused(t, err, invalid, "One or more parameter values were invalid: ARNs must start with 'arn:': plain")

	// Only the list of tags does not say that the table is missing.
	nowhere, one := aws.String(defaultARN("nowhere")), []types.Tag{{Key: aws.String("k"), Value: aws.String("v")}}
	_, err = db.ListTagsOfResource(t.Context(), &dynamodb.ListTagsOfResourceInput{ResourceArn: nowhere})
	refused(t, err, "AccessDeniedException", "is not authorized to perform: dynamodb:ListTagsOfResource on resource: "+*nowhere)
	_, err = db.TagResource(t.Context(), &dynamodb.TagResourceInput{ResourceArn: nowhere, Tags: one})
	refused(t, err, "ResourceNotFoundException", "Requested resource not found")
	_, err = db.UntagResource(t.Context(), &dynamodb.UntagResourceInput{ResourceArn: nowhere, TagKeys: []string{"k"}})
	refused(t, err, "ResourceNotFoundException", "Requested resource not found")
}

func manyTags(n int) []types.Tag {
	tags := make([]types.Tag, n)
	for i := range tags {
		tags[i] = types.Tag{Key: aws.String(strconv.Itoa(i)), Value: aws.String("")}
	}
	return tags
}
