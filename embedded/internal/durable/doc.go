// Package durable keeps the state of an embedded engine in one file, as a
// journal.Journal. A batch that Commit acknowledged is on disk. It survives the
// end of the process, however abrupt, and that of the machine, as far as the
// disk keeps what fsync promises. If the process dies while a batch is being
// written, the batch is in the file as a whole or not at all.
//
// # File
//
// The file is a bbolt database. Its pages are copied on write, and a
// checksummed header switches to the new ones:
//
//	meta    format -> 1, digest -> number and sum of all records
//	tables  name -> record of the definition
//	items   one bucket per table: key -> record of the item
//	tokens  token -> record
//
// bbolt does not check the pages that it reads, so this package does. When the
// file is opened, it checks that the pages form a tree. When the state is
// loaded, it checks every record. A record is the CRC-64 of its place and
// content followed by the content; the digest in meta sums up all records. Load
// finds a flipped bit in a record, a missing page and a page that occurs twice,
// and reports ErrCorrupt instead of serving them. One kind of damage looks like
// a commit that was cut off: if the newest header itself is destroyed, the
// state before the last batch comes back.
package durable
