package repo_test

import (
	"testing"
	"time"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type (
	lDoc struct {
		ID    string    `dynamodbav:"id"`
		Until time.Time `dynamodbav:"until,unixtime"`
		Text  time.Time `dynamodbav:"text"`
		In    lIn       `dynamodbav:"in"`
		Bad   lBad      `dynamodbav:"bad"`
	}
	lIn struct {
		Until time.Time `dynamodbav:"until,unixtime"`
	}
	lBad struct {
		TTL int `dynamodbav:"_ttl"`
	}
	lKey struct {
		At time.Time `dynamodbav:"at,unixtime"`
	}
)

var (
	lID    = repo.KeyOf(func(d *lDoc) *string { return &d.ID })
	lUntil = repo.ExpiresAt(func(d *lDoc) *time.Time { return &d.Until })
)

func TestRefusedLifetimes(t *testing.T) {
	const is = "repo.ExpiresAt(repo_test.lDoc, "
	refused(t, []declaration{
		wrong("not in seconds", repo.TableOf("Root", lID, repo.ExpiresAt(func(d *lDoc) *time.Time { return &d.Text })), is+`text): it is not stored in seconds; tag it dynamodbav:"text,unixtime"`),
		wrong("inside another attribute", repo.TableOf("Root", lID, repo.ExpiresAt(func(d *lDoc) *time.Time { return &d.In.Until })), is+"in.until): it is inside another attribute; DynamoDB looks at attributes of the item itself"),
		wrong("encrypted", repo.TableOf("Root", lID, lUntil, cipher.Protect(kit.Keys(t), lens.Of(func(d *lDoc) *time.Time { return &d.Until }))), is+"until): the field is encrypted; DynamoDB could not read it"),
		wrong("twice", repo.TableOf("Root", lID, lUntil, lUntil), "repo.TableOf(repo_test.lDoc): repo.ExpiresAt is declared twice"),
		wrong("the key", repo.TableOf("Root", repo.KeyOf(func(d *lKey) *time.Time { return &d.At }), repo.ExpiresAt(func(d *lKey) *time.Time { return &d.At })), "repo.ExpiresAt(repo_test.lKey, at): it is the object's key, or part of it"),
		wrong("a part that has the attribute", repo.TableOf("Root", lID, lUntil, shard.New(shard.To("Bad"), func(d *lDoc) *lBad { return &d.Bad })), is+`until): bad has an attribute "_ttl", which says when a part expires`),
		wrong("no field", repo.TableOf("Root", lID, repo.ExpiresAt(func(d *lDoc) *time.Time { return nil })), is[:len(is)-2]+"): the accessor returned nil"),
		wrong("a zero Lifetime", repo.TableOf("Root", lID, repo.Lifetime[lDoc]{}), "repo.TableOf(repo_test.lDoc): part 1 is nil, or a zero value"),
		wrong("soft deletion without a record", repo.TableOf("Root", lID, repo.SoftDelete[lDoc]()), "repo.TableOf(repo_test.lDoc): repo.Plain stores no record; a model with shards, unique values, encryption, repo.SoftDelete or meta.Keep needs one", repo.Plain()),
	})
}
