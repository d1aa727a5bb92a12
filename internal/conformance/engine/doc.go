// Package engine is the part of the conformance suite about the engine itself.
// It sends SDK requests and asserts codes, stable fragments of texts and exact
// data. A fragment is what stays the same when AWS rewords a sentence from
// region to region.
//
// Where an engine is known to answer otherwise than AWS, its own answer is in a
// list of deviations, and asserted as strictly. An engine may lack a feature.
// Then it does not run the cases that need it, and must refuse it.
package engine
