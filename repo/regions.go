package repo

import (
	"errors"
	"maps"
	"strings"

	"github.com/dystore/dystore/internal/arn"
	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/regions"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/traced"
)

// WithRegions gives a repository the clients of other regions than that of its own client,
// for shards with shard.Region:
//
//	repo.New(client, people, repo.WithRegions(map[string]repo.Client{"eu-west-1": ireland}))
//
// The roots, the values that are unique, and all shards without a Region are in the region
// of the repository's own client. A region of the model that has no client is refused by
// New. Clients that no shard needs are no mistake, so that all repositories of a program
// may have the same.
//
// A table of a shard that is named by an ARN is in another region, or another account, if
// its ARN differs from that of the root's table in more than the name, and its region has
// a client here. The region of the root may be among them, for tables of other accounts.
//
// No transaction spans regions. A write that concerns a part in another region is staged,
// as [Staged] describes it: the root makes it one, so it is as exact as any other. Other
// writes of the same objects are sent to the root's region only. [TransactGet] of such a
// part is refused.
//
// A region that cannot be reached is a [RegionError].
func WithRegions(clients map[string]Client) Option {
	return option{"WithRegions", func(c *config) {
		if c.regions != nil {
			c.wrong = append(c.wrong, fail.Withf(ErrInvalid, "repo.WithRegions is given twice; one map has all regions"))
			return
		}
		c.regions, c.Regions = maps.Clone(clients), map[string]bool{}
		for _, region := range sorted.Keys(clients) {
			c.Regions[region] = true
			if why := arn.BadRegion(region); why != "" {
				c.wrong = append(c.wrong, fail.Withf(ErrInvalid, "repo.WithRegions: %s", why))
			}
			if model.IsNil(clients[region]) {
				c.wrong = append(c.wrong, fail.Withf(ErrInvalid, "repo.WithRegions: the client of %s is nil", region))
			}
		}
	}}
}

// RegionError is in the error of a verb that a region was needed for which could not be
// reached: there was no connection, no answer in time, or it failed inside. errors.As finds
// it. Nothing was written, unless the error is [ErrOutcomeUnknown].
//
// What the verb is needed for may do without the region. Get and the other verbs that read
// objects take [Skip], and then send nothing there. A value that was read so can be put
// back, and Update and Put of other parts work anyway. Delete does: it leaves the part to a
// [Repo.Sweep].
type RegionError struct {
	Region string
	Tables []string // that were asked for, by their names there
	Paths  []string // of the parts that the verb needs from there, where they are known
	Err    error
}

func (e *RegionError) Error() string {
	if len(e.Paths) == 0 {
		return e.Err.Error()
	}
	return strings.Join(e.Paths, ", ") + ": " + e.Err.Error()
}

func (e *RegionError) Unwrap() error { return e.Err }

// lostRegion gives the error of a region its public type.
func lostRegion(err error) error {
	e, ok := errors.AsType[*fail.RegionError](err)
	if !ok {
		return err
	}
	return &RegionError{Region: e.Region, Tables: e.Tables, Paths: e.Paths, Err: err}
}

// reach is a client of all tables of the model, of whose requests t is told.
func reach(t *traced.Tracer, client Client, others map[string]Client) commit.Client {
	return regions.Reach(t, client, others)
}

// sameRegions reports whether two repositories have the same clients of other regions.
func sameRegions(a, b map[string]Client) bool { return maps.EqualFunc(a, b, sameClient) }
