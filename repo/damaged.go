package repo

// Damaged makes Delete remove an object whose stored record cannot be read or
// leads where it must not, or under whose keys another's parts stand; without
// it, such an object is ErrCorrupt, and stays. One of a newer format,
// ErrSchemaTooNew, goes as well, though newer programs may find it sound: look
// before you ask for it.
//
// The root item goes, whatever its record says, provided that the record is
// still as it was read. With it go, in the same transaction, those parts that
// say that they belong to the object, of the ones that the record names, as far
// as it can be read, and of the ones whose keys follow from the model. They are
// read first, which costs one request per 100 and more where tables are missing.
// The outcome is as exact as that of any Delete.
//
// What is not found stays: parts in lists and maps that no readable record names,
// parts that have lost their own record, and parts in tables that neither the
// model nor AllowTables names. Nobody reads them any more, and a new object under
// the key writes over them or beside them. To find them, scan the tables of parts
// for items whose record has the object's owner in the member o, as the example
// does: the entity, a slash, the type of the key, the key. The specification of
// the stored format has it in full.
//
// An object of another entity is not a damaged one. It is refused as ever, also
// if its record cannot be read otherwise; a repository of that entity, or Open,
// which knows none, deletes it. More than 99 parts that are still there are
// ErrTooLarge; KeepShards deletes the root alone.
//
// Nothing overwrites an object whose record cannot be read: delete it, and
// create it anew. Where only values are wrong, Put replaces it as it is.
func Damaged() CallOption {
	return callOption{name: "Damaged", apply: func(c *call) { c.write.Damaged = true }}
}
