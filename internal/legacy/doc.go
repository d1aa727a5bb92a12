// Package legacy reads objects as the Python library dynamo-store has stored them.
// Package dynamostore shows it to users. Nothing else of this module knows the layout,
// the class wrappers or the encryption of that library.
//
// # What is stored
//
//	item          the attributes of an object or a part, its key, and __dystore_meta__
//	metadata      M{table_name S, primary_key_name S, region_name S, path S or NULL, shards L of the same}
//	              path: a JSONPath from the item that has the shards; NULL: the item is an object
//	reference     M{primary_key, table_name: S, region_name: S, modified_utc S}, in the place of a part
//	class         M{__class__ S, __module__ S, __metatype__ "shard", attributes}, of an object of Python
//	value of one  M{__class__ S, __module__ S, __metatype__ "value", value}; a list has elements of both kinds
//	encrypted     B: base64 of a vector of 16 bytes and of AES-256-CBC, key SHA-256(passphrase), of the text that
//	              str makes of the value, padded to 32 characters by characters whose code is their number
//
// The name of the key of a part is in the metadata alone. A shard may have been declared
// in the metadata of an item above its parent, and a part may be a reference: a library
// that saves one path twice stores the first reference as a part.
//
// # How it is read
//
// An object is read in rounds: the root item, then all items that it refers to, then
// all that those refer to. What was read becomes a document in one walk, which takes
// off what the library has added and decrypts values. Text that was decrypted is
// marked in the document ([Text]), because it has lost its type: [Fit] gives it that
// of a Go type.
package legacy
