package repo

import "github.com/dystore/dystore/internal/direct"

// Direct lets New read objects straight from the JSON of answers although the client has
// middleware (APIOptions), interceptors, or is a wrapper around the SDK's client. It says
// that none of these looks at the items in the outputs of calls, nor keeps them: an output
// does not have its items as attribute values then. HTTP clients, signing, retries, tracing
// and what looks at requests and responses as such are not concerned.
//
// A *dynamodb.Client without middleware and interceptors is read so anyway. It costs a
// fraction of what decoding by way of attribute values does. What arrives in another way,
// from a cache or a test double, is decoded as ever.
func Direct() Option { return option{"Direct", func(c *config) { c.direct = true }} }

// takes reports whether nobody in the clients could miss the items of answers that are left
// undecoded.
func (cfg *config) takes(client Client) bool { return cfg.direct || cfg.all(client, direct.Takes) }

// writes reports whether the same holds of the items of requests, and these are JSON. What
// somebody says of his client is not enough: a wrapper may drop the options of a call.
func (cfg *config) writes(client Client) bool { return cfg.all(client, direct.Writes) }

// all reports whether something holds of all clients.
func (cfg *config) all(client Client, holds func(any) bool) bool {
	for _, c := range cfg.regions {
		if !holds(c) {
			return false
		}
	}
	return holds(client)
}
