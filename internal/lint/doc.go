// Package lint holds the rules of this repository that no compiler checks, as
// tests: which package may import which, what the module may depend on, how
// long a file may be and what it must not contain. Each rule is data. So a
// change of a rule shows in the diff.
package lint
