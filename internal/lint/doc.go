// Package lint holds the rules of this repository that no compiler checks, as
// tests: which package may import which, what the module may depend on, how
// long a file may be and what may not stand in it. Each rule is data, so a
// change of a rule is a change somebody reads.
package lint
