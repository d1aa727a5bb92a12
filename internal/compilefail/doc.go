// Package compilefail tests that a wrong program does not compile, and that the
// compiler's error tells a reader what to do. It is for tests only.
//
// A program is the text of one Go file. [Check] type-checks it against the
// present packages of this module and requires the given words in one of the
// errors; [OK] requires that there is no error. Write them in pairs: the right
// program beside the wrong one proves that the compiler refuses the difference,
// and nothing else.
package compilefail
