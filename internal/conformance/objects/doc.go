// Package objects is the part of the conformance suite about objects in package
// repo: what each verb reads, writes and costs in requests, keys of every type,
// options, limits, and objects whose declaration or program has changed.
package objects
