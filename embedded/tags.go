package embedded

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// The limits of tags: their number on one table, and lengths in characters.
const (
	maxTags     = 50
	maxTagKey   = 128
	maxTagValue = 256
)

// checkTags reports tags that no table can have. Prefixes of "aws:" are
// reserved for DynamoDB.
func checkTags(tags []types.Tag) error {
	seen := map[string]bool{}
	for _, tag := range tags {
		if err := checkTagKey(tag.Key); err != nil {
			return err
		}
		key := *tag.Key
		switch {
		case tag.Value == nil || !validTag(*tag.Value, maxTagValue):
			return validation("The Tag Value provided is invalid, Value: %s", orNull(tag.Value))
		case strings.HasPrefix(strings.ToLower(key), "aws:"):
			return validation("Tag Key cannot be prefixed with aws:, Key: %s", key)
		case seen[key]:
			return validation("Duplicate Tag Keys provided as input: Duplicate Tag Key found %s", key)
		}
		seen[key] = true
	}
	return nil
}

func checkTagKey(key *string) error {
	if aws.ToString(key) == "" || !validTag(*key, maxTagKey) {
		return validation("The Tag Key provided is invalid, Key: %s", orNull(key))
	}
	return nil
}

// validTag reports whether a key or value of a tag has only letters, digits,
// spaces and + - = . _ : / @, and not too many of them.
func validTag(s string, most int) bool {
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsSpace(r) && !strings.ContainsRune("+-=._:/@", r) {
			return false
		}
	}
	return utf8.RuneCountInString(s) <= most
}

// orNull is a text in the form that it has in messages.
func orNull(s *string) string {
	if s == nil {
		return "null"
	}
	return *s
}

func tooManyTags() error {
	return validation("Number of Tags exceed the current limit for the provided ResourceArn")
}

// copyTags copies tags that are valid.
func copyTags(tags []types.Tag) []types.Tag {
	var out []types.Tag
	for _, tag := range tags {
		out = append(out, types.Tag{Key: aws.String(*tag.Key), Value: aws.String(*tag.Value)})
	}
	return out
}

// TagResource adds tags to a table, or replaces those with the same key.
func (db *DB) TagResource(ctx context.Context, in *dynamodb.TagResourceInput) (*dynamodb.TagResourceOutput, error) {
	in = orEmpty(in)
	if in.Tags == nil {
		return nil, missing("tags")
	}
	if len(in.Tags) == 0 {
		return nil, validation("Atleast one Tag needs to be provided as Input.")
	}
	if err := checkTags(in.Tags); err != nil {
		return nil, err
	}
	err := db.changeTags(ctx, in.ResourceArn, func(tags []types.Tag) []types.Tag {
		for _, tag := range in.Tags {
			tags = withoutTag(tags, *tag.Key)
		}
		return append(tags, copyTags(in.Tags)...)
	})
	if err != nil {
		return nil, err
	}
	return &dynamodb.TagResourceOutput{}, nil
}

// UntagResource removes tags from a table.
func (db *DB) UntagResource(ctx context.Context, in *dynamodb.UntagResourceInput) (*dynamodb.UntagResourceOutput, error) {
	in = orEmpty(in)
	if in.TagKeys == nil {
		return nil, missing("tagKeys")
	}
	if len(in.TagKeys) == 0 {
		return nil, validation("Atleast one Tag Key needs to be provided as Input.")
	}
	if len(in.TagKeys) > maxTags {
		return nil, tooManyTags()
	}
	for _, key := range in.TagKeys {
		if err := checkTagKey(&key); err != nil {
			return nil, err
		}
	}
	err := db.changeTags(ctx, in.ResourceArn, func(tags []types.Tag) []types.Tag {
		for _, key := range in.TagKeys {
			tags = withoutTag(tags, key)
		}
		return tags
	})
	if err != nil {
		return nil, err
	}
	return &dynamodb.UntagResourceOutput{}, nil
}

func (db *DB) changeTags(ctx context.Context, resource *string, change func([]types.Tag) []types.Tag) error {
	if err := firstError(ctx.Err(), checkResource(resource)); err != nil {
		return err
	}
	_, err := db.redefine(ctx, resource, notFound, func(t *table) (*table, error) {
		changed := t.definition
		changed.Tags = change(slices.Clone(t.Tags))
		if len(changed.Tags) > maxTags {
			return nil, tooManyTags()
		}
		return t.with(changed), nil
	})
	return err
}

func withoutTag(tags []types.Tag, key string) []types.Tag {
	return slices.DeleteFunc(slices.Clone(tags), func(t types.Tag) bool { return *t.Key == key })
}

// ListTagsOfResource lists all tags of a table at once. AWS does not say that a
// table is missing to somebody who may not know it, and here nobody may: a
// missing table is an AccessDeniedException.
func (db *DB) ListTagsOfResource(ctx context.Context, in *dynamodb.ListTagsOfResourceInput) (*dynamodb.ListTagsOfResourceOutput, error) {
	in = orEmpty(in)
	if in.NextToken != nil {
		return nil, validation("Invalid NextToken: %s", *in.NextToken) // none is ever given out
	}
	v, err := db.view(ctx, in.ResourceArn)
	if err := firstError(err, checkResource(in.ResourceArn)); err != nil {
		return nil, err
	}
	t := v.find(in.ResourceArn)
	if t == nil {
		return nil, db.accessDenied("ListTagsOfResource", *in.ResourceArn)
	}
	return &dynamodb.ListTagsOfResourceOutput{Tags: copyTags(t.Tags)}, nil
}

// checkResource refuses a name that is no ARN.
func checkResource(name *string) error {
	if !isARN(aws.ToString(name)) {
		return validation("One or more parameter values were invalid: ARNs must start with 'arn:': %s", aws.ToString(name))
	}
	return nil
}
