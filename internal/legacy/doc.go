// Package legacy reads objects as the Python library dynamo-store has stored them.
// Package dynamostore shows it to users, and its documentation says what such an
// object is. Nothing else of this module knows the layout, the class wrappers or the
// encryption of that library.
//
// An object is read in rounds: the root item, then all items that it refers to, then
// all that those refer to. What was read becomes a document in one walk, which takes
// off what the library has added and decrypts values. Text that was decrypted is
// marked in the document ([Text]), because it has lost its type: [Fit] gives it that
// of a Go type.
package legacy
