// Package dynamostore reads objects that the Python library dynamo-store has stored,
// and imports them into repositories.
//
//	old, err := dynamostore.Open(client, "Root", "ID", dynamostore.AllowTables("Shard1", "Shard2"),
//		dynamostore.Passphrase(func(path string) string { … }))
//	doc, err := old.Get(ctx, "p1")
//	key, err := dynamostore.Import(ctx, old, people, "p1")
//
// It never writes to the tables of dynamo-store.
//
// # What is read
//
// An object is an item of the root's table whose metadata says that it has no path. It
// is read whole: parts in other tables are put in the place of the references to them,
// also parts of parts, elements of lists one by one, and lists that have parts beside
// other values. Items that nothing refers to, of which dynamo-store leaves many, are not
// read. What the library has added is taken off: metadata, references, the key
// attributes of all items, and the wrappers that a DyObject has around each value.
//
// The stored metadata says where references are, and is not trusted with more: a map of
// the data that looks like a reference is data, and references lead into the root's
// table and those of [AllowTables] only. Values are those of repo.Stored: map[string]any,
// []any, string, bool, []byte, nil, slices for sets, and attributevalue.Number, which
// loses no digit.
//
// An object takes one round trip for the root item and one for each level of parts,
// which are read by BatchGetItem, 100 items a request.
//
// dynamo-store writes one item after another. So an object that is read while a Python
// program writes it may be a mix of two versions, and nothing shows that. If an item is
// gone that the root refers to, the object is read once more. Stop the writers before
// the last import.
//
// # Encrypted values
//
// dynamo-store encrypts with AES-256-CBC under the SHA-256 of a passphrase, and
// authenticates nothing. A wrong passphrase is an error in nearly all cases; who can
// write to the table can change values unseen. Write what you import into fields that
// cipher.Protect protects.
//
// The library makes a text of each value before it encrypts it, and reads texts back:
// 42, True and None are the texts "42", "True" and "None". So does [Store.Get], except
// for values of a DyObject, whose class is stored beside them.
//
// [Import] knows the fields, and gives them what they had, if the text is exactly what
// Python's str makes of such a value:
//
//	integers, floats, Number   42, -1.5, 1e+16; an integer takes no fraction
//	bool                       True, False
//	[]byte                     b'…'
//	time.Time                  2020-01-31 23:59:59.123456+01:00, and RFC 3339; a zone is needed
//	text marshalers            the text
//	string, any                the text, also None
//	pointers                   None is nil, all else as above
//	all but strings            None is the zero value, as NULL is
//	interfaces with variants   as their variant; repo.Variants.Choose sees the text, None is nil
//
// Anything else is repo.ErrInvalid, naming the type and the path.
//
// # Import
//
// Objects are decoded by the dynamodbav names of the type, validated, and created by the
// repository. The key of the old object is the attribute that it had there. If the model
// has another key, of one attribute that the object does not have, it is that as well.
// An object that lacks something that is in its new key is refused: nothing is
// generated.
//
// An attribute that the type does not have is an error: it would be lost. [Omit] leaves
// attributes out that are not wanted. A number with more digits than a float of Go keeps
// is an error as well; attributevalue.Number keeps all.
//
// An import can be repeated. The id of the write that creates an object is made of the
// old table and key, and of the new table and entity; the record of the object keeps it.
// So an object that came from the import is left alone, whatever became of it since.
// One that did not is repo.ErrExists. An object that was deleted after the import is
// created again; for 10 minutes after the import that is repo.ErrOutcomeUnknown, since
// DynamoDB takes it for the same request, and nothing is written.
package dynamostore
