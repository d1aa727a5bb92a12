// Package stress is the part of the conformance suite that races writers and
// readers of package repo over an engine. It also has a fault that reads the
// keys of a batch one by one, since a batch is not isolated.
package stress
