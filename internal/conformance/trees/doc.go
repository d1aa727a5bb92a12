// Package trees is the part of the conformance suite about layouts. A [Tree] has
// everything that can be divided, three levels deep, and is declared in several
// ways. Puts, updates, conditions and reads must do the same with each of them.
//
// Package sealed repeats these checks with encryption.
package trees
