package embedded

import (
	"context"
	"slices"
	"strings"
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

// checkTags reports what no table can have. Prefixes of "aws:" are DynamoDB's
// own.
func checkTags(tags []types.Tag) error {
	seen := map[string]bool{}
	for _, tag := range tags {
		key, value := aws.ToString(tag.Key), aws.ToString(tag.Value)
		switch n := utf8.RuneCountInString(key); {
		case n < 1 || n > maxTagKey:
			return validation("1 validation error detected: Value '%s' at 'tags.1.member.key' failed to satisfy constraint: Member must have length between 1 and %d", key, maxTagKey)
		case utf8.RuneCountInString(value) > maxTagValue:
			return validation("1 validation error detected: Value '%s' at 'tags.1.member.value' failed to satisfy constraint: Member must have length less than or equal to %d", value, maxTagValue)
		case strings.HasPrefix(strings.ToLower(key), "aws:"):
			return validation("One or more parameter values were invalid: The tag key %s begins with aws:, which is reserved", key)
		case seen[key]:
			return validation("One or more parameter values were invalid: Duplicate tag key: %s", key)
		}
		seen[key] = true
	}
	return nil
}

func tooManyTags() error {
	return validation("One or more parameter values were invalid: Too many tags: a resource has at most %d", maxTags)
}

// TagResource adds tags to a table, or replaces those with the same key.
func (db *DB) TagResource(ctx context.Context, in *dynamodb.TagResourceInput) (*dynamodb.TagResourceOutput, error) {
	in = orEmpty(in)
	if err := checkTags(in.Tags); err != nil {
		return nil, err
	}
	err := db.changeTags(ctx, in.ResourceArn, func(tags []types.Tag) []types.Tag {
		for _, tag := range in.Tags {
			tags = withoutTag(tags, aws.ToString(tag.Key))
			tags = append(tags, types.Tag{Key: aws.String(aws.ToString(tag.Key)), Value: aws.String(aws.ToString(tag.Value))})
		}
		return tags
	})
	if err != nil {
		return nil, err
	}
	return &dynamodb.TagResourceOutput{}, nil
}

// UntagResource removes tags from a table.
func (db *DB) UntagResource(ctx context.Context, in *dynamodb.UntagResourceInput) (*dynamodb.UntagResourceOutput, error) {
	in = orEmpty(in)
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
	return db.write(ctx, func() error {
		t, err := db.resource(resource)
		if err != nil {
			return err
		}
		changed := t.definition
		changed.Tags = change(slices.Clone(t.Tags))
		if len(changed.Tags) > maxTags {
			return tooManyTags()
		}
		if err := db.journalTable(t.Name, &changed); err != nil {
			return err
		}
		db.redefine(t, changed)
		return nil
	})
}

func withoutTag(tags []types.Tag, key string) []types.Tag {
	return slices.DeleteFunc(slices.Clone(tags), func(t types.Tag) bool { return *t.Key == key })
}

// ListTagsOfResource lists all tags of a table at once.
func (db *DB) ListTagsOfResource(ctx context.Context, in *dynamodb.ListTagsOfResourceInput) (*dynamodb.ListTagsOfResourceOutput, error) {
	in = orEmpty(in)
	if in.NextToken != nil {
		return nil, validation("Invalid NextToken: %s", *in.NextToken) // none is ever given out
	}
	out := &dynamodb.ListTagsOfResourceOutput{}
	err := db.read(ctx, func() error {
		t, err := db.resource(in.ResourceArn)
		if err != nil {
			return err
		}
		for _, tag := range t.Tags {
			out.Tags = append(out.Tags, types.Tag{Key: aws.String(*tag.Key), Value: aws.String(*tag.Value)})
		}
		return nil
	})
	return out, err
}

// resource finds a table by its ARN. The lock must be held.
func (db *DB) resource(name *string) (*table, error) {
	if !isARN(aws.ToString(name)) {
		return nil, validation("Invalid TableArn: %s", aws.ToString(name))
	}
	return db.table(name)
}
