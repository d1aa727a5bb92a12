// Package compilefail tests that a wrong program does not compile, and that
// the compiler says why in words a reader can act on. It is for tests only.
//
// A program is the text of one Go file. [Check] type-checks it against the
// packages of this module as they are now and wants the given words in one of
// the errors; [OK] wants no error. Write them in pairs: the right program
// beside the wrong one proves that the difference, and nothing else, is what
// the compiler refuses.
package compilefail
