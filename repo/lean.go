package repo

import (
	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/lean"
	"github.com/dystore/dystore/internal/regions"
	"github.com/dystore/dystore/internal/sorted"
)

// Lean lets a repository send its requests itself, with the options of its *dynamodb.Client,
// and not by that client's calls. These build a stack of middleware for each request, which
// is most of the time and of the memory that a request costs in this process. What is sent,
// how it is signed and repeated, and which errors there are stays as it is: credentials,
// endpoints, the HTTP client and the retryer are those of the client.
//
// What is lost: requests do not say in their User-Agent what the SDK says there, only its
// version and the AppID; they have no Amz-Sdk-Invocation-Id, no Amz-Sdk-Request and, in AWS
// Lambda, no X-Amzn-Trace-Id. The SDK logs nothing about them, and its tracing and its metrics
// do not see them. Steps of the SDK that later versions add to calls are not taken before this
// package takes them. The members of an input are checked only one level deep; the service
// checks the others.
//
// One thing is stricter: an answer whose checksum is wrong is no answer. The SDK only logs it.
//
// New and Open refuse, with [ErrInvalid], a client that does what would be lost: one that is
// no *dynamodb.Client, or has middleware (APIOptions), interceptors, another protocol than
// JSON, a ClientLogMode, a TracerProvider or a MeterProvider, endpoint discovery, the
// deprecated EndpointResolver, compressed answers, no credentials, or authentication other
// than SigV4. The clients of WithRegions have to be such too. Requests about tables, and those
// of Plan, Migrate, Reencrypt, Sweep and Verify, are sent by the client.
func Lean() Option { return option{"Lean", func(c *config) { c.lean = true }} }

// reach is what a repository sends its requests about items by.
func (cfg *config) reach(client Client) (commit.Client, error) {
	if !cfg.lean {
		return reach(cfg.tracer, client, cfg.regions), nil
	}
	home, err := lean.New(client)
	if err != nil {
		return nil, fail.Withf(ErrInvalid, "repo.Lean: %w", err)
	}
	others := make(map[string]*lean.Client, len(cfg.regions))
	for _, region := range sorted.Keys(cfg.regions) {
		if others[region], err = lean.New(cfg.regions[region]); err != nil {
			return nil, fail.Withf(ErrInvalid, "repo.Lean: in %s: %w", region, err)
		}
	}
	return regions.Reach(cfg.tracer, home, others), nil
}
