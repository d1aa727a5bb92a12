// Package soak lets programs write the same objects for a long time, each a process of its
// own that is killed now and then in the middle of what it does, and starts again. Requests
// go to an engine in another process and meet random faults; a sweep runs beside. At the end
// every object is whole, every acknowledged write is there once, and nothing is left behind.
// It has tests only:
//
//	make soak
package soak
