// Package probe finds out which field an accessor function points at.
//
// An accessor, func(p *T) *V, is called a few times on values of T that the
// package has built itself. The address it returns is looked up among the
// objects of such a value: that of a field is unique together with the exact
// type V. What is found is a path; from then on only the path is used, and
// the accessor never sees a value of the caller.
//
// One call proves little: an accessor may look at the value before it decides.
// So it is called with all pointers nil, then with ever deeper pointers
// allocated until none is nil, then with fields that are not zero. Each call
// must lead to the same place; only while pointers are nil may it panic or
// return nil. An accessor that tests for one particular value, or one hidden
// behind a method, cannot be told from an honest one and does no harm: its
// path is a path of T all the same.
//
// # Rules that the garbage collector imposes
//
// The objects of a probe come from reflect.New, so they are on the heap and do
// not move. Addresses are compared as integers only after the call, while every
// object is still referenced, and never turned back into pointers. Each object
// carries its route from the root since its allocation: walking the value after
// the call would find what the accessor may have moved.
package probe
