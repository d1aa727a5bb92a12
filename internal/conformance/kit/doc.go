// Package kit has what the parts of the conformance suite share: the engine
// under test, the tables of one check and the requests to them, dumps of what is
// stored and their comparison with the manifests, attribute values under short
// names, and assertions.
package kit
