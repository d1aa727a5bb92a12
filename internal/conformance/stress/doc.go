// Package stress races writers and readers of package repo over any engine,
// and has the tools by which tests look behind the library: reads of a batch
// one by one, and a comparison of all manifests with all items.
//
// It stands apart from package conformance because it imports the library,
// which the suite for engines does without.
package stress
