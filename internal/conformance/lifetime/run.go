// Package lifetime has the part of the suite about objects that expire, and about those
// that are kept when they are deleted.
package lifetime

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/conformance/trees"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// claims leaves a group out.
var claims = kit.Out{Alone: "its sessions have a unique value"}

// Run runs the checks of this package.
func Run(t *testing.T, newEngine func(t *testing.T) kit.Engine) {
	kit.Run(t, newEngine,
		kit.Group{Name: "expiry", Out: claims, Checks: expiryChecks},
		kit.Group{Name: "times of items", Out: claims, Checks: timeChecks},
		kit.Group{Name: "soft deletion", Out: claims, Checks: deletedChecks},
		kit.Group{Name: "actors", Out: claims, Checks: actorChecks},
		kit.Group{Name: "items that differ", Out: claims, Checks: edgeChecks},
	)
}

// session has a part, a list of parts and a unique value.
type session struct {
	ID    string       `dynamodbav:"id"`
	User  string       `dynamodbav:"user,omitempty"`
	Hits  int          `dynamodbav:"hits"`
	Until time.Time    `dynamodbav:"until,unixtime,omitempty"`
	Note  trees.Leaf   `dynamodbav:"note"`
	Steps []trees.Leaf `dynamodbav:"steps"`
	Meta  meta.Record  `dynamodbav:"-"`
}

var (
	sKey   = repo.KeyOf(func(s *session) *string { return &s.ID })
	sUser  = lens.Of(func(s *session) *string { return &s.User })
	sHits  = lens.Of(func(s *session) *int { return &s.Hits })
	sUntil = lens.Of(func(s *session) *time.Time { return &s.Until })
	sNote  = lens.Of(func(s *session) *trees.Leaf { return &s.Note })
	sText  = lens.Of(func(s *session) *string { return &s.Note.Text })
	sSteps = lens.Of(func(s *session) *[]trees.Leaf { return &s.Steps })

	expires = repo.ExpiresAt(func(s *session) *time.Time { return &s.Until })
	keep    = meta.Keep(func(s *session) *meta.Record { return &s.Meta })

	// past and future are far from the time at which a check runs.
	past, future, later = time.Unix(1_000_000_000, 0).UTC(), time.Unix(4_000_000_000, 0).UTC(), time.Unix(4_100_000_000, 0).UTC()
)

var uniqueUser = shard.Unique(shard.To("Users"), sUser)

// sessions are declared with parts and a unique value.
func sessions(parts ...repo.Part[session]) repo.Model[session] {
	return repo.TableOf("Sessions", sKey, append(parts, keep,
		shard.New(shard.To("Notes"), func(s *session) *trees.Leaf { return &s.Note }),
		shard.Each(shard.To("Steps"), func(s *session) *[]trees.Leaf { return &s.Steps }),
		uniqueUser)...)
}

// simple sessions have neither.
func simple(parts ...repo.Part[session]) repo.Model[session] {
	return repo.TableOf("Sessions", sKey, append(parts, keep)...)
}

func newSession(id string, until time.Time) *session {
	return &session{ID: id, User: "user of " + id, Until: until, Note: trees.Leaf{Text: "n", N: 1}, Steps: []trees.Leaf{{N: 1}, {N: 2}}}
}

// create stores an object.
func create(t *testing.T, r *repo.Repo[session], s *session) repo.Key[session] {
	t.Helper()
	key, err := r.Create(t.Context(), s)
	kit.Must(t, err)
	return key
}

// bare is a session without its record.
func bare(s *session) session {
	v := *s
	v.Meta = meta.Record{}
	return v
}

// absent fails t unless no verb that reads finds the object.
func absent(t *testing.T, x *kit.World, r *repo.Repo[session], key repo.Key[session], id string) {
	t.Helper()
	ctx := t.Context()
	_, err := r.Get(ctx, key)
	kit.WantErr(t, "Get", err, repo.ErrNotFound, "")
	there, err := r.Exists(ctx, key)
	kit.Must(t, err)
	kit.Equal(t, "Exists", there, false)
	_, err = repo.Read(ctx, r, key, sHits)
	kit.WantErr(t, "Read", err, repo.ErrNotFound, "")
	_, err = repo.Read(ctx, r, key, sUntil)
	kit.WantErr(t, "Read of the time", err, repo.ErrNotFound, "")
	_, err = repo.Read(ctx, r, key, sText)
	kit.WantErr(t, "Read of a part", err, repo.ErrNotFound, "")
	_, err = repo.ReadAll(ctx, r, key, lens.Elems(sSteps))
	kit.WantErr(t, "ReadAll", err, repo.ErrNotFound, "")
	found, err := r.GetMany(ctx, []repo.Key[session]{key, sKey.Of("none")})
	kit.Must(t, err)
	kit.Equal(t, "GetMany", found, []*session{nil, nil})
	var one *session
	kit.Must(t, repo.TransactGet(ctx, r.GetOp(key, &one)))
	kit.Equal(t, "TransactGet", one, nil)
	for _, s := range kit.All(t, r.Scan(ctx)) {
		kit.Equal(t, "found by Scan", s.ID == id, false)
	}
	n, err := r.Count(ctx, repo.All[session]())
	kit.Must(t, err)
	kit.Equal(t, "Count", n, int64(len(kit.All(t, r.Scan(ctx)))))
	n, err = r.Count(ctx, repo.All[session]().Where(sHits.Ge(0)))
	kit.Must(t, err)
	kit.Equal(t, "Count by a filter", n, int64(len(kit.All(t, r.Scan(ctx)))))
	if item := x.Item(t, "Sessions", id); item != nil {
		kit.Equal(t, "Decode", len(kit.All(t, r.Decode(ctx, []map[string]types.AttributeValue{item}))), 0)
	}
}
