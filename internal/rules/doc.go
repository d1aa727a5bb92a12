// Package rules knows what a go-playground validator asks of an object, and
// decides by it what a write may store without knowing the whole object.
//
// [Compile] walks the types of a model once and reads their tags as the
// validator does. A [Set] then answers two questions:
//
// [Set.Update]: would the object be valid after these changes? What is stored
// is not known, but it is taken to be valid. So only rules that the changes
// touch can fail, and each of them is one of three kinds:
//
//   - It looks at values that the changes name, and at nothing else: the value
//     of a field that is set, the elements that are appended, two fields that
//     are both set. The validator is asked, on a scratch object that holds the
//     changed values at their places, so that its errors name them as they
//     would be named in the whole object.
//   - It holds for any stored value: required of a list that grows, the length of
//     a list of which one element is replaced.
//   - Anything else is an [Undecided]: the sum of an addition, the length of a
//     list that grows, a rule about another field, a function of the user
//     that may look at anything.
//
// Where the object may have one of several forms (a parent that the update
// creates if it is absent), it must be valid in each.
//
// [Set.Whole]: is this object valid, apart from parts of it that were not read
// or will not be written (a [Gap])?
package rules
