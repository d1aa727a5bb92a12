// Package conformance is the suite that every engine must pass: the embedded
// one in unit tests, dynoxide in the integration module, AWS where somebody has
// an account for it. One table of cases serves them all, so the embedded engine
// is not judged by tests written from its own point of view.
//
// The engine part (files engine*.go) sends plain SDK requests and asserts
// codes, stable fragments of texts and exact data. A fragment is what stays
// the same when AWS rewords a sentence from region to region. Where an engine is
// known not to be like AWS, its own answer is in a list of [Deviations], and
// asserted as strictly.
package conformance
